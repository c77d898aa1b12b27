/**
 * Codes of passes and of enrolments (docs/protocol.md §2).
 *
 * 16 symbols of 5 bits and two check symbols, a Reed–Solomon codeword over GF(32) whose polynomial has the roots
 * α and α². Every error in one or two characters is seen; nothing is ever corrected: a kiosk that guessed could
 * spend somebody else's pass.
 */

import { hex, hmac, join, utf8 } from "./bytes.js";

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/** Characters of a pass, a letter, an enrolment: 80 bits and two check symbols. */
export const PASS = 18;
/** Characters of an unlock card: 128 bits, two more that are zero, and two check symbols. */
export const CARD = 28;
const FIELD_POLYNOMIAL = 0b100101; // x⁵ + x² + 1

/** @type {number[]} powers of α = 2 */
const POWERS = [1];
for (let i = 1; i < 31; i += 1) {
  const doubled = POWERS[i - 1] << 1;
  POWERS.push(doubled & 32 ? doubled ^ FIELD_POLYNOMIAL : doubled);
}

/** @param {number} a @param {number} b @returns {number} product in GF(32) */
function times(a, b) {
  if (a === 0 || b === 0) return 0;
  return POWERS[(POWERS.indexOf(a) + POWERS.indexOf(b)) % 31];
}

/** @param {number[]} symbols @param {number} root exponent of α @returns {number} the codeword's polynomial at α^root */
function valueAt(symbols, root) {
  return symbols.reduce((sum, symbol) => times(sum, POWERS[root]) ^ symbol, 0);
}

/**
 * Spelling differences that carry no meaning: case, spaces, hyphens, O for 0, I and L for 1.
 * @param {string} typed @returns {string}
 */
export function normalise(typed) {
  // Letters of ASCII only: elsewhere changing the case turns one letter into another (Turkish dotless i into I).
  const upper = typed.replace(/[a-z]/g, (letter) => letter.toUpperCase());
  return upper.replace(/[\s\-\u2010-\u2015]/g, "").replaceAll("O", "0").replace(/[IL]/g, "1");
}

/** @param {string} typed @param {number} [length] @returns {string} as printed: XXXX-XXXX-XXXX-XXXX-XX, as far as typed */
export function display(typed, length = PASS) {
  return normalise(typed).slice(0, length).replace(/(.{4})(?=.)/g, "$1-");
}

/** @returns {string} the symbols that a keypad has to offer */
export function symbols() {
  return ALPHABET;
}

/**
 * @param {string} typed @param {number} [length] `PASS` or `CARD`
 * @returns {{ok: true, code: string, bytes: Uint8Array} | {ok: false, why: "short" | "long" | "symbol" | "check"}}
 */
export function readCode(typed, length = PASS) {
  const code = normalise(typed);
  const values = Array.from(code, (character) => ALPHABET.indexOf(character));
  if (values.includes(-1)) return { ok: false, why: "symbol" };
  if (values.length < length) return { ok: false, why: "short" };
  if (values.length > length) return { ok: false, why: "long" };
  const spare = values[length - 3] & ((1 << ((length - 2) * 5) % 8) - 1);
  if (valueAt(values, 1) !== 0 || valueAt(values, 2) !== 0 || spare !== 0) return { ok: false, why: "check" };
  return { ok: true, code, bytes: packBits(values.slice(0, -2)) };
}

/**
 * What a printer of passes does; the kiosk itself only reads.
 * @param {Uint8Array} bytes ten code bytes @returns {string} 18 characters
 */
export function writeCode(bytes) {
  const values = unpackBits(bytes);
  const one = valueAt([...values, 0, 0], 1);
  const two = valueAt([...values, 0, 0], 2);
  // c₁₆·α + c₁₇ = one and c₁₆·α² + c₁₇ = two; in GF(32) minus is plus.
  const difference = POWERS[1] ^ POWERS[2];
  const inverse = POWERS[(31 - POWERS.indexOf(difference)) % 31];
  const first = times(one ^ two, inverse);
  return [...values, first, one ^ times(first, POWERS[1])].map((value) => ALPHABET[value]).join("");
}

/** @param {number[]} values 5-bit symbols @returns {Uint8Array} the whole bytes of them, most significant bit first */
function packBits(values) {
  const bits = values.map((value) => value.toString(2).padStart(5, "0")).join("");
  return Uint8Array.from(bits.match(/[01]{8}/g), (byte) => parseInt(byte, 2));
}

/** @param {Uint8Array} bytes @returns {number[]} */
function unpackBits(bytes) {
  const bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, "0")).join("");
  return bits.match(/.{5}/g).map((symbol) => parseInt(symbol, 2));
}

/**
 * The three values that stand for a code. The check value says "a pass of this meeting"; the use value is what a ballot
 * carries, the voice what is done in the open. Nobody who has not seen the code can make these two, or tell that they
 * are of one pass.
 * @param {Uint8Array} key K of the session @param {Uint8Array} bytes ten code bytes
 * @returns {Promise<{check: string, use: string, voice: string}>} 32 hexadecimal characters each
 */
export async function codeValues(key, bytes) {
  const values = await Promise.all(["check", "use", "voice"].map((purpose) => hmac(key, join(utf8(purpose), bytes))));
  const [check, use, voice] = values.map((value) => hex(value.slice(0, 16)));
  return { check, use, voice };
}
