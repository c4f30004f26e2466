// The releases that decided, with the text of their files.
import { code, data, definitions, el, fillElement } from './dom.js';
import { say } from './texts.js';

function fileText(text, marked) {
  const lines = text.split('\n');
  return el('pre', {class: 'lines'}, lines.map((line, i) => [i === marked ? el('mark', {id: 'marked-line'}, data(`${line} `)) : data(line), i + 1 < lines.length ? '\n' : '']));
}

export class ReleasesView {
  constructor(report, releases) {
    this.releases = releases;
    this.byDigest = new Map();
    const {coverage, rows} = report.bundle;
    const named = [...new Set((rows ?? []).flatMap((row) => (row.inScope && row.release ? [row.release] : [])))];
    const stated = coverage?.releases ?? named.map((digest) => ({digest}));
    this.element = el('section', {id: 'releases'}, el('h2', {}, say('releases.title')), stated.length === 0 ? el('p', {class: 'quiet'}, say('releases.none')) : stated.map((release) => this.one(release)));
  }

  one({digest, record}) {
    const document = this.releases.document(digest);
    const block = el('details', {'data-release': digest}, el('summary', {}, code(digest)));
    const head = definitions([['', record !== undefined && say('releases.since', {record})], ['', document?.tzdata && say('releases.zones', {tzdata: document.tzdata})]]);
    block.append(head);
    if (!document) {
      block.append(el('p', {class: 'quiet'}, say('releases.absent')));
      return block;
    }
    const choice = el('select', {}, document.files.map(({path}, i) => el('option', {value: i}, path)));
    const text = el('div');
    const show = (marked) => fillElement(text, fileText(document.files[choice.value]?.text ?? '', marked));
    choice.addEventListener('change', () => show(-1));
    block.append(el('label', {class: 'noprint'}, say('releases.file'), ' ', choice), text);
    let made = false;
    block.addEventListener('toggle', () => { if (block.open && !made) { made = true; show(-1); } });
    this.byDigest.set(digest, {block, show: (place) => {
      made = true;
      if (place) choice.value = String(place.file);
      block.open = true;
      show(place ? place.line : -1);
      (block.querySelector('#marked-line') ?? block).scrollIntoView({block: 'center'});
    }});
    return block;
  }

  show(digest, place) {
    const release = this.byDigest.get(digest);
    if (release) release.show(place);
    else this.element.scrollIntoView();
  }
}
