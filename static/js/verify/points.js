// Signed states of the list (docs/protocol.md §9): what the installation signs about one, and what a witness does.

import { encode, fromBase64url, hex } from "./bytes.js";
import { sha256 } from "./sha256.js";
import { isSigned } from "./signatures.js";

/**
 * @typedef {{origin: string, log_id: string, epoch: number, size: number, root: string, sig: string}} Point
 * @typedef {{checkpoint: Point, witness: string, public_key: string, sig: string}} Statement
 */

/** @param {Point} point @returns {string} the lines that are signed */
export const linesOf = ({ origin, log_id, epoch, size, root }) => ["parvis-checkpoint-1", origin, log_id, epoch, size, root].map((part) => `${part}\n`).join("");

/** @param {Point} point @param {Uint8Array} key */
export const isPointSigned = (point, key) => isSigned(key, encode(linesOf(point)), fromBase64url(point.sig));

/** Whether the key that it brings is its own and signed it. @param {Statement} one */
export async function isSeen({ checkpoint, witness, public_key: written, sig }) {
  const key = fromBase64url(written);
  if (hex(sha256(key)) !== witness) return false;
  return isSigned(key, encode(`parvis-witness-1\n${linesOf(checkpoint)}`), fromBase64url(sig));
}
