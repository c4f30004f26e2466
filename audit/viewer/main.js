// The page: where a bundle comes from, what is on screen while it is verified, and afterwards.
import { Break } from './problem.js';
import { fromUtf8 } from './bytes.js';
import { readBlock, readZip, splitReport } from './container.js';
import { add, button, code, data, el, fillElement, visible } from './dom.js';
import { Releases } from './releases.js';
import { say } from './texts.js';
import { verifyBundle } from './verify.js';
import { renderRecord } from './view_record.js';
import { ReleasesView } from './view_releases.js';
import { RecordTable } from './view_table.js';
import { renderChecks, renderLimits, renderTrust, renderVerdicts, scopeText } from './view_verdicts.js';

const kSliceMs = 24;

// Lets the page draw and answer when it has not for a while.
function makePause() {
  let since = performance.now();
  return async () => {
    if (performance.now() - since < kSliceMs) return;
    await new Promise((done) => setTimeout(done, 0));
    since = performance.now();
  };
}

class Page {
  constructor(root) {
    this.root = root;
    this.held = {keys: '', head: ''};
    this.run = 0;
    this.status = el('p', {role: 'status', id: 'status'});
    this.bar = el('progress', {max: '1', value: '0', id: 'progress', hidden: true});
    this.content = el('div', {id: 'content'});
    this.chooser = this.makeChooser();
    fillElement(root, el('header', {}, el('p', {class: 'brand'}, say('brand')), el('h1', {id: 'title'}, say('untitled')), el('p', {id: 'scope'})), this.status, this.bar, this.content, this.chooser);
    document.addEventListener('dragover', (event) => event.preventDefault());
    document.addEventListener('drop', (event) => {
      event.preventDefault();
      if (event.dataTransfer.files.length > 0) this.openFile(event.dataTransfer.files[0]);
    });
    document.addEventListener('keydown', (event) => {
      if (event.key !== '/' || event.ctrlKey || event.altKey || event.metaKey || /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) return;
      const search = document.getElementById('filter-text');
      if (!search) return;
      event.preventDefault();
      search.focus();
    });
  }

  makeChooser() {
    const input = el('input', {type: 'file', id: 'file', accept: '.zip,.html', 'aria-label': say('open.choose')});
    input.addEventListener('change', () => {
      const file = input.files[0];
      if (file) this.openFile(file);
      input.value = '';  // so that the same file can be chosen again
    });
    this.chooserLead = el('p', {}, say('open.lead'));
    return el('section', {id: 'open', class: 'noprint'}, this.chooserLead, input, el('p', {class: 'quiet'}, say('open.offline')));
  }

  fail(error) {
    const problem = error instanceof Break ? error : new Break('unreadable', '', error.message);
    this.bar.hidden = true;
    fillElement(this.status);
    fillElement(this.content, el('div', {class: 'alarm', role: 'alert', id: 'failed'}, el('strong', {}, say('open.failed')), el('p', {}, say(`breaks.${problem.code}`) ?? problem.code),
      el('p', {}, problem.place && code(problem.place), ' ', problem.found && code(problem.found), ' ', problem.expected && code(problem.expected))));
  }

  async openFile(file) {
    const run = ++this.run;
    try {
      fillElement(this.status, say('open.reading', {name: file.name}));
      this.bar.hidden = false;
      const bytes = new Uint8Array(await file.arrayBuffer());
      const isZip = bytes[0] === 0x50 && bytes[1] === 0x4b;
      const split = isZip ? null : splitReport(bytes);
      if (!isZip && !split) throw new Break('zip_none', file.name);
      const files = isZip ? await readZip(bytes, makePause()) : readBlock(split.block).set('report.html', bytes);
      if (run === this.run) await this.show(files, isZip ? 'zip' : 'report', file.name);
    } catch (error) {
      if (run === this.run) this.fail(error);
    }
  }

  async openBlock(text) {
    try {
      await this.show(readBlock(text), 'page', '');
    } catch (error) {
      this.fail(error);
    }
  }

  async show(files, container, name) {
    const run = ++this.run;
    this.bar.hidden = false;
    const report = await verifyBundle(files, {container, ...this.held, pause: makePause(), progress: (share, check) => {
      this.bar.value = share;
      this.status.textContent = say('progress', {check: say(`checks.${check}.name`) ?? ''});
    }});
    if (run !== this.run) return;
    this.bar.hidden = true;
    this.render(report, files, container, name);
  }

  render(report, files, container, name) {
    this.report = report;
    this.releases = new Releases(report.bundle);
    const {bundle} = report;
    const words = Object.fromEntries(Object.entries(report.verdicts).map(([verdict, {state}]) => [verdict, say(`verdict.${state}`)]));
    this.status.textContent = say('ready', words);
    document.title = visible(bundle.origin ? say('title', {origin: bundle.origin}) : say('untitled'));
    fillElement(document.getElementById('title'), bundle.origin ? say('title', {origin: bundle.origin}) : say('untitled'));
    fillElement(document.getElementById('scope'), data(scopeText(report)));
    this.chooserLead.textContent = say('open.again');
    this.releasesView = new ReleasesView(report, this.releases);
    const profile = bundle.profile ? el('p', {class: 'quiet'}, [say('scope.profile', bundle.profile), say('scope.tool', bundle.manifest), say(`opened.${container}`, {name})].map((text) => el('span', {class: 'line'}, text))) : null;
    const trust = renderTrust(report, this.held, (held) => {
      this.held = held;
      this.show(files, container, name);
    });
    fillElement(this.content, renderVerdicts(report), profile, this.records(), this.releasesView.element, trust, renderLimits(report), renderChecks(report));
    document.body.dataset.verified = `${report.verdicts.integrity.state} ${report.verdicts.completeness.state} ${report.verdicts.authenticity.state}`;
  }

  records() {
    const {rows} = this.report.bundle;
    const section = el('section', {id: 'records'}, el('h2', {}, say('records.title')));
    // Half-read leaves would look like all of them.
    if (!rows || !['holds'].includes(this.report.results.find(({id}) => id === 'leaves').state)) {
      add(section, [el('p', {class: 'problem'}, say('records.unreadable'))]);
      return section;
    }
    const detail = el('div', {id: 'record', 'aria-live': 'off'}, el('p', {class: 'quiet'}, say('record.none')));
    const table = new RecordTable(rows, (row) => fillElement(detail, this.renderSafely(row)));
    add(section, [el('div', {class: 'columns'}, table.element, detail)]);
    return section;
  }

  // A broken bundle may hold what nobody thought of: one record that cannot be shown must not stop the rest.
  renderSafely(row) {
    try {
      return renderRecord(this, row);
    } catch (error) {
      return el('p', {class: 'problem'}, say('breaks.unreadable'), ' ', error instanceof Break ? code(error.place) : '');
    }
  }

  showRelease(digest, place = null) {
    this.releasesView.show(digest, place);
  }
}

export function startPage() {
  const page = new Page(document.getElementById('page'));
  const block = document.getElementById('bundle').textContent;
  if (block !== '') page.openBlock(block);
  return page;
}
