// What holds the files of a bundle: the zip, or the data block of the page. Each accepts one spelling only.
import { Break } from './problem.js';
import { areEqual, compareBytes, fromBase64, fromUtf8, toBase64, toUtf8 } from './bytes.js';
import { canonical } from './json.js';
import { asMap } from './shape.js';

const kPaths = [
  /^README\.txt$/, /^artefacts\/[0-9a-f]{64}$/, /^coverage\.json$/, /^disclosures\.jsonl$/, /^keys\/log\.vkey$/,
  /^log\/checkpoint(\.old)?$/, /^log\/consistency\.json$/, /^log\/leaves\.jsonl$/, /^manifest\.(json|note)$/,
  /^policy\.txt$/, /^proofs\/(0|[1-9]\d{0,18})\.tlog-proof$/, /^proofs\/ranges\.json$/, /^redactions\.jsonl$/,
  /^report\.html$/, /^(tsa|witness)\/[a-z0-9][a-z0-9._-]{0,99}$/,
];
const kAlways = ['README.txt', 'coverage.json', 'disclosures.jsonl', 'keys/log.vkey', 'log/checkpoint',
  'log/leaves.jsonl', 'manifest.json', 'manifest.note', 'policy.txt', 'proofs/ranges.json', 'redactions.jsonl'];
const kUnlisted = ['manifest.json', 'manifest.note', 'report.html'];
const kLast = ['coverage.json', ...kUnlisted];  // in the zip: each tells of what comes before it

export const isBundlePath = (path) => kPaths.some((pattern) => pattern.test(path));
export const isListed = (path) => !kUnlisted.includes(path);

export function checkPaths(paths) {
  for (const path of paths) if (!isBundlePath(path)) throw new Break('path_unknown', path);
  for (const path of kAlways) if (!paths.includes(path)) throw new Break('file_missing', path);
  const pair = ['log/checkpoint.old', 'log/consistency.json'].filter((path) => paths.includes(path));
  if (pair.length === 1) throw new Break('file_missing', pair[0] === 'log/consistency.json' ? 'log/checkpoint.old' : 'log/consistency.json');
}

export const comparePaths = (a, b) => compareBytes(toUtf8(a), toUtf8(b));  // as in the manifest
export const compareInZip = (a, b) => kLast.indexOf(a) - kLast.indexOf(b) || comparePaths(a, b);

// --- zip

const kCrcTable = Int32Array.from({length: 256}, (_, i) => {
  let c = i;
  for (let bit = 0; bit < 8; ++bit) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
  return c;
});

const kCrcStep = 1 << 22;
async function crc32(bytes, pause) {
  let crc = -1;
  for (let begin = 0; begin < bytes.length; begin += kCrcStep) {
    const end = Math.min(bytes.length, begin + kCrcStep);
    for (let i = begin; i < end; ++i) crc = kCrcTable[(crc ^ bytes[i]) & 255] ^ (crc >>> 8);
    await pause(end);
  }
  return ~crc >>> 0;
}

const kDate = 0x0021;
// Flags to extra length of both headers: from "version needed" on.
function expectHeader(view, at, size, crc, path, place) {
  const fields = [[2, 10], [2, 0], [2, 0], [2, 0], [2, kDate], [4, crc], [4, size], [4, size], [2, path.length], [2, 0]];
  for (const [width, expected] of fields) {
    const found = width === 2 ? view.getUint16(at, true) : view.getUint32(at, true);
    if (found !== expected) throw new Break('zip_header', place, found, expected);
    at += width;
  }
}

function take(bytes, at, size) {
  if (at + size > bytes.length) throw new Break('zip_short', `${bytes.length}`, at + size);
  return bytes.subarray(at, at + size);
}

async function readLocal(bytes, view, at, pause) {
  take(bytes, at, 30);
  const [crc, size, pathSize] = [view.getUint32(at + 14, true), view.getUint32(at + 22, true), view.getUint16(at + 26, true)];
  const path = take(bytes, at + 30, pathSize);
  const name = fromUtf8(path) ?? '';
  if (!isBundlePath(name)) throw new Break('path_unknown', name || toBase64(path));
  expectHeader(view, at + 4, size, crc, path, name);
  const data = take(bytes, at + 30 + pathSize, size);
  if (await crc32(data, pause) !== crc) throw new Break('zip_crc', name);
  return {at, crc, data, name, path};
}

