// A kiosk's file is sent in parts: what arrived stays, whatever stops on the way, and after a reload the same file goes
// on where it stopped. Without this module the form sends it whole, up to its limit.

import { hex } from "./verify/bytes.js";
import { Sha256 } from "./verify/sha256.js";

const PIECE = 1 << 20;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;
const PATIENCE_MS = 60_000;
const MB = 1_000_000;

/** The server said no, and would say it again. */
class Refused extends Error {}
/** The server cannot, for now, and says why. */
class Waiting extends Error {}

/** @param {number} ms */
const pause = (ms) => new Promise((resolve) => window.setTimeout(resolve, ms));

/** @param {File} file @returns {Promise<string>} SHA-256 in hex, as any checksum tool says it */
async function digestOf(file) {
  const hash = new Sha256();
  for (let at = 0; at < file.size; at += PIECE) hash.feed(new Uint8Array(await file.slice(at, at + PIECE).arrayBuffer()));
  return hex(hash.end());
}

/**
 * One question, one answer. @param {string} address @param {RequestInit} [init]
 * @returns {Promise<{at: number, page: string}>} @throws {Refused} where asking again changes nothing
 */
async function ask(address, init = {}) {
  const headers = { Accept: "application/json", ...init.headers };
  const answer = await fetch(address, { ...init, headers, cache: "no-store", redirect: "manual", signal: AbortSignal.timeout(PATIENCE_MS) });
  const told = await answer.json().catch(() => null);
  // What stands between may answer with anything; only the server's own no is one. A log-in page is no answer.
  if (answer.type === "opaqueredirect" || (told?.code && answer.status < 500 && answer.status !== 429)) throw new Refused(told?.message ?? "");
  if (told?.code) throw new Waiting(told.message ?? "");
  if (!answer.ok || !Number.isInteger(told?.at)) throw new Error(String(answer.status));
  return told;
}

class Carrier {
  /** @param {HTMLFormElement} form */
  constructor(form) {
    this.form = form;
    this.told = /** @type {HTMLElement} */ (form.querySelector("[data-carry-told]"));
    this.bar = /** @type {HTMLProgressElement} */ (form.querySelector("[data-carry-bar]"));
    this.note = `carry ${form.dataset.carry}`;
    this.isBusy = false;
    const left = sessionStorage.getItem(this.note);
    if (left) this.say((form.dataset.left ?? "").replace("{name}", left));
    form.addEventListener("submit", (event) => {
      const file = this.input.files?.[0];
      if (!file?.size) return; // the form itself says what is missing
      event.preventDefault();
      if (!this.isBusy) this.carry(file);
    });
  }

  get input() {
    return /** @type {HTMLInputElement} */ (this.form.elements.namedItem("file"));
  }

  /** @param {string} words */
  say(words) {
    this.told.hidden = false;
    if (this.told.textContent !== words) this.told.textContent = words;
  }

  /** @param {number} at @param {number} all bytes */
  show(at, all) {
    this.bar.hidden = false;
    this.bar.value = all ? Math.floor((100 * at) / all) : 0;
    const mb = (/** @type {number} */ bytes) => new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 }).format(bytes / MB);
    this.say((this.form.dataset.going ?? "").replace("{done}", mb(at)).replace("{all}", mb(all)));
  }

  /** @param {File} file */
  async carry(file) {
    this.isBusy = true;
    this.form.querySelector("button")?.setAttribute("aria-disabled", "true");
    try {
      sessionStorage.setItem(this.note, file.name);
      this.say(this.form.dataset.looking ?? "");
      const page = await this.send(file, await digestOf(file));
      sessionStorage.removeItem(this.note);
      window.location.assign(page);
    } catch (error) {
      this.bar.hidden = true;
      this.say((error instanceof Refused && error.message) || (this.form.dataset.refused ?? ""));
    }
    this.isBusy = false;
    this.form.querySelector("button")?.removeAttribute("aria-disabled");
  }

  /**
   * Part after part, and after each stop what the server says is here.
   * @param {File} file @param {string} digest @returns {Promise<string>} the page of the file
   */
  async send(file, digest) {
    const facts = new URLSearchParams({ name: file.name, digest, size: String(file.size) });
    const address = `${this.form.dataset.carry}?${facts}`;
    let [at, failures] = [-1, 0];
    for (;;) {
      try {
        const told = at < 0 ? await ask(address) : await ask(`${address}&at=${at}`, await this.part(file, at));
        if (told.page) return told.page;
        [at, failures] = [told.at, 0];
        this.show(at, file.size);
      } catch (error) {
        if (error instanceof Refused) throw error;
        this.say((error instanceof Waiting && error.message) || (this.form.dataset.again ?? ""));
        await pause(Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** failures) * (0.5 + Math.random() / 2));
        failures += 1;
        at = -1; // a part whose answer was lost may have arrived
      }
    }
  }

  /** @param {File} file @param {number} at @returns {Promise<RequestInit>} @throws {Refused} when the file is gone or was changed */
  async part(file, at) {
    const token = /** @type {HTMLInputElement} */ (this.form.elements.namedItem("csrfmiddlewaretoken")).value;
    const part = await file.slice(at, at + Number(this.form.dataset.part)).arrayBuffer().catch(() => { throw new Refused(""); });
    return { method: "POST", body: part, headers: { "Content-Type": "application/octet-stream", "X-CSRFToken": token } };
  }
}

for (const form of document.querySelectorAll("form[data-carry]")) {
  if (form instanceof HTMLFormElement) new Carrier(form);
}
