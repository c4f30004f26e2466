// Checks of what is shown and what is withheld: artefacts, disclosures, redactions, coverage.
import { Break } from './problem.js';
import { compareBytes } from './bytes.js';
import { leafOf, linesOf } from './checks_records.js';
import { readCanonical } from './json.js';
import { readDisclosure, sectionCommitment, skeletonTree, wholeSize } from './sections.js';
import { sha256Hex } from './sha2.js';
import { asConstant, asCount, asDigest, asList, asMap, asObject, Numbers } from './shape.js';

const kReasons = ['profile', 'artefact', 'erased', 'key_absent'];

async function checkArtefacts(bundle) {
  const paths = [...bundle.files.keys()].filter((path) => path.startsWith('artefacts/'));
  for (const path of paths) {
    const digest = await sha256Hex(bundle.files.get(path));
    if (digest !== path.slice('artefacts/'.length)) throw new Break('artefact_digest', path, digest);
    await bundle.pause();
  }
  return paths.length === 0 ? ['none'] : ['holds', {count: paths.length}];
}

// A line of disclosures.jsonl that `row` has, parsed again when it is shown.
export function disclosureOf(bundle, line) {
  const place = `disclosures.jsonl, ${line.seq} ${line.section}`;
  return readDisclosure(readCanonical(bundle.files.get('disclosures.jsonl').subarray(line.begin, line.end), place), place);
}

function expectSection(bundle, value, disclosure, before, place) {
  const seq = asCount(value.seq, place);
  const row = bundle.rowBySeq.get(seq);
  if (!row?.inScope) throw new Break('disclosure_outside', place, seq);
  const index = row.sections.indexOf(disclosure.section);
  if (index < 0) throw new Break('section_unknown', place, disclosure.section);
  if (before && (before.seq > seq || (before.seq === seq && before.index >= index))) throw new Break('disclosure_order', place);
  const reference = leafOf(bundle, row).sections[index];
  const commit = sectionCommitment(disclosure.section, disclosure.parts);
  if (commit !== reference.commit) throw new Break('commitment', place, commit, reference.commit);
  skeletonTree(disclosure.parts, place);
  const size = wholeSize(disclosure.parts);
  if (size !== null && size !== reference.bytes) throw new Break('section_size', place, size, reference.bytes);
  return {seq, index};
}

async function checkDisclosures(bundle) {
  const path = 'disclosures.jsonl';
  const bytes = bundle.files.get(path);
  const lines = linesOf(bytes, path);
  const shown = new Map();
  let before = null;
  for (const [i, [begin, end]] of lines.entries()) {
    const value = readCanonical(bytes.subarray(begin, end), `${path}, ${i + 1}`);
    const place = `${path}, ${value?.seq} ${value?.section}`;
    const disclosure = readDisclosure(value, place);
    before = expectSection(bundle, value, disclosure, before, place);
    const withheld = Numbers.of(disclosure.parts.flatMap((part, index) => (part.shown ? [] : [index])));
    if (!shown.has(before.seq)) shown.set(before.seq, []);
    shown.get(before.seq).push({seq: before.seq, section: disclosure.section, begin, end, withheld});
    if (i % 64 === 0) {
      bundle.step(i / lines.length);
      await bundle.pause();
    }
  }
  bundle.disclosures = shown;
  return ['holds', {count: lines.length}];
}

export const disclosureFor = (bundle, seq, section) => bundle.disclosures?.get(seq)?.find((line) => line.section === section);

function readRedaction(value, place) {
  asObject(value, place, ['reason', 'records', 'section'], ['erasure', 'parts']);
  if (!kReasons.includes(value.reason)) throw new Break('shape', place, value.reason, kReasons.join(', '));
  if ((value.erasure !== undefined) !== (value.reason === 'erased')) throw new Break('member_unknown', place, 'erasure');
  if (value.erasure !== undefined && !/^[0-9a-f]{32}$/.test(value.erasure)) throw new Break('shape', place, value.erasure);
  const records = Numbers.parse(value.records, place);
  const parts = value.parts === undefined ? null : Numbers.parse(value.parts, place);
  if (parts && value.reason !== 'profile') throw new Break('member_unknown', place, 'parts');
  if (records.count === 0 || parts?.count === 0) throw new Break('shape', place, '""', '3-5,9');
  return {reason: value.reason, erasure: value.erasure ?? null, section: value.section, records, parts};
}

