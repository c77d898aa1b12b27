// Bytes and texts, read strictly: what is not written exactly as the protocol says (docs/protocol.md §1) is refused.

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const DIGITS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** @param {string} text */
export const encode = (text) => encoder.encode(text);

/** Throws on bytes that are no UTF-8. @param {Uint8Array} bytes */
export const decode = (bytes) => decoder.decode(bytes);

/** @param {Uint8Array} bytes @returns {string} lower-case hexadecimal */
export function hex(bytes) {
  let digits = "";
  for (const byte of bytes) digits += DIGITS[byte];
  return digits;
}

/** @param {string} digits lower-case hexadecimal; throws on anything else @returns {Uint8Array} */
export function fromHex(digits) {
  if (typeof digits !== "string" || !/^(?:[0-9a-f]{2})*$/.test(digits)) throw new TypeError("hex");
  const bytes = new Uint8Array(digits.length / 2);
  for (let i = 0; i < bytes.length; i += 1) bytes[i] = parseInt(digits.slice(i * 2, i * 2 + 2), 16);
  return bytes;
}

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** @param {string} written base64url without padding; throws on anything else @returns {Uint8Array} */
export function fromBase64url(written) {
  if (typeof written !== "string") throw new TypeError("base64url");
  const bytes = [];
  let [bits, held] = [0, 0];
  for (const letter of written) {
    const value = LETTERS.indexOf(letter);
    if (value < 0) throw new TypeError("base64url");
    held = (held << 6) | value;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes.push(held >> bits);
      held &= (1 << bits) - 1;
    }
  }
  if (held || bits >= 6) throw new TypeError("base64url");
  return Uint8Array.from(bytes);
}

/** @param {...Uint8Array} parts @returns {Uint8Array} */
export function join(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
