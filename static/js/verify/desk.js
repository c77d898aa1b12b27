// The desk on which a published folder lies while it is checked: files, what was checked, what was found.

import { decode } from "./bytes.js";
import { readJson } from "./json.js";

/**
 * @typedef {Record<string, string | number>} Facts
 * @typedef {{code: string, facts: Facts}} Step something that was checked
 * @typedef {{place: string, code: string, facts: Facts}} Problem something that does not agree, and where
 */

/** More than this is an echo of the first: nobody reads the thousandth line that does not agree. */
const MOST_PROBLEMS = 200;

/** Let others work: the page stays alive while a large box is counted. A message is not slowed as a timer is. */
export function breathe() {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve(undefined);
    };
    port2.postMessage(0);
  });
}

export class Desk {
  /** @type {Step[]} */ steps = [];
  /** @type {Problem[]} */ problems = [];
  /** The file that is being read: where a stop is reported. */
  at = "";
  /** The installation's public key: 65 bytes, once manifest.sig was read. */
  key = new Uint8Array();
  /** Its hash, which is the log's id. */
  logId = "";
  #read = new Map();
  #last = 0;
  #wrong = 0;
  #wrongBefore = 0;

  /**
   * @param {Map<string, Uint8Array>} files by name
   * @param {(code: string, part: number, whole: number) => void} progress
   */
  constructor(files, progress) {
    this.files = files;
    this.progress = progress;
  }

  /** @param {string} name @returns {Uint8Array} throws where it is missing */
  bytes(name) {
    this.at = name;
    const found = this.files.get(name);
    if (!found) throw new Error("missing");
    return found;
  }

  /** @param {string} name @returns {string} */
  text(name) {
    return decode(this.bytes(name));
  }

  /** @param {string} name @returns {any} */
  json(name) {
    const bytes = this.bytes(name);
    if (!this.#read.has(name)) this.#read.set(name, readJson(decode(bytes)));
    return this.#read.get(name);
  }

  /** @param {unknown} condition @param {string} place @param {string} code @param {Facts} [facts] @returns {boolean} */
  need(condition, place, code, facts = {}) {
    if (!condition && this.problems.length < MOST_PROBLEMS) this.problems.push({ place, code, facts });
    if (!condition) this.#wrong += 1;
    return Boolean(condition);
  }

  /** A step is told as done only if nothing was found in it. @param {string} code @param {Facts} [facts] */
  done(code, facts = {}) {
    if (this.#wrong === this.#wrongBefore) this.steps.push({ code, facts });
    this.settle();
  }

  /** What was found so far belongs to the steps so far. */
  settle() {
    this.#wrongBefore = this.#wrong;
  }

  /** Tell how far a step is, and breathe if the page has waited long. @param {string} code @param {number} part @param {number} whole */
  async pause(code, part, whole) {
    if (Date.now() - this.#last < 30) return;
    this.progress(code, part, whole);
    await breathe();
    this.#last = Date.now();
  }
}
