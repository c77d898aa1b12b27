/**
 * Files that a record names by their hash and that travel apart (docs/protocol.md §14).
 */

import { b64u, fromB64u, hash, text, utf8 } from "./bytes.js";
import { verify } from "./signing.js";

/**
 * @typedef {{sha256: string, size: number, type: string, bytes: Uint8Array}} File
 * @typedef {{size: number, held: number, whole: boolean}} Held how much of a file the server holds
 */

/** @param {Uint8Array} bytes @param {string} type media type @returns {Promise<File>} */
export async function fileOf(bytes, type) {
  return { sha256: await hash(bytes), size: bytes.length, type, bytes };
}

/**
 * Only what the installation signed about this file of this device is an answer.
 * @param {string} body what came back @param {{serverKey: string, logId: string}} installation
 * @param {string} dev @param {{sha256: string, size: number}} file @returns {Promise<Held | null>} null: no answer
 */
export async function readHeld(body, installation, dev, file) {
  let held;
  let signed;
  try {
    signed = JSON.parse(body);
    held = JSON.parse(signed.reply);
  } catch {
    return null;
  }
  if (!(await verify(installation.serverKey, signed.sig, "parvis-attachment-1", signed.reply))) return null;
  if (held.log_id !== installation.logId || held.dev !== dev || held.sha256 !== file.sha256) return null;
  if (!Number.isInteger(held.held) || held.held < 0 || held.held > held.size || typeof held.whole !== "boolean") return null;
  return { size: held.size, held: held.held, whole: held.whole };
}

/** @param {string} sha256 @param {Uint8Array} bytes @returns {Uint8Array} the line of an export file that carries a file */
export function exportLine(sha256, bytes) {
  return utf8(`{"attachment":"${sha256}","content":"${b64u(bytes)}"}\n`);
}

/**
 * Read the files of an export back, one line at a time.
 * @param {Uint8Array} bytes what stands behind the records @param {number} count @returns {Promise<boolean>} all are whole
 */
export async function areWhole(bytes, count) {
  let at = 0;
  for (let number = 0; number < count; number += 1) {
    const end = bytes.indexOf(10, at);
    if (end < 0 || !(await isWhole(bytes.subarray(at, end)))) return false;
    at = end + 1;
  }
  return at === bytes.length;
}

async function isWhole(line) {
  try {
    const { attachment, content } = JSON.parse(text(line));
    return (await hash(fromB64u(content))) === attachment;
  } catch {
    return false;
  }
}
