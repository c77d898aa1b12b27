/** What the tests of the kiosk share: vectors, an installation that signs, an outbox in memory. */

import { readFileSync } from "node:fs";
import { b64u, fromB64u, hash, hex, join, random, sha256, utf8 } from "../../kiosk/domain/bytes.js";
import { sealRecord } from "../../kiosk/domain/records.js";
import { makeDeviceKey, sign } from "../../kiosk/domain/signing.js";
import { emptySync, LOST } from "../../kiosk/domain/state.js";
import { SyncLoop } from "../../kiosk/sync/loop.js";

/** @param {string} name */
export function vectors(name) {
  return JSON.parse(readFileSync(new URL(`../vectors/${name}.json`, import.meta.url), "utf8"));
}

/** @param {string} name e.g. "kiosk/sw.js" */
export function source(name) {
  return readFileSync(new URL(`../../${name}`, import.meta.url), "utf8");
}

/** A question of each method. */
export const CHOICES = [1, 2, 3, 4].map((n) => ({ id: String(n), number: n, title: { fr: `Projet ${n}` }, cost: n * 10000 }));
export const APPROVAL = { id: "q1", title: { fr: "?" }, method: "approval", min: 1, max: 2, max_cost: 0, choices: CHOICES };
export const ROUND = { id: "q2", title: { fr: "?" }, method: "choose-1", min: 1, max: 1, max_cost: 0, choices: CHOICES };
export const PURSE = { id: "q3", title: { fr: "?" }, method: "knapsack", min: 0, max: 0, max_cost: 50000, choices: CHOICES };
export const RANKED = { ...APPROVAL, method: "ranked", min: 1, max: 3 };
export const SCORED = { ...APPROVAL, method: "score", min: 2, max: 3, points: 5 };
export const DOTTED = { ...APPROVAL, method: "dots", min: 1, max: 0, points: 5, per_choice: 3 };
export const YES_NO = { ...APPROVAL, method: "yes-no", max: 1, choices: ["yes", "no", "abstain"].map((id, i) => ({ id, number: i + 1, title: { fr: id }, cost: 0 })) };

/** A tree of made-up leaves, so that lists of any size fit together; another `town` makes another list. */
export class Leaves {
  constructor(town = "") { this.town = town; }

  async root(start, end) {
    if (end - start === 0) return hash(new Uint8Array());
    return hex(await this.node(start, end));
  }

  async node(start, end) {
    if (end - start === 1) return sha256(join(Uint8Array.of(0), utf8(`${this.town}${start}`)));
    const middle = start + 2 ** Math.ceil(Math.log2(end - start) - 1);
    return sha256(join(Uint8Array.of(1), await this.node(start, middle), await this.node(middle, end)));
  }

  /** RFC 9162, 2.1.4.1 */
  async proof(first, second, start = 0, isWhole = true) {
    if (first === second) return isWhole ? [] : [hex(await this.node(start, start + first))];
    const middle = 2 ** Math.ceil(Math.log2(second) - 1);
    if (first <= middle) return [...await this.proof(first, middle, start, isWhole), hex(await this.node(start + middle, start + second))];
    return [...await this.proof(first - middle, second - middle, start + middle, false), hex(await this.node(start, start + middle))];
  }
}

/** An installation that signs as the protocol says, and a device with a chain. */
export async function makeTown() {
  const house = await makeDeviceKey();
  const device = await makeDeviceKey();
  const logId = await hash(fromB64u(house.publicKey));
  const dev = await hash(fromB64u(device.publicKey));
  const installation = { serverKey: house.publicKey, logId, origin: "https://parvis.example" };
  const chain = { dev, epoch: hex(random(8)), seq: 0, head: "", states: {} };
  return {
    house, device, installation, chain,
    signed: async (reply) => {
      const text = JSON.stringify(reply);
      return { reply: text, sig: await sign(house.privateKey, `parvis-reply-1\n${text}`) };
    },
    checkpoint: async (size, epoch = 1, leaves = new Leaves()) => {
      const root = await leaves.root(0, size);
      const body = `${installation.origin}\n${logId}\n${epoch}\n${size}\n${root}\n`;
      return { origin: installation.origin, log_id: logId, epoch, size, root, sig: await sign(house.privateKey, `parvis-checkpoint-1\n${body}`) };
    },
  };
}

