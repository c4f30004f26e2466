// What stops a check. `code` names a sentence in texts.js; `place`, `found` and `expected` are data and are
// only ever shown as text.
export class Break extends Error {
  constructor(code, place, found = '', expected = '') {
    super(`${code}: ${place}`);
    this.code = code;
    this.place = String(place);
    this.found = String(found);
    this.expected = String(expected);
  }
}
