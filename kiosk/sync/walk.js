/**
 * Sending one chain as far as it goes, and remembering what the server would not take of it.
 */

import { afterReply, standingOf, takenBack } from "../domain/state.js";
import { cutBatch, idOf, MOST_RECORDS, sendBatch } from "./push.js";
import { watchList } from "./watch.js";

const FIRST_WAIT_MS = 2_000;
const LONGEST_WAIT_MS = 5 * 60_000;
export const LISTEN_AGAIN_MS = 60_000;

/** @param {number} failures in a row @param {() => number} chance 0…1 @returns {number} milliseconds */
export function backoff(failures, chance = Math.random) {
  const ceiling = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(failures, 10));
  return Math.round(ceiling * (0.5 + chance() / 2));
}

/**
 * @typedef {{up: boolean | null, why: string, waitMs: number, isOver?: boolean}} News
 *   `isOver`: nothing more should be sent now, of no chain: the network is away, or the server asks for a pause
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
        if (wait) return { up: true, why: "", waitMs: wait, isOver: true };
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
    return { up: false, why, waitMs: retryAfter ? retryAfter * 1000 : backoff(this.failures), isOver: !ofChain };
  }

  /**
   * What to send next. When all has arrived but not all is on the public list, the last record is sent once more: the
   * answer to a repetition brings the newest checkpoint.
   * @param {import("../store/chains.js").Held} held @param {number} most @param {boolean} heard
   */
  async pick({ chain: { epoch, seq }, sync }, most, heard) {
    let from = sync.next;
    while (this.refused.has(from) || this.heard.has(from)) from += 1;
    if (from <= seq) {
      const waiting = await this.outbox.records(epoch, from, most);
      const stop = waiting.findIndex((record) => this.refused.has(record.seq));
      const batch = cutBatch(stop === -1 ? waiting : waiting.slice(0, stop), most);
      return { batch, unsent: seq - (from + batch.length - 1) };
    }
    if (heard || seq === 0 || this.refused.has(seq)) return { batch: [], unsent: 0 };
    return { batch: await this.outbox.records(epoch, seq, 1), unsent: 0 };
  }

  /** @returns {Promise<number>} milliseconds the server asks to wait */
  async keep(sender, sync, batch, reply) {
    const watched = await watchList(sync.seen, reply.checkpoint, sender.installation, { fetch: this.fetch() });
    const { epoch } = sender.chain;
    const { chain } = await this.outbox.chains.at(epoch);
    const before = reply.next > 1 ? await this.outbox.records(epoch, reply.next - 1, 1) : [];
    const after = afterReply(sync, chain, reply, watched.listed, () => before[0]?.id);
    const own = new Map(await Promise.all(batch.map(async (record) => [record.seq, await idOf(record)])));
    const verdicts = reply.verdicts.filter((verdict) => own.get(verdict.seq) === verdict.id);
    if (after.logEpoch !== sync.logEpoch) this.heard.clear();
    for (const verdict of verdicts) {
      this.refused.delete(verdict.seq);
      if (verdict.seq >= after.next) this.heard.add(verdict.seq);
    }
    // A good signature under an answer that says nothing of what was sent: an old answer, kept by something between.
    const stuck = verdicts.length === 0 && after.next <= batch[0].seq;
    await this.outbox.keepReply(epoch, verdicts.map(plainVerdict), {
      ...sync, ...after, alarm: after.alarm || watched.alarm, seen: watched.seen, packVersion: reply.pack_version, sessionState: reply.session_state,
      standing: standingOf(reply),
    }, { next: reply.next, isLost: takenBack(reply, sync) });
    const asked = Math.min(Number(reply.retry_after_s) || 0, 3600) * 1000;
    return asked || (stuck ? backoff(this.failures += 1) : 0);
  }
}

/** @param {any} verdict @returns {import("../domain/state.js").Verdict} */
function plainVerdict({ id, seq, verdict, reason, index, first }) {
  return {
    id, seq, verdict: verdict === "duplicate" ? (first ?? "accepted") : verdict, reason: reason ?? "",
    index: Number.isInteger(index) ? index : null,
  };
}
