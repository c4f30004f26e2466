// One leaf (record_v1.md): exactly these bytes, or a break.
import { Break } from './problem.js';
import { isDigest } from './bytes.js';
import { readCanonical } from './json.js';
import { asCount, asInstant, asList, asMap, asObject, Numbers } from './shape.js';

const kLeafBytesMax = 65535;
const kSectionsMax = 16;
const kAboutDepthMax = 8;
const kUuid7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const kOrigin = /^[\x21\x23-\x2a\x2c-\x5b\x5d-\x7e]{1,200}$/;

function expectMatch(text, pattern, place) {
  if (typeof text !== 'string' || !pattern.test(text)) throw new Break('leaf', place, JSON.stringify(text)?.slice(0, 80) ?? '', pattern.source);
}

function expectAbout(value, place, depth) {
  if (depth > kAboutDepthMax) throw new Break('leaf', place, depth, kAboutDepthMax);
  if (typeof value === 'number' && !Number.isSafeInteger(value)) throw new Break('leaf', place, value);
  if (value !== null && typeof value === 'object')
    for (const name of Object.keys(value)) expectAbout(value[name], place, depth + 1);
}

function expectLeafSections(leaf, place) {
  const names = new Set();
  for (const section of asList(leaf.sections, place)) {
    asObject(section, place, ['bytes', 'commit', 'ct_sha256', 'name']);
    expectMatch(section.name, /^[a-z][a-z0-9_]{0,31}$/, place);
    if (!isDigest(section.commit) || !isDigest(section.ct_sha256)) throw new Break('leaf', place, section.name);
    if (!Number.isSafeInteger(section.bytes) || section.bytes < 0) throw new Break('leaf', place, section.bytes);
    if (names.has(section.name)) throw new Break('leaf', place, section.name);
    names.add(section.name);
  }
  if (names.size > kSectionsMax) throw new Break('leaf', place, names.size, kSectionsMax);
  if ((names.size > 0) !== Object.hasOwn(leaf, 'key') || (leaf.key !== undefined && !isDigest(leaf.key)))
    throw new Break('leaf', `${place}, key`);
}

// What the members of `about` are (record_v1.md, Kinds); `!`: must be there. Kinds that are not here are
// accepted, and nothing in them is looked at.
const kRequest = 'as_of:text candidates:count engine:text event:text flags:count issues:count outcome:text outcomes:count release:text suppressed:count unknowns:count';
export const kAboutOf = {
  decision: kRequest,
  refusal: kRequest,
  failure: 'as_of:text engine:text event:text outcome:text reason:word release:text',
  release: 'approvals:count engine:text pack:text pack_version:text release:text tests:text',
  report: 'digest:digest engine:text from:instant name:word to:instant',
  log_opened: 'engine:text',
  approval: 'actor_ref:digest! engine:text release:digest! role:word verdict:word!',
  override: 'actor_ref:digest! decision:decision_id! from_outcome:word reason:word role:word to_outcome:word!',
  review: 'actor_ref:digest channel:word decision:decision_id! outcome:word request:id role:word state:word!',
  contact: 'action:word! channel:word! decision:decision_id! language:word state:word!',
  complaint: 'complaint:id! decision:decision_id state:word! topic:word',
  observation: 'decision:decision_id! outcome:word!',
  stop: 'actor_ref:digest! reason:word scope:word!',
  resume: 'actor_ref:digest! approver_ref:digest scope:word!',
  replay: 'differs:count! engine:text missing:count! same:count!',
  erasure: 'actor_ref:digest! cause:word! erasure:id! ranges:ranges records:count!',
  hold: 'actor_ref:digest! hold:id! subject_ref:digest!',
  hold_release: 'actor_ref:digest! hold:id!',
  key_rotation: 'actor_ref:digest new_key:text! old_key:text! purpose:word! size:number',
  checkpoint: 'key:key_id! root:digest! size:number!',
  anchor: 'anchor:word! root:digest! size:number! token:digest witness:text',
  access: 'actor_ref:digest! purpose:word! ranges:ranges records:count',
  export: 'actor_ref:digest bundle:digest! profile:word ranges:ranges records:count',
  heartbeat: 'component:word! dropped:count queue:count',
  incident: 'component:word incident:id! severity:word! state:word!',
};
const matches = (pattern) => (value) => typeof value === 'string' && pattern.test(value);
const kAboutTypes = {
  text: (value) => typeof value === 'string',
  word: matches(/^[a-z][a-z0-9_.-]{0,63}$/),
  count: (value) => Number.isSafeInteger(value) && value >= 0,
  number: matches(/^(?:0|[1-9]\d{0,18})$/),
  digest: isDigest,
  id: matches(/^[0-9a-f]{32}$/),
  key_id: matches(/^[0-9a-f]{8}$/),
  decision_id: matches(kUuid7),
  instant: (value) => asInstant(value, '') !== '',
  ranges: (value) => Numbers.parse(value, '').count > 0,
};

function expectKind(leaf, place) {
  if (!Object.hasOwn(kAboutOf, leaf.kind)) return;
  const members = kAboutOf[leaf.kind].split(' ').map((text) => /^(\w+):(\w+)(!?)$/.exec(text).slice(1));
  const known = new Map(members.map(([name, type]) => [name, type]));
  for (const [name, , must] of members)
    if (must && !Object.hasOwn(leaf.about, name)) throw new Break('leaf_about', place, leaf.kind, name);
  for (const [name, value] of Object.entries(leaf.about))
    if (!known.has(name) || !kAboutTypes[known.get(name)](value))
      throw new Break('leaf_about', place, `${leaf.kind}: ${name}`, known.get(name) ?? '');
}

const kNames = ['about', 'key', 'decision_id', 'kind', 'origin', 'prev', 'rid', 'sections', 'seq', 'time', 'v'];
export function readLeaf(bytes, place) {
  if (bytes.length > kLeafBytesMax) throw new Break('leaf', place, bytes.length, kLeafBytesMax);
  const leaf = readCanonical(bytes, place);
  asObject(leaf, place, kNames.filter((name) => name !== 'key' && name !== 'decision_id'), ['key', 'decision_id']);
  expectAbout(asMap(leaf.about, place), place, 1);
  if (leaf.decision_id !== undefined) expectMatch(leaf.decision_id, kUuid7, place);
  expectMatch(leaf.kind, /^[a-z][a-z0-9_.]{0,63}$/, place);
  expectMatch(leaf.origin, kOrigin, place);
  expectMatch(leaf.rid, /^[0-9a-f]{32}$/, place);
  if (!isDigest(leaf.prev)) throw new Break('leaf', `${place}, prev`);
  expectLeafSections(leaf, place);
  asCount(leaf.seq, place);
  asInstant(leaf.time, place);
  if (leaf.v !== 'oxpecker.record/1') throw new Break('leaf', place, leaf.v, 'oxpecker.record/1');
  expectKind(leaf, place);
  return leaf;
}
