/**
 * The outbox: records and the head of their chain, written in ONE transaction, read back before anybody is told.
 * No function here deletes a record; what may be let go of at last, `emptying.js` alone empties.
 */

import { BEGINNING, sealRecords, walkChain } from "../domain/records.js";
import { LOST } from "../domain/state.js";
import { Attachments, placeFiles, STORES } from "./attachments.js";
import { amendIn, Chains } from "./chains.js";
import { NotSaved } from "./database.js";

/** A right spent before, at this device. */
export class AlreadyUsed extends Error {}

const ATTEMPTS = 5;
/** Records hashed at a stretch: somebody may come meanwhile. */
const SLICE = 50;
/** Records at the end of the chain that a start hashes before anybody is asked in. */
const AT_THE_END = 20;

/**
 * @typedef {import("../domain/records.js").Deed} Deed
 * @typedef {import("../domain/records.js").Sealed} Sealed
 * @typedef {{dev: string, epoch: string, seq: number, head: string, states: Record<string, string>, ballots: number,
 *   gone?: import("./emptying.js").Gone}} Chain
 *   `states`: the state of each meeting session, as the records of this chain say; `ballots`: how many of them are one
 */

export class Outbox {
  /** @param {import("./database.js").Database} database */
  constructor(database) {
    this.database = database;
    this.chains = new Chains(database);
    this.attachments = new Attachments(database);
    /** One write after the other: a chain has one end. @type {Promise<unknown>} */
    this.queue = Promise.resolve();
    /** Where the chain ended when it was last seen on the disk. @type {{epoch?: string, seq: number}} */
    this.last = BEGINNING;
  }

  /** @returns {Promise<Chain>} */
  chain() {
    return this.database.setting("chain");
  }

  /** Did the browser take away what lay here, or put an older state in its place? @returns {Promise<boolean>} */
  async isGone() {
    return isBehind(await this.chain(), this.last);
  }

  /**
   * Seal deeds and keep them, all or none.
   * @param {Deed[]} deeds
   * @param {{form?: string, spends?: string[], state?: {meeting: string, state: string}}} [how]
   *   `form` and `spends` (one key per deed): a second call with the same form gives the records already kept;
   *   another form with a spent right throws AlreadyUsed. `state` moves the session in the same transaction.
   * @returns {Promise<Sealed[]>} @throws {NotSaved | AlreadyUsed}
   */
  append(deeds, how = {}) {
    const turn = this.queue.then(() => this.appendNow(deeds, how));
    this.queue = turn.catch(() => {});
    return turn;
  }

