// The sections `decision` and `trace` (decision_v1.md), laid out for somebody who asks why.
import { code, data, el, button, later } from './dom.js';
import { say } from './texts.js';
import { itemsOf, memberOf, textOf } from './json.js';
import { objectsTable, renderNode } from './view_tree.js';

const kFoldedFrom = 20;
const kFirstColumns = {
  outcomes: ['action', 'kind', 'delivery', 'human', 'detail'],
  candidates: ['rank', 'action', 'state', 'decided_by', 'rule', 'rule_version', 'need', 'reasons'],
  features: ['id', 'version', 'value', 'unknown'],
  unknowns: ['rule', 'cause'],
  issues: ['place', 'code', 'message'],
};

function reasonsTable(codes, context) {
  return el('table', {class: 'data'}, el('thead', {}, el('tr', {}, el('th', {scope: 'col'}, say('decision.code')), el('th', {scope: 'col'}, say('decision.sentence')))),
    el('tbody', {}, codes.map((text) => el('tr', {}, el('th', {scope: 'row'}, code(text)), el('td', {}, data(context.sentenceOf(text) ?? ''))))));
}

function ruleCell(context) {
  return (name, value) => {
    if (name !== 'rule' || value?.type !== 'string') return null;
    return context.hasRule(value.value) ? el('span', {}, code(value.value), ' ', button(say('section.rulebook'), () => context.showRule(value.value), 'link')) : code(value.value);
  };
}

function part(name, node, context) {
  const items = itemsOf(node);
  const title = el('h4', {}, say(`decision.${name}`));
  if (node.type !== 'array') return [title, renderNode(node, context, 1)];
  if (items.length === 0) return [title, el('p', {class: 'quiet'}, say('decision.none'))];
  if (name === 'reasons') return [title, reasonsTable(items.map((item) => textOf(item) ?? ''), context)];
  const table = () => objectsTable(items, context, kFirstColumns[name] ?? [], 1, ruleCell(context));
  if (items.every((item) => item.type === 'object')) return items.length > kFoldedFrom ? later(el('h4', {}, `${say(`decision.${name}`)} (${items.length})`), table) : [title, table()];
  return [title, renderNode(node, context, 1)];
}

const kOrder = ['outcomes', 'reasons', 'candidates', 'flags', 'unknowns', 'issues', 'features'];
export function renderDecision(tree, context) {
  if (tree.type !== 'object') return renderNode(tree, context);
  const others = {type: 'object', members: tree.members.filter(([name]) => !kOrder.includes(name))};
  const parts = kOrder.filter((name) => memberOf(tree, name)).map((name) => part(name, memberOf(tree, name), context));
  return el('div', {}, renderNode(others, context), parts);
}

// Rules whose condition was true stand first and open.
export function renderTrace(tree, context) {
  const rules = memberOf(tree, 'rules');
  if (rules?.type !== 'array' || !rules.items.every((item) => item.type === 'object')) return renderNode(tree, context);
  const fired = rules.items.filter((rule) => textOf(memberOf(rule, 'result')) === 'true');
  const table = (items) => (items.length === 0 ? el('p', {class: 'quiet'}, say('decision.none')) : objectsTable(items, context, ['id', 'version', 'result'], 1,
    (name, value) => (name === 'id' ? ruleCell(context)('rule', value) : null)));
  const rest = {type: 'object', members: tree.members.filter(([name]) => name !== 'rules')};
  return el('div', {}, el('h4', {}, say('decision.fired')), table(fired), later(`${say('decision.rules')} (${rules.items.length})`, () => table(rules.items)),
    rest.members.length > 0 ? later(say('decision.other'), () => renderNode(rest, context)) : null);
}
