// The top of the page: three verdicts in words and colour, what none of them says, and every check.
import { fingerprintOf } from './note.js';
import { button, code, data, definitions, el } from './dom.js';
import { say } from './texts.js';
import { signaturesByBrowser } from './ed25519.js';

const kMarks = {holds: '\u2713', broken: '\u2717', not_shown: '?', none: '\u2013', not_reached: '\u2013'};

export const stateMark = (state) => el('span', {class: `state ${state}`}, el('span', {'aria-hidden': 'true'}, kMarks[state]), ' ', say(`verdict.${state}`));

function problemOf(problem) {
  return definitions([[say('problem.place'), problem.place && code(problem.place)], [say('problem.found'), problem.found && code(problem.found)],
    [say('problem.expected'), problem.expected && code(problem.expected)], [say('problem.code'), code(problem.code)]]);
}

const breakText = (problem) => say(`breaks.${problem.code}`) ?? problem.code;

function lead(name, verdict, report) {
  if (name === 'authenticity' && verdict.state === 'not_shown' && !report.bundle.headSigners) return say('verdicts.authenticity.no_signature');
  return say(`verdicts.${name}.${verdict.state}`);
}

function card(name, report) {
  const verdict = report.verdicts[name];
  return el('section', {class: `verdict ${verdict.state}`, id: `verdict-${name}`, 'data-state': verdict.state}, el('h2', {}, say(`verdicts.${name}.name`)), el('p', {class: 'big'}, stateMark(verdict.state)),
    el('p', {class: 'quiet'}, say(`verdicts.${name}.question`)), el('p', {}, lead(name, verdict, report)),
    verdict.problem ? el('div', {class: 'problem'}, el('p', {}, el('strong', {}, breakText(verdict.problem))), problemOf(verdict.problem)) : null);
}

export function renderVerdicts(report) {
  return el('div', {}, report.fork ? el('div', {class: 'alarm', role: 'alert'}, el('strong', {}, say('fork')), el('p', {}, say('fork_lead'))) : null,
    el('div', {class: 'verdicts'}, ['integrity', 'completeness', 'authenticity'].map((name) => card(name, report))));
}

// What nobody should take this page for. Each line has its reason in this bundle.
export function limitsOf(report) {
  const {bundle, results, verdicts} = report;
  const result = (id) => results.find((entry) => entry.id === id);
  const lines = [['viewer']];
  if (bundle.headSigners && result('keys_held').state !== 'holds') lines.push(['key', {key: bundle.headSigners.map(({text}) => text).join(' ')}]);
  if (bundle.manifest && result('viewer').state === 'not_shown') lines.push(['page', {sha256: bundle.manifest.viewer.sha256}]);
  if (bundle.size !== undefined) lines.push(['newest', {size: bundle.size}]);
  if (bundle.scope?.kind === 'decision' && verdicts.completeness.state !== 'broken') lines.push(['more']);
  for (const id of ['timestamps', 'witnesses']) if (result(id).state === 'not_shown') lines.push([id, result(id).args]);
  if (['timestamps', 'witnesses'].every((id) => result(id).state === 'none')) lines.push(['unanchored']);
  const counts = bundle.sectionCounts;
  if (counts && counts.partly + counts.withheld > 0) lines.push(['withheld', {count: counts.partly + counts.withheld}]);
  if (bundle.coverage) lines.push(['word', {holds: bundle.coverage.holds}]);
  lines.push(['truth']);
  if (bundle.headSigners && !signaturesByBrowser()) lines.push(['plain']);
  return lines;
}

export function renderLimits(report) {
  return el('section', {id: 'limits'}, el('h2', {}, say('limits.title')), el('ul', {}, limitsOf(report).map(([name, args]) => el('li', {'data-limit': name}, say(`limits.${name}`, args)))));
}

function checkText({id, state, args, problem}) {
  if (problem) return breakText(problem);
  if (state === 'not_reached') return say('verdict.not_reached');
  return say(`checks.${id}.${state}_${args.reason}`, args) ?? say(`checks.${id}.${state}`, args) ?? say(`verdict.${state}`);
}

export function renderChecks(report) {
  const rows = report.results.map((result) => el('tr', {'data-check': result.id, 'data-state': result.state}, el('th', {scope: 'row'}, say(`checks.${result.id}.name`)), el('td', {}, stateMark(result.state)),
    el('td', {}, checkText(result), result.problem ? problemOf(result.problem) : null)));
  const isBroken = report.results.some(({state}) => state === 'broken');
  return el('details', {id: 'checks', open: isBroken}, el('summary', {}, el('h2', {}, say('checks_title'))), el('table', {class: 'data'}, el('tbody', {}, rows)));
}

// Keys of the bundle for the eye, fields for those that the reader holds.
export function renderTrust(report, held, onVerify) {
  const keys = (report.bundle.keys ?? []).map(({key, first, last}) => el('li', {}, el('p', {}, code(key.text)),
    definitions([[say('trust.fingerprint'), code(fingerprintOf(key))], ['', say(last === null ? 'trust.term_open' : 'trust.term', {first, last})]])));
  const keyField = el('textarea', {id: 'held-key', rows: '2', spellcheck: 'false', autocomplete: 'off'});
  const headField = el('textarea', {id: 'held-head', rows: '5', spellcheck: 'false', autocomplete: 'off'});
  keyField.value = held.keys;
  headField.value = held.head;
  return el('section', {id: 'trust'}, el('h2', {}, say('trust.title')), el('p', {}, say('trust.lead')), keys.length > 0 ? [el('h3', {}, say('trust.bundle_keys')), el('ul', {class: 'keys'}, keys)] : null,
    el('div', {class: 'noprint'}, el('label', {for: 'held-key'}, say('trust.key_label')), keyField, el('label', {for: 'held-head'}, say('trust.head_label')), headField,
      button(say('trust.verify'), () => onVerify({keys: keyField.value, head: headField.value}))));
}

export function scopeText({bundle}) {
  const {scope, size} = bundle;
  if (!scope) return '';
  const args = {records: scope.records, size, decision: scope.decision};
  if (scope.kind === 'decision') return say('scope.decision', args);
  const words = [scope.records.count === 0 ? say('scope.empty', args) : say('scope.range', args)];
  if (scope.from) words.push(say('scope.range_from', {from: bundle.manifest.scope.from}));
  if (scope.to) words.push(say('scope.range_to', {to: bundle.manifest.scope.to}));
  return words.join(', ');
}