  /** @param {Deed[]} deeds @param {object} how @returns {Promise<Sealed[]>} */
  async appendNow(deeds, how) {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const before = await this.chain();
      if (isBehind(before, this.last)) throw new NotSaved("gone");
      // Hashing is asynchronous and so must happen before the transaction, which then checks that the end of the
      // chain is still where the records were built.
      const { records, chain } = await sealRecords(deeds, before);
      const states = how.state ? { ...before.states, [how.state.meeting]: how.state.state } : before.states;
      const ballots = before.ballots + ballotsIn(records);
      const outcome = await this.commit(before, { ...chain, states, ballots }, records, { ...how, deeds });
      if (outcome.kept) return this.keptBefore(outcome.kept);
      if (outcome.moved) continue;
      await this.readBack(records, chain, how.spends);
      await this.attachments.readBack(filesIn(deeds));
      this.last = chain;
      return records;
    }
    throw new NotSaved("storage");
  }

  /** @returns {Promise<{moved: boolean, kept: {epoch: string, seq: number}[] | null}>} */
  async commit(before, after, records, { form = "", spends = [], deeds }) {
    const outcome = { moved: false, kept: null };
    let used = null;
    const apart = filesIn(deeds).length > 0 ? STORES : [];
    const place = ({ settings, records: shelf, used: spent, ...stores }) => {
      for (const record of records) shelf.put(record);
      spends.forEach((key, i) => spent.put({ form, epoch: after.epoch, seq: records[i].seq }, key));
      if (apart.length > 0) placeFiles(stores, deeds, records);
      settings.put(after, "chain");
    };
    await this.database.write(["settings", "records", "used", ...apart], (stores, guard) => {
      const head = stores.settings.get("chain");
      head.onsuccess = guard(() => {
        outcome.moved = head.result.head !== before.head || head.result.epoch !== before.epoch;
        if (outcome.moved) return;
        lookUp(stores.used, spends, guard((found) => {
          used = found;
          if (found.length === 0) place(stores);
        }));
      });
    });
    if (used?.length) {
      if (!used.every((row) => row.form === form)) throw new AlreadyUsed();
      outcome.kept = used;
    }
    return outcome;
  }

  /**
   * In one transaction, for a person waits.
   * @param {Sealed[]} records @param {{head: string}} chain @param {string[]} [spends]
   * @throws {NotSaved} when the disk gives back something else
   */
  async readBack(records, chain, spends = []) {
    const back = { records: [], spent: [], head: "" };
    await this.database.read(["records", "settings", "used"], (stores) => {
      getEach(stores.records, records, (found) => { back.records = found; });
      lookUp(stores.used, spends, (found) => { back.spent = found; });
      stores.settings.get("chain").onsuccess = ({ target }) => { back.head = target.result?.head; };
    });
    const same = records.every((record, i) => back.records[i]?.line === record.line && back.records[i].id === record.id);
    if (!same || back.spent.length !== spends.length || back.head !== chain.head) throw new NotSaved("lied");
  }

  /** @param {{epoch: string, seq: number}[]} keys @returns {Promise<Sealed[]>} */
  keptBefore(keys) {
    return this.database.read(["records"], ({ records }, give) => getEach(records, keys, give));
  }

  /** @param {string[]} keys @returns {Promise<boolean>} whether every one of them was spent here */
  async areUsed(keys) {
    const found = await this.database.read(["used"], ({ used }, give) => lookUp(used, keys, give));
    return keys.length > 0 && found.length === keys.length;
  }

  /** @param {string} epoch @param {number} from @param {number} count @returns {Promise<Sealed[]>} in order */
  records(epoch, from = 1, count = Number.MAX_SAFE_INTEGER) {
    return this.database.read(["records"], ({ records }, give) => {
      const range = IDBKeyRange.bound([epoch, from], [epoch, Number.MAX_SAFE_INTEGER]);
      const request = records.getAll(range, Math.min(count, 0xffffffff));
      request.onsuccess = () => give(request.result);
    });
  }

  /** @param {string} epoch @returns {Promise<import("../domain/state.js").Verdict[]>} */
  verdicts(epoch) {
    return this.database.read(["verdicts"], ({ verdicts }, give) => {
      const range = IDBKeyRange.bound([epoch, 0], [epoch, Number.MAX_SAFE_INTEGER]);
      const request = verdicts.getAll(range);
      request.onsuccess = () => give(request.result);
    });
  }

  /**
   * What the server said, what it thereby took back, and how far sending has come, in one transaction.
   * @param {string} epoch @param {import("../domain/state.js").Verdict[]} verdicts @param {object} sync
   * @param {{next: number, isLost: (verdict: object) => boolean}} back a verdict of an earlier reply from `next` on
   */
  keepReply(epoch, verdicts, sync, { next, isLost }) {
    return this.database.write(["verdicts", "settings"], (stores, guard) => {
      const range = IDBKeyRange.bound([epoch, next], [epoch, Number.MAX_SAFE_INTEGER]);
      stores.verdicts.getAll(range).onsuccess = guard(({ target }) => {
        for (const before of target.result.filter(isLost)) stores.verdicts.put({ ...before, verdict: LOST, index: null });
        for (const verdict of verdicts) stores.verdicts.put({ ...verdict, epoch });
      });
      amendIn(stores.settings, epoch, { sync }, guard);
    });
  }

  /**
   * At every start, before the first screen: is the end of the chain on the disk the one that was promised? However much
   * is held, its first and its last records are read and the last ones hashed: what a cut may damage is at the end, and
   * what the browser takes away it takes whole. All others `recheck` looks at while nobody waits. A record behind the
   * stored head can only come from a broken engine; if it fits, the head is moved to it, since a record is never left out.
   * @returns {Promise<"" | "missing" | "altered" | "repaired">}
   */
  async verify() {
    const chain = await this.chain();
    if (!chain) return "";
    this.last = { epoch: chain.epoch, seq: chain.seq };
    const from = await this.beforeTheEnd(chain);
    if (!from) return "missing";
    const records = await this.records(chain.epoch, from.seq + 1);
    const walked = await walkChain(records, from);
    if (walked.seq < chain.seq) return walked.broken || "missing";
    if (walked.broken) return walked.broken;
    if (walked.seq === chain.seq && walked.head !== chain.head) return "altered";
    const found = records.filter(({ seq }) => seq > chain.seq);
    if (found.length === 0) return "";
    await this.database.putSettings({ chain: { ...chain, seq: walked.seq, head: walked.head, ballots: chain.ballots + ballotsIn(found) } });
    return "repaired";
  }

  /** @param {Chain} chain @returns {Promise<{seq: number, head: string} | null>} from where the end is hashed; null: something is missing */
  async beforeTheEnd({ epoch, seq, gone }) {
    if (seq - (gone?.seq ?? 0) <= AT_THE_END) return beginningOf(gone);
    const [first, before] = await this.keptBefore([{ epoch, seq: 1 }, { epoch, seq: seq - AT_THE_END }]);
    return first && before ? { seq: before.seq, head: before.id } : null;
  }

  /**
   * Count all records of a chain, then hash them anew, a slice at a time: a disk may alter what lay whole on it for weeks.
   * @param {Chain} chain @param {() => Promise<unknown>} pause before each slice
   * @returns {Promise<"" | "missing" | "altered">}
   */
  async recheck({ epoch, seq, gone }, pause) {
    await pause();
    if ((await this.count(epoch, seq)) < seq) return "missing";
    let at = { ...beginningOf(gone), broken: "" };
    for (;;) {
      await pause();
      const records = await this.records(epoch, at.seq + 1, SLICE);
      if (records.length === 0) return "";
      at = await walkChain(records, at);
      if (at.broken) return at.broken;
    }
  }

  /** @param {string} epoch @param {number} upto @returns {Promise<number>} records that lie there, up to this number */
  count(epoch, upto) {
    return this.database.read(["records"], ({ records }, give) => {
      const request = records.count(IDBKeyRange.bound([epoch, 0], [epoch, upto]));
      request.onsuccess = () => give(request.result);
    });
  }
}

