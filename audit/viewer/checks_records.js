// Checks of the records: leaves, the tree over them, the chain, single proofs, scope.
import { Break } from './problem.js';
import { areEqual, fromUtf8, isDigest, toBase64, toHex, toUtf8 } from './bytes.js';
import { hashOf, textFile } from './checks_signed.js';
import { readCanonical } from './json.js';
import { readLeaf } from './leaf.js';
import { leafHash, rootAfter, rootOfInclusion, rootOfRanges } from './merkle.js';
import { parseHead, parseNote, signersOf } from './note.js';
import { asCount, asInstant, asList, asObject, Numbers } from './shape.js';

const kNewline = 10;

// [begin, end) of each line, without its newline.
export function linesOf(bytes, place) {
  const lines = [];
  let begin = 0;
  while (begin < bytes.length) {
    const end = bytes.indexOf(kNewline, begin);
    if (end < 0) throw new Break('line_end', place);
    lines.push([begin, end]);
    begin = end + 1;
  }
  return lines;
}

export const leafOf = (bundle, row) =>
  readLeaf(bundle.files.get('log/leaves.jsonl').subarray(row.begin, row.end), `log/leaves.jsonl, ${row.seq}`);

const kOutcomeMembers = ['outcome', 'to_outcome', 'verdict', 'state', 'cause', 'pack_version', 'scope'];
function rowOf(leaf, seq, begin, end, bundle) {
  const outcome = kOutcomeMembers.map((name) => leaf.about[name]).find((value) => typeof value === 'string') ?? '';
  return {seq, begin, end, outcome, time: leaf.time, instant: asInstant(leaf.time, ''), kind: leaf.kind,
    decision: leaf.decision_id ?? leaf.about.decision ?? '', inScope: bundle.scope.records.has(seq),
    release: isDigest(leaf.about.release) ? leaf.about.release : null, sections: leaf.sections.map(({name}) => name)};
}

async function checkLeaves(bundle) {
  const path = 'log/leaves.jsonl';
  const bytes = bundle.files.get(path);
  const lines = linesOf(bytes, path);
  const expected = bundle.scope.all;
  if (lines.length !== expected.count) throw new Break('leaf_count', path, lines.length, expected.count);
  bundle.rows = [];
  bundle.leafHashes = [];
  let before = null;
  let at = 0;
  for (const seq of expected) {
    const [begin, end] = lines[at++];
    const place = `${path}, ${seq}`;
    const leaf = readLeaf(bytes.subarray(begin, end), place);
    if (leaf.seq !== String(seq)) throw new Break('leaf_seq', place, leaf.seq, seq);
    if (leaf.origin !== bundle.origin) throw new Break('origin', place, leaf.origin, bundle.origin);
    const follows = before?.seq === seq - 1 ? toHex(bundle.leafHashes.at(-1)) : seq === 0 ? '0'.repeat(64) : leaf.prev;
    if (leaf.prev !== follows) throw new Break('chain', place, leaf.prev, follows);
    bundle.leafHashes.push(leafHash(bytes.subarray(begin, end)));
    before = rowOf(leaf, seq, begin, end, bundle);
    bundle.rows.push(before);
    if (at % 256 === 0) {
      bundle.step(at / lines.length);
      await bundle.pause();
    }
  }
  bundle.rowBySeq = new Map(bundle.rows.map((row) => [row.seq, row]));
  return ['holds', {count: bundle.rows.length}];
}

async function checkTree(bundle) {
  const place = 'proofs/ranges.json';
  const proof = readCanonical(bundle.files.get(place), place);
  asObject(proof, place, ['hashes', 'records', 'root', 'size']);
  if (Numbers.parse(proof.records, place).toString() !== bundle.scope.all.toString())
    throw new Break('ranges_records', place, proof.records, bundle.scope.all);
  if (asCount(proof.size, place) !== bundle.head.size) throw new Break('ranges_head', place, proof.size, bundle.head.size);
  if (proof.root !== toBase64(bundle.head.root)) throw new Break('ranges_head', place, proof.root, toBase64(bundle.head.root));
  if (bundle.scope.all.count > 0 && bundle.scope.all.last >= bundle.head.size) throw new Break('beyond_head', place, bundle.scope.all.last, bundle.head.size);
  const hashes = asList(proof.hashes, place).map((text) => hashOf(text, place));
  const root = await rootOfRanges(bundle.head.size, bundle.scope.all, bundle.leafHashes, hashes, place, bundle.pause);
  if (!areEqual(root, bundle.head.root)) throw new Break('root', place, toBase64(root), toBase64(bundle.head.root));
  bundle.rangeHashes = hashes;
  return ['holds', {count: bundle.rows.length, size: bundle.head.size}];
}

// Of one record under a head: {index, path, head} of a tlog-proof.
function readTlogProof(text, place) {
  const split = text.indexOf('\n\n');
  const lines = split < 0 ? [] : text.slice(0, split).split('\n');
  if (lines.shift() !== 'c2sp.org/tlog-proof@v1') throw new Break('proof_malformed', place);
  const index = /^index (0|[1-9]\d{0,15})$/.exec(lines.shift() ?? '');
  if (!index || lines.length > 63) throw new Break('proof_malformed', place);
  return {index: Number(index[1]), path: lines.map((line) => hashOf(line, place)), head: text.slice(split + 2)};
}

