// The release documents of a bundle (release_v1.md), and what can be looked up in them: where a rule stands,
// what a reason code means.
import { fromUtf8 } from './bytes.js';
import { disclosureFor, disclosureOf } from './checks_disclosures.js';
import { itemsOf, memberOf, readTree, textOf } from './json.js';
import { wholeText } from './sections.js';

export class Releases {
  constructor(bundle) {
    this.bundle = bundle;
    this.documents = new Map();
    this.sentences = new Map();
  }
  // [{path, text}] and the rest of a document, or null where the bundle has none.
  document(digest) {
    if (this.documents.has(digest)) return this.documents.get(digest);
    const bytes = this.bundle.files.get(`artefacts/${digest}`);
    const tree = bytes && readTree(fromUtf8(bytes) ?? '');
    const files = itemsOf(memberOf(tree, 'files')).map((file) => ({path: textOf(memberOf(file, 'path')) ?? '', text: textOf(memberOf(file, 'text')) ?? ''}));
    const document = tree ? {files, limits: memberOf(tree, 'limits'), tzdata: textOf(memberOf(tree, 'tzdata'))} : null;
    this.documents.set(digest, document);
    return document;
  }
  // {file, line} of the definition with this id, or null.
  definition(digest, id) {
    const wanted = new RegExp(`^\\s*(?:- )?\\{?\\s*id: *["']?${id.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}["']?\\s*(?:[,}#].*)?$`);
    for (const [file, {text}] of (this.document(digest)?.files ?? []).entries()) {
      const line = text.split('\n').findIndex((candidate) => wanted.test(candidate));
      if (line >= 0) return {file, line};
    }
    return null;
  }
  // The English sentence of a reason code: from the manifest section of a release record where it is shown,
  // else from the lines after `reason: CODE` in the texts of the release.
  sentence(digest, code) {
    const key = `${digest} ${code}`;
    if (!this.sentences.has(key)) this.sentences.set(key, this.sentenceOfManifest(digest, code) ?? this.sentenceOfTexts(digest, code));
    return this.sentences.get(key);
  }
  sentenceOfManifest(digest, code) {
    for (const row of this.bundle.rows ?? []) {
      if (row.kind !== 'release' || row.release !== digest) continue;
      const line = disclosureFor(this.bundle, row.seq, 'manifest');
      const text = line && wholeText(disclosureOf(this.bundle, line).parts);
      const reason = text && itemsOf(memberOf(readTree(text), 'reasons')).find((entry) => textOf(memberOf(entry, 'code')) === code);
      if (reason) return textOf(memberOf(reason, 'en'));
    }
    return undefined;
  }
  sentenceOfTexts(digest, code) {
    for (const {text} of this.document(digest)?.files ?? []) {
      const lines = text.split('\n');
      const at = lines.findIndex((line) => line.trim() === `- reason: ${code}` || line.trim() === `reason: ${code}`);
      const english = at < 0 ? undefined : lines.slice(at + 1, at + 5).find((line) => line.trim().startsWith('en: "'));
      const sentence = english && readTree(english.trim().slice('en: '.length));
      if (sentence?.type === 'string') return sentence.value;
    }
    return undefined;
  }
}
