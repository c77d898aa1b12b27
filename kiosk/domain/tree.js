/**
 * The tree of the public list, as far as a kiosk needs it: does a longer list extend a shorter one (RFC 9162, 2.1.4.2;
 * docs/protocol.md §9)? The cases of `tests/vectors/consistency.json` are run here and by the server.
 */

import { fromHex, hash, hex, join, sha256 } from "./bytes.js";

const NODE = Uint8Array.of(1);
const EMPTY = new Uint8Array();

/** @param {Uint8Array} left @param {Uint8Array} right */
const node = (left, right) => sha256(join(NODE, left, right));

/** Whole numbers beyond 32 bits are divided, not shifted. @param {number} n */
const half = (n) => Math.floor(n / 2);

/**
 * @param {number} first @param {number} second sizes @param {string} firstRoot @param {string} secondRoot hex
 * @param {string[]} proof hex, as the server gives it @returns {Promise<boolean>} false for anything malformed too
 */
export async function isConsistent(first, second, firstRoot, secondRoot, proof) {
  if (!Number.isSafeInteger(first) || !Number.isSafeInteger(second) || first < 0 || first > second) return false;
  if (first === 0) return proof.length === 0 && firstRoot === (await hash(EMPTY));
  if (first === second) return proof.length === 0 && firstRoot === secondRoot;
  if (!proof.every((step) => /^[0-9a-f]{64}$/.test(step))) return false;
  const isFull = Number.isInteger(Math.log2(first)) && 2 ** Math.round(Math.log2(first)) === first;
  const [start, ...steps] = (isFull ? [firstRoot, ...proof] : proof).map(fromHex);
  if (!start) return false;
  let [place, last] = [first - 1, second - 1];
  while (place % 2 === 1) [place, last] = [half(place), half(last)];
  let [older, newer] = [start, start];
  for (const step of steps) {
    if (last === 0) return false;
    if (place % 2 === 1 || place === last) {
      [older, newer] = [await node(step, older), await node(step, newer)];
      while (place !== 0 && place % 2 === 0) [place, last] = [half(place), half(last)];
    } else {
      newer = await node(newer, step);
    }
    [place, last] = [half(place), half(last)];
  }
  return last === 0 && hex(older) === firstRoot && hex(newer) === secondRoot;
}
