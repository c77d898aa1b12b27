/**
 * Files that records of this device name: their bytes, and how far bringing them has come. They are written with their
 * record, in one transaction, by the outbox, and let go of with it (`emptying.js`).
 */

import { hash } from "../domain/bytes.js";
import { NotSaved } from "./database.js";

/**
 * @typedef {{epoch: string, seq: number, sha256: string, size: number, type: string, held: number, whole: boolean, isGone?: boolean}} Kept
 *   `seq`: the record that names it; `held`: bytes that the server said it holds; `whole`: it said that it holds all;
 *   `isGone`: the bytes were let go of
 */

export const STORES = ["attachments", "files"];

/**
 * Within a transaction: put the files of these deeds beside their records.
 * @param {Record<string, IDBObjectStore>} stores @param {import("../domain/records.js").Deed[]} deeds
 * @param {import("../domain/records.js").Sealed[]} records one for each deed
 */
export function placeFiles({ attachments, files }, deeds, records) {
  deeds.forEach((deed, i) => (deed.files ?? []).forEach(({ sha256, size, type, bytes }) => {
    const { epoch, seq } = records[i];
    attachments.put({ epoch, seq, sha256, size, type, held: 0, whole: false });
    files.put(bytes, sha256);
  }));
}

export class Attachments {
  /** @param {import("./database.js").Database} database */
  constructor(database) {
    this.database = database;
  }

  /** @param {string} epoch @returns {Promise<Kept[]>} in the order of their records */
  async of(epoch) {
    const found = await this.database.read(["attachments"], ({ attachments }, give) => {
      const request = attachments.getAll(rangeOf(epoch));
      request.onsuccess = () => give(request.result);
    });
    return found.sort((one, other) => one.seq - other.seq);
  }

  /** @param {string} sha256 @returns {Promise<Uint8Array | undefined>} */
  bytes(sha256) {
    return this.database.read(["files"], ({ files }, give) => {
      const request = files.get(sha256);
      request.onsuccess = () => give(request.result);
    });
  }

  /** @param {import("../domain/attachments.js").File[]} files @throws {NotSaved} when the disk gives back something else */
  async readBack(files) {
    for (const { sha256 } of files) {
      const bytes = await this.bytes(sha256);
      if (!bytes || (await hash(bytes)) !== sha256) throw new NotSaved("lied");
    }
  }

  /** What the server said of a file. @param {string} epoch @param {string} sha256 @param {{held: number, whole: boolean}} facts */
  keep(epoch, sha256, { held, whole }) {
    return this.database.write(["attachments"], ({ attachments }, guard) => {
      attachments.get([epoch, sha256]).onsuccess = guard(({ target: { result } }) => {
        if (result) attachments.put({ ...result, held, whole });
      });
    });
  }

  /** The list was begun anew, from a backup: the server may have lost what it once said it held. @param {string} epoch */
  askAnew(epoch) {
    return this.database.write(["attachments"], ({ attachments }, guard) => {
      attachments.getAll(rangeOf(epoch)).onsuccess = guard(({ target: { result } }) => {
        for (const kept of result.filter(({ isGone }) => !isGone)) attachments.put({ ...kept, held: 0, whole: false });
      });
    });
  }
}

function rangeOf(epoch) {
  return IDBKeyRange.bound([epoch, ""], [epoch, "\uffff"]);
}