async function checkSingleProofs(bundle) {
  const paths = [...bundle.files.keys()].filter((path) => path.endsWith('.tlog-proof'));
  const expected = bundle.scope.kind === 'decision' ? bundle.scope.records : new Numbers();
  for (const path of paths)
    if (!expected.has(Number(path.slice('proofs/'.length, -'.tlog-proof'.length)))) throw new Break('proof_unasked', path);
  for (const seq of expected) {
    const path = `proofs/${seq}.tlog-proof`;
    if (!bundle.files.has(path)) throw new Break('file_missing', path);
    const proof = readTlogProof(textFile(bundle, path), path);
    if (proof.index !== seq) throw new Break('proof_malformed', path, proof.index, seq);
    if (proof.head !== fromUtf8(bundle.files.get('log/checkpoint'))) throw new Break('proof_head', path);
    const position = bundle.rows.indexOf(bundle.rowBySeq.get(seq));
    const root = rootOfInclusion(seq, bundle.head.size, bundle.leafHashes[position], proof.path);
    if (!root || !areEqual(root, bundle.head.root)) throw new Break('proof', path);
  }
  return paths.length === 0 ? ['none'] : ['holds', {count: paths.length}];
}

// The root of the first `size` records, where the leaves here and the hashes before them tell it; else null.
function rootOfFirst(bundle, size) {
  const range = bundle.scope.all.ranges[0];
  if (!range || size < range[0] || size > range[1] + 1) return null;
  let ones = 0;
  for (let rest = range[0]; rest > 0; rest = Math.floor(rest / 2)) ones += rest % 2;
  return rootAfter(range[0], bundle.rangeHashes.slice(0, ones), bundle.leafHashes.slice(0, size - range[0]));
}

// A head that the reader holds: of this log, of another history, or one that this bundle is silent about.
async function checkHeldHead(bundle) {
  if (!bundle.heldHead) return ['none'];
  const place = 'held';
  const note = parseNote(toUtf8(bundle.heldHead), place);
  const held = parseHead(note.text, place);
  if (held.origin !== bundle.origin) throw new Break('origin', place, held.origin, bundle.origin);
  await signersOf(note, bundle.keys, held.size, place);
  const known = [bundle.head, bundle.oldHead].find((head) => head?.size === held.size)?.root ?? rootOfFirst(bundle, held.size);
  if (!known) return ['not_shown', {size: held.size, bundle: bundle.size}];
  if (!areEqual(known, held.root)) {
    bundle.fork = true;
    throw new Break('fork', `${held.size}`, toHex(known), toHex(held.root));
  }
  return ['holds', {size: held.size}];
}

// Whether the record before number `at` is before `from`, and the one at it not before `from`: where a range
// begins, and in the same way where it ends. Without an instant it begins at 0 and ends at the head.
function expectBoundary(bundle, at, instant, isEnd) {
  const place = `${at}`;
  if (instant === null) {
    const edge = isEnd ? bundle.size : 0;
    if (at !== edge) throw new Break(isEnd ? 'range_end' : 'range_begin', place, at, edge);
    return;
  }
  const before = bundle.rowBySeq.get(at - 1);
  const after = bundle.rowBySeq.get(at);
  if ((at > 0 && !before) || (at < bundle.size && !after)) throw new Break('neighbour_missing', place);
  if (before && before.instant >= instant && !(isEnd && before.inScope)) throw new Break('range_begin', `${before.seq}`, before.time, instant);
  if (after && after.instant < instant && !(!isEnd && after.inScope)) throw new Break('range_end', `${after.seq}`, after.time, instant);
}

function checkRange(bundle) {
  const {records, context, from, to} = bundle.scope;
  if (records.ranges.length > 1) throw new Break('range_gap', 'manifest.json, scope', records);
  if (records.count > 0) {
    expectBoundary(bundle, records.first, from, false);
    expectBoundary(bundle, records.last + 1, to, true);
    return ['holds', {count: records.count}];
  }
  // Nothing in scope: shown where two neighbours, or an end of the log, have the whole period between them.
  const places = [0, bundle.size, ...[...context].flatMap((seq) => [seq, seq + 1])].filter((at) => at <= bundle.size);
  for (const at of places) {
    try {
      expectBoundary(bundle, at, from, false);
      expectBoundary(bundle, at, to, true);
      return ['holds', {count: 0}];
    } catch {
      continue;
    }
  }
  return ['not_shown', {reason: 'empty'}];
}

function checkDecision(bundle) {
  const {decision, records} = bundle.scope;
  const rows = [...records].map((seq) => bundle.rowBySeq.get(seq));
  const own = rows.find((row) => row.decision === decision && leafOf(bundle, row).decision_id === decision);
  if (!own) throw new Break('decision_missing', decision);
  for (const row of rows)
    if (row.decision !== decision)
      throw new Break('decision_other', `${row.seq}`, row.decision, decision);
  return ['not_shown', {count: records.count}];
}

async function checkScope(bundle) {
  return bundle.scope.kind === 'range' ? checkRange(bundle) : checkDecision(bundle);
}

export const kRecordChecks = [
  {id: 'leaves', verdict: 'integrity', needs: ['manifest'], run: checkLeaves},
  {id: 'tree', verdict: 'integrity', needs: ['leaves', 'head'], run: checkTree},
  {id: 'single_proofs', verdict: 'integrity', needs: ['leaves', 'head'], run: checkSingleProofs},
  {id: 'held_head', verdict: 'completeness', needs: ['tree', 'keys', 'old_head'], run: checkHeldHead},
  {id: 'scope', verdict: 'completeness', needs: ['tree'], run: checkScope},
];
