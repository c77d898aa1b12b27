/**
 * Signatures of the device and of the installation: ECDSA over P-256 with SHA-256, 64 raw bytes (docs/protocol.md §1).
 * Every message begins with a line that names its purpose, so that a signature made for one proves nothing for another.
 */

import { b64u, fromB64u, join, utf8 } from "./bytes.js";

const CURVE = { name: "ECDSA", namedCurve: "P-256" };
const SCHEME = { name: "ECDSA", hash: "SHA-256" };

/** @returns {Promise<{privateKey: CryptoKey, publicKey: string}>} a pair whose private half cannot be read out */
export async function makeDeviceKey() {
  const pair = await crypto.subtle.generateKey(CURVE, false, ["sign", "verify"]);
  const raw = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
  return { privateKey: pair.privateKey, publicKey: b64u(raw) };
}

/** @param {CryptoKey} privateKey @param {string} message @returns {Promise<string>} b64u */
export async function sign(privateKey, message) {
  return b64u(new Uint8Array(await crypto.subtle.sign(SCHEME, privateKey, utf8(message))));
}

/**
 * @param {string} publicKey b64u @param {string} signature b64u @param {string} purpose e.g. "parvis-reply-1"
 * @param {string} body what follows the purpose's line @returns {Promise<boolean>} false for anything malformed too
 */
export async function verify(publicKey, signature, purpose, body) {
  try {
    const key = await crypto.subtle.importKey("raw", fromB64u(publicKey), CURVE, false, ["verify"]);
    const message = join(utf8(`${purpose}\n`), utf8(body));
    return await crypto.subtle.verify(SCHEME, key, fromB64u(signature), message);
  } catch {
    return false;
  }
}

/** @param {string} code 18 characters @param {string} publicKey @returns {string} what proves possession of the key */
export function enrolMessage(code, publicKey) {
  return `parvis-enrol-1\n${code}\n${publicKey}`;
}

/** @param {string} path @param {number} seconds @returns {string} */
export function getMessage(path, seconds) {
  return `parvis-get-1\n${path}\n${seconds}\n`;
}

/**
 * Signed for a push, an export file and a closing slip alike: the head binds every record before it.
 * @param {{logId: string, dev: string, epoch: string, seq: number, head: string}} chain @returns {string}
 */
export function headMessage({ logId, dev, epoch, seq, head }) {
  return `parvis-push-1\n${logId}\n${dev}\n${epoch}\n${seq}\n${head}\n`;
}

/**
 * Signed for a piece of an attachment: of which file, from which byte on, and its hash.
 * @param {{logId: string, dev: string, sha256: string, offset: number, piece: string}} facts `piece`: the hash of its bytes
 * @returns {string}
 */
export function pieceMessage({ logId, dev, sha256, offset, piece }) {
  return `parvis-piece-1\n${logId}\n${dev}\n${sha256}\n${offset}\n${piece}\n`;
}

/**
 * A receipt's promise with the record's place in this device's chain: should it never arrive, everybody sees that.
 * @param {string} id @param {string} dev @param {string} epoch @param {number} seq @returns {string}
 */
export function promiseMessage(id, dev, epoch, seq) {
  return `parvis-receipt-2\n${id}\n${dev}\n${epoch}\n${seq}\n`;
}

/** The form of earlier kiosks, still answered. @param {string} id @returns {string} */
export function receiptMessage(id) {
  return `parvis-receipt-1\n${id}`;
}
