// Checks of files and signatures: list of files, manifest, keys, heads, proofs between them, witnesses.
import { Break } from './problem.js';
import { areEqual, fromBase64, fromUtf8, toBase64, toHex } from './bytes.js';
import { checkPaths, comparePaths, isListed, splitReport, writeBlock } from './container.js';
import { readCanonical } from './json.js';
import { isConsistent } from './merkle.js';
import { cosignedAt, isSameKey, keyListText, parseHead, parseKeyList, parseNote, parseVerifierKey, signersOf } from './note.js';
import { sha256, sha256Hex } from './sha2.js';
import { asConstant, asCount, asDigest, asInstant, asList, asMap, asObject, asText, Numbers } from './shape.js';

export function textFile(bundle, path) {
  const text = fromUtf8(bundle.files.get(path));
  if (text === null) throw new Break('not_utf8', path);
  return text;
}

function readScope(value) {
  const place = 'manifest.json, scope';
  const scope = asMap(value, place);
  if (scope.kind === 'decision') {
    asObject(scope, place, ['context', 'decision', 'kind', 'records']);
    asText(scope.decision, place);
  } else {
    asObject(scope, place, ['context', 'kind', 'records'], ['from', 'to']);
    asConstant(scope.kind, place, 'range');
  }
  const optionalInstant = (name) => (scope[name] === undefined ? null : asInstant(scope[name], place));
  const records = Numbers.parse(scope.records, place);
  const context = Numbers.parse(scope.context, place);
  return {kind: scope.kind, decision: scope.decision ?? null, from: optionalInstant('from'), to: optionalInstant('to'), records, context,
    all: records.unite(context, place)};
}

function readProfile(value) {
  const place = 'manifest.json, profile';
  asObject(value, place, ['id', 'reason', 'sections', 'title']);
  for (const name of ['id', 'reason', 'title']) asText(value[name], place);
  asMap(value.sections, place);
  return value;
}

async function checkFiles(bundle) {
  checkPaths([...bundle.files.keys()]);
  return ['holds', {count: bundle.files.size}];
}

async function checkManifest(bundle) {
  const manifest = readCanonical(bundle.files.get('manifest.json'), 'manifest.json');
  asObject(manifest, 'manifest.json', ['checkpoint', 'files', 'origin', 'profile', 'scope', 'tool', 'v', 'viewer']);
  asConstant(manifest.v, 'manifest.json, v', 'oxpecker.bundle/1');
  asObject(manifest.checkpoint, 'manifest.json, checkpoint', ['root', 'size']);
  asDigest(manifest.checkpoint.root, 'manifest.json, checkpoint');
  asObject(manifest.viewer, 'manifest.json, viewer', ['data', 'sha256']);
  asDigest(manifest.viewer.sha256, 'manifest.json, viewer');
  if (typeof manifest.viewer.data !== 'boolean') throw new Break('shape', 'manifest.json, viewer');
  asText(manifest.tool, 'manifest.json, tool');
  bundle.origin = asText(manifest.origin, 'manifest.json, origin');
  bundle.size = asCount(manifest.checkpoint.size, 'manifest.json, checkpoint');
  bundle.scope = readScope(manifest.scope);
  bundle.profile = readProfile(manifest.profile);
  bundle.manifest = manifest;
  return ['holds'];
}

async function checkDigests(bundle) {
  const listed = asList(bundle.manifest.files, 'manifest.json, files');
  let before = null;
  for (const [i, entry] of listed.entries()) {
    asObject(entry, 'manifest.json, files', ['path', 'sha256', 'size']);
    if (!isListed(entry.path) || (before !== null && comparePaths(before, entry.path) >= 0)) throw new Break('manifest_order', entry.path);
    before = entry.path;
    const bytes = bundle.files.get(entry.path);
    if (!bytes) throw new Break('file_missing', entry.path);
    if (bytes.length !== asCount(entry.size, entry.path)) throw new Break('file_size', entry.path, bytes.length, entry.size);
    const digest = await sha256Hex(bytes);
    if (digest !== entry.sha256) throw new Break('file_digest', entry.path, digest, entry.sha256);
    bundle.step((i + 1) / listed.length);
    await bundle.pause();
  }
  const names = new Set(listed.map(({path}) => path));
  for (const path of bundle.files.keys()) if (isListed(path) && !names.has(path)) throw new Break('file_unlisted', path);
  return ['holds', {count: listed.length}];
}

async function checkManifestNote(bundle) {
  bundle.manifestNote = parseNote(bundle.files.get('manifest.note'), 'manifest.note');
  const digest = toBase64(sha256(bundle.files.get('manifest.json')));
  const expected = `oxpecker evidence bundle v1\n${bundle.origin}\n${digest}\n`;
  if (bundle.manifestNote.text !== expected) throw new Break('manifest_note', 'manifest.note', bundle.manifestNote.text, expected);
  return ['holds'];
}

