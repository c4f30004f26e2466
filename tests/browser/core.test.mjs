// The viewer's own code without a browser: against the examples of docs/format, against Node's cryptography,
// and against bundles that were changed. No dependency.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import * as fixture from './bundle_fixture.mjs';
import { kTampers } from './tampers.mjs';
import { fromBase64, fromHex, toBase64, toHex, toUtf8 } from '../../audit/viewer/bytes.js';
import { readBlock, readZip } from '../../audit/viewer/container.js';
import { isSigned, isSignedPlain } from '../../audit/viewer/ed25519.js';
import { canonical, readCanonicalText, readTree } from '../../audit/viewer/json.js';
import { kAboutOf, readLeaf } from '../../audit/viewer/leaf.js';
import { isConsistent, leafHash, rootAfter, rootOfInclusion, rootOfRanges, treeRoot } from '../../audit/viewer/merkle.js';
import { cosignedAt, parseHead, parseKeyList, parseNote, parseVerifierKey, signersOf } from '../../audit/viewer/note.js';
import { readDisclosure, readPart, sectionCommitment, sectionTree, skeletonTree, wholeText } from '../../audit/viewer/sections.js';
import { Sha256, sha256, sha256Hex, sha512 } from '../../audit/viewer/sha2.js';
import { Numbers } from '../../audit/viewer/shape.js';
import { kTexts, say } from '../../audit/viewer/texts.js';
import { kChecks, verifyBundle } from '../../audit/viewer/verify.js';
import { selectRows } from '../../audit/viewer/view_table.js';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const viewer = path.join(root, 'audit/viewer');
const modules = fs.readdirSync(viewer).filter((name) => name.endsWith('.js'));
const documentOf = (name) => fs.readFileSync(path.join(root, 'docs/format', name), 'utf8');
const blockOf = (name, label) => new RegExp(`\`\`\`${label}\n([^\`]*)\`\`\``).exec(documentOf(name))?.[1];
const hexBlock = (name, label) => fromHex(blockOf(name, `hex ${label}`).replace(/\n/g, ''));
const random = (size) => new Uint8Array(crypto.randomBytes(size));
const page = '<!doctype html>\n<script type="application/json" id="bundle"></script>\n';
const bundleOf = (options) => fixture.seal(fixture.makeFiles(options), {page});
const asBytes = (files) => new Map([...files].map(([name, bytes]) => [name, new Uint8Array(bytes)]));

test('SHA-256 and SHA-512 of all short lengths are those of Node, in one piece and in several', () => {
  for (let size = 0; size < 300; ++size) {
    const bytes = random(size);
    const expected = crypto.createHash('sha256').update(bytes).digest('hex');
    assert.equal(toHex(sha256(bytes)), expected);
    const hash = new Sha256();
    for (let at = 0; at < size; at += 37) hash.update(bytes.subarray(at, at + 37));
    assert.equal(toHex(hash.digest()), expected);
    assert.equal(toHex(sha512(bytes)), crypto.createHash('sha512').update(bytes).digest('hex'));
  }
});

test('a long text has the same digest by either way', async () => {
  const bytes = random(1 << 17);
  assert.equal(await sha256Hex(bytes), toHex(sha256(bytes)));
});

test('signatures: the bundled library and the platform agree', async () => {
  const key = fixture.makeKey(0x11);
  const publicKey = fromBase64(key.vkey.split('+').slice(2).join('+')).slice(1);
  for (const size of [0, 1, 111, 112, 128, 1000]) {
    const message = random(size);
    const signature = new Uint8Array(crypto.sign(null, message, key.privateKey));
    for (const verify of [isSigned, async (...given) => isSignedPlain(...given)]) {
      assert.equal(await verify(publicKey, message, signature), true);
      for (const bit of [0, 255, 256, 300, 511]) {
        const flipped = signature.slice();
        flipped[bit >> 3] ^= 1 << (bit & 7);
        assert.equal(await verify(publicKey, message, flipped), false, `bit ${bit}`);
      }
      assert.equal(await verify(publicKey, random(size + 1), signature), false);
    }
  }
});

