// The tree of the log: RFC 6962, section 2.1.
import { Break } from './problem.js';
import { areEqual } from './bytes.js';
import { sha256 } from './sha2.js';

const kLeaf = Uint8Array.of(0);
const kNode = Uint8Array.of(1);
const kAtOnce = 4096;  // records hashed before the page may draw

export const leafHash = (leaf) => sha256(kLeaf, leaf);
export const nodeHash = (left, right) => sha256(kNode, left, right);
export const emptyRoot = () => sha256();

function splitOf(size) {
  let k = 1;
  while (k * 2 < size) k *= 2;
  return k;
}

export function treeRoot(leafHashes) {
  if (leafHashes.length === 0) return emptyRoot();
  if (leafHashes.length === 1) return leafHashes[0];
  const k = splitOf(leafHashes.length);
  return nodeHash(treeRoot(leafHashes.slice(0, k)), treeRoot(leafHashes.slice(k)));
}

// The root over `size` records, of which those in `records` have the hashes `leaves` (in their order), and
// `hashes` are the largest subtrees without any of them, from left to right. No hash may be left over.
export async function rootOfRanges(size, records, leaves, hashes, place, pause = async () => {}) {
  let leaf = 0;
  let hash = 0;
  const small = (begin, end) => {
    if (!records.anyIn(begin, end)) {
      if (hash === hashes.length) throw new Break('proof_short', place);
      return hashes[hash++];
    }
    if (end - begin === 1) {
      if (leaf === leaves.length) throw new Break('leaves_missing', place, leaves.length);
      return leaves[leaf++];
    }
    const k = splitOf(end - begin);
    const left = small(begin, begin + k);
    return nodeHash(left, small(begin + k, end));
  };
  const large = async (begin, end) => {
    if (end - begin <= kAtOnce || !records.anyIn(begin, end)) {
      await pause();
      return small(begin, end);
    }
    const k = splitOf(end - begin);
    const left = await large(begin, begin + k);
    return nodeHash(left, await large(begin + k, end));
  };
  const result = size === 0 ? emptyRoot() : await large(0, size);
  if (hash < hashes.length) throw new Break('proof_long', place, hashes.length, hash);
  if (leaf < leaves.length) throw new Break('leaves_left', place, leaves.length, leaf);
  return result;
}

// The root over the first `before` records and then `leaves`, where `hashes` are the perfect subtrees over the
// former from left to right: one for each bit of their number.
export function rootAfter(before, hashes, leaves) {
  const nodes = [];
  const push = (size, hash) => {
    nodes.push({size, hash});
    while (nodes.length > 1 && nodes.at(-2).size === nodes.at(-1).size) {
      const right = nodes.pop();
      const left = nodes.pop();
      nodes.push({size: 2 * left.size, hash: nodeHash(left.hash, right.hash)});
    }
  };
  let rest = before;
  for (const hash of hashes) {
    let size = 1;
    while (size * 2 <= rest) size *= 2;
    push(size, hash);
    rest -= size;
  }
  for (const leaf of leaves) push(1, leaf);
  return nodes.length === 0 ? emptyRoot() : nodes.reduceRight((right, left) => ({hash: nodeHash(left.hash, right.hash)})).hash;
}

// RFC 9162, 2.1.3.2: the root that this path leads to from record `index` of `size`, or null.
export function rootOfInclusion(index, size, hash, path) {
  if (index >= size) return null;
  let fn = index;
  let sn = size - 1;
  let root = hash;
  for (const step of path) {
    if (sn === 0) return null;
    if (fn % 2 === 1 || fn === sn) {
      root = nodeHash(step, root);
      while (fn % 2 === 0 && fn !== 0) {
        fn /= 2;
        sn = Math.floor(sn / 2);
      }
    } else {
      root = nodeHash(root, step);
    }
    fn = Math.floor(fn / 2);
    sn = Math.floor(sn / 2);
  }
  return sn === 0 ? root : null;
}

// RFC 9162, 2.1.4.2: whether the tree of `oldSize` is the beginning of that of `newSize`.
export function isConsistent(oldSize, oldRoot, newSize, newRoot, path) {
  if (oldSize > newSize) return false;
  if (oldSize === newSize) return path.length === 0 && areEqual(oldRoot, newRoot);
  if (oldSize === 0) return path.length === 0 && areEqual(oldRoot, emptyRoot());
  let fn = oldSize - 1;
  let sn = newSize - 1;
  while (fn % 2 === 1) {
    fn = Math.floor(fn / 2);
    sn = Math.floor(sn / 2);
  }
  const steps = [...path];
  if (fn !== 0 && steps.length === 0) return false;
  let fr = fn === 0 ? oldRoot : steps.shift();
  let sr = fr;
  for (const step of steps) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      fr = nodeHash(step, fr);
      sr = nodeHash(step, sr);
      while (fn % 2 === 0 && fn !== 0) {
        fn /= 2;
        sn = Math.floor(sn / 2);
      }
    } else {
      sr = nodeHash(sr, step);
    }
    fn = Math.floor(fn / 2);
    sn = Math.floor(sn / 2);
  }
  return sn === 0 && areEqual(fr, oldRoot) && areEqual(sr, newRoot);
}
