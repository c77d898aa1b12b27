/**
 * How often somebody helped at this device, so that nobody helps more people than the vote allows. Kept are a mark of the
 * helper and a number: no name, no time, and nothing of whoever was helped (docs/decisions/0026).
 */

import { hex, hmac, utf8 } from "./bytes.js";

/** Letters that Unicode does not take apart; the server folds names in the same way. */
const TAKEN_APART = { œ: "oe", Œ: "OE", æ: "ae", Æ: "AE", ø: "o", Ø: "O", ł: "l", Ł: "L", đ: "d", Đ: "D", ı: "i", ß: "ss" };

/** @param {string} name @returns {string} as it is compared: without accents, case, hyphens and double spaces */
export function folded(name) {
  const apart = name.replace(/[œŒæÆøØłŁđĐıß]/g, (letter) => TAKEN_APART[letter]).normalize("NFKD");
  return apart.replace(/\p{M}/gu, "").replace(/[-'’]/g, " ").toLowerCase().split(/\s+/).filter(Boolean).join(" ");
}

/** @param {Uint8Array} key K of the session @param {string} name @returns {Promise<string>} 32 hexadecimal characters */
export async function helperMark(key, name) {
  return hex((await hmac(key, utf8(`helper ${folded(name)}`))).slice(0, 16));
}

/** @param {import("./definition.js").Definition[]} definitions @returns {number} people whom one helper may help; 0: this vote notes no help */
export function mostHelped(definitions) {
  const told = definitions.map(({ perHelper }) => perHelper).filter(Boolean);
  return told.length > 0 ? Math.min(...told) : 0;
}

/** @param {Record<string, number>} helped by mark @returns {string} the body of the record: in the order of the marks, which tells nothing */
export function helpBody(helped) {
  return JSON.stringify({ helped: Object.fromEntries(Object.entries(helped).sort(([a], [b]) => (a < b ? -1 : 1))) });
}