test('base64 and hex are accepted in one spelling', () => {
  for (const bytes of [random(0), random(1), random(2), random(31), random(9000)]) assert.deepEqual(fromBase64(toBase64(bytes)), bytes);
  for (const text of ['QQ', 'QR==', 'QQ=', 'QUJ=', 'Q Q=', 'QQ==\n', '====', 5]) assert.equal(fromBase64(text), null, String(text));
  for (const text of ['0', 'AA', '0g']) assert.equal(fromHex(text), null);
});

test('canonical JSON is accepted, anything else is not', () => {
  const good = ['{}', '[1,"a",null,true]', '{"":1,"a":{"b":[]},"\u20ac":2,"\ud83d\ude00":3,"\ufb33":4}', '"\\u0000\\b\\n\\u001f\u007f\u2028/"', '1e+21', '1e-7', '0.000001'];
  for (const text of good) assert.equal(canonical(readCanonicalText(text, 'x')), text);
  const bad = ['{ }', '{"b":1,"a":2}', '{"a":1,"a":1}', '[1.0]', '-0', '1E2', '"\\u0041"', '"\\/"', '"\\ud800"', '{"a":1}\n', '', '01', '{"\ufb33":4,"\ud83d\ude00":3}'];
  for (const text of bad) assert.throws(() => readCanonicalText(text, 'x'), {name: 'Error'}, text);
});

test('trees keep numbers, repeated members and the places of holes', () => {
  assert.equal(readTree('12345678901234567890.10').text, '12345678901234567890.10');
  assert.deepEqual(readTree('{"a":1,"a":2}').members.map(([name, node]) => [name, node.text]), [['a', '1'], ['a', '2']]);
  const holes = [];
  assert.ok(readTree('{"a":\0,"b/c":{"~":[1,\0]}}', holes));
  assert.deepEqual(holes.map(({pointer}) => pointer), ['/a', '/b~1c/~0/1']);
  for (const text of ['{', '[1,]', '{"a"}', 'nul', '"a', '1 2', '\u00a01', `${'['.repeat(300)}`]) assert.equal(readTree(text), null, text.slice(0, 9));
});

test('numbers of records', () => {
  const numbers = Numbers.parse('3-5,9,12-14', 'x');
  assert.deepEqual([...numbers], [3, 4, 5, 9, 12, 13, 14]);
  assert.equal(numbers.toString(), '3-5,9,12-14');
  assert.deepEqual([0, 3, 5, 6, 9, 15].map((number) => numbers.has(number)), [false, true, true, false, true, false]);
  assert.deepEqual([[0, 3], [0, 4], [6, 9], [6, 10], [15, 99]].map(([begin, end]) => numbers.anyIn(begin, end)), [false, true, false, true, false]);
  assert.equal(numbers.unite(Numbers.parse('6,10'), 'x').toString(), '3-6,9-10,12-14');
  assert.throws(() => numbers.unite(Numbers.parse('4'), 'x'));
  for (const text of ['3-3', '5-3', '3,4', '3-4,5', '03', '1,', ',1', '-1', ' 1', '9-', '3,3']) assert.throws(() => Numbers.parse(text, 'x'), {name: 'Error'}, text);
});

test('docs/format: the leaf, its hash and the head over it', async () => {
  const leaf = hexBlock('record_v1.md', 'leaf');
  const hash = hexBlock('record_v1.md', 'leaf_hash');
  assert.equal(readLeaf(leaf, 'x').seq, '0');
  assert.deepEqual(leafHash(leaf), hash);
  const note = parseNote(hexBlock('checkpoint_v1.md', 'note'), 'x');
  const head = parseHead(note.text, 'x');
  assert.deepEqual(head.root, hash);
  const vkey = /^`(bank\.example\S+)`$/m.exec(documentOf('checkpoint_v1.md'))[1];
  assert.deepEqual(parseVerifierKey(vkey, 'x').publicKey, hexBlock('checkpoint_v1.md', 'vkey_public'));
  assert.equal((await signersOf(note, parseKeyList(vkey, 'x'), head.size, 'x')).length, 1);
});

