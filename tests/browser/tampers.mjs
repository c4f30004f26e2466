// Ways to change a bundle, each with the verdict that must break and the first break. Some are made by a
// stranger (the seal is as it was), some by the holder of the key (sealed again).
import * as fixture from './bundle_fixture.mjs';

const made = (options = {}) => fixture.makeFiles({oldSize: 5, ...options});
const text = (files, path) => files.get(path).toString();
const replace = (files, path, from, to) => {
  const before = text(files, path);
  const after = before.replace(from, to);
  if (after === before) throw new Error(`${path} has no ${from}`);
  return files.set(path, typeof files.get(path) === 'string' ? after : Buffer.from(after));
};

// After sealing: `change(files)`.
const after = (name, code, change, verdict = 'integrity') => ({name, code, verdict, make: (page) => {
  const files = fixture.seal(made(), {page});
  change(files);
  return files;
}});
// Before sealing, so that all digests and signatures fit: `change(files, about)`.
const sealed = (name, code, change, {verdict = 'integrity', options = {}} = {}) => ({name, code, verdict, make: (page) => {
  const made1 = made(options);
  change(made1.files, made1.about);
  return fixture.seal(made1, {page});
}});
const lines = (files, path, change) => files.set(path, change(text(files, path).slice(0, -1).split('\n')).map((line) => `${line}\n`).join(''));
const json = (files, path, change) => {
  const value = JSON.parse(text(files, path));
  change(value);
  return files.set(path, fixture.canonical(value));
};

