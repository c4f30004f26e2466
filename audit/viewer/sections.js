// What is shown of a section: its parts, the commitment that they lead to, and the text put together again.
import { Break } from './problem.js';
import { fromBase64, fromUtf8, toHex, toUtf8 } from './bytes.js';
import { readTree } from './json.js';
import { asList, asObject, asText } from './shape.js';
import { Sha256, sha256 } from './sha2.js';

const kZero = Uint8Array.of(0);
const kCommit = toUtf8('oxpecker/commit/v2');

// {shown, pointer, bytes, text, commit}: `commit` is the part's commitment, `text` null where it is no UTF-8.
export function readPart(value, place) {
  if (Object.hasOwn(value ?? {}, 'commit')) {
    const commit = fromBase64(asObject(value, place, ['commit']).commit);
    if (commit?.length !== 32) throw new Break('part_malformed', place);
    return {shown: false, commit};
  }
  const isText = Object.hasOwn(value ?? {}, 'text');
  asObject(value, place, ['pointer', 'salt', isText ? 'text' : 'base64']);
  const bytes = isText ? toUtf8(asText(value.text, place)) : fromBase64(value.base64);
  const salt = fromBase64(value.salt);
  if (!bytes || salt?.length !== 32) throw new Break('part_malformed', place);
  const pointer = asText(value.pointer, place);
  const text = fromUtf8(bytes);
  if (!isText && text !== null) throw new Break('part_malformed', place, 'base64', 'text');
  return {shown: true, pointer, bytes, text, commit: sha256(salt, toUtf8(pointer), kZero, bytes)};
}

// One line of disclosures.jsonl, parsed: {seq, section, parts}; its commitment must be `commitOf(...)`.
export function readDisclosure(value, place) {
  asObject(value, place, ['parts', 'section', 'seq']);
  const parts = asList(value.parts, place).map((part, i) => readPart(part, `${place}, ${i}`));
  if (parts.length === 0 || !parts.some((part) => part.shown)) throw new Break('part_malformed', place, 0);
  return {section: asText(value.section, place), parts};
}

export function sectionCommitment(name, parts) {
  const hash = new Sha256().update(kCommit).update(kZero).update(toUtf8(name)).update(kZero);
  for (const part of parts) hash.update(part.commit);
  return toHex(hash.digest());
}

// The places of the cut-out values in the skeleton must be those that the parts name. Gives the skeleton's
// tree (holes have `index`), or null where there is none.
export function skeletonTree(parts, place) {
  const [skeleton, ...values] = parts;
  if (skeleton.shown && skeleton.pointer !== '') throw new Break('skeleton', place, skeleton.pointer, '""');
  if (!skeleton.shown || values.length === 0) return null;
  const holes = [];
  const tree = skeleton.text === null ? null : readTree(skeleton.text, holes);
  if (!tree || holes.length !== values.length) throw new Break('skeleton', place, holes.length, values.length);
  values.forEach((part, i) => {
    if (part.shown && part.pointer !== holes[i].pointer) throw new Break('skeleton', `${place}, ${i + 1}`, part.pointer, holes[i].pointer);
  });
  return tree;
}

// Bytes of the whole text where every part is shown, or null.
export function wholeSize(parts) {
  if (!parts.every((part) => part.shown)) return null;
  return parts.reduce((size, part) => size + part.bytes.length, 0) - (parts.length - 1);
}

// The text as it was, where every part is shown and is text; null otherwise.
export function wholeText(parts) {
  if (!parts.every((part) => part.shown && part.text !== null)) return null;
  if (parts.length === 1) return parts[0].text;
  let next = 1;
  return parts[0].text.replace(/\0/g, () => parts[next++].text);
}

// A tree to show: values in their places, {type: 'withheld', part} where they are not shown,
// {type: 'text'} where a value is no JSON. Without the skeleton: {type: 'parts', parts: [[pointer, node]]}.
export function sectionTree(parts) {
  const nodeOf = (part, index) => {
    if (!part.shown) return {type: 'withheld', part: index};
    if (part.text === null) return {type: 'binary', size: part.bytes.length};
    return readTree(part.text) ?? {type: 'text', value: part.text};
  };
  if (parts.length === 1) return nodeOf(parts[0], 0);
  const tree = skeletonTree(parts, '');
  if (!tree) {
    const shown = parts.map((part, i) => [part, i]).filter(([part]) => part.shown);
    return {type: 'parts', parts: shown.map(([part, i]) => [part.pointer, nodeOf(part, i)])};
  }
  const fill = (node) => {
    if (node.type === 'hole') return nodeOf(parts[node.index], node.index);
    if (node.type === 'object') return {type: 'object', members: node.members.map(([name, value]) => [name, fill(value)])};
    if (node.type === 'array') return {type: 'array', items: node.items.map(fill)};
    return node;
  };
  return fill(tree);
}
