// One record: its header, what is shown of its sections, what is withheld and why.
import { fromUtf8, toHex } from './bytes.js';
import { disclosureFor, disclosureOf } from './checks_disclosures.js';
import { leafOf } from './checks_records.js';
import { button, code, data, definitions, el, later } from './dom.js';
import { leafHash } from './merkle.js';
import { sectionTree, wholeText } from './sections.js';
import { say } from './texts.js';
import { renderDecision, renderTrace } from './view_decision.js';
import { renderNode, withheldText } from './view_tree.js';

// What answers "why" stands first; in the leaf the order is that of writing.
const kFirstSections = ['decision', 'trace', 'event', 'statement', 'message', 'facts'];
const inReadingOrder = (names) => [...kFirstSections.filter((name) => names.includes(name)), ...names.filter((name) => !kFirstSections.includes(name))];

const kRenderers = {decision: renderDecision, trace: renderTrace};

function withheldList(redactions) {
  return el('ul', {class: 'withheld'}, redactions.map((redaction) => el('li', {}, redaction.parts ? say('section.parts', {parts: redaction.parts}) : say('section.whole'), ': ', withheldText(redaction))));
}

function shownSection(view, row, line, redactions) {
  const {parts} = disclosureOf(view.report.bundle, line);
  const digest = row.release;
  const context = {
    reasonOf: (part) => redactions.find((redaction) => redaction.parts?.has(part)),
    sentenceOf: (text) => view.releases.sentence(digest, text),
    hasRule: (id) => view.releases.definition(digest, id) !== null,
    showRule: (id) => view.showRelease(digest, view.releases.definition(digest, id)),
  };
  const tree = sectionTree(parts);
  const whole = wholeText(parts);
  return [(kRenderers[line.section] ?? renderNode)(tree, context), whole === null ? null : later(say('section.raw'), () => el('pre', {}, data(whole)))];
}

function section(view, row, name) {
  const {bundle} = view.report;
  const line = disclosureFor(bundle, row.seq, name);
  const redactions = (bundle.redactions?.get(row.seq) ?? []).filter((redaction) => redaction.section === name);
  const state = !line ? 'withheld' : line.withheld.count === 0 ? 'disclosed' : 'partly';
  const content = [redactions.length > 0 ? withheldList(redactions) : null];
  if (!bundle.disclosures) content.push(el('p', {class: 'problem'}, say('section.unverified')));
  else if (line) content.push(...shownSection(view, row, line, redactions));
  if (redactions.some(({reason}) => reason === 'artefact')) content.push(button(say('record.release'), () => view.showRelease(row.release), 'link'));
  return el('section', {class: 'part', 'data-section': name}, el('h3', {}, data(name), ' ', el('span', {class: `tag ${state}`}, say(bundle.disclosures ? `section.${state}` : 'section.unverified_tag'))), content);
}

export function renderRecord(view, row) {
  const {bundle} = view.report;
  const leaf = leafOf(bundle, row);
  const bytes = bundle.files.get('log/leaves.jsonl').subarray(row.begin, row.end);
  const about = Object.entries(leaf.about).map(([name, value]) => [data(name), typeof value === 'object' ? JSON.stringify(value) : String(value)]);
  const isBroken = view.report.verdicts.integrity.state === 'broken' || view.report.verdicts.authenticity.state === 'broken';
  return el('article', {'data-record': row.seq}, el('h2', {}, say('record.title', {seq: row.seq}), ' ', el('span', {class: 'tag'}, data(row.kind))),
    isBroken ? el('p', {class: 'problem'}, say('broken_banner')) : null,
    definitions([[say('record.time'), leaf.time], [say('record.decision'), leaf.decision_id && code(leaf.decision_id)], ...about]),
    row.release ? button(say('record.release'), () => view.showRelease(row.release), 'link noprint') : null,
    row.inScope ? (row.sections.length === 0 ? el('p', {class: 'quiet'}, say('record.no_sections')) : inReadingOrder(row.sections).map((name) => section(view, row, name))) : el('p', {class: 'quiet'}, say('record.context')),
    later(say('record.header'), () => el('div', {}, definitions([[say('record.rid'), code(leaf.rid)], [say('record.leaf_hash'), code(toHex(leafHash(bytes)))], [say('record.prev'), code(leaf.prev)]]),
      el('h4', {}, say('record.leaf')), el('pre', {}, data(fromUtf8(bytes))))));
}
