// Bringing photos to the server, and asking what became of them. A photo sent twice is one: the server knows it by its hash.

const FIRST_WAIT_MS = 2_000;
const LONGEST_WAIT_MS = 60_000;
const PATIENCE_MS = 60_000;
const ASK_AFTER_MS = 3_000;
const MOST_ASKED = 50;

/** @typedef {import("./photoshelf.js").Taken} Taken */

/** The log-in page answered. */
class LoggedOut extends Error {}
/** The server said no to this photo, and would say it again. */
class Refused extends Error {}

/** @param {string} address @param {RequestInit} [init] @returns {Promise<any>} */
async function ask(address, init = {}) {
  const answer = await fetch(address, {
    ...init, headers: { Accept: "application/json" }, cache: "no-store", redirect: "manual", signal: AbortSignal.timeout(PATIENCE_MS),
  });
  // What stands between may answer with anything; only the server's own words are an answer.
  if (answer.type === "opaqueredirect") throw new LoggedOut();
  const told = await answer.json().catch(() => null);
  if (told?.code && answer.status < 500 && ![401, 403, 429].includes(answer.status)) throw new Refused(told.message ?? "");
  if (!answer.ok || !told) throw new Error(String(answer.status));
  return told;
}

export class Sending {
  /**
   * @param {object} parts @param {import("./photoshelf.js").Shelf} parts.shelf @param {HTMLFormElement} parts.form where photos go, with its token
   * @param {string} parts.became where it is asked what became of them
   * @param {(trouble: {kind: "" | "log_in" | "refused", message?: string}) => void} parts.onNews
   */
  constructor({ shelf, form, became, onNews }) {
    Object.assign(this, { shelf, form, became, onNews });
    this.isBusy = false;
    this.isAgain = false;
    this.failures = 0;
    this.timer = 0;
  }

  /** Send what waits, and ask after what is being read; then again, as long as there is anything. */
  async wake() {
    window.clearTimeout(this.timer);
    if (this.isBusy) {
      this.isAgain = true;
      return;
    }
    this.isBusy = true;
    const waitMs = await this.round().catch((error) => this.failed(error));
    this.isBusy = false;
    if (this.isAgain || waitMs) this.timer = window.setTimeout(() => this.wake(), this.isAgain ? 0 : waitMs);
    this.isAgain = false;
  }

  /** @returns {Promise<number>} milliseconds until there is something to ask; 0: nothing is left */
  async round() {
    for (const taken of await this.shelf.all()) if (taken.bytes && taken.outcome !== "refused") await this.bring(taken);
    const open = (await this.shelf.all()).filter(({ bytes, outcome }) => !bytes && ["", "reading"].includes(outcome));
    for (let at = 0; at < open.length; at += MOST_ASKED) await this.learn(open.slice(at, at + MOST_ASKED));
    this.failures = 0;
    this.onNews({ kind: "" });
    return open.length ? ASK_AFTER_MS : 0;
  }

  /** @param {Taken} taken */
  async bring(taken) {
    const body = new FormData(this.form);
    body.set("photo", new Blob([taken.bytes], { type: "image/jpeg" }), `photo-${String(taken.number).padStart(4, "0")}.jpg`);
    try {
      const { photo } = await ask(this.form.action, { method: "POST", body });
      if (photo !== taken.photo) throw new Error("another photo");
      await this.shelf.put({ ...taken, bytes: null });
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      await this.shelf.put({ ...taken, outcome: "refused", why: error.message });
    }
    this.onNews({ kind: "" });
  }

  /** @param {Taken[]} some */
  async learn(some) {
    const { photos } = await ask(`${this.became}?${new URLSearchParams(some.map(({ photo }) => ["photo", photo]))}`);
    for (const taken of some) {
      const [outcome, why] = photos[taken.photo] ?? ["", ""];
      if (outcome !== taken.outcome) await this.shelf.put({ ...taken, outcome, why });
    }
  }

  /** @param {Error} error @returns {number} */
  failed(error) {
    this.failures += 1;
    this.onNews({ kind: error instanceof LoggedOut ? "log_in" : "" });
    return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.failures) * (0.5 + Math.random() / 2);
  }
}
