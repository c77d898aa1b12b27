// ECDSA over P-256 with SHA-256 (docs/protocol.md §1), by the browser's own WebCrypto.

const CURVE = { name: "ECDSA", namedCurve: "P-256" };

/** Browsers offer it on secure pages only. */
export const canCheck = () => Boolean(globalThis.crypto?.subtle);

/**
 * @param {Uint8Array} key 65 bytes
 * @param {Uint8Array} message
 * @param {Uint8Array} signature 64 bytes
 * @returns {Promise<boolean>} false for a key that is no point, too
 */
export async function isSigned(key, message, signature) {
  if (key.length !== 65 || key[0] !== 4 || signature.length !== 64) return false;
  try {
    const imported = await crypto.subtle.importKey("raw", key, CURVE, false, ["verify"]);
    return await crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, imported, signature, message);
  } catch {
    return false;
  }
}