export const kTampers = [
  after('a bit in a leaf', 'file_digest', (files) => replace(files, 'log/leaves.jsonl', '"outcome":"silent"', '"outcome":"silens"')),
  after('a bit in a disclosure', 'file_digest', (files) => replace(files, 'disclosures.jsonl', 'autopay_setup', 'autopay_setuq')),
  after('a bit in the manifest', 'manifest_note', (files) => replace(files, 'manifest.json', 'personal data', 'personal dat\u0061\u0021')),
  after('a bit in the signature of the manifest', 'signature', (files) => replace(files, 'manifest.note', /(.)(.{3}==?\n)$/, (_, a, rest) => (a === 'A' ? 'B' : 'A') + rest), 'authenticity'),
  after('a file is missing', 'file_missing', (files) => files.delete('coverage.json')),
  after('a file too many', 'path_unknown', (files) => files.set('extra.txt', Buffer.from('x'))),
  after('a file that the manifest does not have', 'file_unlisted', (files) => files.set('witness/w9', Buffer.from('x'))),
  after('an altered artefact', 'file_digest', (files) => replace(files, `artefacts/${fixture.kReleaseDigest}`, 'count >= 3', 'count >= 9')),
  after('another page', 'viewer_digest', (files) => replace(files, 'report.html', '<!doctype html>', '<!doctype  html>')),
  after('other data in the page', 'block_content', (files) => replace(files, 'report.html', 'Evidence.', 'Evidence!')),
  after('the manifest signed twice', 'signature_further', (files) => files.set('manifest.note', Buffer.concat([files.get('manifest.note'), Buffer.from(fixture.sign('x\n', fixture.makeKey(0x55)).split('\n\n')[1])])), 'authenticity'),

  sealed('a bit in a leaf, sealed again', 'chain', (files) => replace(files, 'log/leaves.jsonl', '"outcome":"silent"', '"outcome":"action"')),
  sealed('a bit in the last leaf, sealed again', 'root', (files) => lines(files, 'log/leaves.jsonl', (all) => [...all.slice(0, -1), all.at(-1).replace('"flags":0', '"flags":1')])),
  sealed('a removed record', 'leaf_count', (files) => lines(files, 'log/leaves.jsonl', (all) => all.filter((_, i) => i !== 4))),
  sealed('a record removed from list and scope', 'root', (files, about) => {
    lines(files, 'log/leaves.jsonl', (all) => all.slice(0, -1));
    about.scope.records = '0-10';
    json(files, 'proofs/ranges.json', (proof) => { proof.records = '0-10'; proof.hashes = [Buffer.alloc(32).toString('base64')]; });
  }),
  sealed('records in another order', 'leaf_seq', (files) => lines(files, 'log/leaves.jsonl', (all) => [all[0], all[2], all[1], ...all.slice(3)])),
  sealed('a record twice', 'leaf_count', (files) => lines(files, 'log/leaves.jsonl', (all) => [...all.slice(0, 3), all[2], ...all.slice(3)])),
  sealed('an altered disclosure, sealed again', 'commitment', (files) => replace(files, 'disclosures.jsonl', 'autopay_setup', 'autopay_setuq')),
  sealed('a disclosure of another record', 'commitment', (files) => lines(files, 'disclosures.jsonl', (all) => all.map((line) => (line.includes('"seq":"4"') ? line.replace('"seq":"4"', '"seq":"X"') : line.includes('"seq":"5"') ? line.replace('"seq":"5"', '"seq":"4"') : line)).map((line) => line.replace('"seq":"X"', '"seq":"5"')).sort((a, b) => Number(/"seq":"(\d+)"/.exec(a)[1]) - Number(/"seq":"(\d+)"/.exec(b)[1])))),
  sealed('something withheld is not listed', 'redaction_missing', (files) => lines(files, 'redactions.jsonl', (all) => all.slice(1))),
  sealed('something shown is listed as withheld', 'redaction_other', (files) => lines(files, 'redactions.jsonl', (all) => [...all, '{"reason":"profile","records":"4","section":"trace"}'].sort())),
  sealed('an erasure that the log does not have', 'erasure_record', (files) => json(files, 'coverage.json', (coverage) => { coverage.erasures[0].record = '8'; })),
  sealed('another count in the coverage', 'coverage', (files) => json(files, 'coverage.json', (coverage) => { coverage.kinds.decision = '9'; })),
  sealed('an altered artefact, sealed again', 'artefact_digest', (files) => replace(files, `artefacts/${fixture.kReleaseDigest}`, 'count >= 3', 'count >= 9')),
  sealed('a swapped key', 'key_swapped', () => {}, {verdict: 'authenticity', options: {key: fixture.makeKey(0x40)}}),
  sealed('a key list of somebody else', 'not_signed', (files) => {
    const other = fixture.makeKey(0x40).vkey;
    files.set('keys/log.vkey', `${other}\n`);
    files.set('policy.txt', `log ${other}\nquorum none\n`);
  }, {verdict: 'authenticity'}),
  sealed('an old checkpoint', 'head_manifest', (files) => files.set('log/checkpoint', text(files, 'log/checkpoint.old'))),
  sealed('an old checkpoint, with a manifest for it', 'ranges_head', (files, about) => {
    const [, size, root] = text(files, 'log/checkpoint.old').split('\n');
    files.set('log/checkpoint', text(files, 'log/checkpoint.old'));
    files.delete('log/checkpoint.old');
    files.delete('log/consistency.json');
    about.size = size;
    about.root = Buffer.from(root, 'base64').toString('hex');
  }),
  sealed('an earlier head of another log', 'consistency', (files) => {
    const other = fixture.makeFiles({log: fixture.makeLog({texts: {event: 'other.event'}}), oldSize: 5}).files;
    files.set('log/checkpoint.old', other.get('log/checkpoint.old'));
    json(files, 'log/consistency.json', (proof) => { proof.old_root = JSON.parse(other.get('log/consistency.json')).old_root; });
  }),
  sealed('a signature of the head that does not hold', 'signature', (files) => replace(files, 'log/checkpoint', /(.)(.{3}==?\n)$/, (_, a, rest) => (a === 'A' ? 'B' : 'A') + rest), {verdict: 'authenticity'}),
  sealed('a proof for another record', 'proof', (files) => {
    const other = fixture.makeFiles({decision: 5}).files.get('proofs/5.tlog-proof');
    files.set('proofs/4.tlog-proof', other.replace('index 5', 'index 4'));
  }, {options: {decision: 4, oldSize: 0}}),
  sealed('a range that begins later than it says', 'range_begin', (files, about) => { about.scope.from = fixture.timeOf(1); }, {verdict: 'completeness', options: {first: 2, last: 6}}),
  sealed('a range that ends earlier than it says', 'range_end', (files, about) => { about.scope.to = fixture.timeOf(9); }, {verdict: 'completeness', options: {first: 2, last: 6}}),
  sealed('a leaf that tells a name', 'leaf_about', () => {}, {options: {log: fixture.makeLog({count: 4, erasedBy: null, texts: {extra: {name: 'Astrid'}}}), erasedBy: null, oldSize: 0}}),
];
