// The page in a browser, from disk: good bundles green, each tampered one red, hostile text only text, no network.
// CHROMIUM: the browser. OXPECKER_PAGE: the built report.html. OXPECKER_PROGRAM (optional): exports a bundle of its own.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import test, { after, before } from 'node:test';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import * as fixture from './bundle_fixture.mjs';
import { kTampers } from './tampers.mjs';
import { readZip } from '../../audit/viewer/container.js';

const page = fs.readFileSync(process.env.OXPECKER_PAGE, 'utf8');
const key = fixture.makeKey(0x80);
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'oxpecker-viewer-'));
const kWait = {timeout: 120000};
let browser;
let context;
const requests = [];
const errors = [];

before(async () => {
  browser = await chromium.launch({executablePath: process.env.CHROMIUM, args: ['--no-sandbox', '--disable-gpu']});
  context = await browser.newContext({viewport: {width: 1300, height: 900}});
});
after(async () => {
  await browser?.close();
  fs.rmSync(folder, {recursive: true, force: true});
});

const bundleOf = (options, seal = {}) => fixture.seal(fixture.makeFiles(options), {page, ...seal});

function write(name, bytes) {
  const file = path.join(folder, name);
  fs.writeFileSync(file, bytes);
  return file;
}

async function openPage(html, name = 'report.html') {
  const tab = await context.newPage();
  tab.setDefaultTimeout(kWait.timeout);
  tab.on('request', (request) => requests.push(request.url()));
  tab.on('pageerror', (error) => errors.push(error.message));
  tab.on('console', (message) => errors.push(message.text()));
  tab.on('dialog', (dialog) => errors.push(dialog.message()));
  await tab.goto(pathToFileURL(write(name, html)).href);
  return tab;
}

const settled = (tab) => tab.waitForFunction(() => document.body.dataset.verified !== undefined || document.getElementById('failed') !== null, null, kWait);
const verdicts = (tab) => tab.evaluate(() => document.body.dataset.verified);
const wordOf = (tab, name) => tab.textContent(`#verdict-${name} .big`);
const brokenCode = (tab, name) => tab.evaluate((verdict) => [...document.querySelectorAll(`#verdict-${verdict} dl code`)].at(-1)?.textContent, name);

async function verifyAgain(tab, keys, head = '') {
  await tab.evaluate(() => { delete document.body.dataset.verified; });
  await tab.fill('#held-key', keys);
  await tab.fill('#held-head', head);
  await tab.click('#trust button');
  await settled(tab);
}

test('a good bundle is green once the reader gives the key, and says before that the key is taken on trust', async () => {
  const tab = await openPage(bundleOf({first: 2, last: 8, oldSize: 5}).get('report.html'));
  await settled(tab);
  assert.equal(await verdicts(tab), 'holds holds not_shown');
  assert.match(await wordOf(tab, 'authenticity'), /Not shown/);
  const limits = await tab.$$eval('#limits li', (items) => items.map((item) => [item.dataset.limit, item.textContent]));
  assert.deepEqual(limits.map(([name]) => name), ['viewer', 'key', 'page', 'newest', 'unanchored', 'withheld', 'word', 'truth']);
  assert.ok(limits[1][1].includes(key.vkey) && limits[0][1].includes('convenience'));
  await verifyAgain(tab, `${key.vkey}\n`);
  assert.equal(await verdicts(tab), 'holds holds holds');
  for (const name of ['integrity', 'completeness', 'authenticity']) assert.match(await wordOf(tab, name), /Holds/);
  const colour = await tab.$eval('#verdict-integrity', (element) => getComputedStyle(element).borderTopColor);
  assert.equal(colour, 'rgb(23, 96, 63)');
  assert.deepEqual(await tab.$$eval('#checks tr', (rows) => rows.map((row) => row.dataset.state).filter((state) => !['holds', 'none', 'not_shown'].includes(state))), []);
  await tab.close();
});

