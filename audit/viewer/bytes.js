// Bytes and their texts: UTF-8, base64 and hex, each accepted in one spelling only.
const kEncoder = new TextEncoder();
const kDecoder = new TextDecoder('utf-8', {fatal: true, ignoreBOM: true});
const kHexDigits = Array.from({length: 256}, (_, i) => i.toString(16).padStart(2, '0'));

export const toUtf8 = (text) => kEncoder.encode(text);

// The text that these bytes are in UTF-8, or null.
export function fromUtf8(bytes) {
  try {
    return kDecoder.decode(bytes);
  } catch {
    return null;
  }
}

export function toBase64(bytes) {
  let binary = '';
  for (let i = 0; i < bytes.length; i += 8192)
    binary += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return btoa(binary);
}

// Standard base64 with padding and nothing in the bits that are left over, or null.
export function fromBase64(text) {
  if (typeof text !== 'string' || text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return null;
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; ++i) bytes[i] = binary.charCodeAt(i);
  const tail = text.slice(-4);
  return toBase64(bytes.subarray(bytes.length - bytes.length % 3)) === (bytes.length % 3 ? tail : '') ? bytes : null;
}

export function toHex(bytes) {
  let text = '';
  for (const byte of bytes) text += kHexDigits[byte];
  return text;
}

export function fromHex(text) {
  if (typeof text !== 'string' || text.length % 2 !== 0 || !/^[0-9a-f]*$/.test(text)) return null;
  return Uint8Array.from({length: text.length / 2}, (_, i) => parseInt(text.substr(2 * i, 2), 16));
}

export const isDigest = (text) => typeof text === 'string' && /^[0-9a-f]{64}$/.test(text);

export function areEqual(a, b) {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; ++i) if (a[i] !== b[i]) return false;
  return true;
}

// Ascending by bytes, as files in a bundle are: UTF-16 order differs above U+FFFF.
export function compareBytes(a, b) {
  const size = Math.min(a.length, b.length);
  for (let i = 0; i < size; ++i) if (a[i] !== b[i]) return a[i] - b[i];
  return a.length - b.length;
}

export function concat(...parts) {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
