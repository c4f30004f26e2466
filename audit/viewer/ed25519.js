// Signatures (RFC 8032): by the browser where it knows Ed25519, else by noble-ed25519 (vendor/).
import * as noble from './vendor/noble_ed25519.js';
import { sha512 } from './sha2.js';

noble.hashes.sha512 = sha512;

// Whether `signature` is one of `message` by `publicKey`, computed in plain code.
export function isSignedPlain(publicKey, message, signature) {
  try {
    return noble.verify(signature, message, publicKey, {zip215: false});
  } catch {
    return false;
  }
}

let native = null;  // not asked yet
async function nativeKey(publicKey) {
  const subtle = globalThis.crypto?.subtle;
  if (native === false || !subtle) return null;
  try {
    const key = await subtle.importKey('raw', publicKey, {name: 'Ed25519'}, false, ['verify']);
    native = true;
    return key;
  } catch {
    if (native === null) native = false;
    return null;
  }
}

export async function isSigned(publicKey, message, signature) {
  if (publicKey.length !== 32 || signature.length !== 64) return false;
  const key = await nativeKey(publicKey);
  if (!key) return isSignedPlain(publicKey, message, signature);
  return globalThis.crypto.subtle.verify({name: 'Ed25519'}, key, signature, message);
}

// Which of the two it was, for the page to say.
export const signaturesByBrowser = () => native === true;
