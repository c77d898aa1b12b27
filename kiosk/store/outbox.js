/**
 * The outbox: records and the head of their chain, written in ONE transaction, read back before anybody is told.
 * No function here deletes a record.
 */

import { BEGINNING, sealRecords, walkChain } from "../domain/records.js";
import { LOST } from "../domain/state.js";
import { amendIn, Chains } from "./chains.js";
import { NotSaved } from "./database.js";

/** A right spent before, at this device. */
export class AlreadyUsed extends Error {}

const ATTEMPTS = 5;
/** Records hashed at a stretch while a person may be waiting. */
const SLICE = 200;

/**
 * @typedef {import("../domain/records.js").Deed} Deed
 * @typedef {import("../domain/records.js").Sealed} Sealed
 * @typedef {{dev: string, epoch: string, seq: number, head: string, states: Record<string, string>, ballots: number}} Chain
 *   `states`: the state of each meeting session, as the records of this chain say; `ballots`: how many of them are one
 */

export class Outbox {
  /** @param {import("./database.js").Database} database */
  constructor(database) {
    this.database = database;
    this.chains = new Chains(database);
    /** One write after the other: a chain has one end. @type {Promise<unknown>} */
    this.queue = Promise.resolve();
  }

  /** @returns {Promise<Chain>} */
  chain() {
    return this.database.setting("chain");
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
      // Hashing is asynchronous and so must happen before the transaction, which then checks that the end of the
      // chain is still where the records were built.
      const { records, chain } = await sealRecords(deeds, before);
      const states = how.state ? { ...before.states, [how.state.meeting]: how.state.state } : before.states;
      const ballots = before.ballots + ballotsIn(records);
      const outcome = await this.commit(before, { ...chain, states, ballots }, records, how);
      if (outcome.kept) return this.keptBefore(outcome.kept);
      if (outcome.moved) continue;
      await this.readBack(records, chain);
      return records;
    }
    throw new NotSaved("storage");
  }

  /** @returns {Promise<{moved: boolean, kept: {epoch: string, seq: number}[] | null}>} */
  async commit(before, after, records, { form = "", spends = [] }) {
    const outcome = { moved: false, kept: null };
    let used = null;
    const place = ({ settings, records: shelf, used: spent }) => {
      for (const record of records) shelf.put(record);
      spends.forEach((key, i) => spent.put({ form, epoch: after.epoch, seq: records[i].seq }, key));
      settings.put(after, "chain");
    };
    await this.database.write(["settings", "records", "used"], (stores, guard) => {
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

  /** @param {Sealed[]} records @param {{head: string}} chain @throws {NotSaved} when the disk gives back something else */
  async readBack(records, chain) {
    const found = await this.keptBefore(records);
    const same = records.every((record, i) => found[i]?.line === record.line && found[i].id === record.id);
    if (!same || (await this.chain())?.head !== chain.head) throw new NotSaved("lied");
  }

  /** @param {{epoch: string, seq: number}[]} keys @returns {Promise<Sealed[]>} */
  keptBefore(keys) {
    return this.database.read(["records"], ({ records }, give) => {
      const found = [];
      give(found);
      keys.forEach(({ epoch, seq }, i) => {
        const request = records.get([epoch, seq]);
        request.onsuccess = () => { found[i] = request.result; };
      });
    });
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
   * At every start, before the first screen: is the chain on the disk the one that was promised? All its records are
   * counted, and those that came since the last start are hashed; the others `recheck` looks at while nobody waits. A
   * record behind the stored head can only come from a broken engine; if it fits, the head is moved to it, since a
   * record is never left out.
   * @returns {Promise<"" | "missing" | "altered" | "repaired">}
   */
  async verify() {
    const chain = await this.chain();
    if (!chain) return "";
    if ((await this.count(chain.epoch, chain.seq)) < chain.seq) return "missing";
    const from = await this.checked(chain);
    const records = await this.records(chain.epoch, from.seq + 1);
    const walked = await walkChain(records, from);
    if (walked.seq < chain.seq) return walked.broken || "missing";
    if (walked.broken) return walked.broken;
    if (walked.seq === chain.seq && walked.head !== chain.head) return "altered";
    const found = records.filter(({ seq }) => seq > chain.seq);
    const whole = { ...chain, seq: walked.seq, head: walked.head, ballots: chain.ballots + ballotsIn(found) };
    const checked = { epoch: chain.epoch, seq: walked.seq, head: walked.head };
    if (records.length > 0) await this.database.putSettings({ checked, ...(found.length > 0 ? { chain: whole } : {}) });
    return found.length > 0 ? "repaired" : "";
  }

  /** @param {Chain} chain @returns {Promise<{seq: number, head: string}>} the last record that an earlier start found whole, if it is there */
  async checked({ epoch, seq }) {
    const before = await this.database.setting("checked");
    if (before?.epoch !== epoch || before.seq > seq) return BEGINNING;
    const [record] = await this.records(epoch, before.seq, 1);
    return record?.id === before.head ? before : BEGINNING;
  }

  /**
   * Hash all records of a chain anew, a slice at a time: a disk may alter what lay whole on it for weeks.
   * @param {string} epoch @param {() => Promise<unknown>} pause between two slices
   * @returns {Promise<"" | "missing" | "altered">}
   */
  async recheck(epoch, pause) {
    let at = { ...BEGINNING, broken: "" };
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

/** @param {Sealed[]} records @returns {number} */
function ballotsIn(records) {
  return records.filter(({ type }) => type === "ballot.sealed").length;
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