function addRedaction(bundle, redaction, seq, place) {
  const row = bundle.rowBySeq.get(seq);
  if (!row?.inScope) throw new Break('redaction_outside', place, seq);
  if (!row.sections.includes(redaction.section)) throw new Break('section_unknown', place, redaction.section);
  if (redaction.reason === 'artefact' && (row.kind !== 'release' || redaction.section !== 'release' || !bundle.files.has(`artefacts/${row.release}`)))
    throw new Break('file_missing', place, '', `artefacts/${row.release}`);
  const line = disclosureFor(bundle, seq, redaction.section);
  if ((line !== undefined) !== (redaction.parts !== null)) throw new Break('redaction_other', place, `${seq} ${redaction.section}`);
  if (!bundle.redactions.has(seq)) bundle.redactions.set(seq, []);
  const others = bundle.redactions.get(seq).filter(({section}) => section === redaction.section);
  if (redaction.parts === null && others.length > 0) throw new Break('redaction_twice', place, `${seq} ${redaction.section}`);
  for (const part of redaction.parts ?? []) {
    if (!line.withheld.has(part)) throw new Break('redaction_other', place, `${seq} ${redaction.section} ${part}`);
    if (others.some(({parts}) => parts.has(part))) throw new Break('redaction_twice', place, `${seq} ${redaction.section} ${part}`);
  }
  bundle.redactions.get(seq).push(redaction);
}

// Every part of every section in scope is shown or listed, once.
function expectAllListed(bundle) {
  for (const row of bundle.rows) {
    if (!row.inScope) continue;
    const listed = bundle.redactions.get(row.seq) ?? [];
    for (const section of row.sections) {
      const own = listed.filter((redaction) => redaction.section === section);
      const line = disclosureFor(bundle, row.seq, section);
      const count = own.reduce((sum, {parts}) => sum + (parts?.count ?? 0), 0);
      if (line ? count !== line.withheld.count : own.length === 0)
        throw new Break('redaction_missing', 'redactions.jsonl', `${row.seq} ${section}`, line?.withheld ?? '');
    }
  }
}

async function checkRedactions(bundle) {
  const path = 'redactions.jsonl';
  const bytes = bundle.files.get(path);
  bundle.redactions = new Map();
  let before = null;
  let lines = 0;
  for (const [begin, end] of linesOf(bytes, path)) {
    const line = bytes.subarray(begin, end);
    const place = `${path}, ${++lines}`;
    if (before && compareBytes(before, line) >= 0) throw new Break('line_order', place);
    before = line;
    const redaction = readRedaction(readCanonical(line, place), place);
    if (redaction.records.last > bundle.size) throw new Break('redaction_outside', place, redaction.records.last);
    let added = 0;
    for (const seq of redaction.records) {
      addRedaction(bundle, redaction, seq, place);
      if (++added % 512 === 0) await bundle.pause();
    }
    await bundle.pause();
  }
  expectAllListed(bundle);
  return ['holds', {count: lines}];
}

// --- coverage: counted again

function expectSame(found, expected, place) {
  if (String(found) !== String(expected)) throw new Break('coverage', `coverage.json, ${place}`, found, expected);
}

function expectKinds(bundle, kinds) {
  const counted = {};
  for (const row of bundle.rows) if (row.inScope) counted[row.kind] = (counted[row.kind] ?? 0) + 1;
  const spelled = (counts) => Object.keys(counts).sort().map((kind) => `${kind} ${counts[kind]}`).join(', ');
  expectSame(spelled(asMap(kinds, 'coverage.json, kinds')), spelled(counted), 'kinds');
}

function expectSectionCounts(bundle, sections) {
  const counted = {disclosed: 0, partly: 0, withheld: 0};
  for (const row of bundle.rows) {
    if (!row.inScope) continue;
    for (const section of row.sections) {
      const line = disclosureFor(bundle, row.seq, section);
      ++counted[!line ? 'withheld' : line.withheld.count === 0 ? 'disclosed' : 'partly'];
    }
  }
  asObject(sections, 'coverage.json, sections', Object.keys(counted));
  for (const name of Object.keys(counted)) expectSame(sections[name], counted[name], `sections, ${name}`);
  return counted;
}

// Numbers of the records in scope of which something is withheld and `isMeant`.
function withheldIn(bundle, isMeant) {
  const numbers = [];
  for (const row of bundle.rows) if (bundle.redactions.get(row.seq)?.some(isMeant)) numbers.push(row.seq);
  return Numbers.of(numbers);
}

