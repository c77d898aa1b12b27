/**
 * When to send, and what after an answer. The loop never blocks a person at the kiosk, never gives up, and waits
 * longer each time, with chance in it so that forty kiosks do not knock together when the network returns.
 *
 * Every chain on the disk is sent, those of earlier enrolments too: only they know whether a server still has what it
 * once said it had.
 */

import { Uploads } from "./attach.js";
import { backoff, LISTEN_AGAIN_MS, Walk } from "./walk.js";

/** Rounds that an earlier chain is left alone after the server turned it away, at the most. */
const MOST_ROUNDS = 32;

export class SyncLoop {
  /**
   * @param {object} parts
   * @param {import("../store/outbox.js").Outbox} parts.outbox
   * @param {() => Promise<(import("./push.js").Sender & {isFormer?: boolean})[]>} parts.senders one for each chain that
   *   has somebody to go to, the present one first
   * @param {typeof fetch} parts.fetch @param {(news: object) => void} parts.onNews
   * @param {{set: (work: () => void, ms: number) => any, clear: (id: any) => void}} parts.timer
   */
  constructor({ outbox, senders, fetch, onNews, timer }) {
    Object.assign(this, { outbox, senders, fetch, onNews, timer });
    this.failures = 0;
    this.running = null;
    this.again = false;
    this.pending = null;
    this.isPaused = false;
    this.rounds = 0;
    /** @type {Map<string, Walk>} what is remembered of each chain, by its epoch */
    this.walks = new Map();
    /** @type {Map<string, Uploads>} of the files that its records name */
    this.uploads = new Map();
  }

  /** @param {string} epoch @returns {Uploads} */
  uploadsOf(epoch) {
    const parts = { outbox: this.outbox, fetch: () => this.fetch, isHurried: () => this.again, onBrought: () => this.onNews({ up: true, why: "" }) };
    if (!this.uploads.has(epoch)) this.uploads.set(epoch, new Uploads(parts));
    return this.uploads.get(epoch);
  }

  /** A chain, and then the files that its records name. @returns {Promise<import("./walk.js").News>} */
  async send(sender) {
    const { epoch } = sender.chain;
    const news = await this.walkOf(epoch).go(sender);
    return news.isOver || news.up === false ? news : this.uploadsOf(epoch).go(sender, news);
  }

  /** @param {string} epoch @returns {Walk} */
  walkOf(epoch) {
    if (!this.walks.has(epoch)) this.walks.set(epoch, new Walk({ outbox: this.outbox, fetch: () => this.fetch }));
    return this.walks.get(epoch);
  }

  /** An operator asks: try everything anew. @returns {Promise<void>} */
  wakeAnew() {
    for (const part of [...this.walks.values(), ...this.uploads.values()]) part.tryAnew();
    this.isPaused = false;
    return this.wake();
  }

  /** Send now; while sending, remember to look once more afterwards. Not while the server asks for a pause. @returns {Promise<void>} */
  wake() {
    if (this.running) {
      this.again = true;
      return this.running;
    }
    if (this.isPaused) return Promise.resolve();
    this.timer.clear(this.pending);
    this.running = this.round()
      .catch(() => ({ up: false, why: "storage", waitMs: backoff(this.failures += 1) }))
      .then((news) => this.rest(news));
    return this.running;
  }

  /** @param {import("./walk.js").News} news */
  rest(news) {
    this.running = null;
    this.onNews(news);
    this.timer.clear(this.pending);
    this.isPaused = Boolean(news.isAsked);
    const waitMs = this.again && !this.isPaused ? 0 : news.waitMs;
    this.again = false;
    this.pending = this.timer.set(() => { this.isPaused = false; this.wake(); }, waitMs);
  }

  /** One walk through everything that waits. @returns {Promise<import("./walk.js").News>} */
  async round() {
    const senders = await this.senders();
    this.rounds += 1;
    let news = { up: null, why: "", waitMs: LISTEN_AGAIN_MS };
    for (const sender of senders.filter(({ isFormer }) => !isFormer)) news = await this.send(sender);
    for (const sender of await this.formersNow(senders)) {
      if (news.isOver) break;
      news = joined(news, await this.tryFormer(sender));
    }
    this.failures = 0;
    return news;
  }

  /**
   * Earlier chains whose turn it is: every one of which something waits or that was not asked since the list began anew,
   * and of those at rest one each round.
   */
  async formersNow(senders) {
    const formers = senders.filter(({ isFormer }) => isFormer);
    if (formers.length === 0) return [];
    const all = await this.outbox.chains.all();
    const newest = Math.max(...all.map(({ sync }) => sync.logEpoch));
    const waits = new Set(all.filter(({ chain, sync }) => sync.next <= chain.seq || sync.logEpoch < newest).map(({ chain }) => chain.epoch));
    const restless = formers.filter(({ chain }) => waits.has(chain.epoch));
    const resting = formers.filter(({ chain }) => !waits.has(chain.epoch));
    return [...restless, ...(resting.length ? [resting[this.rounds % resting.length]] : [])];
  }

  /** Who is turned away again and again (another town's device, say) waits longer each time. @returns {Promise<import("./walk.js").News>} */
  async tryFormer(sender) {
    const walk = this.walkOf(sender.chain.epoch);
    if (walk.notBefore > this.rounds) return { up: null, why: "", waitMs: LISTEN_AGAIN_MS };
    const news = await this.send(sender);
    if (news.up === false) walk.notBefore = this.rounds + Math.min(MOST_ROUNDS, 2 ** walk.failures);
    return news;
  }
}

/**
 * What the screen is told is how the present chain fares; an earlier one that is turned away changes nothing of it.
 * @param {import("./walk.js").News} news @param {import("./walk.js").News} former @returns {import("./walk.js").News}
 */
function joined(news, former) {
  if (former.isOver) return former;
  return former.up && news.up === null ? { ...news, up: true } : news;
}