/** @param {Deed[]} deeds @returns {import("../domain/attachments.js").File[]} */
function filesIn(deeds) {
  return deeds.flatMap(({ files }) => files ?? []);
}

/** What was let go of cannot be hashed any more: a chain is whole from there. @param {import("./emptying.js").Gone | undefined} gone */
function beginningOf(gone) {
  return gone ? { seq: gone.seq, head: gone.head } : BEGINNING;
}

/** @param {Chain | undefined} chain on the disk @param {{epoch?: string, seq: number}} last @returns {boolean} */
function isBehind(chain, last) {
  return last.seq > 0 && (!chain || (chain.epoch === last.epoch && chain.seq < last.seq));
}

/** @param {Sealed[]} records @returns {number} */
function ballotsIn(records) {
  return records.filter(({ type }) => type === "ballot.sealed").length;
}

/** @param {IDBObjectStore} records @param {{epoch: string, seq: number}[]} keys @param {(found: Sealed[]) => void} give filled by the end of the transaction */
function getEach(records, keys, give) {
  const found = [];
  give(found);
  keys.forEach(({ epoch, seq }, i) => {
    records.get([epoch, seq]).onsuccess = ({ target }) => { found[i] = target.result; };
  });
}

/** @param {IDBObjectStore} used @param {string[]} keys @param {(found: any[]) => void} give the rows that exist */
function lookUp(used, keys, give) {
  const found = [];
  let open = keys.length;
  if (open === 0) give(found);
  for (const key of keys) {
    const request = used.get(key);
    request.onsuccess = () => {
      if (request.result) found.push(request.result);
      open -= 1;
      if (open === 0) give(found);
    };
  }
}