test('docs/format: the parts of a section', () => {
  const salts = hexBlock('record_v1.md', 'salts');
  const shown = [['', '{"customer":\0}'], ['/customer', '"c-1"']];
  const parts = shown.map(([pointer, text], i) => readPart({pointer, salt: toBase64(salts.subarray(32 * i, 32 * i + 32)), text}, 'x'));
  assert.equal(parts.map(({commit}) => toHex(commit)).join(''), toHex(hexBlock('record_v1.md', 'parts')));
  assert.equal(sectionCommitment('inputs', parts), toHex(hexBlock('record_v1.md', 'commit')));
});

test('docs/format: a line of disclosures leads to the commitment', () => {
  const {section, parts} = readDisclosure(readCanonicalText(blockOf('bundle_v1.md', 'text disclosure').trim(), 'x'), 'x');
  assert.equal(sectionCommitment(section, parts), toHex(hexBlock('record_v1.md', 'commit')));
  assert.deepEqual(sectionTree(parts), {type: 'parts', parts: [['/customer', {type: 'string', value: 'c-1'}]]});
});

test('docs/format: two records of five lead to the root', async () => {
  const proof = readCanonicalText(blockOf('bundle_v1.md', 'text ranges').trim(), 'x');
  const leaves = [2, 3].map((i) => leafHash(toUtf8(`leaf-${i}`)));
  const root = await rootOfRanges(Number(proof.size), Numbers.parse(proof.records, 'x'), leaves, proof.hashes.map(fromBase64), 'x');
  assert.equal(toBase64(root), proof.root);
});

test('docs/format: the zip of one file', async () => {
  const files = await readZip(hexBlock('bundle_v1.md', 'zip'));
  assert.deepEqual([...files].map(([name, bytes]) => [name, new TextDecoder().decode(bytes)]), [['README.txt', 'hello\n']]);
});

test('docs/format: a cosignature', async () => {
  const witness = parseVerifierKey(blockOf('anchors_v1.md', 'text witness').trim(), 'x');
  assert.equal(await cosignedAt(parseNote(toUtf8(blockOf('anchors_v1.md', 'text cosigned')), 'x'), witness, 'x'), 1780000060);
});

test('docs/format: keys that followed each other', async () => {
  const terms = parseKeyList(blockOf('checkpoint_v1.md', 'text keys'), 'x');
  const note = parseNote(toUtf8(blockOf('checkpoint_v1.md', 'text head')), 'x');
  assert.deepEqual((await signersOf(note, terms, 5, 'x')).map(({id}) => id), ['657fb06c', 'c14c4830']);
  assert.deepEqual((await signersOf(note, terms, 6, 'x')).map(({id}) => id), ['c14c4830']);
  assert.deepEqual((await signersOf(note, terms, 4, 'x')).map(({id}) => id), ['657fb06c']);
  await assert.rejects(signersOf({...note, signatures: note.signatures.slice(0, 1)}, terms, 6, 'x'), {code: 'key_outside_term'});
  await assert.rejects(signersOf({...note, signatures: []}, terms, 5, 'x'), {code: 'not_signed'});
});