async function checkKeys(bundle) {
  const text = textFile(bundle, 'keys/log.vkey');
  bundle.keys = parseKeyList(text, 'keys/log.vkey');
  if (text !== keyListText(bundle.keys)) throw new Break('key_term', 'keys/log.vkey', text, keyListText(bundle.keys));
  const name = bundle.keys[0].key.name;
  if (name !== bundle.origin) throw new Break('origin', 'keys/log.vkey', name, bundle.origin);
  return ['holds', {count: bundle.keys.length}];
}

function readHead(bundle, path) {
  const note = parseNote(bundle.files.get(path), path);
  const head = parseHead(note.text, path);
  if (head.origin !== bundle.origin) throw new Break('origin', path, head.origin, bundle.origin);
  return {...head, note};
}

async function checkHead(bundle) {
  bundle.head = readHead(bundle, 'log/checkpoint');
  const {root, size} = bundle.manifest.checkpoint;
  if (bundle.head.size !== bundle.size) throw new Break('head_manifest', 'log/checkpoint', bundle.head.size, size);
  if (toHex(bundle.head.root) !== root) throw new Break('head_manifest', 'log/checkpoint', toHex(bundle.head.root), root);
  return ['holds', {size: bundle.size}];
}

async function checkHeadSignature(bundle) {
  bundle.headSigners = await signersOf(bundle.head.note, bundle.keys, bundle.size, 'log/checkpoint');
  return ['holds', {key: bundle.headSigners.map(({id}) => id).join(', ')}];
}

// Nothing vouches for further signatures of this note, so there may be none: every bit must be covered.
async function checkManifestSignature(bundle) {
  const {signatures} = bundle.manifestNote;
  const signers = await signersOf(bundle.manifestNote, bundle.keys, bundle.size, 'manifest.note');
  if (signatures.length !== 1) throw new Break('signature_further', 'manifest.note', signatures.length, 1);
  bundle.manifestSigners = signers;
  return ['holds', {key: signers.map(({id}) => id).join(', ')}];
}

async function checkOldHead(bundle) {
  if (!bundle.files.has('log/checkpoint.old')) return ['none'];
  const old = readHead(bundle, 'log/checkpoint.old');
  await signersOf(old.note, bundle.keys, old.size, 'log/checkpoint.old');
  bundle.oldHead = old;
  return ['holds', {size: old.size}];
}

async function checkConsistency(bundle) {
  if (!bundle.oldHead) return ['none'];
  const place = 'log/consistency.json';
  const {head, oldHead} = bundle;
  const proof = readCanonical(bundle.files.get(place), place);
  asObject(proof, place, ['hashes', 'new_root', 'new_size', 'old_root', 'old_size', 'origin']);
  asConstant(proof.origin, place, bundle.origin);
  const stated = [proof.old_size, proof.old_root, proof.new_size, proof.new_root];
  const signed = [oldHead.size, toBase64(oldHead.root), head.size, toBase64(head.root)];
  stated.forEach((value, i) => { if (value !== signed[i]) throw new Break('consistency_heads', place, value, signed[i]); });
  const path = asList(proof.hashes, place).map((text) => hashOf(text, place));
  if (!isConsistent(oldHead.size, oldHead.root, head.size, head.root, path)) throw new Break('consistency', place);
  return ['holds', {from: oldHead.size, to: head.size}];
}

export function hashOf(text, place) {
  const hash = fromBase64(text);
  if (hash?.length !== 32) throw new Break('shape', place, String(text).slice(0, 80), 'base64, 32');
  return hash;
}

// policy.txt: its keys of the log must be those of the list; its witnesses are kept for `witnesses`.
async function checkPolicy(bundle) {
  bundle.witnesses = [];
  const logs = [];
  const names = new Set();
  textFile(bundle, 'policy.txt').split('\n').forEach((line, i) => {
    const place = `policy.txt, ${i + 1}`;
    const [word, ...rest] = line.trim().split(/\s+/);
    if (word === '' || word.startsWith('#')) return;
    if (word === 'log') logs.push(parseVerifierKey(rest[0] ?? '', place));
    else if (word === 'witness') bundle.witnesses.push({name: rest[0], key: parseVerifierKey(rest[1] ?? '', place)});
    else if (word !== 'group' && word !== 'quorum') throw new Break('policy', place, line.slice(0, 80));
    names.add(word);
  });
  for (const key of logs)
    if (!bundle.keys.some((term) => isSameKey(term.key, key))) throw new Break('policy', 'policy.txt', key.text);
  for (const {key} of bundle.keys)
    if (!logs.some((named) => isSameKey(named, key))) throw new Break('policy', 'policy.txt', '', key.text);
  return ['holds', {count: bundle.witnesses.length}];
}

