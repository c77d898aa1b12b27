/**
 * The one place that deletes: what travelled beside and in a record is taken out of its row, and the files that it names
 * go with it. Number, id and type stay, so do the verdicts, and with the chain stands what was let go of, when and why. All
 * of it in one transaction, or none.
 */

import { STORES } from "./attachments.js";
import { amendIn } from "./chains.js";
import { NotSaved } from "./database.js";
import { FORMER } from "./upgrades.js";

/**
 * @typedef {{seq: number, head: string, time: number, names: string[]}} Gone `time`: of the last signed reply, unix
 *   seconds; `names`: who answered for it that there is no file; empty where one was read back
 */

/**
 * @param {import("./outbox.js").Outbox} outbox @param {{epoch: string, seq: number, head: string}} chain which `mayDelete` was asked about
 * @param {Gone} gone @throws {NotSaved} "moved" when the chain is another by now, "lied" when the disk kept what was deleted
 */
export async function emptyChain({ database, chains }, chain, gone) {
  let isSame = false;
  await database.write(["settings", "records", ...STORES], (stores, guard) => {
    const empty = (held) => {
      isSame = held?.chain.head === chain.head && held.chain.seq === chain.seq;
      if (!isSame) return;
      const range = IDBKeyRange.bound([chain.epoch, 0], [chain.epoch, chain.seq]);
      emptyFiles(stores, chain.epoch, guard);
      stores.records.openCursor(range).onsuccess = guard(({ target: { result: cursor } }) => {
        if (!cursor) return amendIn(stores.settings, chain.epoch, { chain: { ...held.chain, gone } }, guard);
        cursor.update({ ...cursor.value, line: "" });
        return cursor.continue();
      });
    };
    find(stores.settings, chain.epoch, guard(empty));
  });
  if (!isSame) throw new NotSaved("moved");
  const left = await leftOf(database, chain);
  if (left > 0 || (await chains.at(chain.epoch)).chain.gone?.head !== gone.head) throw new NotSaved("lied");
}

/**
 * The bytes of all files of a chain, but for one that another chain names too.
 * @param {Record<string, IDBObjectStore>} stores @param {string} epoch @param {Function} guard
 */
function emptyFiles({ attachments, files }, epoch, guard) {
  attachments.getAll().onsuccess = guard(({ target: { result } }) => {
    const others = new Set(result.filter((one) => one.epoch !== epoch && !one.isGone).map(({ sha256 }) => sha256));
    for (const kept of result.filter((one) => one.epoch === epoch)) {
      if (!others.has(kept.sha256)) files.put(new Uint8Array(0), kept.sha256);
      attachments.put({ ...kept, isGone: true });
    }
  });
}

/** @param {IDBObjectStore} settings @param {string} epoch @param {(held: any) => void} give the chain wherever it stands */
function find(settings, epoch, give) {
  settings.get("chain").onsuccess = ({ target: { result: chain } }) => {
    if (chain?.epoch === epoch) give({ chain });
    else settings.get(FORMER + epoch).onsuccess = ({ target }) => give(target.result);
  };
}

/** @returns {Promise<number>} rows of the chain that still hold a line */
function leftOf(database, { epoch, seq }) {
  return database.read(["records"], ({ records }, give) => {
    let left = 0;
    give(left);
    records.openCursor(IDBKeyRange.bound([epoch, 0], [epoch, seq])).onsuccess = ({ target: { result: cursor } }) => {
      if (!cursor) return give(left);
      left += cursor.value.line ? 1 : 0;
      return cursor.continue();
    };
  });
}