test('docs/format: inclusion and consistency in a tree of five', () => {
  const leaves = [0, 1, 2, 3, 4].map((i) => leafHash(toUtf8(`leaf-${i}`)));
  assert.equal(toHex(leaves.reduce((all, leaf) => all + toHex(leaf), '') && treeRoot(leaves)), toHex(fromBase64('ANIYKaVQMUU0irz3ElE+rPKidCEa2D6XAgK7W22AsoY=')));
  const lines = blockOf('tiles_v1.md', 'text proof').split('\n');
  const steps = lines.slice(2, 5).map(fromBase64);
  assert.deepEqual(rootOfInclusion(2, 5, leaves[2], steps), treeRoot(leaves));
  const proof = JSON.parse(blockOf('tiles_v1.md', 'text consistency'));
  assert.ok(isConsistent(3, fromBase64(proof.old_root), 5, fromBase64(proof.new_root), proof.hashes.map(fromBase64)));
});

test('the root of the first records follows from the leaves of a range and the hashes before it', () => {
  const leaves = Array.from({length: 13}, (_, i) => leafHash(toUtf8(`leaf-${i}`)));
  for (let size = 1; size <= leaves.length; ++size)
    for (let first = 0; first < size; ++first) {
      const hashes = fixture.rangeHashes(0, leaves.slice(0, size), new Set([first, size - 1])).map((hash) => new Uint8Array(hash));
      const before = hashes.slice(0, first.toString(2).replaceAll('0', '').length);
      for (let held = first; held <= first + 1; ++held)
        assert.deepEqual(toHex(rootAfter(first, before, leaves.slice(first, held))), toHex(treeRoot(leaves.slice(0, held))), `${size} ${first} ${held}`);
    }
});

test('docs/format: the kinds of records and what they tell', () => {
  const rows = documentOf('record_v1.md').split('\n').filter((line) => /^\| `[a-z_]+` \|/.test(line)).map((line) => line.split('|').map((cell) => cell.trim()));
  const kinds = new Map(rows.filter((cells) => cells.length === 8).map((cells) => [cells[1].slice(1, -1), cells[3]]));
  assert.deepEqual([...kinds.keys()].sort(), Object.keys(kAboutOf).sort());
  for (const [kind, about] of kinds) {
    const told = about.split(', ').map((member) => /^`(\w+)` ([a-z ]+)(!?)$/.exec(member)).map(([, name, type, must]) => `${name}:${type.replaceAll(' ', '_')}${must}`);
    assert.equal(kAboutOf[kind], told.join(' '), kind);
  }
});

const vectorsPath = ['..', '../..', '../../..'].map((up) => path.join(root, up, 'shared/data/tlog/vectors.json')).find((name) => fs.existsSync(name));
test('vectors that another implementation made', (t) => {
  if (!vectorsPath) return t.skip('there is no shared/data/tlog/vectors.json beside the repository');
  const vectors = JSON.parse(fs.readFileSync(vectorsPath, 'utf8'));
  const leaves = Array.from({length: 20}, (_, i) => leafHash(toUtf8(`leaf-${i}`)));
  const rootAt = (size) => treeRoot(leaves.slice(0, size));
  let count = 0;
  for (const {Old, New, Hashes} of vectors.consistency) {
    if (New > leaves.length) continue;
    const steps = (Hashes ?? []).map(fromBase64);
    assert.ok(isConsistent(Old, rootAt(Old), New, rootAt(New), steps), `${Old} ${New}`);
    if (Old < New) assert.ok(!isConsistent(Old, rootAt(New), New, rootAt(New), steps));
    for (let i = 0; i < steps.length; ++i) assert.ok(!isConsistent(Old, rootAt(Old), New, rootAt(New), steps.toSpliced?.(i, 1) ?? steps.filter((_, k) => k !== i)));
    ++count;
  }
  for (const proof of vectors.inclusion ?? []) {
    const [index, size] = [proof.Index ?? proof.N, proof.Size ?? proof.Tree];
    if (size > leaves.length) continue;
    assert.deepEqual(rootOfInclusion(index, size, leaves[index], (proof.Hashes ?? []).map(fromBase64)), rootAt(size), `${index} ${size}`);
    ++count;
  }
  assert.ok(count >= 200, `${count}`);
});

