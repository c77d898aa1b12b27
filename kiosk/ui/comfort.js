/**
 * What a person sets for themselves: language, text size, contrast, voice, switch. Gone with them.
 */

import { direction, LANGUAGE_NAMES, languages } from "../words/messages.js";
import { voiceFor } from "./voice.js";

const SIZES = 4;
/** The day, two inks on white, two inks on black. */
const LOOKS = ["normal", "more", "dark"];

export class Comfort {
  /** @param {{root: HTMLElement, scanning: import("./scanning.js").Scanning, aloud: import("./aloud.js").Aloud, onChange: () => void}} parts */
  constructor(parts) {
    Object.assign(this, parts);
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
    this.quiet();
    this.scanning.stop();
    Object.assign(this, { lang: this.offered[0], size: 1, look: LOOKS[0] });
    this.apply();
  }

  apply() {
    const { root, lang, size, look } = this;
    root.lang = lang;
    root.dir = direction(lang);
    root.dataset.size = String(size);
    root.dataset.contrast = look === "normal" ? "normal" : "more";
    root.dataset.theme = look === "dark" ? "dark" : "light";
  }

  /** @returns {{code: string, name: string}[]} every language of the meeting, by its own name */
  choices() {
    return this.offered.map((code) => ({ code, name: LANGUAGE_NAMES[code] }));
  }

  /** @returns {{code: string, name: string}[]} those not on the screen now */
  others() {
    return this.choices().filter(({ code }) => code !== this.lang);
  }

  change(facts) {
    Object.assign(this, facts);
    if (!this.canListen()) this.quiet();
    this.apply();
    this.onChange();
    this.aloud.screen();
  }

  nextSize() {
    this.change({ size: (this.size % SIZES) + 1 });
  }

  nextLook() {
    this.change({ look: LOOKS[(LOOKS.indexOf(this.look) + 1) % LOOKS.length] });
  }

  /** Who steps with a switch, or listens, needs longer. @returns {number} */
  patience() {
    return this.scanning.mode || this.speaking ? 4 : 1;
  }

  canListen() {
    return voiceFor(this.lang) !== null;
  }

  /** @returns {boolean} the screen is read aloud */
  get speaking() {
    return this.aloud.isOn;
  }

  /** Silence, and nothing else changes: what is read aloud may be heard by whoever comes. */
  quiet() {
    this.aloud.stop();
  }

  /** On, until it is asked for again or the person has gone. */
  listen() {
    if (this.speaking) this.quiet();
    else if (this.canListen()) this.aloud.start();
    this.onChange();
    // After the bar was drawn anew, whose button says that it has the focus.
    this.aloud.screen();
  }
}
