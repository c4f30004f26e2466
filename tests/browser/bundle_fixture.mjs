// Makes evidence bundles from docs/format alone, with Node's own cryptography and none of the viewer's code:
// what the viewer reads here was not written by it.
import crypto from 'node:crypto';

export const kOrigin = 'bank.example/demo/decisions/2026-1';
const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), crypto.createHash('sha256')).digest();
const hex = (bytes) => bytes.toString('hex');
const base64 = (bytes) => bytes.toString('base64');
const fill = (seed, size = 32) => Buffer.from(Array.from({length: size}, (_, i) => (seed * 37 + i * 11) & 255));

export function canonical(value) {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  return `{${Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(',')}}`;
}

// --- keys and notes

export function makeKey(firstByte, name = kOrigin, type = 1) {
  const seed = Buffer.from(Array.from({length: 32}, (_, i) => firstByte + i));
  const privateKey = crypto.createPrivateKey({key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]), format: 'der', type: 'pkcs8'});
  const publicKey = crypto.createPublicKey(privateKey).export({format: 'der', type: 'spki'}).subarray(-32);
  const blob = Buffer.concat([Buffer.from([type]), publicKey]);
  const id = sha256(`${name}\n`, blob).subarray(0, 4);
  return {name, id, privateKey, vkey: `${name}+${hex(id)}+${base64(blob)}`};
}

export function sign(text, ...keys) {
  const lines = keys.map((key) => `\u2014 ${key.name} ${base64(Buffer.concat([key.id, crypto.sign(null, Buffer.from(text), key.privateKey)]))}\n`);
  return `${text}\n${lines.join('')}`;
}

export function cosign(text, key, seconds) {
  const time = Buffer.alloc(8);
  time.writeBigUInt64BE(BigInt(seconds));
  const signature = crypto.sign(null, Buffer.from(`cosignature/v1\ntime ${seconds}\n${text}`), key.privateKey);
  return `\u2014 ${key.name} ${base64(Buffer.concat([key.id, time, signature]))}\n`;
}

// --- the tree

const leafHash = (leaf) => sha256(Buffer.from([0]), leaf);
const nodeHash = (left, right) => sha256(Buffer.from([1]), left, right);
const split = (size) => 2 ** Math.ceil(Math.log2(size) - 1);

export function treeRoot(hashes) {
  if (hashes.length === 0) return sha256('');
  if (hashes.length === 1) return hashes[0];
  const k = split(hashes.length);
  return nodeHash(treeRoot(hashes.slice(0, k)), treeRoot(hashes.slice(k)));
}

export function inclusionPath(index, hashes) {
  if (hashes.length <= 1) return [];
  const k = split(hashes.length);
  return index < k ? [...inclusionPath(index, hashes.slice(0, k)), treeRoot(hashes.slice(k))]
    : [...inclusionPath(index - k, hashes.slice(k)), treeRoot(hashes.slice(0, k))];
}

export function consistencyPath(size, hashes, whole = true) {
  if (size === hashes.length) return whole ? [] : [treeRoot(hashes)];
  const k = split(hashes.length);
  return size <= k ? [...consistencyPath(size, hashes.slice(0, k), whole), treeRoot(hashes.slice(k))]
    : [...consistencyPath(size - k, hashes.slice(k), false), treeRoot(hashes.slice(0, k))];
}

// Hashes of the largest subtrees without any of `wanted`.
export function rangeHashes(begin, hashes, wanted) {
  if (hashes.every((_, i) => !wanted.has(begin + i))) return [treeRoot(hashes)];
  if (hashes.length === 1) return [];
  const k = split(hashes.length);
  return [...rangeHashes(begin, hashes.slice(0, k), wanted), ...rangeHashes(begin + k, hashes.slice(k), wanted)];
}

export function numbersText(numbers) {
  const ranges = [];
  for (const number of [...numbers].sort((a, b) => a - b))
    if (ranges.length > 0 && ranges.at(-1)[1] + 1 === number) ranges.at(-1)[1] = number;
    else ranges.push([number, number]);
  return ranges.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(',');
}