// --- bundles

const kBundles = {
  'whole log': {}, 'range with neighbours and an earlier head': {first: 2, last: 6, oldSize: 5}, 'one decision': {decision: 4},
  'one record': {log: fixture.makeLog({count: 1, erasedBy: null}), erasedBy: null}, 'leaves only': {log: fixture.makeLog({count: 30, erasedBy: null, plain: true}), erasedBy: null},
};
const key = fixture.makeKey(0x80);

for (const [name, options] of Object.entries(kBundles))
  test(`a good bundle verifies: ${name}`, async () => {
    const files = await readZip(new Uint8Array(fixture.zip(bundleOf(options))));
    const report = await verifyBundle(files, {keys: key.vkey});
    assert.deepEqual(report.results.filter(({state}) => state === 'broken' || state === 'not_reached'), []);
    const complete = options.decision === undefined ? 'holds' : 'not_shown';
    assert.deepEqual(Object.values(report.verdicts).map(({state}) => state), ['holds', complete, 'holds']);
    const trusting = await verifyBundle(files);
    assert.equal(trusting.verdicts.authenticity.state, 'not_shown');
  });

test('what is shown is what was recorded', async () => {
  const {bundle} = await verifyBundle(asBytes(bundleOf({})));
  const line = bundle.disclosures.get(4).find(({section}) => section === 'decision');
  const value = JSON.parse(new TextDecoder().decode(bundle.files.get('disclosures.jsonl').subarray(line.begin, line.end)));
  const {parts} = readDisclosure(value, 'x');
  assert.equal(JSON.parse(wholeText(parts)).outcomes[0].action, 'autopay_setup');
  const tree = sectionTree(parts.map((part, i) => (i === 1 ? {shown: false, commit: part.commit} : part)));
  assert.equal(tree.members.filter(([, node]) => node.type === 'withheld').length, 1);
});

test('a skeleton that does not fit its parts is refused', () => {
  const salt = toBase64(new Uint8Array(32));
  const partsOf = (skeleton, ...pointers) => [['', skeleton], ...pointers.map((pointer) => [pointer, '1'])].map(([pointer, text]) => readPart({pointer, salt, text}, 'x'));
  assert.ok(skeletonTree(partsOf('{"a":\0,"b":{"c":\0}}', '/a', '/b/c'), 'x'));
  assert.ok(skeletonTree(partsOf('{"a\tb":\0}', '/a\tb'), 'x'), 'keys may hold what JSON forbids');
  for (const [skeleton, ...pointers] of [['{"a":\0}', '/b'], ['{"a":\0}', '/a', '/b'], ['{"a":\0,"b":\0}', '/a'], ['{"a":1}', '/a'], ['\0\0', '/a', '/b'], ['{"a":\0,"b":\0}', '/b', '/a']])
    assert.throws(() => skeletonTree(partsOf(skeleton, ...pointers), 'x'), {code: 'skeleton'}, skeleton);
});

test('cosignatures: a good one is told, a bad one is a break, a head of one size with another root is a fork', async () => {
  const witness = fixture.makeKey(0x20, 'w.example/w1', 4);
  const good = await verifyBundle(asBytes(bundleOf({witness})));
  assert.deepEqual(good.results.find(({id}) => id === 'witnesses').args, {count: 1});
  const made = fixture.makeFiles({witness});
  const head = made.files.get('log/checkpoint').split('\n\n')[0];
  made.files.set('witness/w1', `${made.files.get('log/checkpoint')}${fixture.cosign(`${head}x\n`, witness, 5)}`);
  assert.equal((await verifyBundle(asBytes(fixture.seal(made, {page})))).verdicts.integrity.problem.code, 'signature');
  const lines = head.split('\n');
  made.files.set('witness/w1', fixture.sign(`${lines[0]}\n${lines[1]}\n${toBase64(random(32))}\n`, key));
  const fork = await verifyBundle(asBytes(fixture.seal(made, {page})));
  assert.equal(fork.fork, true);
});