test('another key, and a head that contradicts, are red', async () => {
  const log = fixture.makeLog();
  const tab = await openPage(bundleOf({log}).get('report.html'));
  await settled(tab);
  await verifyAgain(tab, fixture.makeKey(0x40).vkey);
  assert.equal(await brokenCode(tab, 'authenticity'), 'key_swapped');
  const other = fixture.makeLog({texts: {event: 'other.event'}});
  const head = fixture.sign(`${fixture.kOrigin}\n12\n${fixture.treeRoot(other.map(({hash}) => hash)).toString('base64')}\n`, key);
  await verifyAgain(tab, key.vkey, head);
  assert.match(await tab.textContent('.alarm'), /FORK/);
  assert.match(await verdicts(tab), /broken/);
  await tab.close();
});

test('each tampered bundle is red, by the zip', async () => {
  const tab = await openPage(page, 'empty.html');
  for (const tamper of kTampers) {
    const file = write('tampered.zip', fixture.zip(fixture.inZipOrder(tamper.make(page))));
    await tab.evaluate(() => { delete document.body.dataset.verified; document.getElementById('failed')?.remove(); });
    await tab.setInputFiles('#file', file);
    await settled(tab);
    if (await tab.$('#failed')) {
      assert.equal(tamper.code, 'path_unknown', tamper.name);
      continue;
    }
    if (tamper.code === 'key_swapped') await verifyAgain(tab, key.vkey);
    assert.equal(await tab.getAttribute(`#verdict-${tamper.verdict}`, 'data-state'), 'broken', tamper.name);
    assert.match(await wordOf(tab, tamper.verdict), /Broken/, tamper.name);
    assert.equal(await brokenCode(tab, tamper.verdict), tamper.code, tamper.name);
    if (tamper.code === 'key_swapped') await verifyAgain(tab, '');
  }
  await tab.close();
});

test('each tampered bundle is red, by its own page', async () => {
  for (const tamper of kTampers.filter(({code}) => ['chain', 'root', 'leaf_count', 'leaf_seq', 'commitment', 'redaction_missing', 'artefact_digest', 'manifest_note', 'signature'].includes(code))) {
    const files = tamper.make(page);
    const tab = await openPage(fixture.fillPage(page, fixture.blockOf(files)), 'tampered.html');
    await settled(tab);
    assert.equal(await tab.getAttribute(`#verdict-${tamper.verdict}`, 'data-state'), 'broken', tamper.name);
    assert.equal(await brokenCode(tab, tamper.verdict), tamper.code, tamper.name);
    await tab.close();
  }
});

test('a zip is dropped, and report.html too: then the page itself is checked', async () => {
  const files = bundleOf({decision: 4});
  const tab = await openPage(page, 'empty.html');
  assert.match(await tab.textContent('#open'), /Drop the zip file here/);
  const stateOfViewer = () => tab.getAttribute('tr[data-check="viewer"]', 'data-state');
  for (const [name, bytes] of [['a.zip', fixture.zip(files)], ['report.html', files.get('report.html')]]) {
    await tab.evaluate(async ([fileName, content]) => {
      delete document.body.dataset.verified;
      const transfer = new DataTransfer();
      transfer.items.add(new File([Uint8Array.from(atob(content), (c) => c.charCodeAt(0))], fileName));
      document.body.dispatchEvent(new DragEvent('drop', {bubbles: true, cancelable: true, dataTransfer: transfer}));
    }, [name, bytes.toString('base64')]);
    await settled(tab);
    assert.equal(await verdicts(tab), 'holds not_shown not_shown', name);
    assert.equal(await stateOfViewer(), 'holds', name);
  }
  await tab.setInputFiles('#file', write('b.zip', Buffer.concat([fixture.zip(files), Buffer.from('x')])));
  await tab.waitForSelector('#failed');
  assert.match(await tab.textContent('#failed'), /Something follows the end of the zip/);
  await tab.close();
});