// --- records

// A text in parts: each member of the top level, each member of an object that is one.
export function cut(text) {
  const value = JSON.parse(text);
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return [{pointer: '', text}];
  const parts = [];
  const escape = (name) => name.replace(/~/g, '~0').replace(/\//g, '~1');
  const skeletonOf = (object, pointer, depth) => `{${Object.entries(object).map(([name, member]) => {
    const nested = depth < 2 && member !== null && typeof member === 'object' && !Array.isArray(member) && Object.keys(member).length > 0;
    const place = `${pointer}/${escape(name)}`;
    if (nested) return `${JSON.stringify(name)}:${skeletonOf(member, place, depth + 1)}`;
    parts.push({pointer: place, text: JSON.stringify(member)});
    return `${JSON.stringify(name)}:\0`;
  }).join(',')}}`;
  const skeleton = skeletonOf(value, '', 1);
  return [{pointer: '', text: skeleton}, ...parts];
}

export function makeSection(name, text, seed) {
  const parts = cut(text).map((part, i) => {
    const salt = sha256(fill(seed), name, String(i));
    return {...part, salt, commit: sha256(salt, part.pointer, Buffer.from([0]), part.text)};
  });
  const commit = sha256('oxpecker/commit/v2', Buffer.from([0]), name, Buffer.from([0]), ...parts.map((part) => part.commit));
  return {name, text, parts, commit};
}

export function makeLeaf({about, decisionId, kind, prev, sections, seq, time}) {
  const leaf = {about, kind, origin: kOrigin, prev, rid: hex(fill(seq + 1, 16)), seq: String(seq), time, v: 'oxpecker.record/1',
    sections: sections.map((section) => ({bytes: Buffer.byteLength(section.text), commit: hex(section.commit), ct_sha256: hex(sha256('ct', section.text)), name: section.name}))};
  if (decisionId) leaf.decision_id = decisionId;
  if (sections.length > 0) leaf.key = hex(sha256('key', String(seq)));
  return canonical(leaf);
}

export const decisionIdOf = (seq) => `019a4c1e-7d2b-7c3a-9f00-${String(seq).padStart(12, '0')}`;
export const timeOf = (seq) => new Date(Date.UTC(2026, 4, 28, 20, 26, 40) + seq * 1000).toISOString().replace('.000Z', 'Z');

const kRelease = canonical({files: [{path: 'pack/rules/late_fees.yaml', text: 'rules:\n  - id: late_fees_autopay\n    title: Late fees keep coming\n    when: count >= 3\n'},
  {path: 'pack/texts/reasons.yaml', text: 'texts:\n  - reason: LATE_FEES_REPEATED\n    officer:\n      en: "Late fees have become a pattern."\n'}],
limits: {facts_bytes_max: '16777216'}, schema: 'oxpecker.release/1', tzdata: '2026a'});
export const kReleaseDigest = hex(sha256(kRelease));

function decisionTexts(seq, texts) {
  const hostile = texts ?? {};
  const facts = JSON.stringify({schema: 'facts.v1', as_of: timeOf(seq), customer: {id: `c-${seq}`, name: hostile.name ?? 'Astrid Lund', segment: 'retail'},
    products: [{id: 'p-1', kind: 'account', balance: 12345678901234}], note: hostile.note ?? null});
  const decision = canonical({schema: 'oxpecker.decision/1', as_of: timeOf(seq), engine: '0.1.0', event: 'customer.review', release: kReleaseDigest, status: 'decided',
    features: [{id: 'late_fee_count', value: '3', version: 1}], candidates: [{action: 'autopay_setup', class: 'service', kind: 'offer', tier: 2, rule: 'late_fees_autopay', rule_version: 1,
      need: '0.9', rank: '0.9', reasons: ['LATE_FEES_REPEATED'], evidence: {count: '3'}, verdicts: [{guard: 'consent', stage: 'consent', verdict: 'pass'}], state: 'selected'}],
    outcomes: [{action: hostile.action ?? 'autopay_setup', kind: 'offer', delivery: 'push', human: false, detail: 'full'}], flags: [], reasons: ['LATE_FEES_REPEATED'], unknowns: []});
  const trace = canonical({rules: [{id: 'late_fees_autopay', version: 1, result: 'true', conditions: [['t', '3', '3']]}], guards: []});
  return {facts, decision, trace};
}

// A log of `count` records: 0 puts the release in force, `erasedBy` (if any) destroys the key of record 3, the
// rest are decisions.
export function makeLog({count = 12, erasedBy = 9, texts = null, plain = false} = {}) {
  const records = [];
  let prev = '0'.repeat(64);
  for (let seq = 0; seq < count; ++seq) {
    let record;
    if (seq === 0) {
      const manifest = canonical({release: kReleaseDigest, pack: 'retail', reasons: [{code: 'LATE_FEES_REPEATED', en: 'Late fees have become a pattern.'}]});
      record = {kind: 'release', about: {approvals: 0, engine: '0.1.0', pack: 'retail', pack_version: texts?.pack ?? '0.2.0', release: kReleaseDigest, tests: 'passed'},
        sections: [makeSection('manifest', manifest, seq), makeSection('release', kRelease, seq)]};
    } else if (seq === erasedBy) {
      record = {kind: 'erasure', about: {actor_ref: hex(fill(3)), cause: 'request', erasure: hex(fill(9, 16)), ranges: '3', records: 1},
        sections: [makeSection('statement', canonical({basis: 'asked for', by: 'officer-1'}), seq)]};
    } else {
      const {facts, decision, trace} = decisionTexts(seq, texts);
      const sections = plain ? [] : [makeSection('facts', facts, seq), makeSection('decision', decision, seq), makeSection('trace', trace, seq)];
      record = {kind: 'decision', decisionId: decisionIdOf(seq), about: {as_of: timeOf(seq), candidates: 1, engine: '0.1.0', event: texts?.event ?? 'customer.review', flags: 0,
        outcome: seq % 3 === 0 ? 'silent' : 'action', outcomes: 1, release: kReleaseDigest, suppressed: 0, unknowns: 0, ...texts?.extra}, sections};
    }
    const leaf = makeLeaf({...record, prev, seq, time: timeOf(seq)});
    const hash = leafHash(leaf);
    records.push({...record, seq, leaf, hash});
    prev = hex(hash);
  }
  return records;
}

// --- the bundle

const kProfile = {id: 'personal-withheld', reason: 'What is about the person is withheld.', title: 'Without personal data',
  sections: {decision: 'all', facts: {disclose: ['/as_of', '/customer/segment']}, manifest: 'all', statement: 'all', trace: 'all'}};

function isShown(section, part) {
  const rule = kProfile.sections[section];
  return rule === 'all' || (rule?.disclose ?? []).includes(part.pointer);
}

function shownAndWithheld(log, scope, erasedBy) {
  const disclosures = [];
  const redactions = new Map();
  const withhold = (key, seq) => redactions.set(canonical(key), [...(redactions.get(canonical(key)) ?? []), seq]);
  const counts = {disclosed: 0, partly: 0, withheld: 0};
  for (const seq of scope)
    for (const section of log[seq].sections) {
      const shown = section.parts.map((part) => isShown(section.name, part));
      const isErased = seq === 3 && erasedBy !== null;
      if (isErased || section.name === 'release' || !shown.includes(true)) {
        ++counts.withheld;
        if (isErased) withhold({erasure: hex(fill(9, 16)), reason: 'erased', section: section.name}, seq);
        else withhold({reason: section.name === 'release' ? 'artefact' : 'profile', section: section.name}, seq);
        continue;
      }
      ++counts[shown.includes(false) ? 'partly' : 'disclosed'];
      if (shown.includes(false)) withhold({parts: numbersText(shown.flatMap((is, i) => (is ? [] : [i]))), reason: 'profile', section: section.name}, seq);
      disclosures.push(canonical({seq: String(seq), section: section.name, parts: section.parts.map((part, i) =>
        (shown[i] ? {pointer: part.pointer, salt: base64(part.salt), text: part.text} : {commit: base64(part.commit)}))}));
    }
  const lines = [...redactions].map(([key, seqs]) => canonical({...JSON.parse(key), records: numbersText(seqs)}));
  lines.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  return {disclosures, redactions: lines, counts};
}

function coverageOf(log, scope, counts, erasedBy) {
  const kinds = {};
  for (const seq of scope) kinds[log[seq].kind] = String(Number(kinds[log[seq].kind] ?? 0) + 1);
  const hasRelease = scope.some((seq) => log[seq].about.release);
  return {erasures: erasedBy !== null && scope.includes(3) ? [{erasure: hex(fill(9, 16)), record: String(erasedBy), records: '3'}] : [], holds: '0', key_absent: '', kinds,
    records: numbersText(scope), releases: hasRelease ? [{digest: kReleaseDigest, included: true, record: '0'}] : [], retention: {decision: '3650'},
    sections: {disclosed: String(counts.disclosed), partly: String(counts.partly), withheld: String(counts.withheld)}, v: 'oxpecker.coverage/1'};
}

// `scope`: {first, last} with `from` and `to` where the ends of the log do not bound it, or {decision: number}.
// Gives every file but manifest.json, manifest.note and report.html, and what `seal` needs.
export function makeFiles({log = makeLog(), first = 0, last = log.length - 1, decision = null, erasedBy = 9, key = makeKey(0x80), keys = [key], keyList = `${key.vkey}\n`,
  oldSize = 0, witness = null} = {}) {
  const scope = decision === null ? Array.from({length: last - first + 1}, (_, i) => first + i) : [decision];
  const context = new Set(decision === null ? [first - 1, last + 1].filter((seq) => seq >= 0 && seq < log.length) : [0]);
  if (!scope.includes(0)) context.add(0);
  if (erasedBy !== null && scope.includes(3)) context.add(erasedBy);
  for (const seq of scope) context.delete(seq);
  const all = new Set([...scope, ...context]);
  const hashes = log.map((record) => record.hash);
  const root = treeRoot(hashes);
  const head = `${kOrigin}\n${log.length}\n${base64(root)}\n`;
  const {disclosures, redactions, counts} = shownAndWithheld(log, scope, erasedBy);
  const logLines = keyList.trim().split('\n').map((line) => `log ${line.split(' ')[0]}\n`).join('');
  const lines = (texts) => texts.map((text) => `${text}\n`).join('');
  const files = new Map(Object.entries({
    'README.txt': 'Evidence.\n', 'keys/log.vkey': keyList, 'log/checkpoint': sign(head, ...keys), 'coverage.json': canonical(coverageOf(log, scope, counts, erasedBy)),
    'disclosures.jsonl': lines(disclosures), 'redactions.jsonl': lines(redactions), 'log/leaves.jsonl': lines([...all].sort((a, b) => a - b).map((seq) => log[seq].leaf)),
    'policy.txt': `${logLines}quorum none\n`,
    'proofs/ranges.json': canonical({hashes: rangeHashes(0, hashes, all).map(base64), records: numbersText(all), root: base64(root), size: String(log.length)})}));
  if (scope.some((seq) => log[seq].about.release)) files.set(`artefacts/${kReleaseDigest}`, kRelease);
  if (decision !== null) files.set(`proofs/${decision}.tlog-proof`, `c2sp.org/tlog-proof@v1\nindex ${decision}\n${inclusionPath(decision, hashes).map((hash) => `${base64(hash)}\n`).join('')}\n${files.get('log/checkpoint')}`);
  if (oldSize > 0) {
    const oldRoot = treeRoot(hashes.slice(0, oldSize));
    files.set('log/checkpoint.old', sign(`${kOrigin}\n${oldSize}\n${base64(oldRoot)}\n`, key));
    files.set('log/consistency.json', canonical({hashes: consistencyPath(oldSize, hashes).map(base64), new_root: base64(root), new_size: log.length, old_root: base64(oldRoot), old_size: oldSize, origin: kOrigin}));
  }
  if (witness) {
    files.set('policy.txt', `${logLines}witness w1 ${witness.vkey}\nquorum w1\n`);
    files.set('witness/w1', `${files.get('log/checkpoint')}${cosign(head, witness, 1790000000)}`);
  }
  const range = {context: numbersText(context), kind: 'range', records: numbersText(scope)};
  if (decision === null && first > 0) range.from = timeOf(first);
  if (decision === null && last < log.length - 1) range.to = timeOf(last + 1);
  const about = {key, head, root: hex(root), size: String(log.length),
    scope: decision === null ? range : {context: numbersText(context), decision: decisionIdOf(decision), kind: 'decision', records: numbersText(scope)}};
  return {files, about};
}

const kBlock = '<script type="application/json" id="bundle">';

// Adds manifest.json, manifest.note and report.html. `page` is the viewer with an empty block.
export function seal({files, about}, {page, withBlock = true, manifestChange = (manifest) => manifest} = {}) {
  const sealed = new Map([...files].map(([path, content]) => [path, Buffer.from(content)]));
  const paths = [...sealed.keys()].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  const manifest = canonical(manifestChange({checkpoint: {root: about.root, size: about.size},
    files: paths.map((path) => ({path, sha256: hex(sha256(sealed.get(path))), size: String(sealed.get(path).length)})), origin: kOrigin, profile: kProfile, scope: about.scope,
    tool: 'oxpecker 0.1.0', v: 'oxpecker.bundle/1', viewer: {data: withBlock, sha256: hex(sha256(page))}}));
  sealed.set('manifest.json', Buffer.from(manifest));
  sealed.set('manifest.note', Buffer.from(sign(`oxpecker evidence bundle v1\n${kOrigin}\n${base64(sha256(manifest))}\n`, about.key)));
  sealed.set('report.html', Buffer.from(withBlock ? fillPage(page, blockOf(sealed)) : page));
  return inZipOrder(sealed);
}
export const inZipOrder = (files) => new Map([...files].sort(([a], [b]) => rank(a) - rank(b) || Buffer.compare(Buffer.from(a), Buffer.from(b))));
const rank = (path) => ['coverage.json', 'manifest.json', 'manifest.note', 'report.html'].indexOf(path);

export function blockOf(files) {
  const value = {};
  for (const [path, bytes] of files) {
    if (path === 'report.html') continue;
    const text = bytes.toString('utf8');
    value[path] = Buffer.from(text).equals(bytes) ? text : {base64: base64(bytes)};
  }
  return canonical(value).replaceAll('<', '\\u003c');
}

export function fillPage(page, block) {
  const at = page.indexOf(kBlock) + kBlock.length;
  return page.slice(0, at) + block + page.slice(at);
}

// --- zip

function crc32(bytes) {
  let crc = -1;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; ++bit) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return ~crc >>> 0;
}

export function zip(files) {
  const parts = [];
  const central = [];
  let offset = 0;
  for (const [path, bytes] of files) {
    const common = Buffer.alloc(26);
    [[0, 10], [2, 0], [4, 0], [6, 0], [8, 0x21], [22, Buffer.byteLength(path)]].forEach(([at, value]) => common.writeUInt16LE(value, at));
    [[10, crc32(bytes)], [14, bytes.length], [18, bytes.length]].forEach(([at, value]) => common.writeUInt32LE(value, at));
    parts.push(Buffer.from('PK\x03\x04', 'latin1'), common, Buffer.from(path), bytes);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    central.push(Buffer.concat([Buffer.from('PK\x01\x02\x0a\x00', 'latin1'), common, tail, Buffer.from(path)]));
    offset += 30 + Buffer.byteLength(path) + bytes.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 0, 'latin1');
  end.writeUInt16LE(files.size, 8);
  end.writeUInt16LE(files.size, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, directory, end]);
}