test('a head that the reader holds', async () => {
  const log = fixture.makeLog();
  const whole = asBytes(bundleOf({log, oldSize: 5}));
  const headOf = (records, signer = key) => fixture.sign(`${fixture.kOrigin}\n${records.length}\n${toBase64(fixture.treeRoot(records.map(({hash}) => hash)))}\n`, signer);
  const other = fixture.makeLog({texts: {event: 'other.event'}});
  const stateOf = async (head, files = whole) => {
    const report = await verifyBundle(files, {keys: key.vkey, head});
    const {state, problem} = report.results.find(({id}) => id === 'held_head');
    return [state, problem?.code, report.fork];
  };
  assert.deepEqual(await stateOf(headOf(log)), ['holds', undefined, false]);
  assert.deepEqual(await stateOf(headOf(log.slice(0, 5))), ['holds', undefined, false]);
  assert.deepEqual(await stateOf(headOf(log.slice(0, 7))), ['holds', undefined, false], 'its root follows from the leaves');
  assert.deepEqual(await stateOf(headOf([...log, ...other.slice(0, 1)])), ['not_shown', undefined, false], 'a newer head');
  assert.deepEqual(await stateOf(headOf(other)), ['broken', 'fork', true]);
  assert.deepEqual(await stateOf(headOf(other.slice(0, 7))), ['broken', 'fork', true]);
  assert.deepEqual(await stateOf(headOf(other.slice(0, 5))), ['broken', 'fork', true]);
  assert.deepEqual(await stateOf(headOf(log, fixture.makeKey(0x30))), ['broken', 'not_signed', false]);
  assert.deepEqual(await stateOf('nothing'), ['broken', 'note_malformed', false]);
});

test('keys that the reader holds', async () => {
  const next = fixture.makeKey(0xa0);
  const keyList = `${key.vkey} 0 9\n${next.vkey} 9\n`;
  const files = asBytes(bundleOf({keyList, key: next}));
  const stateOf = async (keys) => {
    const {state, args, problem} = (await verifyBundle(files, {keys})).results.find(({id}) => id === 'keys_held');
    return [state, args.reason ?? problem?.code];
  };
  assert.deepEqual(await stateOf(next.vkey), ['holds', undefined]);
  assert.deepEqual(await stateOf(keyList), ['holds', undefined]);
  assert.deepEqual(await stateOf(`${key.vkey}\n`), ['not_shown', 'other_key']);
  assert.deepEqual(await stateOf(fixture.makeKey(0x30).vkey), ['broken', 'key_swapped']);
  assert.deepEqual(await stateOf(`${key.vkey} 0 8\n${next.vkey} 8\n`), ['broken', 'key_term_held']);
  assert.deepEqual(await stateOf('no key'), ['broken', 'key_malformed']);
});

for (const tamper of kTampers)
  test(`a tampered bundle is broken: ${tamper.name}`, async () => {
    const report = await verifyBundle(asBytes(tamper.make(page)), {keys: key.vkey});
    const verdict = report.verdicts[tamper.verdict];
    assert.equal(verdict.state, 'broken');
    assert.equal(verdict.problem.code, tamper.code);
  });

// The same bundles before the verifier that was written in C++: two readings of one format.
const verifier = process.env.OXPECKER_VERIFIER;
const kNoVerifier = verifier && fs.existsSync(verifier) ? false : 'OXPECKER_VERIFIER names no program';
const kOtherThere = ['range_begin', 'range_end', 'leaf_about'];  // told there as not shown, or not looked at
function exitOfVerifier(files) {
  const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'oxpecker-core-')), 'bundle.zip');
  fs.writeFileSync(file, fixture.zip(fixture.inZipOrder(files)));
  const {status} = spawnSync(verifier, ['bundle', file, '--key', key.vkey]);
  fs.rmSync(path.dirname(file), {recursive: true});
  return status;
}

