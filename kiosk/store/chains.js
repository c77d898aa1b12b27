/**
 * The chains on this disk: the one that grows, and those of earlier enrolments. Each is sent, exported and looked after
 * by itself; none is ever left out, since nobody knows whether a server keeps what it once said it had.
 */

import { FORMER, formerRange } from "./upgrades.js";

/**
 * @typedef {object} Held a chain with all that sending it takes
 * @property {import("./outbox.js").Chain} chain @property {any} sync where sending stands
 * @property {import("./identity.js").Device} device @property {import("./identity.js").Keys} keys
 * @property {import("../domain/pack.js").Installation | null} installation null before the first pack
 * @property {{epoch: string, seq: number, head: string} | null} exported @property {boolean} isFormer
 * @property {import("../domain/letting.js").Waiver | null} waived @property {{names: string[]} | null} left who had the device prepared anew
 */

const PARTS = ["chain", "sync", "device", "keys", "installation", "exported", "waived", "left"];

export class Chains {
  /** @param {import("./database.js").Database} database */
  constructor(database) {
    this.database = database;
  }

  /** @returns {Promise<Held[]>} the present one first */
  all() {
    return this.database.read(["settings"], ({ settings }, give) => {
      const present = { isFormer: false };
      const found = [present];
      for (const part of PARTS) settings.get(part).onsuccess = ({ target }) => { present[part] = target.result ?? null; };
      settings.getAll(formerRange()).onsuccess = ({ target }) => {
        found.push(...target.result.map((former) => ({ ...former, isFormer: true })));
        give(found.filter(({ chain }) => chain));
      };
    });
  }

  /** @param {string} epoch @returns {Promise<Held>} */
  async at(epoch) {
    return (await this.all()).find(({ chain }) => chain.epoch === epoch);
  }

  /** @param {string} epoch @param {{exported?: object, waived?: object, left?: object}} facts */
  amend(epoch, facts) {
    return this.database.write(["settings"], ({ settings }, guard) => amendIn(settings, epoch, facts, guard));
  }
}

/**
 * Within a transaction: what is known of a chain, wherever it stands by now.
 * @param {IDBObjectStore} settings @param {string} epoch @param {Record<string, unknown>} facts @param {Function} guard
 */
export function amendIn(settings, epoch, facts, guard) {
  settings.get("chain").onsuccess = guard(({ target: { result: chain } }) => {
    if (chain.epoch === epoch) {
      for (const [name, fact] of Object.entries(facts)) settings.put(fact, name);
      return;
    }
    const name = FORMER + epoch;
    settings.get(name).onsuccess = guard(({ target: { result: former } }) => { settings.put({ ...former, ...facts }, name); });
  });
}