/** A signed pack with one vote. @param {object} town of `makeTown` @param {object} [changes] */
export async function packOf(town, changes = {}) {
  const { installation, chain } = town;
  const definition = { format: "parvis-definition-1", title: {}, space: "s", doors: ["kiosk"], currency: "EUR", contests: [APPROVAL], box_key: "", sealed_length: 512 };
  const pack = JSON.stringify({
    format: "parvis-pack-1", version: 1, log_id: installation.logId, server_key: installation.serverKey, origin: installation.origin, town: "T",
    device: { id: chain.dev, label: "B", mode: "kiosk" }, session: { id: "0".repeat(16), label: {}, meeting: {}, space: "s" }, k: b64u(random(32)),
    checks: [], operator: { salt: b64u(utf8("salt")), hash: await hash(utf8("salt123456")) }, languages: ["fr"],
    definitions: [JSON.stringify(definition), JSON.stringify({ ...definition, doors: ["web"] })], ...changes,
  });
  return { pack, sig: await sign(town.house.privateKey, `parvis-pack-1\n${pack}`) };
}

/** @param {object} chain @param {number} count @returns {Promise<object[]>} records one after the other */
export async function makeRecords(chain, count) {
  const records = [];
  let at = chain;
  for (let i = 0; i < count; i += 1) {
    const deed = { type: "ballot.sealed", space: "s", meeting: "0".repeat(16), def: "0".repeat(64), subject: `use:${hex(random(16))}`, body: random(64) };
    const record = await sealRecord(deed, at);
    records.push(record);
    at = { ...at, seq: record.seq, head: record.id };
  }
  return records;
}

/** An outbox without a database, for the loop; `formers` are such outboxes of earlier enrolments. */
export class MemoryOutbox {
  constructor(chain, records) {
    this.formers = [];
    this.kept = records;
    this.now = { ...chain, seq: records.length, head: records.at(-1)?.id ?? "" };
    this.sync = emptySync();
    this.said = new Map();
    /** What records name and what travels apart; `bytes` by their hash. */
    this.files = [];
    this.bytes = new Map();
    this.attachments = {
      of: async (epoch) => this.of(epoch).files.map((kept) => ({ ...kept })),
      bytes: async (sha256) => this.bytes.get(sha256),
      keep: async (epoch, sha256, facts) => { Object.assign(this.of(epoch).files.find((kept) => kept.sha256 === sha256), facts); },
      askAnew: async (epoch) => { for (const kept of this.of(epoch).files) Object.assign(kept, { held: 0, whole: false }); },
    };
    this.chains = { all: async () => this.all(), at: async (epoch) => this.all().find(({ chain }) => chain.epoch === epoch),
      amend: async (epoch, facts) => { Object.assign(this.of(epoch), facts); } };
  }

  all() {
    return [this, ...this.formers].map((outbox) => ({
      outbox, chain: outbox.now, sync: outbox.sync, keys: outbox.keys, installation: outbox.installation, isFormer: outbox !== this,
    }));
  }

  of(epoch) { return this.all().find(({ chain }) => chain.epoch === epoch).outbox; }

  async chain() { return this.now; }

  async verdicts(epoch) { return [...this.of(epoch).said.values()]; }

  async records(epoch, from = 1, count = Infinity) { return this.of(epoch).kept.slice(from - 1, from - 1 + count); }

  async keepReply(epoch, verdicts, sync, { isLost }) {
    const outbox = this.of(epoch);
    for (const before of [...outbox.said.values()].filter(isLost)) outbox.said.set(before.seq, { ...before, verdict: LOST, index: null });
    for (const verdict of verdicts) outbox.said.set(verdict.seq, verdict);
    outbox.sync = sync;
  }
}

