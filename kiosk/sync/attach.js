/**
 * Bringing the files that records name, piece by piece (docs/protocol.md §14), once the records themselves have arrived.
 * What the server holds it says itself, so a file goes on where it was, whatever broke.
 */

import { readHeld } from "../domain/attachments.js";
import { hash } from "../domain/bytes.js";
import { pieceMessage, sign } from "../domain/signing.js";
import { attempt, getSigned } from "./enrol.js";
import { refusal } from "./push.js";
import { backoff, pause } from "./walk.js";

export const MOST_PIECE = 1024 * 1024;
const FIRST_PIECE = 256 * 1024;
/** Where connections break, less is lost with a small piece; much smaller ones cost more than they save. */
const LEAST_PIECE = 16 * 1024;
const PATIENCE_MS = 45_000;
/** A connection that breaks now and then is tried again at once, so many times in a row; then it is left alone for longer. */
const QUICK_TRIES = 4;
const QUICK_WAIT_MS = 250;
/** Files under way at a time: while one waits for its answer, or after a break, others go on. */
const AT_ONCE = 3;
/** A complete file with a wrong hash is begun anew by the server. What is sent here is right, so soon it must fit. */
const MOST_RESTARTS = 3;

/** @typedef {import("../store/attachments.js").Kept} Kept */

export class Uploads {
  /**
   * @param {{outbox: import("../store/outbox.js").Outbox, fetch: () => typeof fetch, isHurried: () => boolean,
   *   onBrought?: () => void, sleep?: (ms: number) => Promise<void>}} parts `isHurried`: records wait to be sent, which
   *   come before files; `onBrought`: one more file is whole, and many may follow
   */
  constructor(parts) {
    Object.assign(this, { onBrought: () => {}, sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)) }, parts);
    this.failures = 0;
    this.most = FIRST_PIECE;
    /** Files of which nobody knows how much arrived: a reply was lost. @type {Set<string>} */
    this.unsure = new Set();
    /** Files the server would not take, or that this disk altered. In memory only: after a restart they are tried anew. @type {Map<string, string>} */
    this.refused = new Map();
  }

  /** Somebody asks: what was turned away may pass now. */
  tryAnew() {
    this.refused.clear();
  }

  /**
   * Every file that waits, in the order of the records.
   * @param {import("./push.js").Sender} sender @param {import("./walk.js").News} news of the records that went before
   * @returns {Promise<import("./walk.js").News>}
   */
  async go(sender, news) {
    const waiting = (await this.outbox.attachments.of(sender.chain.epoch)).filter(({ whole, sha256 }) => !whole && !this.refused.has(sha256));
    let trouble = null;
    const bringSome = async () => {
      while (waiting.length > 0 && !trouble && !this.isHurried()) {
        const outcome = await this.tryQuickly(waiting.shift(), sender);
        if (outcome.kind === "later") {
          trouble ??= outcome;
        } else {
          news = { ...news, up: true };
          this.failures = 0;
          this.onBrought();
        }
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, bringSome));
    return trouble ? this.later(trouble) : news;
  }

  async tryQuickly(kept, sender) {
    for (let tries = 0; ; tries += 1) {
      const outcome = await this.bring(kept, sender);
      if (outcome.kind === "done" || outcome.retryAfter || tries === QUICK_TRIES || this.isHurried()) return outcome;
      await this.sleep(QUICK_WAIT_MS * 2 ** tries * (0.5 + Math.random() / 2));
    }
  }

  /** @param {{why: string, retryAfter?: number}} outcome @returns {import("./walk.js").News} */
  later({ why, retryAfter }) {
    this.failures += 1;
    const waitMs = Math.max(pause(retryAfter ?? 0), backoff(this.failures));
    return { up: false, why, waitMs, isOver: true, isAsked: Boolean(retryAfter) };
  }

  /** @param {Kept} kept @param {import("./push.js").Sender} sender @returns {Promise<{kind: "done" | "later", why?: string, retryAfter?: number}>} */
  async bring(kept, sender) {
    const { epoch, sha256 } = kept;
    const bytes = await this.outbox.attachments.bytes(sha256);
    if (!bytes || (await hash(bytes)) !== sha256) return this.refuse(sha256, "altered");
    let { held } = kept;
    for (let restarts = 0; restarts < MOST_RESTARTS;) {
      const isAsked = this.unsure.has(sha256);
      const outcome = await this.ask(kept, bytes, held, sender);
      if (outcome.kind === "refused") return this.refuse(sha256, outcome.why);
      if (outcome.kind === "later") return outcome;
      if (outcome.held.held < held || (!isAsked && outcome.held.held === held && !outcome.held.whole)) restarts += 1;
      ({ held } = outcome.held);
      await this.outbox.attachments.keep(epoch, sha256, outcome.held);
      if (outcome.held.whole) return { kind: "done" };
    }
    return this.refuse(sha256, "altered");
  }

  refuse(sha256, why) {
    this.refused.set(sha256, why);
    return { kind: "done" };
  }

  /** One request: how much is there, where that is not known; else a piece more. */
  async ask(kept, bytes, held, sender) {
    const { dev } = sender.chain;
    const path = `/api/v1/devices/${dev}/attachments/${kept.sha256}`;
    let answer;
    try {
      answer = this.unsure.has(kept.sha256)
        ? await getSigned(path, sender.keys, { fetch: this.fetch() })
        : await this.put(path, kept, bytes.subarray(held, held + this.most), held, sender);
    } catch (error) {
      return this.broke(kept, error.code ?? "no_network");
    }
    const { response, body } = answer;
    if (response.status !== 200) {
      const told = await refusal(response, body);
      if (told.named) return { kind: "refused", why: told.why };
      return { ...this.broke(kept, told.why), retryAfter: told.retryAfter };
    }
    const found = await readHeld(body, sender.installation, dev, kept);
    if (!found) return this.broke(kept, "no_answer");
    if (!this.unsure.delete(kept.sha256)) this.most = Math.min(MOST_PIECE, this.most * 2);
    return { kind: "held", held: found };
  }

  async put(path, { sha256 }, piece, offset, { chain: { dev }, keys, installation: { logId } }) {
    const sig = await sign(keys.privateKey, pieceMessage({ logId, dev, sha256, offset, piece: await hash(piece) }));
    const response = await attempt(this.fetch(), `${path}?offset=${offset}`, {
      method: "PUT", headers: { "Content-Type": "application/octet-stream", Authorization: `Parvis ${sig}` }, body: piece,
    }, PATIENCE_MS);
    return { response, body: await response.text() };
  }

  broke({ sha256 }, why) {
    this.unsure.add(sha256);
    this.most = Math.max(LEAST_PIECE, this.most / 2);
    return { kind: "later", why };
  }
}
