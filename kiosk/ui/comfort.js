/**
 * What a person sets for themselves: language, text size, contrast, voice. Gone with them.
 */

import { LANGUAGE_NAMES, languages } from "../domain/messages.js";
import { hush, speak, voiceFor, wordsOf } from "./voice.js";

const SIZES = 4;

export class Comfort {
  /** @param {{root: HTMLElement, onChange: () => void}} parts */
  constructor({ root, onChange }) {
    this.root = root;
    this.onChange = onChange;
    this.offered = languages();
    this.reset();
  }

  /** @param {string[]} wanted languages of the meeting, its own first */
  offer(wanted) {
    const known = wanted.filter((lang) => languages().includes(lang));
    this.offered = known.length > 0 ? known : languages();
    if (!this.offered.includes(this.lang)) this.lang = this.offered[0];
    this.apply();
  }

  reset() {
    hush();
    Object.assign(this, { lang: this.offered[0], size: 1, contrast: false, speaking: false });
    this.apply();
  }

  apply() {
    this.root.lang = this.lang;
    this.root.dataset.size = String(this.size);
    this.root.dataset.contrast = this.contrast ? "more" : "normal";
  }

  /** @returns {{code: string, name: string} | null} the language one touch away */
  other() {
    const code = this.offered[(this.offered.indexOf(this.lang) + 1) % this.offered.length];
    return code === this.lang ? null : { code, name: LANGUAGE_NAMES[code] };
  }

  change(facts) {
    hush();
    Object.assign(this, facts, { speaking: false });
    this.apply();
    this.onChange();
  }

  nextSize() {
    this.change({ size: (this.size % SIZES) + 1 });
  }

  canListen() {
    return voiceFor(this.lang) !== null;
  }

  /** @param {Element} stage */
  listen(stage) {
    if (this.speaking) return this.change({});
    this.speaking = true;
    speak(wordsOf(stage), this.lang, () => this.change({}));
    this.onChange();
  }
}
