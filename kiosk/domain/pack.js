/**
 * The pack: everything a device needs for a meeting without network (docs/protocol.md §6).
 */

import { fromB64u, hash, join, utf8 } from "./bytes.js";
import { readDefinition } from "./definition.js";
import { verify } from "./signing.js";

/** A pack that must not be used; `code` names the reason. */
export class BadPack extends Error {
  /** @param {string} code */
  constructor(code) {
    super(code);
    this.code = code;
  }
}

/**
 * @typedef {object} Pack
 * @property {number} version @property {string} logId @property {string} serverKey @property {string} origin
 * @property {string} town @property {{id: string, label: string, mode: string}} device
 * @property {{id: string, label: Record<string, string>, meeting: Record<string, string>, space: string}} session
 * @property {Uint8Array} k @property {Set<string>} checks @property {{salt: string, hash: string}} operator
 * @property {{id: string, iv?: string, wrapped?: string}[]} unlock cards that open this station; none: the PIN does
 * @property {{iv: string, sealed: string} | null} desk the roll, sealed to the cards; of a desk alone
 * @property {import("./definition.js").Definition[]} definitions @property {string[]} languages
 * @property {import("./ideas.js").Ideas[]} ideas what people may read, endorse and write at the session; mostly none
 */

/**
 * Whom a chain is sent to. Kept beside the chain: sending needs no pack.
 * @typedef {{logId: string, serverKey: string, origin: string}} Installation
 */

/**
 * @param {{pack: string} | null | undefined} signed a pack that was verified when it came
 * @returns {Installation | null} null: there is none, or it cannot be read
 */
export function installationOf(signed) {
  try {
    const { log_id: logId, server_key: serverKey, origin } = JSON.parse(signed.pack);
    return { logId, serverKey, origin };
  } catch {
    return null;
  }
}

/**
 * @param {{pack: string, sig: string}} signed as the server gave it
 * @param {{dev: string, logId: string}} expected `logId` is empty before the first pack: that one is believed because
 *   an organiser showed the enrolment code; every later one must come from the same installation
 * @returns {Promise<Pack>} @throws {BadPack}
 */
export async function readPack(signed, { dev, logId }) {
  let pack;
  try {
    pack = JSON.parse(signed.pack);
  } catch {
    throw new BadPack("unreadable");
  }
  if (pack?.format !== "parvis-pack-1") throw new BadPack("format");
  if (!(await verify(pack.server_key, signed.sig, "parvis-pack-1", signed.pack))) throw new BadPack("signature");
  if ((await hash(fromB64u(pack.server_key))) !== pack.log_id) throw new BadPack("signature");
  if (logId && pack.log_id !== logId) throw new BadPack("other_installation");
  if (pack.device.id !== dev) throw new BadPack("other_device");
  const definitions = await Promise.all(pack.definitions.map(readDefinition));
  return {
    version: pack.version, logId: pack.log_id, serverKey: pack.server_key, origin: pack.origin, town: pack.town,
    device: pack.device, session: pack.session, k: fromB64u(pack.k), checks: new Set(pack.checks),
    operator: pack.operator, unlock: pack.unlock ?? [], desk: pack.desk ?? null, definitions: definitions.filter((definition) => definition.doors.includes("kiosk")),
    languages: pack.languages, ideas: pack.ideas ?? [],
  };
}

/** @param {Pack} pack @param {string} pin @returns {Promise<boolean>} */
export async function pinFits(pack, pin) {
  return (await hash(join(fromB64u(pack.operator.salt), utf8(pin)))) === pack.operator.hash;
}

/**
 * A title in the language asked for, else in the first language of the meeting that it has; and which one that is.
 * @param {Record<string, string> | undefined} title @param {string} lang @param {string[]} [languages]
 * @returns {{words: string, lang: string}}
 */
export function localised(title, lang, languages = []) {
  const given = Object.keys(title ?? {});
  const found = [lang, ...languages, ...given].find((candidate) => title?.[candidate]) ?? lang;
  return { words: title?.[found] ?? "", lang: found };
}