// Numbers of the records that each erasure took something of.
function erasedRecords(bundle) {
  const erased = new Map();
  for (const row of bundle.rows)
    for (const id of new Set((bundle.redactions.get(row.seq) ?? []).map(({erasure}) => erasure)))
      if (id !== null) erased.has(id) ? erased.get(id).push(row.seq) : erased.set(id, [row.seq]);
  return new Map([...erased].map(([id, numbers]) => [id, Numbers.of(numbers)]));
}

function expectErasures(bundle, erasures) {
  const erased = erasedRecords(bundle);
  const known = new Set();
  let before = -1;
  for (const erasure of asList(erasures, 'coverage.json, erasures')) {
    const place = `coverage.json, erasures, ${erasure?.erasure}`;
    asObject(erasure, place, ['erasure', 'record', 'records']);
    const seq = asCount(erasure.record, place);
    const row = bundle.rowBySeq.get(seq);
    const leaf = row && leafOf(bundle, row);
    if (seq <= before || leaf?.kind !== 'erasure' || leaf.about.erasure !== erasure.erasure) throw new Break('erasure_record', place, seq);
    before = seq;
    const records = Numbers.parse(erasure.records, place);
    expectSame(records, erased.get(erasure.erasure) ?? '', `erasures, ${seq}`);
    const told = leaf.about.ranges === undefined ? null : Numbers.parse(leaf.about.ranges, place);
    for (const record of records) if (told && !told.has(record)) throw new Break('erasure_record', place, record, told);
    known.add(erasure.erasure);
  }
  for (const id of erased.keys()) if (!known.has(id)) throw new Break('erasure_record', `coverage.json, ${id}`);
  return known.size;
}

function expectReleases(bundle, releases) {
  const digests = new Set(bundle.rows.filter((row) => row.inScope && row.release !== null).map((row) => row.release));
  const stated = asList(releases, 'coverage.json, releases');
  expectSame(stated.map((release) => release?.digest), [...digests].sort(), 'releases');
  for (const release of stated) {
    const place = `coverage.json, releases, ${release.digest}`;
    asObject(release, place, ['digest', 'included'], ['record']);
    asDigest(release.digest, place);
    expectSame(release.included, bundle.files.has(`artefacts/${release.digest}`), `releases, ${release.digest}`);
    if (release.record === undefined) continue;
    const row = bundle.rowBySeq.get(asCount(release.record, place));
    if (row?.kind !== 'release' || row.release !== release.digest) throw new Break('release_record', place, release.record);
  }
  for (const path of bundle.files.keys())
    if (path.startsWith('artefacts/') && !digests.has(path.slice('artefacts/'.length))) throw new Break('artefact_unasked', path);
}

async function checkCoverage(bundle) {
  const coverage = readCanonical(bundle.files.get('coverage.json'), 'coverage.json');
  asObject(coverage, 'coverage.json', ['erasures', 'holds', 'key_absent', 'kinds', 'records', 'releases', 'retention', 'sections', 'v']);
  asConstant(coverage.v, 'coverage.json, v', 'oxpecker.coverage/1');
  expectSame(coverage.records, bundle.scope.records, 'records');
  expectKinds(bundle, coverage.kinds);
  bundle.sectionCounts = expectSectionCounts(bundle, coverage.sections);
  expectSame(coverage.key_absent, withheldIn(bundle, ({reason}) => reason === 'key_absent'), 'key_absent');
  bundle.erasureCount = expectErasures(bundle, coverage.erasures);
  expectReleases(bundle, coverage.releases);
  asCount(coverage.holds, 'coverage.json, holds');
  for (const [kind, days] of Object.entries(asMap(coverage.retention, 'coverage.json, retention')))
    asCount(days, `coverage.json, retention, ${kind}`);
  bundle.coverage = coverage;
  return ['holds'];
}

export const kDisclosureChecks = [
  {id: 'artefacts', verdict: 'integrity', needs: ['files'], run: checkArtefacts},
  {id: 'disclosures', verdict: 'integrity', needs: ['leaves'], run: checkDisclosures},
  {id: 'redactions', verdict: 'integrity', needs: ['disclosures'], run: checkRedactions},
  {id: 'coverage', verdict: 'integrity', needs: ['redactions', 'artefacts'], run: checkCoverage},
];
