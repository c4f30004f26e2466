// Signed notes, verifier keys, heads of the log, cosignatures: C2SP signed-note, tlog-checkpoint,
// tlog-cosignature, and the list of keys of checkpoint_v1.md.
import { Break } from './problem.js';
import { areEqual, concat, fromBase64, fromUtf8, toHex, toUtf8 } from './bytes.js';
import { isSigned } from './ed25519.js';
import { sha256 } from './sha2.js';

const kEd25519 = 1;
const kCosignature = 4;
const kSignaturesMax = 100;
const kName = /^[^\s+]+$/u;
const kSize = /^(?:0|[1-9]\d{0,15})$/;

// {text, signatures: [{name, id, bytes}]}: `text` ends in a newline and is what is signed.
export function parseNote(bytes, place) {
  const whole = fromUtf8(bytes);
  if (whole === null) throw new Break('not_utf8', place);
  if (/[\u0000-\u0009\u000b-\u001f]/.test(whole)) throw new Break('note_malformed', place, 'U+0000 ... U+001F');
  const split = whole.lastIndexOf('\n\n');
  if (split < 0 || !whole.endsWith('\n')) throw new Break('note_malformed', place);
  const lines = whole.slice(split + 2, -1).split('\n');
  if (lines.length > kSignaturesMax) throw new Break('note_malformed', place, lines.length, `<= ${kSignaturesMax}`);
  const signatures = lines.map((line) => {
    const match = /^\u2014 (\S+) (\S+)$/u.exec(line);
    const blob = match && fromBase64(match[2]);
    if (!blob || blob.length < 5 || !kName.test(match[1])) throw new Break('note_malformed', place, line.slice(0, 80));
    return {name: match[1], id: toHex(blob.subarray(0, 4)), bytes: blob.slice(4)};
  });
  return {text: whole.slice(0, split + 1), signatures};
}

// {name, id, type, publicKey, text} of `name+hex8+base64(type, key)`.
export function parseVerifierKey(text, place) {
  const match = /^([^\s+]+)\+([0-9a-f]{8})\+(\S+)$/u.exec(text);
  const blob = match && fromBase64(match[3]);
  if (!blob || blob.length !== 33) throw new Break('key_malformed', place, text.slice(0, 120));
  const id = toHex(sha256(toUtf8(`${match[1]}\n`), blob).subarray(0, 4));
  if (id !== match[2]) throw new Break('key_id', place, match[2], id);
  return {name: match[1], id, type: blob[0], publicKey: blob.slice(1), text};
}

// [{key, first, last}]: `last` is null for the key in use.
export function parseKeyList(text, place) {
  const lines = (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n');
  const terms = [];
  lines.forEach((line, i) => {
    const where = `${place}, ${i + 1}`;
    const words = line.split(' ');
    const key = parseVerifierKey(words[0], where);
    if (key.type !== kEd25519) throw new Break('key_malformed', where, key.type, 'Ed25519');
    if (words.length > 3 || !words.slice(1).every((word) => kSize.test(word))) throw new Break('key_term', where, line);
    const [first = 0, last = null] = words.slice(1).map(Number);
    const before = terms.at(-1);
    const fits = before
      ? before.last === first && before.key.name === key.name && !terms.some((term) => term.key.id === key.id)
      : first === 0;
    if (!fits || (last !== null && last < first)) throw new Break('key_term', where, line);
    terms.push({key, first, last});
  });
  return terms;
}

// The one spelling of a list: a log that never changed its key has that key alone.
export function keyListText(terms) {
  if (terms.length === 1 && terms[0].last === null) return `${terms[0].key.text}\n`;
  return terms.map(({key, first, last}) => `${key.text} ${first}${last === null ? '' : ` ${last}`}\n`).join('');
}

export function parseHead(text, place) {
  const lines = text.split('\n');
  const root = lines.length === 4 && lines[3] === '' ? fromBase64(lines[2]) : null;
  if (!root || root.length !== 32 || !kSize.test(lines[1]) || lines[0] === '')
    throw new Break('head_malformed', place, text.slice(0, 120));
  const size = Number(lines[1]);
  if (!Number.isSafeInteger(size)) throw new Break('too_large', place, lines[1]);
  return {origin: lines[0], size, root};
}

// The keys whose term holds `size` and that signed `note`. Unknown keys are passed over; a signature by a
// known one that does not hold spoils the note. A note that nobody signed with a key in its term is a break.
export async function signersOf(note, terms, size, place) {
  const signers = [];
  let outside = null;
  for (const signature of note.signatures) {
    const term = terms.find(({key}) => key.id === signature.id && key.name === signature.name);
    if (!term) continue;
    if (!await isSigned(term.key.publicKey, toUtf8(note.text), signature.bytes))
      throw new Break('signature', place, `${signature.name}+${signature.id}`);
    if (size < term.first || (term.last !== null && size > term.last)) outside = term;
    else signers.push(term.key);
  }
  if (signers.length > 0) return signers;
  if (outside)
    throw new Break('key_outside_term', place, `${outside.key.id}: ${size}`, `${outside.first} - ${outside.last ?? ''}`);
  throw new Break('not_signed', place, note.signatures.map(({id}) => id).join(', '), terms.map(({key}) => key.id).join(', '));
}

// Seconds since 1970 at which `witness` says to have seen the note, or null where it did not sign it.
export async function cosignedAt(note, witness, place) {
  if (witness.type !== kCosignature) return null;
  for (const {name, id, bytes} of note.signatures) {
    if (name !== witness.name || id !== witness.id) continue;
    if (bytes.length !== 72) throw new Break('signature', place, `${name}+${id}`);
    const time = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0);
    const message = concat(toUtf8(`cosignature/v1\ntime ${time}\n`), toUtf8(note.text));
    if (!await isSigned(witness.publicKey, message, bytes.subarray(8))) throw new Break('signature', place, `${name}+${id}`);
    return Number(time);
  }
  return null;
}

// What a reader compares by eye with a copy from elsewhere.
export const fingerprintOf = (key) => toHex(sha256(toUtf8(key.text))).match(/.{4}/g).join(' ');
export const isSameKey = (a, b) => a.name === b.name && areEqual(a.publicKey, b.publicKey) && a.type === b.type;