test('oxpecker-verify says the same of these bundles', {skip: kNoVerifier}, () => {
  for (const [name, options] of Object.entries(kBundles)) assert.equal(exitOfVerifier(bundleOf(options)), 0, name);
  for (const tamper of kTampers) if (!kOtherThere.includes(tamper.code)) assert.equal(exitOfVerifier(tamper.make(page)), 4, tamper.name);
});

test('one bit anywhere in the zip is noticed', async () => {
  const whole = new Uint8Array(fixture.zip(bundleOf({log: fixture.makeLog({count: 3, erasedBy: null}), erasedBy: null})));
  const step = Number(process.env.OXPECKER_BIT_STEP ?? 997);  // of the bits; 1 tries them all
  let tried = 0;
  for (let bit = 0; bit < whole.length * 8; bit += step, ++tried) {
    const changed = whole.slice();
    changed[bit >> 3] ^= 1 << (bit & 7);
    await assert.rejects(readZip(changed), {name: 'Error'}, `bit ${bit}`);
  }
  assert.ok(tried > 100);
});

test('one bit anywhere in a file is noticed, where a zip was made around it again', async () => {
  const files = asBytes(bundleOf({log: fixture.makeLog({count: 3, erasedBy: null}), erasedBy: null}));
  for (const [name, bytes] of files)
    for (let at = 0; at < bytes.length; at += Math.ceil(bytes.length / 12)) {
      const changed = bytes.slice();
      changed[at] ^= 1 << (at % 8);
      const {verdicts} = await verifyBundle(new Map([...files, [name, changed]]));
      assert.ok(verdicts.integrity.state === 'broken' || verdicts.authenticity.state === 'broken', `${name}, byte ${at}`);
    }
});

test('zip tricks have names of their own', async () => {
  const files = bundleOf({});
  const good = fixture.zip(files);
  const codeOf = (bytes) => readZip(new Uint8Array(bytes)).then(() => 'accepted', (error) => error.code);
  const renamed = (from, to) => new Map([...files].map(([name, bytes]) => [name === from ? to : name, bytes]));
  const patched = (at, value) => { const copy = Buffer.from(good); copy[at] = value; return copy; };
  assert.equal(await codeOf(good), 'accepted');
  assert.equal(await codeOf(Buffer.concat([good, Buffer.from('x')])), 'zip_trailing');
  assert.equal(await codeOf(Buffer.concat([Buffer.from('x'), good])), 'zip_none');
  assert.equal(await codeOf(good.subarray(0, good.length - 1)), 'zip_short');
  assert.equal(await codeOf(fixture.zip(renamed('README.txt', '../../etc/x'))), 'path_unknown');
  assert.equal(await codeOf(fixture.zip(renamed('README.txt', '/README.txt'))), 'path_unknown');
  assert.equal(await codeOf(fixture.zip(new Map([...files].reverse()))), 'zip_order');
  assert.equal(await codeOf(patched(8, 8)), 'zip_header', 'compressed');
  assert.equal(await codeOf(patched(6, 1)), 'zip_header', 'encrypted');
  assert.equal(await codeOf(patched(good.length - 1, 1)), 'zip_end', 'comment');
  const [first] = files;
  const twice = fixture.zip(new Map([first]));
  const local = twice.subarray(0, 30 + first[0].length + first[1].length);
  assert.equal(await codeOf(Buffer.concat([local, good])), 'path_twice');
});

test('the data block is accepted in one spelling', () => {
  const block = fixture.blockOf(bundleOf({}));
  assert.equal(readBlock(block).size, 12);
  for (const text of [` ${block}`, block.replace('{', '{ '), block.replace('Evidence', '\\u0045vidence'), '[]', 'null', '{"a":1}', '{"a":{"base64":"QQ=="}}', '{"a":"<"}'])
    assert.throws(() => readBlock(text), {name: 'Error'}, text.slice(0, 30));
});