/** The far end of a push, after the protocol; its faults are set from outside. */
export class FarEnd {
  constructor(town) {
    this.town = town;
    this.held = new Map();
    this.bodies = [];
    this.logEpoch = 1;
    this.leaves = new Leaves();
    this.poison = new Set();
    /** What a reply says besides. */
    this.more = {};
    this.fork = new Set();
    /** What is kept beside the chain, by id: what builds on it is of the same branch. */
    this.beside = new Map();
    /** @type {(() => Response | null | "lose")[]} what happens to the next requests */
    this.faults = [];
  }

  fetch = async (path, { body }) => {
    const asked = /consistency\?first=(\d+)&second=(\d+)$/.exec(path);
    if (asked) return Response.json({ proof: await this.leaves.proof(Number(asked[1]), Number(asked[2])) });
    this.bodies.push(body);
    const fault = this.faults.shift()?.();
    if (fault instanceof Response) return fault;
    const [first, ...lines] = body.trimEnd().split("\n");
    const head = JSON.parse(first);
    const verdicts = [];
    const ids = await Promise.all(lines.map((line) => hash(utf8(JSON.parse(line).header))));
    const headers = lines.map((line) => JSON.parse(JSON.parse(line).header));
    if (headers.some(({ seq }) => this.poison.has(seq))) return Response.json({ code: "batch_malformed" }, { status: 400 });
    const isBound = headers.every(({ prev }, i) => i === 0 || prev === ids[i - 1]) && ids.at(-1) === head.head;
    if (!isBound) return Response.json({ code: "batch_broken" }, { status: 409 });
    headers.forEach(({ seq, prev }, i) => verdicts.push(this.take(seq, lines[i], ids[i], prev)));
    if (fault === "lose") throw new TypeError("connection lost");
    return Response.json(await this.answer(head, verdicts, this.more));
  };

  take(seq, line, id, prev) {
    const known = this.held.get(seq);
    const before = this.held.get(seq - 1);
    const again = this.beside.get(id);
    if (again) return { ...again, verdict: "duplicate", first: "quarantined" };
    if (this.beside.has(prev) || (before && before.id !== prev)) {
      const kept = { id, seq, verdict: "quarantined", reason: "chain", index: this.held.size + this.beside.size };
      this.beside.set(id, kept);
      return kept;
    }
    if (this.fork.has(seq)) return { id, seq, verdict: "quarantined", reason: "fork", index: null };
    if (known) return { id, seq, verdict: "duplicate", first: "accepted", reason: "", index: known.index };
    this.held.set(seq, { line, id, index: this.held.size });
    const whole = seq === 1 || this.held.has(seq - 1);
    return { id, seq, verdict: whole ? "accepted" : "parked", reason: whole ? "" : "gap", index: this.held.size - 1 };
  }

  async answer({ dev, epoch }, verdicts, more = {}) {
    let next = 1;
    while (this.held.has(next)) next += 1;
    return this.town.signed({
      log_id: this.town.installation.logId, log_epoch: this.logEpoch, dev, epoch, next, head: this.held.get(next - 1)?.id ?? "",
      verdicts, checkpoint: await this.town.checkpoint(this.held.size, this.logEpoch, this.leaves), pack_version: 1, session_state: "open", retry_after_s: 0, ...more,
    });
  }
}

/** A kiosk that holds so many records, none of them sent, and the far end that it speaks to. @param {number} count */
export async function stage(count) {
  const town = await makeTown();
  const records = await makeRecords(town.chain, count);
  const far = new FarEnd(town);
  const outbox = new MemoryOutbox(town.chain, records);
  const news = [];
  const senders = async () => [{ chain: town.chain, keys: town.device, installation: town.installation, version: "v", listed: 0 }];
  const loop = new SyncLoop({ outbox, senders, fetch: far.fetch, onNews: (told) => news.push(told), timer: { set: () => 0, clear: () => {} } });
  return { town, records, far, outbox, loop, news };
}

export { b64u };
