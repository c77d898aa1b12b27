/**
 * Words of the kiosk in French, English and Arabic: one table for each room of the kiosk and language
 * (`<room>.<lang>.js`), joined by language (`<lang>.js`). The languages have the same keys, and no key stands in two
 * rooms; tests compare them. Which languages are offered is decided by the pack.
 */

import { AR } from "./ar.js";
import { EN } from "./en.js";
import { FR } from "./fr.js";

const TABLES = { fr: FR, en: EN, ar: AR };
/** In which form numbers and money are written: in Arabic with the digits of the Maghreb, as on the paper ballot. */
const LOCALES = { ar: "ar-u-nu-latn" };
const RIGHT_TO_LEFT = ["ar"];
const [ISOLATE, END_ISOLATE] = ["\u2068", "\u2069"];

/** @type {Record<string, string>} each language by its own name */
export const LANGUAGE_NAMES = { fr: "Français", en: "English", ar: "العربية" };

/** @param {string} lang @returns {"ltr" | "rtl"} */
export function direction(lang) {
  return RIGHT_TO_LEFT.includes(lang) ? "rtl" : "ltr";
}

/** @returns {string[]} */
export function languages() {
  return Object.keys(TABLES);
}

/** @param {string} lang @returns {Record<string, string | Record<string, string>>} */
export function table(lang) {
  return TABLES[lang];
}

/**
 * @param {string} lang @param {string} key
 * @param {Record<string, string | number>} [facts] `n` chooses between one and other
 * @returns {string}
 */
export function say(lang, key, facts = {}) {
  const entry = TABLES[lang]?.[key];
  if (entry === undefined) throw new Error(`no words for ${key}`);
  const form = typeof entry === "string" ? entry : entry[new Intl.PluralRules(lang).select(facts.n)] ?? entry.other;
  const words = form.replace(/\{(\w+)\}/g, (_, name) => {
    const fact = facts[name];
    return typeof fact === "number" ? number(lang, fact) : isolated(lang, String(fact));
  });
  return lang === "fr" ? frenchSpaces(words) : words;
}

/**
 * The same, in the words of what the device is for where it has its own: a desk is no kiosk, and opens no vote.
 * @param {string | undefined} mode @param {string} lang @param {string} key @param {object} [facts] @returns {string}
 */
export function sayIn(mode, lang, key, facts) {
  const own = `${mode}.${key}`;
  return say(lang, TABLES[lang]?.[own] === undefined ? key : own, facts);
}

/** A name within a sentence that runs the other way keeps its own order and leaves the sentence its own. */
function isolated(lang, fact) {
  const runsOther = direction(lang) === "rtl" || /\p{Script=Arabic}|\p{Script=Hebrew}/u.test(fact);
  return runsOther ? ISOLATE + fact + END_ISOLATE : fact;
}

/** @param {string} lang @param {number} value @returns {string} */
export function number(lang, value) {
  return new Intl.NumberFormat(LOCALES[lang] ?? lang).format(value);
}

const UNITS = [["day", 86_400], ["hour", 3600], ["minute", 60]];

/** @param {string} lang @param {number} seconds @returns {string} in the largest unit of which there are two */
export function span(lang, seconds) {
  const [unit, size] = UNITS.find(([, length]) => seconds >= 2 * length) ?? ["second", 1];
  return new Intl.NumberFormat(LOCALES[lang] ?? lang, { style: "unit", unit, unitDisplay: "long" }).format(Math.round(seconds / size));
}

/** @param {string} lang @param {number} cents @param {string} currency @returns {string} */
export function money(lang, cents, currency) {
  const digits = cents % 100 === 0 ? 0 : 2;
  return new Intl.NumberFormat(LOCALES[lang] ?? lang, {
    style: "currency", currency, minimumFractionDigits: digits, maximumFractionDigits: digits,
  }).format(cents / 100);
}

/**
 * Narrow no-break space before ; ? ! and inside « », no-break space before a colon: tables are typed with plain ones.
 * @param {string} words @returns {string}
 */
export function frenchSpaces(words) {
  return words.replace(/ ([;?!»])/g, "\u202f$1").replace(/« /g, "«\u202f").replace(/ ([:€%])/g, "\u00a0$1");
}
