// SHA-256 and SHA-512 (FIPS 180-4). A tree hashes very many short texts: there plain code is faster than
// asking the browser's own, which answers asynchronously. Long texts go to the browser where it can.
import { toHex } from './bytes.js';

const kPrimes = [];
for (let n = 2; kPrimes.length < 80; ++n) if (kPrimes.every((p) => n % p !== 0)) kPrimes.push(n);

// floor(p^(1/root) * 2^bits), exactly.
function rootBits(p, root, bits) {
  const scaled = BigInt(p) << (BigInt(bits) * root);
  let low = 0n;
  let high = 1n << (BigInt(bits) + 6n);
  while (high - low > 1n) {
    const middle = (low + high) >> 1n;
    if (middle ** root <= scaled) low = middle;
    else high = middle;
  }
  return low;
}
const kRound256 = Int32Array.from(kPrimes.slice(0, 64), (p) => Number(BigInt.asIntN(32, rootBits(p, 3n, 32))));
const kStart256 = Int32Array.from(kPrimes.slice(0, 8), (p) => Number(BigInt.asIntN(32, rootBits(p, 2n, 32))));
const kRound512 = kPrimes.map((p) => BigInt.asUintN(64, rootBits(p, 3n, 64)));
const kStart512 = kPrimes.slice(0, 8).map((p) => BigInt.asUintN(64, rootBits(p, 2n, 64)));

const words = new Int32Array(64);

function compress(state, bytes, at) {
  const w = words;
  for (let i = 0; i < 16; ++i, at += 4)
    w[i] = (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
  for (let i = 16; i < 64; ++i) {
    const x = w[i - 15];
    const y = w[i - 2];
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    w[i] = (w[i - 16] + s0 + w[i - 7] + s1) | 0;
  }
  let a = state[0], b = state[1], c = state[2], d = state[3];
  let e = state[4], f = state[5], g = state[6], h = state[7];
  for (let i = 0; i < 64; ++i) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + kRound256[i] + w[i]) | 0;
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g; g = f; f = e; e = (d + t1) | 0;
    d = c; c = b; b = a; a = (t1 + t2) | 0;
  }
  state[0] += a; state[1] += b; state[2] += c; state[3] += d;
  state[4] += e; state[5] += f; state[6] += g; state[7] += h;
}

export class Sha256 {
  constructor() {
    this.state = Int32Array.from(kStart256);
    this.block = new Uint8Array(64);
    this.filled = 0;
    this.size = 0;
  }
  update(bytes) {
    this.size += bytes.length;
    let at = 0;
    if (this.filled > 0) {
      at = Math.min(64 - this.filled, bytes.length);
      this.block.set(bytes.subarray(0, at), this.filled);
      this.filled += at;
      if (this.filled < 64) return this;
      compress(this.state, this.block, 0);
      this.filled = 0;
    }
    for (; at + 64 <= bytes.length; at += 64) compress(this.state, bytes, at);
    this.block.set(bytes.subarray(at));
    this.filled = bytes.length - at;
    return this;
  }
  digest() {
    const {block, state, size} = this;
    block[this.filled] = 0x80;
    block.fill(0, this.filled + 1);
    if (this.filled >= 56) {
      compress(state, block, 0);
      block.fill(0);
    }
    const view = new DataView(block.buffer);
    view.setUint32(56, Math.floor(size / 0x20000000));
    view.setUint32(60, (size * 8) >>> 0);
    compress(state, block, 0);
    const out = new Uint8Array(32);
    const words32 = new DataView(out.buffer);
    for (let i = 0; i < 8; ++i) words32.setInt32(4 * i, state[i]);
    return out;
  }
}

export function sha256(...parts) {
  const hash = new Sha256();
  for (const part of parts) hash.update(part);
  return hash.digest();
}

const kLongBytes = 1 << 16;
export async function sha256Hex(bytes) {
  const subtle = globalThis.crypto?.subtle;
  if (bytes.length >= kLongBytes && subtle) return toHex(new Uint8Array(await subtle.digest('SHA-256', bytes)));
  return toHex(sha256(bytes));
}

// For short texts, where a browser without Ed25519 leaves signatures to us.
export function sha512(bytes) {
  const rotate = (x, n) => ((x >> n) | (x << (64n - n))) & 0xffffffffffffffffn;
  const padded = new Uint8Array(Math.ceil((bytes.length + 17) / 128) * 128);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setBigUint64(padded.length - 8, BigInt(bytes.length) * 8n);
  const state = [...kStart512];
  const w = new Array(80);
  for (let block = 0; block < padded.length; block += 128) {
    for (let i = 0; i < 16; ++i) w[i] = view.getBigUint64(block + 8 * i);
    for (let i = 16; i < 80; ++i) {
      const s0 = rotate(w[i - 15], 1n) ^ rotate(w[i - 15], 8n) ^ (w[i - 15] >> 7n);
      const s1 = rotate(w[i - 2], 19n) ^ rotate(w[i - 2], 61n) ^ (w[i - 2] >> 6n);
      w[i] = BigInt.asUintN(64, w[i - 16] + s0 + w[i - 7] + s1);
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let i = 0; i < 80; ++i) {
      const s1 = rotate(e, 14n) ^ rotate(e, 18n) ^ rotate(e, 41n);
      const t1 = h + s1 + ((e & f) ^ (~e & g)) + kRound512[i] + w[i];
      const s0 = rotate(a, 28n) ^ rotate(a, 34n) ^ rotate(a, 39n);
      const t2 = s0 + ((a & b) ^ (a & c) ^ (b & c));
      h = g; g = f; f = e; e = BigInt.asUintN(64, d + t1);
      d = c; c = b; b = a; a = BigInt.asUintN(64, t1 + t2);
    }
    [a, b, c, d, e, f, g, h].forEach((x, i) => { state[i] = BigInt.asUintN(64, state[i] + x); });
  }
  const out = new DataView(new ArrayBuffer(64));
  state.forEach((x, i) => out.setBigUint64(8 * i, x));
  return new Uint8Array(out.buffer);
}