test('hundred thousand rows are filtered and sorted', () => {
  const rows = Array.from({length: 100000}, (_, seq) => ({seq, time: fixture.timeOf(seq), instant: fixture.timeOf(seq), kind: seq % 7 ? 'decision' : 'contact', outcome: '', decision: '', inScope: true}));
  assert.equal(selectRows(rows, {kind: 'contact'}).length, 14286);
  assert.equal(selectRows(rows, {column: 'time', descending: true})[0].seq, 99999);
  assert.deepEqual(selectRows(rows, {text: '99998 '}).map(({seq}) => seq), [99998]);
});

// --- the source itself

const sourceOf = (name) => fs.readFileSync(path.join(viewer, name), 'utf8');

test('whatever can go wrong has a sentence, and every check has a name', () => {
  for (const name of modules)
    for (const [, code] of sourceOf(name).matchAll(/new Break\(\s*'(\w+)'/g)) assert.ok(say(`breaks.${code}`), `${name}: ${code}`);
  for (const {id, verdict} of kChecks) {
    assert.ok(say(`checks.${id}.name`) && (say(`checks.${id}.holds`) ?? say(`checks.${id}.none`)), id);
    assert.ok(Object.hasOwn(kTexts.en.verdicts, verdict));
  }
});

test('modules can be joined: names are unique, imports and exports stand as the build expects', () => {
  const owner = new Map();
  for (const name of modules) {
    for (const [, declared] of sourceOf(name).matchAll(/^(?:export )?(?:async )?(?:const|let|class|function\*?) +(\w+)/gm)) {
      assert.ok(!owner.has(declared), `${declared}: ${name} and ${owner.get(declared)}`);
      owner.set(declared, name);
    }
    for (const line of sourceOf(name).split('\n')) if (/^import\b/.test(line)) assert.match(line, /^import (\{[^}]+\}|\* as \w+) from '\.\/[\w/]+\.js';$/, name);
    assert.doesNotMatch(sourceOf(name), /^export (?:default|\{|\*)/m, name);
    assert.doesNotMatch(sourceOf(name), /innerHTML|outerHTML|insertAdjacent|document\.write|\beval\b|new Function|fetch\(|XMLHttp|WebSocket|localStorage|https?:/, name);
    assert.ok(sourceOf(name).split('\n').length <= 600, name);
  }
});

test('the vendored library is the one on record', () => {
  const digest = crypto.createHash('sha256').update(sourceOf('vendor/noble_ed25519.js')).digest('hex');
  const decisions = fs.readdirSync(path.join(root, 'docs/decisions')).map((name) => fs.readFileSync(path.join(root, 'docs/decisions', name), 'utf8'));
  assert.ok(decisions.some((text) => text.includes(digest)), digest);
});

test('the built page is one file whose policy covers its one script and one style', (t) => {
  const built = process.env.OXPECKER_PAGE;
  if (!built || !fs.existsSync(built)) return t.skip('OXPECKER_PAGE names no page');
  const text = fs.readFileSync(built, 'utf8');
  const digestOf = (content) => `'sha256-${crypto.createHash('sha256').update(content).digest('base64')}'`;
  const [script, ...scripts] = [...text.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(([, content]) => content);
  const [style, ...styles] = [...text.matchAll(/<style>([\s\S]*?)<\/style>/g)].map(([, content]) => content);
  assert.deepEqual([scripts, styles], [[], []]);
  const policy = /Content-Security-Policy" content="([^"]*)"/.exec(text)[1];
  assert.ok(policy.startsWith("default-src 'none';") && policy.includes(`script-src ${digestOf(script)};`) && policy.includes(`style-src ${digestOf(style)};`));
  assert.equal(text.split('<script type="application/json" id="bundle"></script>').length, 2);
  assert.doesNotMatch(text, /\s(?:src|href|on\w+)=/);
});
