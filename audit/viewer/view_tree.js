// Shows the text of a section as tables. Long lists and deep values unfold when they are asked for.
import { code, data, el, button, later } from './dom.js';
import { say } from './texts.js';
import { memberOf } from './json.js';

const kRowsFirst = 100;
const kColumnsMax = 12;
const kOpenDepth = 2;

export function withheldText(redaction) {
  return say(`reasons.${redaction?.reason}`, {erasure: redaction?.erasure}) ?? say('section.withheld');
}

// `context.reasonOf(part)` gives the redaction of a withheld part.
export function renderNode(node, context, depth = 0) {
  switch (node.type) {
    case 'string': return node.value === '' ? el('span', {class: 'quiet'}, '""') : data(node.value);
    case 'number': return data(node.text, 'number');
    case 'word': return data(node.text, 'word');
    case 'text': return el('pre', {}, data(node.value));
    case 'binary': return el('span', {class: 'quiet'}, say('section.binary', {size: node.size}));
    case 'withheld': return el('span', {class: 'withheld'}, withheldText(context.reasonOf(node.part)));
    case 'parts': return partsTable(node.parts, context);
    case 'array': return renderArray(node, context, depth);
    default: return renderObject(node, context, depth);
  }
}

// Adds rows as they are asked for: `rowOf(i)` for `count` of them.
function growingTable(head, count, rowOf) {
  const body = el('tbody');
  const table = el('table', {class: 'data'}, head, body);
  const wrap = el('div', {class: 'scroll'}, table);
  let shown = 0;
  const grow = () => {
    const until = Math.min(count, shown + kRowsFirst);
    for (; shown < until; ++shown) body.append(rowOf(shown));
    if (more) more.remove();
    more = shown < count ? button(say('section.more', {count: count - shown}), grow, 'more') : null;
    if (more) wrap.append(more);
  };
  let more = null;
  grow();
  return wrap;
}

function partsTable(parts, context) {
  const head = el('thead', {}, el('tr', {}, el('th', {scope: 'col'}, say('section.pointer')), el('th', {scope: 'col'}, say('section.value'))));
  return growingTable(head, parts.length, (i) => {
    const [pointer, node] = parts[i];
    return el('tr', {}, el('th', {scope: 'row'}, pointer === '' ? say('section.structure') : code(pointer)), el('td', {}, renderNode(node, context, 1)));
  });
}

function folded(node, context, depth, make) {
  const size = node.type === 'array' ? node.items.length : node.members.length;
  if (depth < kOpenDepth) return make();
  return later(`${say('section.show')} (${size})`, make);
}

function renderObject(node, context, depth) {
  if (node.members.length === 0) return el('span', {class: 'quiet'}, '{ }');
  return folded(node, context, depth, () => growingTable(null, node.members.length, (i) => {
    const [name, value] = node.members[i];
    return el('tr', {}, el('th', {scope: 'row'}, data(name)), el('td', {}, renderNode(value, context, depth + 1)));
  }));
}

export function columnsOf(items, first = []) {
  const names = new Set(first.filter((name) => items.some((item) => memberOf(item, name))));
  for (const item of items) for (const [name] of item.members) names.add(name);
  return [...names];
}

function renderArray(node, context, depth) {
  const {items} = node;
  if (items.length === 0) return el('span', {class: 'quiet'}, say('section.empty'));
  const isTable = items.every((item) => item.type === 'object' && item.members.length > 0);
  if (isTable && columnsOf(items.slice(0, kRowsFirst)).length <= kColumnsMax) return folded(node, context, depth, () => objectsTable(items, context, [], depth));
  if (items.every((item) => ['string', 'number', 'word'].includes(item.type)) && items.length <= 12)
    return el('span', {class: 'list'}, items.map((item) => el('span', {class: 'item'}, renderNode(item, context, depth + 1))));
  return folded(node, context, depth, () => growingTable(null, items.length, (i) =>
    el('tr', {}, el('th', {scope: 'row', class: 'number'}, String(i)), el('td', {}, renderNode(items[i], context, depth + 1)))));
}

// `cellOf` may give a cell of its own for a column.
export function objectsTable(items, context, first = [], depth = 0, cellOf = () => null) {
  const columns = columnsOf(items, first);
  const head = el('thead', {}, el('tr', {}, columns.map((name) => el('th', {scope: 'col'}, data(name)))));
  return growingTable(head, items.length, (i) => el('tr', {}, columns.map((name) => {
    const value = memberOf(items[i], name);
    return el('td', {}, cellOf(name, value, items[i]) ?? (value ? renderNode(value, context, depth + 1) : ''));
  })));
}