// Cosignatures are verified with the keys of policy.txt, which are the bundle's own word.
async function checkWitnesses(bundle) {
  const notes = [['log/checkpoint', bundle.head.note]];
  for (const path of bundle.files.keys()) {
    if (!path.startsWith('witness/')) continue;
    const head = readHead(bundle, path);
    if (head.size === bundle.size && !areEqual(head.root, bundle.head.root)) {
      bundle.fork = true;
      throw new Break('fork', path, toHex(head.root), toHex(bundle.head.root));
    }
    notes.push([path, head.note]);
  }
  bundle.cosignatures = [];
  for (const [path, note] of notes)
    for (const witness of bundle.witnesses) {
      const time = await cosignedAt(note, witness.key, path);
      if (time !== null) bundle.cosignatures.push({path, witness: witness.name, time, size: Number(note.text.split('\n')[1])});
    }
  if (bundle.cosignatures.length === 0) return ['none'];
  return ['not_shown', {count: bundle.cosignatures.length}];
}

async function checkTimestamps(bundle) {
  const count = [...bundle.files.keys()].filter((path) => path.startsWith('tsa/')).length;
  return count === 0 ? ['none'] : ['not_shown', {count}];
}

function isHeld(key, held) {
  return held.some((term) => isSameKey(term.key, key));
}

async function checkKeysHeld(bundle) {
  if (bundle.heldKeysProblem) throw bundle.heldKeysProblem;
  if (!bundle.heldKeys) return ['not_shown', {reason: 'no_key'}];
  for (const held of bundle.heldKeys) {
    const term = bundle.keys.find(({key}) => isSameKey(key, held.key));
    if (!term) throw new Break('key_swapped', 'keys/log.vkey', bundle.keys.map(({key}) => key.text).join('\n'), held.key.text);
    // A retired key stays retired; the one in use may have been retired since the reader's copy was made.
    if (held.first !== null && (held.first !== term.first || (held.last !== null && held.last !== term.last)))
      throw new Break('key_term_held', 'keys/log.vkey', `${term.first} - ${term.last ?? ''}`, `${held.first} - ${held.last ?? ''}`);
  }
  if (!bundle.headSigners.some((key) => isHeld(key, bundle.heldKeys)) || !bundle.manifestSigners.every((key) => isHeld(key, bundle.heldKeys)))
    return ['not_shown', {reason: 'other_key'}];
  return ['holds', {count: bundle.heldKeys.length}];
}

// Of a page that was opened by itself, nobody but another program can tell whether it is the one in the manifest.
async function checkViewer(bundle) {
  const {data, sha256: expected} = bundle.manifest.viewer;
  const report = bundle.files.get('report.html');
  if (!report) return ['not_shown'];
  const split = splitReport(report);
  if (!split) throw new Break('block_spelling', 'report.html');
  const digest = await sha256Hex(split.page);
  if (digest !== expected) throw new Break('viewer_digest', 'report.html', digest, expected);
  if (split.block !== (data ? writeBlock(bundle.files) : '')) throw new Break('block_content', 'report.html');
  return ['holds'];
}

export const kSignedChecks = [
  {id: 'files', verdict: 'integrity', needs: [], run: checkFiles},
  {id: 'manifest', verdict: 'integrity', needs: ['files'], run: checkManifest},
  {id: 'digests', verdict: 'integrity', needs: ['manifest'], run: checkDigests},
  {id: 'manifest_note', verdict: 'integrity', needs: ['manifest'], run: checkManifestNote},
  {id: 'viewer', verdict: 'integrity', needs: ['manifest'], run: checkViewer},
  {id: 'keys', verdict: 'integrity', needs: ['manifest'], run: checkKeys},
  {id: 'head', verdict: 'integrity', needs: ['manifest'], run: checkHead},
  {id: 'manifest_signature', verdict: 'authenticity', needs: ['manifest_note', 'keys'], run: checkManifestSignature},
  {id: 'head_signature', verdict: 'authenticity', needs: ['head', 'keys'], run: checkHeadSignature},
  {id: 'old_head', verdict: 'authenticity', needs: ['head', 'keys'], run: checkOldHead},
  {id: 'consistency', verdict: 'integrity', needs: ['old_head'], run: checkConsistency},
  {id: 'keys_held', verdict: 'authenticity', needs: ['head_signature', 'manifest_signature'], run: checkKeysHeld},
  {id: 'policy', verdict: 'integrity', needs: ['keys'], run: checkPolicy},
  {id: 'witnesses', verdict: 'integrity', needs: ['head', 'policy'], run: checkWitnesses},
  {id: 'timestamps', verdict: 'integrity', needs: ['files'], run: checkTimestamps},
];
