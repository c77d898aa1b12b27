/**
 * Who this device is: its key, its enrolment, its pack. The private key is kept as a key that cannot be read out.
 */

import { hex, random } from "../domain/bytes.js";
import { installationOf } from "../domain/pack.js";
import { makeDeviceKey } from "../domain/signing.js";
import { emptySync } from "../domain/state.js";
import { FORMER } from "./upgrades.js";

/**
 * @typedef {{id: string, label: string, mode: string, words: number[], packUrl: string}} Device
 * @typedef {{privateKey: CryptoKey, publicKey: string}} Keys
 */

/** What a former chain takes along; the chain itself is read last. */
const KEPT = ["device", "keys", "pack", "installation", "exported", "waived", "left", "sync"];

export class Identity {
  /** @param {import("./database.js").Database} database */
  constructor(database) {
    this.database = database;
  }

  /** @returns {Promise<{device: Device, keys: Keys, pack: {pack: string, sig: string} | undefined, logId: string} | null>} */
  async load() {
    const [device, keys, pack, logId] = await Promise.all(
      ["device", "keys", "pack", "logId"].map((name) => this.database.setting(name)));
    return device ? { device, keys, pack, logId: logId ?? "" } : null;
  }

  /**
   * The key is on the disk before the code is spent: should the answer get lost, the same code with the same key can
   * be sent again.
   * @param {string} code @returns {Promise<Keys>}
   */
  async keysFor(code) {
    const pending = await this.database.setting("pending");
    if (pending?.code === code) return pending.keys;
    const keys = await makeDeviceKey();
    await this.database.putSettings({ pending: { code, keys } });
    return keys;
  }

  /**
   * A new device with a chain of its own. What a former enrolment left stays on the disk under its epoch, with all that
   * it takes to go on sending it.
   * @param {Device} device @param {Keys} keys
   */
  become(device, keys) {
    const anew = {
      device, keys, pending: null, pack: undefined, logId: "", installation: null, exported: null, waived: null, left: null,
      chain: { dev: device.id, epoch: hex(random(8)), seq: 0, head: "", states: {}, ballots: 0 }, sync: emptySync(),
    };
    // In one transaction, so that what is heard about the former chain meanwhile is not forgotten.
    return this.database.write(["settings"], ({ settings }, guard) => {
      const former = {};
      for (const part of [...KEPT, "chain"]) {
        settings.get(part).onsuccess = guard(({ target }) => {
          former[part] = target.result ?? null;
          if (part !== "chain") return;
          if (former.chain) settings.put(former, FORMER + former.chain.epoch);
          for (const [name, value] of Object.entries(anew)) settings.put(value, name);
        });
      }
    });
  }

  /** @param {{pack: string, sig: string}} signed and verified @param {string} logId */
  keepPack(signed, logId) {
    const { pack, sig } = signed;
    return this.database.putSettings({ pack: { pack, sig }, logId, installation: installationOf(signed) });
  }
}
