// JSON in two readings. What a bundle is made of must be canonical (RFC 8785) and becomes plain values.
// What a section held is any text: it becomes a tree that keeps the spelling of numbers, the order and
// repetition of members, and the places where values were cut out.
import { Break } from './problem.js';
import { fromUtf8 } from './bytes.js';

const kSurrogate = /\p{Surrogate}/u;

export function canonical(value) {
  if (typeof value === 'string') {
    if (kSurrogate.test(value)) throw new Break('json_surrogate', '');
    return JSON.stringify(value);
  }
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  return `{${Object.keys(value).sort().map((key) => `${canonical(key)}:${canonical(value[key])}`).join(',')}}`;
}

// The value of a canonical text. JSON.parse drops repeated members silently: then the text is not the one
// that the value encodes to.
export function readCanonicalText(text, place) {
  let value;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Break('json_malformed', place, error.message);
  }
  let again;
  try {
    again = canonical(value);
  } catch (error) {
    throw new Break('json_not_canonical', place, error.message);
  }
  if (again !== text) {
    let at = 0;
    while (at < text.length && text[at] === again[at]) ++at;
    throw new Break('json_not_canonical', `${place}, character ${at}`, text.substr(at, 20), again.substr(at, 20));
  }
  return value;
}

export function readCanonical(bytes, place) {
  const text = fromUtf8(bytes);
  if (text === null) throw new Break('not_utf8', place);
  return readCanonicalText(text, place);
}

const kToken = {
  number: /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y,
  space: /[ \t\n\r]*/y,
  word: /true|false|null/y,
};
const kDepthMax = 200;

// {type: 'object', members: [[name, node]]}, {type: 'array', items}, {type: 'string', value},
// {type: 'number' | 'word', text}, {type: 'hole', index, pointer}. Null where the text is no JSON.
// Strings may run to some megabytes, too long for a pattern: one is looked for by its closing quote.
class TreeReader {
  constructor(text, holes) {
    this.text = text;
    this.holes = holes;
    this.at = 0;
  }
  token(pattern) {
    pattern.lastIndex = this.at;
    const match = pattern.exec(this.text);
    if (!match) return null;
    this.at = pattern.lastIndex;
    return match[0];
  }
  string() {
    if (this.text[this.at] !== '"') return null;
    let end = this.at + 1;
    for (;;) {
      end = this.text.indexOf('"', end);
      if (end < 0) return null;
      let slashes = 0;
      while (this.text[end - 1 - slashes] === '\\') ++slashes;
      if (slashes % 2 === 0) break;
      ++end;
    }
    const token = this.text.slice(this.at, end + 1);
    this.at = end + 1;
    try {
      return {type: 'string', value: JSON.parse(token)};
    } catch {
      // A text is cut by a rule that is looser than JSON (record_v1.md): a key may hold anything but these.
      return token.includes('\\') ? null : {type: 'string', value: token.slice(1, -1)};
    }
  }
  is(character) {
    this.token(kToken.space);
    if (this.text[this.at] !== character) return false;
    ++this.at;
    return true;
  }
  object(pointer, depth) {
    const members = [];
    if (this.is('}')) return {type: 'object', members};
    do {
      this.token(kToken.space);
      const name = this.string();
      if (!name || !this.is(':')) return null;
      const node = this.value(`${pointer}/${name.value.replace(/~/g, '~0').replace(/\//g, '~1')}`, depth + 1);
      if (!node) return null;
      members.push([name.value, node]);
    } while (this.is(','));
    return this.is('}') ? {type: 'object', members} : null;
  }
  array(pointer, depth) {
    const items = [];
    if (this.is(']')) return {type: 'array', items};
    do {
      const node = this.value(`${pointer}/${items.length}`, depth + 1);
      if (!node) return null;
      items.push(node);
    } while (this.is(','));
    return this.is(']') ? {type: 'array', items} : null;
  }
  value(pointer, depth) {
    if (depth > kDepthMax) return null;
    this.token(kToken.space);
    switch (this.text[this.at]) {
      case '{': ++this.at; return this.object(pointer, depth);
      case '[': ++this.at; return this.array(pointer, depth);
      case '"': return this.string();
      case '\0': {
        ++this.at;
        const hole = {type: 'hole', index: this.holes.length + 1, pointer};
        this.holes.push(hole);
        return hole;
      }
      default: {
        const word = this.token(kToken.word);
        if (word) return {type: 'word', text: word};
        const number = this.token(kToken.number);
        return number ? {type: 'number', text: number} : null;
      }
    }
  }
}

// `holes` takes the places of cut-out values (a byte 0x00 each) in their order.
export function readTree(text, holes = []) {
  const reader = new TreeReader(text, holes);
  const node = reader.value('', 0);
  reader.token(kToken.space);
  return node && reader.at === text.length ? node : null;
}

export const memberOf = (node, name) =>
  node?.type === 'object' ? node.members.find(([key]) => key === name)?.[1] : undefined;
export const textOf = (node) => (node?.type === 'string' ? node.value : node?.text);
export const itemsOf = (node) => (node?.type === 'array' ? node.items : []);