test('a decision is shown: outcomes, reasons, rules that fired, what is withheld and why, the rulebook', async () => {
  const tab = await openPage(bundleOf({}).get('report.html'));
  await settled(tab);
  await tab.click('#row-4');
  const record = await tab.textContent('#record');
  for (const words of ['Record 4', 'autopay_setup', 'Late fees have become a pattern.', 'LATE_FEES_REPEATED', 'Rules that fired', 'withheld by the profile; the bank can show it', '/customer/segment', 'retail'])
    assert.ok(record.includes(words), words);
  assert.ok(!record.includes('Astrid'), 'what is withheld is not there');
  await tab.click('#record [data-section="decision"] button.link');
  assert.match(await tab.textContent('#marked-line'), /id: late_fees_autopay/);
  await tab.click('#row-3');
  assert.match(await tab.textContent('#record'), /erased \(erasure [0-9a-f]{32}\): the key was destroyed/);
  await tab.click('#row-0');
  assert.match(await tab.textContent('#record'), /stands in this bundle as the release document/);
  await tab.close();
});

test('hostile texts are text', async () => {
  const bad = '</script><script>alert(1)</script><img src=x onerror=alert(2)>"\'&lt;\u202egnp.exe';
  const texts = {name: bad, note: bad, action: bad, event: bad, pack: bad};
  const made = fixture.makeFiles({log: fixture.makeLog({texts}), erasedBy: 9});
  const change = (manifest) => ({...manifest, tool: bad, profile: {...manifest.profile, title: bad, reason: bad}});
  const tab = await openPage(fixture.seal(made, {page, manifestChange: change}).get('report.html'));
  await settled(tab);
  assert.equal(await verdicts(tab), 'holds holds not_shown');
  for (const seq of [0, 1]) {
    await tab.click(`#row-${seq}`);
    for (const details of await tab.$$('#record details:not([open]) > summary')) await details.click();
    assert.ok((await tab.textContent('#record')).includes('<img src=x onerror=alert(2)>'), `record ${seq}`);
  }
  assert.equal(await tab.$$eval('img, iframe, a[href], script:not(#bundle)', (elements) => elements.length), 1, 'the page\'s own script and nothing else');
  assert.ok(!(await tab.textContent('#page')).includes('\u202e'), 'marks that turn the text round are shown by number');
  assert.ok((await tab.textContent('#record')).includes('U+202E'));
  await tab.close();
});

test('thousands of records: a few rows in the page, filter, sort, keyboard, print', async () => {
  const log = fixture.makeLog({count: 5000, erasedBy: null, plain: true});
  const tab = await openPage(bundleOf({log, erasedBy: null}).get('report.html'));
  await settled(tab);
  assert.equal(await verdicts(tab), 'holds holds not_shown');
  assert.ok(await tab.$$eval('table.records tbody tr', (rows) => rows.length) < 100);
  await tab.focus('#records-grid');
  await tab.keyboard.press('End');
  assert.match(await tab.textContent('#record h2'), /Record 4999/);
  assert.equal(await tab.getAttribute('#row-4999', 'aria-selected'), 'true');
  await tab.keyboard.press('Home');
  await tab.keyboard.press('ArrowDown');
  assert.match(await tab.textContent('#record h2'), /Record 1\b/);
  await tab.keyboard.press('/');
  await tab.keyboard.type('000000004711');
  assert.match(await tab.textContent('.filters [role=status]'), /^1 of 5000/);
  assert.ok(await tab.$('#row-4711'));
  await tab.fill('#filter-text', '');
  await tab.selectOption('#filter-kind', 'release');
  assert.match(await tab.textContent('.filters [role=status]'), /^1 of 5000/);
  await tab.selectOption('#filter-kind', '');
  await tab.click('th[data-column="time"] button');
  await tab.click('th[data-column="time"] button');
  assert.equal(await tab.getAttribute('th[data-column="time"]', 'aria-sort'), 'descending');
  assert.ok(await tab.$('#row-4999'));
  await tab.emulateMedia({media: 'print'});
  await tab.evaluate(() => window.dispatchEvent(new Event('beforeprint')));
  assert.equal(await tab.$$eval('table.records tbody tr:not(.space)', (rows) => rows.length), 2000);
  assert.equal(await tab.isVisible('#open'), false);
  assert.equal(await tab.isVisible('#verdict-integrity'), true);
  await tab.close();
});