function expectCentral(bytes, view, at, {at: local, crc, data, name, path}) {
  take(bytes, at, 46 + path.length);
  if (view.getUint32(at, true) !== 0x02014b50) throw new Break('zip_central', name);
  if (view.getUint16(at + 4, true) !== 10) throw new Break('zip_central', name, view.getUint16(at + 4, true), 10);
  expectHeader(view, at + 6, data.length, crc, path, name);
  const zeros = view.getUint16(at + 32, true) + view.getUint16(at + 34, true) + view.getUint16(at + 36, true) + view.getUint32(at + 38, true);
  if (zeros !== 0 || view.getUint32(at + 42, true) !== local || !areEqual(path, bytes.subarray(at + 46, at + 46 + path.length)))
    throw new Break('zip_central', name);
  return at + 46 + path.length;
}

// Path to bytes, if these are the bytes of a zip as bundle_v1.md has it.
export async function readZip(bytes, pause = async () => {}) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const entries = [];
  let at = 0;
  while (at + 4 <= bytes.length && view.getUint32(at, true) === 0x04034b50) {
    const entry = await readLocal(bytes, view, at, pause);
    const before = entries.at(-1);
    if (before && compareInZip(before.name, entry.name) >= 0)
      throw new Break(entries.some(({name}) => name === entry.name) ? 'path_twice' : 'zip_order', entry.name, '', before.name);
    entries.push(entry);
    at += 30 + entry.path.length + entry.data.length;
  }
  if (entries.length === 0) throw new Break('zip_none', '0');
  const central = at;
  for (const entry of entries) at = expectCentral(bytes, view, at, entry);
  take(bytes, at, 22);
  const end = [view.getUint32(at, true), view.getUint16(at + 4, true), view.getUint16(at + 6, true), view.getUint16(at + 8, true),
    view.getUint16(at + 10, true), view.getUint32(at + 12, true), view.getUint32(at + 16, true), view.getUint16(at + 20, true)];
  const expected = [0x06054b50, 0, 0, entries.length, entries.length, at - central, central, 0];
  if (end.some((found, i) => found !== expected[i])) throw new Break('zip_end', `${at}`);
  if (at + 22 !== bytes.length) throw new Break('zip_trailing', `${at + 22}`, bytes.length, at + 22);
  return new Map(entries.map(({name, data}) => [name, data]));
}

// --- data block

// In two parts: the page itself must not hold the whole before its block.
const kBlockBegin = '<' + 'script type="application/json" id="bundle">';
const kBlockEnd = '<' + '/script>';

export function readBlock(text) {
  let value;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Break('json_malformed', 'report.html', error.message);
  }
  const files = new Map();
  for (const [path, content] of Object.entries(asMap(value, 'report.html'))) {
    const bytes = typeof content === 'string' ? toUtf8(content) : fromBase64(content?.base64);
    if (!bytes) throw new Break('block_spelling', path);
    files.set(path, bytes);
  }
  if (writeBlock(files) !== text) throw new Break('block_spelling', 'report.html');
  return files;
}

export function writeBlock(files) {
  const value = {};
  for (const [path, bytes] of files) if (path !== 'report.html') value[path] = fromUtf8(bytes) ?? {base64: toBase64(bytes)};
  return canonical(value).replaceAll('<', '\\u003c');
}

// {block, page}: the block's text, and the page's bytes with the block empty. Null where it has none.
export function splitReport(bytes) {
  const text = fromUtf8(bytes);
  const begin = text === null ? -1 : text.indexOf(kBlockBegin);
  const end = begin < 0 ? -1 : text.indexOf(kBlockEnd, begin);
  if (end < 0) return null;
  const head = text.slice(0, begin + kBlockBegin.length);
  return {block: text.slice(head.length, end), page: toUtf8(head + text.slice(end))};
}
