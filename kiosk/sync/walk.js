/**
 * Sending one chain as far as it goes, and remembering what the server would not take of it.
 */

import { cutBatch, idOf, MOST_RECORDS, sendBatch } from "./push.js";
import { takeReply } from "./taking.js";

const FIRST_WAIT_MS = 2_000;
const LONGEST_WAIT_MS = 5 * 60_000;
export const LISTEN_AGAIN_MS = 60_000;
const LONGEST_ASKED_S = 3600;

/** @param {number} failures in a row @param {() => number} chance 0…1 @returns {number} milliseconds */
export function backoff(failures, chance = Math.random) {
  const ceiling = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(failures, 10));
  return Math.round(ceiling * (0.5 + chance() / 2));
}

/** What the server asks for, at least, and up to half as much again: not all at once. @param {number} seconds @param {() => number} chance 0…1 */
export function pause(seconds, chance = Math.random) {
  return Math.round(seconds * 1000 * (1 + chance() / 2));
}

/**
 * @typedef {{up: boolean | null, why: string, waitMs: number, isOver?: boolean, isAsked?: boolean}} News
 *   `isOver`: nothing more should be sent now, of no chain: the network is away, or the server asks for a pause;
 *   `isAsked`: it does ask, so nothing that is recorded meanwhile shortens the wait
 */

export class Walk {
  /** @param {{outbox: import("../store/outbox.js").Outbox, fetch: () => typeof fetch}} parts */
  constructor({ outbox, fetch }) {
    Object.assign(this, { outbox, fetch });
    this.failures = 0;
    /** The round of the loop in which it is tried again. */
    this.notBefore = 0;
    /** Numbers the server would not take even alone. Kept in memory only: after a restart they are tried anew. */
    this.refused = new Map();
    /** Numbers the server has spoken about. Behind a gap it keeps them while `next` stands still. */
    this.heard = new Set();
  }

  /** Somebody asks: what was turned away may pass now. */
  tryAnew() {
    this.refused.clear();
    this.notBefore = 0;
  }

  /** Everything that waits. @param {import("./push.js").Sender} sender @returns {Promise<News>} */
  async go(sender) {
    const { epoch } = sender.chain;
    let most = MOST_RECORDS;
    let heard = false;
    for (;;) {
      const held = await this.outbox.chains.at(epoch);
      const { batch, unsent } = await this.pick(held, most, heard);
      if (batch.length === 0) return { up: heard || null, why: "", waitMs: LISTEN_AGAIN_MS };
      const { listed, seen } = held.sync;
      const outcome = await sendBatch(batch, { ...sender, listed, seen }, { fetch: this.fetch(), unsent });
      if (outcome.kind === "stored") {
        this.failures = 0;
        heard = true;
        most = Math.min(MOST_RECORDS, most * 2);
        const wait = await this.keep(sender, held.sync, batch, outcome.reply);
        if (wait.waitMs) return { up: true, why: "", isOver: true, ...wait };
        continue;
      }
      if (!outcome.named) return this.later(outcome);
      if (batch.length > 1) most = Math.floor(batch.length / 2);
      // One record that the server refuses alone must not block those behind it.
      else this.refused.set(batch[0].seq, outcome.why);
    }
  }

  /** @param {{why: string, retryAfter?: number, ofChain?: boolean}} outcome @returns {News} */
  later({ why, retryAfter, ofChain }) {
    this.failures += 1;
    this.refused.clear();
    const waitMs = Math.max(pause(retryAfter ?? 0), backoff(this.failures));
    return { up: false, why, waitMs, isOver: !ofChain, isAsked: Boolean(retryAfter) };
  }

  /**
   * What to send next. When all has arrived but not all is on the public list, the last record is sent once more: the
   * answer to a repetition brings the newest checkpoint.
   * @param {import("../store/chains.js").Held} held @param {number} most @param {boolean} heard
   */
  async pick({ chain: { epoch, seq, gone }, sync }, most, heard) {
    // What was let go of is in several places by then, and cannot be sent any more.
    let from = Math.max(sync.next, (gone?.seq ?? 0) + 1);
    while (this.refused.has(from) || this.heard.has(from)) from += 1;
    if (from <= seq) {
      const waiting = await this.outbox.records(epoch, from, most);
      const stop = waiting.findIndex((record) => this.refused.has(record.seq));
      const batch = cutBatch(stop === -1 ? waiting : waiting.slice(0, stop), most);
      return { batch, unsent: seq - (from + batch.length - 1) };
    }
    if (heard || seq === (gone?.seq ?? 0) || this.refused.has(seq)) return { batch: [], unsent: 0 };
    return { batch: await this.outbox.records(epoch, seq, 1), unsent: 0 };
  }

  /** @returns {Promise<{waitMs: number, isAsked?: boolean}>} how long to send nothing more */
  async keep(sender, sync, batch, reply) {
    const own = new Map(await Promise.all(batch.map(async (record) => [record.seq, await idOf(record)])));
    const verdicts = reply.verdicts.filter((verdict) => own.get(verdict.seq) === verdict.id).map(plainVerdict);
    const held = { ...sender, sync };
    const after = await takeReply(this.outbox, held, reply, verdicts, { fetch: this.fetch() });
    if (after.logEpoch !== sync.logEpoch) this.heard.clear();
    for (const verdict of verdicts) {
      this.refused.delete(verdict.seq);
      if (verdict.seq >= after.next) this.heard.add(verdict.seq);
    }
    // A good signature under an answer that says nothing of what was sent: an old answer, kept by something between.
    const stuck = verdicts.length === 0 && after.next <= batch[0].seq;
    const asked = Math.min(Number(reply.retry_after_s) || 0, LONGEST_ASKED_S);
    if (asked > 0) return { waitMs: pause(asked), isAsked: true };
    return { waitMs: stuck ? backoff(this.failures += 1) : 0 };
  }
}

/** @param {any} verdict @returns {import("../domain/state.js").Verdict} */
function plainVerdict({ id, seq, verdict, reason, index, first }) {
  return {
    id, seq, verdict: verdict === "duplicate" ? (first ?? "accepted") : verdict, reason: reason ?? "",
    index: Number.isInteger(index) ? index : null,
  };
}
