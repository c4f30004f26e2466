// Verifies a bundle as bundle_v1.md demands, check by check. Knows no page: it runs wherever there are bytes.
import { Break } from './problem.js';
import { kRecordChecks } from './checks_records.js';
import { kDisclosureChecks } from './checks_disclosures.js';
import { kSignedChecks } from './checks_signed.js';
import { parseKeyList } from './note.js';

// Each check is {id, verdict, needs, run(bundle)}; run gives [state, arguments for its sentence] with a state
// of 'holds', 'none' (there is nothing of this in the bundle) or 'not_shown', or throws a Break.
export const kChecks = [...kSignedChecks, ...kRecordChecks, ...kDisclosureChecks];

async function runCheck(check, bundle, states) {
  const missing = check.needs.find((id) => !['holds', 'none', 'not_shown'].includes(states.get(id)));
  if (missing) return {state: 'not_reached', args: {needs: missing}};
  try {
    const [state, args = {}] = await check.run(bundle);
    return {state, args};
  } catch (error) {
    const problem = error instanceof Break ? error : new Break('unreadable', check.id, error.message);
    return {state: 'broken', args: {}, problem};
  }
}

function verdictOf(name, results) {
  const own = results.filter((result) => result.verdict === name);
  const broken = own.find((result) => result.state === 'broken');
  if (broken) return {state: 'broken', problem: broken.problem, check: broken.id};
  const deciding = {completeness: 'scope', authenticity: 'keys_held'}[name];
  const open = own.some((result) => result.state === 'not_reached') ||
    (deciding && own.find((result) => result.id === deciding).state !== 'holds');
  return {state: open ? 'not_shown' : 'holds'};
}

// `files` is path to bytes. Options: `container` ('zip', 'page' or 'report'), `keys` (text that the reader
// pasted), `head` (a signed head that the reader holds), `progress(share, check)`, `pause()`, which is awaited
// now and then. Gives {results, verdicts, fork, bundle}.
export async function verifyBundle(files, options = {}) {
  const bundle = {files, container: options.container ?? 'zip', fork: false, heldHead: options.head?.trim() ? `${options.head.trim()}\n` : null,
    pause: options.pause ?? (async () => {}), progress: options.progress ?? (() => {}), heldKeys: null, heldKeysProblem: null};
  try {
    if (options.keys?.trim()) bundle.heldKeys = parsePastedKeys(options.keys);
  } catch (error) {
    bundle.heldKeysProblem = error;
  }
  const results = [];
  const states = new Map();
  for (const [i, check] of kChecks.entries()) {
    bundle.step = (share) => bundle.progress((i + share) / kChecks.length, check.id);
    bundle.step(0);
    await bundle.pause();
    const result = await runCheck(check, bundle, states);
    states.set(check.id, result.state);
    results.push({id: check.id, verdict: check.verdict, ...result});
  }
  bundle.progress(1, '');
  const verdicts = Object.fromEntries(['integrity', 'completeness', 'authenticity'].map((name) => [name, verdictOf(name, results)]));
  return {results, verdicts, fork: bundle.fork, bundle};
}

// The keys that a reader has from elsewhere: a list of keys, or one key a line without sizes.
function parsePastedKeys(text) {
  const lines = text.split('\n').map((line) => line.trim()).filter((line) => line !== '');
  if (lines.some((line) => line.includes(' '))) return parseKeyList(lines.join('\n'), 'key');
  return lines.flatMap((line) => parseKeyList(line, 'key')).map(({key}) => ({key, first: null, last: null}));
}
