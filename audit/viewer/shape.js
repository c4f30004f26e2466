// The forms that values of a bundle have. Each function gives the value or throws a Break with the place.
import { Break } from './problem.js';
import { isDigest } from './bytes.js';

const isObject = (value) => value !== null && typeof value === 'object' && !Array.isArray(value);
const shown = (value) => (value === undefined ? '' : JSON.stringify(value).slice(0, 80));

// An object with all of `required`, perhaps some of `optional`, and nothing else.
export function asObject(value, place, required, optional = []) {
  if (!isObject(value)) throw new Break('shape', place, shown(value), '{...}');
  for (const name of required)
    if (!Object.hasOwn(value, name)) throw new Break('member_missing', place, '', name);
  for (const name of Object.keys(value))
    if (!required.includes(name) && !optional.includes(name)) throw new Break('member_unknown', place, name);
  return value;
}

// An object whose members' names are data.
export function asMap(value, place) {
  if (!isObject(value)) throw new Break('shape', place, shown(value), '{...}');
  return value;
}

export function asList(value, place) {
  if (!Array.isArray(value)) throw new Break('shape', place, shown(value), '[...]');
  return value;
}

export function asText(value, place) {
  if (typeof value !== 'string') throw new Break('shape', place, shown(value), '"..."');
  return value;
}

export function asDigest(value, place) {
  if (!isDigest(value)) throw new Break('shape', place, shown(value), '64 hex digits');
  return value;
}

export function asConstant(value, place, constant) {
  if (value !== constant) throw new Break('shape', place, shown(value), constant);
  return value;
}

// A decimal text without leading zeros. Beyond 2^53 this page cannot count.
export function asCount(value, place) {
  if (typeof value !== 'string' || !/^(?:0|[1-9]\d{0,18})$/.test(value))
    throw new Break('shape', place, shown(value), '"123"');
  const count = Number(value);
  if (!Number.isSafeInteger(count)) throw new Break('too_large', place, value);
  return count;
}

// An instant in UTC as a text that sorts by time.
export function asInstant(value, place) {
  const match = typeof value === 'string' && /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d{6})?Z$/.exec(value);
  const whole = match && match[2] !== '.000000' && new Date(`${match[1]}Z`);
  if (!whole || Number.isNaN(whole.getTime()) || whole.toISOString().slice(0, 19) !== match[1])
    throw new Break('shape', place, shown(value), '2026-05-28T20:26:40Z');
  return match[1] + (match[2] ?? '.000000');
}

// Numbers of records: `3-5,9,12-14`, ascending and apart.
export class Numbers {
  constructor(ranges = []) {
    this.ranges = ranges;
  }
  static parse(text, place) {
    if (typeof text !== 'string') throw new Break('shape', place, shown(text), '"3-5,9"');
    const ranges = [];
    if (text === '') return new Numbers(ranges);
    for (const part of text.split(',')) {
      const match = /^(0|[1-9]\d{0,18})(?:-([1-9]\d{0,18}))?$/.exec(part);
      const first = match ? Number(match[1]) : NaN;
      const last = match?.[2] ? Number(match[2]) : first;
      if (!match || (match[2] && last <= first) || (ranges.length > 0 && first <= ranges.at(-1)[1] + 1))
        throw new Break('shape', place, part.slice(0, 80), '3-5,9');
      if (!Number.isSafeInteger(last)) throw new Break('too_large', place, part);
      ranges.push([first, last]);
    }
    return new Numbers(ranges);
  }
  // Of ascending numbers without repeats.
  static of(numbers) {
    const ranges = [];
    for (const number of numbers)
      if (ranges.length > 0 && ranges.at(-1)[1] + 1 === number) ranges.at(-1)[1] = number;
      else ranges.push([number, number]);
    return new Numbers(ranges);
  }
  // The range that holds `number`, or the first above it.
  at(number) {
    let low = 0;
    let high = this.ranges.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.ranges[middle][1] < number) low = middle + 1;
      else high = middle;
    }
    return low;
  }
  has(number) {
    const range = this.ranges[this.at(number)];
    return range !== undefined && range[0] <= number;
  }
  // Whether one of them lies in [begin, end).
  anyIn(begin, end) {
    const range = this.ranges[this.at(begin)];
    return range !== undefined && range[0] < end;
  }
  get count() {
    return this.ranges.reduce((sum, [first, last]) => sum + last - first + 1, 0);
  }
  get first() {
    return this.ranges[0]?.[0];
  }
  get last() {
    return this.ranges.at(-1)?.[1];
  }
  * [Symbol.iterator]() {
    for (const [first, last] of this.ranges)
      for (let number = first; number <= last; ++number) yield number;
  }
  toString() {
    return this.ranges.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(',');
  }
  // Those of both; a number in both is a break at `place`.
  unite(other, place) {
    const ranges = [...this.ranges, ...other.ranges].sort((a, b) => a[0] - b[0]);
    const united = [];
    for (const [first, last] of ranges) {
      const before = united.at(-1);
      if (before && first <= before[1]) throw new Break('number_twice', place, first);
      if (before && first === before[1] + 1) before[1] = last;
      else united.push([first, last]);
    }
    return new Numbers(united);
  }
}
