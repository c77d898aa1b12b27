/**
 * Bytes and how they are written: hexadecimal, base64url without padding, SHA-256, HMAC (docs/protocol.md §1).
 */

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });

/** @param {string} text @returns {Uint8Array} */
export function utf8(text) {
  return encoder.encode(text);
}

/** @param {Uint8Array} bytes @returns {string} the text; throws on bytes that are no UTF-8 */
export function text(bytes) {
  return decoder.decode(bytes);
}

/** @param {...Uint8Array} parts @returns {Uint8Array} */
export function join(...parts) {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** @param {Uint8Array} bytes @returns {string} lower-case hexadecimal */
export function hex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** @param {string} digits @returns {Uint8Array} */
export function fromHex(digits) {
  if (!/^([0-9a-f]{2})*$/.test(digits)) throw new TypeError("not hexadecimal");
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

/** @param {Uint8Array} bytes @returns {string} base64url without padding */
export function b64u(bytes) {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** @param {string} written @returns {Uint8Array} */
export function fromB64u(written) {
  if (typeof written !== "string" || !/^[A-Za-z0-9_-]*$/.test(written)) throw new TypeError("not base64url");
  const binary = atob(written.replaceAll("-", "+").replaceAll("_", "/"));
  // A desk's roll has millions of bytes: a call for each would be felt.
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i += 1) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

/** @param {Uint8Array} bytes @returns {Promise<Uint8Array>} */
export async function sha256(bytes) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

/** @param {Uint8Array} bytes @returns {Promise<string>} the hash as the protocol writes it */
export async function hash(bytes) {
  return hex(await sha256(bytes));
}

/** @param {Uint8Array} key @param {Uint8Array} message @returns {Promise<Uint8Array>} HMAC-SHA-256 */
export async function hmac(key, message) {
  const imported = await crypto.subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", imported, message));
}

/** @param {number} count @returns {Uint8Array} */
export function random(count) {
  return crypto.getRandomValues(new Uint8Array(count));
}
