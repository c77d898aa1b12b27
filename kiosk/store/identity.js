/**
 * Who this device is: its key, its enrolment, its pack. The private key is kept as a key that cannot be read out.
 */

import { hex, random } from "../domain/bytes.js";
import { makeDeviceKey } from "../domain/signing.js";

/**
 * @typedef {{id: string, label: string, mode: string, words: number[], packUrl: string}} Device
 * @typedef {{privateKey: CryptoKey, publicKey: string}} Keys
 */

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
   * A new device with a chain of its own. What a former enrolment left stays on the disk under its epoch.
   * @param {Device} device @param {Keys} keys
   */
  async become(device, keys) {
    const [former, chain, formerKeys, formerPack] = await Promise.all(
      ["device", "chain", "keys", "pack"].map((name) => this.database.setting(name)));
    const kept = chain ? { [`former:${chain.epoch}`]: { device: former, chain, keys: formerKeys, pack: formerPack } } : {};
    await this.database.putSettings({
      ...kept, device, keys, pending: null, pack: undefined, logId: "", exported: null,
      chain: { dev: device.id, epoch: hex(random(8)), seq: 0, head: "", states: {} },
      sync: emptySync(),
    });
  }

  /** @param {{pack: string, sig: string}} signed @param {string} logId */
  keepPack(signed, logId) {
    return this.database.putSettings({ pack: { pack: signed.pack, sig: signed.sig }, logId });
  }
}

/** @returns {object} nothing sent, nothing heard */
export function emptySync() {
  return { next: 1, logEpoch: 0, listed: 0, alarm: "", packVersion: 0, sessionState: "" };
}
