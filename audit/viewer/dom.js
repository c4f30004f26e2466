// Elements out of data. Text goes in as text nodes only; nothing here, or anywhere, parses HTML.
const kAttributes = new Set(['class', 'id', 'for', 'type', 'role', 'tabindex', 'scope', 'colspan', 'title', 'value', 'max', 'open', 'hidden', 'rows', 'placeholder',
  'spellcheck', 'autocomplete', 'accept', 'dir', 'selected', 'checked']);

// Controls and marks that turn the direction of text would hide what is there: they are shown by number.
const kUnseen = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;
export const visible = (text) => String(text).replace(kUnseen, (c) => `\u2039U+${c.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}\u203a`);

export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (!kAttributes.has(name) && !name.startsWith('aria-') && !name.startsWith('data-')) throw new Error(`attribute ${name}`);
    element.setAttribute(name, value === true ? '' : String(value));
  }
  add(element, children);
  return element;
}

export function add(element, children) {
  for (const child of children.flat(Infinity))
    if (child !== null && child !== undefined && child !== false) element.append(child instanceof Node ? child : document.createTextNode(visible(child)));
}

export function fillElement(element, ...children) {
  element.replaceChildren();
  add(element, children);
}

// Data from the bundle, kept apart from the words around it whatever direction it runs in.
export const data = (text, className = '') => el('bdi', {class: className || null}, text);
export const code = (text) => el('code', {}, data(text));

export function button(text, onClick, className = '') {
  const element = el('button', {type: 'button', class: className || null}, text);
  element.addEventListener('click', onClick);
  return element;
}

export function definitions(pairs) {
  return el('dl', {}, pairs.filter(([, value]) => value !== null && value !== undefined && value !== '').map(([name, value]) => [el('dt', {}, name), el('dd', {}, value instanceof Node || Array.isArray(value) ? value : data(value))]));
}

// <details> whose content is made when it is opened for the first time.
export function later(summary, make, open = false) {
  const element = el('details', {}, el('summary', {}, summary));
  let made = false;
  const fill = () => {
    if (made) return;
    made = true;
    add(element, [make()]);
  };
  element.addEventListener('toggle', () => { if (element.open) fill(); });
  if (open) {
    element.open = true;
    fill();
  }
  return element;
}
