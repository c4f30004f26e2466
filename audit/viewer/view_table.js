// The table of records. Only the rows in sight are in the page, so thousands cost what fifty do.
import { code, data, el, fillElement } from './dom.js';
import { say } from './texts.js';

const kRowHeight = 32;  // viewer.css has the same
const kBeyond = 10;     // rows above and below those in sight
const kPrintedMax = 2000;
const kColumns = ['seq', 'time', 'kind', 'outcome', 'decision'];

const compare = {
  seq: (a, b) => a.seq - b.seq,
  time: (a, b) => (a.instant < b.instant ? -1 : a.instant > b.instant ? 1 : a.seq - b.seq),
};
const byText = (name) => (a, b) => (a[name] < b[name] ? -1 : a[name] > b[name] ? 1 : a.seq - b.seq);

// Filters and sorts rows; knows no page.
export function selectRows(rows, {text = '', kind = '', outcome = '', context = false, column = 'seq', descending = false}) {
  const wanted = text.trim().toLowerCase();
  const chosen = rows.filter((row) => (context || row.inScope) && (kind === '' || row.kind === kind) && (outcome === '' || row.outcome === outcome) &&
    (wanted === '' || `${row.seq} ${row.time} ${row.kind} ${row.outcome} ${row.decision}`.toLowerCase().includes(wanted)));
  chosen.sort(compare[column] ?? byText(column));
  return descending ? chosen.reverse() : chosen;
}

export class RecordTable {
  constructor(rows, onSelect) {
    this.rows = rows;
    this.onSelect = onSelect;
    this.choice = {text: '', kind: '', outcome: '', context: false, column: 'seq', descending: false};
    this.current = -1;
    this.count = el('span', {class: 'quiet', role: 'status'});
    this.body = el('tbody');
    this.headers = kColumns.map((name) => this.header(name));
    this.table = el('table', {class: 'records', role: 'grid', tabindex: '0', id: 'records-grid', 'aria-label': say('records.label')}, el('thead', {}, el('tr', {}, this.headers)), this.body);
    this.scroller = el('div', {class: 'scroller'}, this.table);
    this.scroller.addEventListener('scroll', () => this.draw());
    this.table.addEventListener('keydown', (event) => this.key(event));
    this.element = el('div', {}, this.filters(), this.scroller, el('p', {class: 'quiet noprint'}, say('records.hint')));
    this.printNote = el('p', {class: 'printonly'});
    this.element.append(this.printNote);
    window.addEventListener('beforeprint', () => this.draw(true));
    window.addEventListener('afterprint', () => this.draw());
    this.select();
  }

  header(name) {
    const sort = el('button', {type: 'button', class: 'sort'}, say(`records.columns.${name}`));
    const cell = el('th', {scope: 'col', class: `c-${name}`, 'aria-sort': 'none', 'data-column': name}, sort);
    sort.addEventListener('click', () => {
      this.choice.descending = this.choice.column === name && !this.choice.descending;
      this.choice.column = name;
      this.select();
    });
    return cell;
  }

  choose(name) {
    const counts = new Map();
    for (const row of this.rows) if (row[name] !== '') counts.set(row[name], (counts.get(row[name]) ?? 0) + 1);
    const select = el('select', {id: `filter-${name}`}, el('option', {value: ''}, say('records.any')),
      [...counts].sort().map(([value, count]) => el('option', {value}, `${value} (${count})`)));
    select.addEventListener('change', () => {
      this.choice[name] = select.value;
      this.select();
    });
    return el('label', {}, say(`records.${name}`), ' ', select);
  }

  filters() {
    this.search = el('input', {type: 'search', id: 'filter-text', spellcheck: 'false', autocomplete: 'off'});
    this.search.addEventListener('input', () => {
      this.choice.text = this.search.value;
      this.select();
    });
    const context = el('input', {type: 'checkbox', id: 'filter-context'});
    context.addEventListener('change', () => {
      this.choice.context = context.checked;
      this.select();
    });
    return el('div', {class: 'filters noprint'}, el('label', {}, say('records.filter'), ' ', this.search), this.choose('kind'), this.choose('outcome'),
      el('label', {}, context, ' ', say('records.context')), this.count);
  }

  select() {
    const before = this.shown?.[this.current];
    this.shown = selectRows(this.rows, this.choice);
    this.current = before ? this.shown.indexOf(before) : -1;
    this.headers.forEach((cell) => cell.setAttribute('aria-sort', cell.dataset.column !== this.choice.column ? 'none' : this.choice.descending ? 'descending' : 'ascending'));
    this.count.textContent = say('records.count', {shown: this.shown.length, all: this.rows.length});
    this.table.setAttribute('aria-rowcount', this.shown.length + 1);
    this.draw();
  }

  row(index) {
    const row = this.shown[index];
    const cells = [data(row.seq, 'number'), data(row.time), data(row.kind), data(row.outcome), row.decision === '' ? '' : code(row.decision)];
    const element = el('tr', {id: `row-${row.seq}`, 'aria-rowindex': index + 2, 'aria-selected': index === this.current ? 'true' : 'false', class: row.inScope ? null : 'context'},
      cells.map((cell, i) => el('td', {class: `c-${kColumns[i]}`}, cell)));
    element.addEventListener('click', () => this.go(index));
    return element;
  }

  draw(whole = false) {
    const {scrollTop, clientHeight} = this.scroller;
    const first = whole ? 0 : Math.max(0, Math.floor(scrollTop / kRowHeight) - kBeyond);
    const end = Math.min(this.shown.length, whole ? kPrintedMax : first + Math.ceil((clientHeight || 600) / kRowHeight) + 2 * kBeyond);
    this.printNote.textContent = end < this.shown.length ? say('records.printed', {count: end, all: this.shown.length}) : '';
    const space = (rows) => {
      const element = el('tr', {class: 'space', 'aria-hidden': 'true'}, el('td', {colspan: kColumns.length}));
      element.style.height = `${whole ? 0 : rows * kRowHeight}px`;
      return element;
    };
    const rows = [];
    for (let i = first; i < end; ++i) rows.push(this.row(i));
    fillElement(this.body, space(first), rows, space(this.shown.length - end));
    const current = this.shown[this.current];
    if (current) this.table.setAttribute('aria-activedescendant', `row-${current.seq}`);
    else this.table.removeAttribute('aria-activedescendant');
  }

  go(index) {
    if (index < 0 || index >= this.shown.length) return;
    this.current = index;
    const top = index * kRowHeight;
    const visible = this.scroller.clientHeight - 2 * kRowHeight;  // the header row stays in sight
    if (top < this.scroller.scrollTop) this.scroller.scrollTop = top;
    else if (top > this.scroller.scrollTop + visible) this.scroller.scrollTop = top - visible;
    this.draw();
    this.onSelect(this.shown[index]);
  }

  key(event) {
    const page = Math.max(1, Math.floor(this.scroller.clientHeight / kRowHeight) - 2);
    const last = this.shown.length - 1;
    const target = {ArrowDown: this.current + 1, ArrowUp: this.current - 1, PageDown: this.current + page, PageUp: this.current - page, Home: 0, End: last}[event.key];
    if (target === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    this.go(Math.max(0, Math.min(last, target)));
  }
}