test('words and background differ enough, in light and in dark', async () => {
  const tab = await openPage(bundleOf({}).get('report.html'));
  await settled(tab);
  for (const colorScheme of ['light', 'dark']) {
    await tab.emulateMedia({colorScheme});
    const ratios = await tab.$$eval('.verdict .big .state, #page, .quiet, h2', (elements) => elements.map((element) => {
      const channels = (text) => text.match(/[\d.]+/g).map(Number);
      const luminance = (text) => channels(text).slice(0, 3).map((c) => c / 255).map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)).reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
      let behind = element;
      while (behind && channels(getComputedStyle(behind).backgroundColor)[3] === 0) behind = behind.parentElement;
      const [a, b] = [luminance(getComputedStyle(element).color), luminance(getComputedStyle(behind).backgroundColor)].sort((x, y) => y - x);
      return (a + 0.05) / (b + 0.05);
    }));
    assert.ok(Math.min(...ratios) >= 4.5, `${colorScheme}: ${Math.min(...ratios)}`);
  }
  await tab.close();
});

// What the program itself writes, where it can.
const program = process.env.OXPECKER_PROGRAM;
const canExport = program && fs.existsSync(program) && String(spawnSync(program, ['log', 'export', '--help']).stdout).includes('--redact');
test('a bundle that oxpecker log export wrote', {skip: canExport ? false : 'OXPECKER_PROGRAM names no program that exports'}, async () => {
  const run = (...words) => spawnSync(program, words, {encoding: 'utf8'});
  const workspace = path.join(folder, 'workspace');
  execFileSync(program, ['init', workspace], {stdio: 'ignore'});
  run('--workspace', workspace, '--quiet', 'decide', path.join(workspace, 'customers.jsonl'));
  const vkey = fs.readFileSync(path.join(workspace, 'keys/log.vkey'), 'utf8');
  const listed = run('--workspace', workspace, 'log', 'list', '--json').stdout.trim().split('\n').map((line) => JSON.parse(line));
  const decision = listed.find(({decision_id: id}) => id).decision_id;
  const kinds = [['whole', [], 'holds holds holds'], ['full', ['--redact', 'full'], 'holds holds holds'], ['headers', ['--redact', 'headers'], 'holds holds holds'], ['decision', ['--decision', decision], 'holds not_shown holds']];
  for (const [name, words, expected] of kinds) {
    const file = path.join(folder, `${name}.zip`);
    const result = run('--workspace', workspace, 'log', 'export', '--out', file, ...words);
    assert.equal(result.status, 0, result.stderr);
    const tab = await openPage(page, 'empty.html');
    await tab.setInputFiles('#file', file);
    await settled(tab);
    assert.equal(await tab.$('#failed') && await tab.textContent('#failed'), null, name);
    await verifyAgain(tab, vkey);
    const states = await tab.$$eval('#checks tr', (rows) => rows.map((row) => [row.dataset.check, row.dataset.state, row.textContent]).filter(([, state]) => ['broken', 'not_reached'].includes(state)));
    assert.deepEqual(states, [], name);
    assert.equal(await verdicts(tab), expected, name);
    await tab.close();
    const own = await openPage((await readZip(new Uint8Array(fs.readFileSync(file)))).get('report.html'), `${name}.html`);
    await settled(own);
    assert.equal(await verdicts(own), expected.replace(/holds$/, 'not_shown'), `${name}, by its own page`);
    await own.close();
  }
});

test('nothing was asked of any network, and nothing went wrong in the page', () => {
  assert.deepEqual(requests.filter((url) => !url.startsWith('file:')), []);
  assert.ok(requests.length > 0);
  assert.deepEqual(errors, []);
});
