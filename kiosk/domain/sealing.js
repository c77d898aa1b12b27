/**
 * Sealing a ballot to the key of its box (docs/protocol.md §4). What lies on the disk of a kiosk can be opened by the
 * box alone, and every ballot of a box has the same length.
 */

import { fromB64u, fromHex, join, utf8 } from "./bytes.js";

const CURVE = { name: "ECDH", namedCurve: "P-256" };

/** A ballot longer than the box allows; freezing makes the length so that this cannot happen. */
export class TooLong extends Error {}

/**
 * @param {Record<string, import("./ballot.js").Answer>} choices by contest, in the order of the definition
 * @param {number} length @returns {Uint8Array} JSON filled up with spaces
 */
export function plainBallot(choices, length) {
  const bytes = utf8(JSON.stringify({ v: 1, choices }));
  if (bytes.length > length) throw new TooLong(`${bytes.length} bytes, ${length} allowed`);
  const padded = new Uint8Array(length).fill(0x20);
  padded.set(bytes);
  return padded;
}

/**
 * @param {Uint8Array} plain @param {{boxKey: string, def: string}} box b64u and hex
 * @param {CryptoKeyPair} [ephemeral] fixed only by tests; otherwise fresh, since a second ballot with the same E is a copy
 * @returns {Promise<Uint8Array>} E ‖ ciphertext ‖ tag
 */
export async function seal(plain, { boxKey, def }, ephemeral) {
  const pair = ephemeral ?? (await crypto.subtle.generateKey(CURVE, false, ["deriveBits"]));
  const box = fromB64u(boxKey);
  const boxPublic = await crypto.subtle.importKey("raw", box, CURVE, false, []);
  const shared = await crypto.subtle.deriveBits({ name: "ECDH", public: boxPublic }, pair.privateKey, 256);
  const e = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
  const secret = await crypto.subtle.importKey("raw", shared, "HKDF", false, ["deriveBits"]);
  const info = join(utf8("parvis-seal-1"), e, box);
  const bits = await crypto.subtle.deriveBits(
    { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(0), info }, secret, 44 * 8,
  );
  const key = await crypto.subtle.importKey("raw", bits.slice(0, 32), "AES-GCM", false, ["encrypt"]);
  const ciphertext = await crypto.subtle.encrypt(
    { name: "AES-GCM", iv: bits.slice(32), additionalData: fromHex(def), tagLength: 128 }, key, plain,
  );
  return join(e, new Uint8Array(ciphertext));
}
