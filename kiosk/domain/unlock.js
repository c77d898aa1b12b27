/**
 * Unlock cards, and what they open: a kiosk's panel, a desk's roll (docs/protocol.md §6). What is derived from a card lives
 * in memory alone, as keys that cannot be read out.
 */

import { b64u, fromB64u, hex, join, random, sha256, text, utf8 } from "./bytes.js";
import { CARD, readCode } from "./codes.js";

const HKDF = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(0) };
const CIPHER = { name: "AES-GCM", length: 256 };

/** @typedef {{id: string, key: CryptoKey}} Card `id` names it in packs and records; `key` is U of the protocol */

/** What a card does not open, or what was altered. */
export class CannotOpen extends Error {}

/**
 * @param {string} typed @param {string} session
 * @returns {Promise<Card | null>} null: not the characters of a card
 */
export async function readCard(typed, session) {
  const read = readCode(typed, CARD);
  if (!read.ok) return null;
  const card = await crypto.subtle.importKey("raw", read.bytes, "HKDF", false, ["deriveBits"]);
  const bits = await crypto.subtle.deriveBits({ ...HKDF, info: utf8(`parvis-unlock-1${session}`) }, card, 256);
  const id = hex(await sha256(join(utf8("parvis-unlock-id-1"), new Uint8Array(bits)))).slice(0, 16);
  return { id, key: await crypto.subtle.importKey("raw", bits, "HKDF", false, ["deriveKey"]) };
}

/** @param {Card} card @param {string} purpose @param {KeyUsage[]} uses @returns {Promise<CryptoKey>} */
function keyFor({ key }, purpose, uses) {
  return crypto.subtle.deriveKey({ ...HKDF, info: utf8(purpose) }, key, CIPHER, false, uses);
}

/**
 * @param {import("./pack.js").Pack} pack of a desk @param {Card} card
 * @returns {Promise<any>} the roll as the server wrote it @throws {CannotOpen}
 */
export async function openRoll({ version, device, session, unlock, desk }, card) {
  const wrapped = unlock.find(({ id }) => id === card.id);
  if (!wrapped || !desk) throw new CannotOpen();
  const about = utf8(`parvis-desk-1\n${session.id}\n${device.id}\n${version}\n`);
  const raw = await opened(await keyFor(card, "parvis-desk-wrap-1", ["decrypt"]), wrapped.iv, wrapped.wrapped, about);
  const key = await crypto.subtle.importKey("raw", raw, CIPHER, false, ["decrypt"]);
  return JSON.parse(text(await opened(key, desk.iv, desk.sealed, about)));
}

/**
 * What is written down beside a deed, for the server and whoever holds the card.
 * @param {object} facts @param {Card} card @param {{type: string, session: string, dev: string, size: number}} place `size`: as
 *   many bytes whoever it is
 * @returns {Promise<{card: string, iv: string, sealed: string}>}
 */
export async function sealNote(facts, card, { type, session, dev, size }) {
  const plain = utf8(JSON.stringify(facts));
  const padded = new Uint8Array(Math.max(size, plain.length)).fill(0x20);
  padded.set(plain);
  const iv = random(12);
  const key = await keyFor(card, "parvis-desk-note-1", ["encrypt"]);
  const additionalData = utf8(`parvis-note-1\n${type}\n${session}\n${dev}\n`);
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData }, key, padded);
  return { card: card.id, iv: b64u(iv), sealed: b64u(new Uint8Array(sealed)) };
}

async function opened(key, iv, sealed, additionalData) {
  try {
    return new Uint8Array(await crypto.subtle.decrypt({ name: "AES-GCM", iv: fromB64u(iv), additionalData }, key, fromB64u(sealed)));
  } catch {
    throw new CannotOpen();
  }
}
