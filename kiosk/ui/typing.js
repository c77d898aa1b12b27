/**
 * Keys on the screen for writing words, for a kiosk without a keyboard; where there is one, it writes into the same
 * fields. The keys are one stop of Tab, walked through with the arrows, and each row of them one stop of a switch.
 */

import { h, icon } from "./dom.js";
import { walk } from "./keypad.js";

const COLUMNS = 11;
/** By language, in rows; a blank is no key. Digits stand above letters everywhere. */
const KEYS = {
  fr: ["1234567890-", "azertyuiopé", "qsdfghjklmè", "wxcvbnàçêù'", "ôîïëœ,.;:?!"],
  en: ["1234567890-", "qwertyuiop'", "asdfghjkl,.", "zxcvbnm;:?!"],
  ar: ["1234567890-", "ضصثقفغعهخحج", "شسيبلاتنمكط", "دذرزظوةىءئؤ", "أإآ، .؛:؟!()"],
};

/** Where fingers find no room for keys as wide as they are, the system's own keyboard opens. @returns {boolean} */
export function hasRoomForKeys() {
  return matchMedia("(min-width: 700px)").matches;
}

/**
 * @param {(HTMLInputElement | HTMLTextAreaElement)[]} fields the first is written into until another is touched
 * @param {{lang: string, t: Function}} how @returns {HTMLElement}
 */
export function typing(fields, { lang, t }) {
  let [field] = fields;
  let isUpper = false;
  for (const one of fields) one.addEventListener("focus", () => {
    field = one;
    one.scrollIntoView({ block: "nearest" });
  });
  const changed = () => field.dispatchEvent(new Event("input", { bubbles: true }));
  const write = (symbol) => {
    const { selectionStart: start, selectionEnd: end, value, maxLength } = field;
    if (maxLength > 0 && value.length - (end - start) + symbol.length > maxLength) return;
    field.setRangeText(symbol, start, end, "end");
    if (isUpper && symbol.trim()) shift();
    changed();
  };
  const erase = () => {
    const { selectionStart: start, selectionEnd: end } = field;
    if (end === 0) return;
    field.setRangeText("", start === end ? start - 1 : start, end, "end");
    changed();
  };
  const next = () => { (field = fields[(fields.indexOf(field) + 1) % fields.length]).focus(); };
  // The field keeps the focus and its caret; a touch on a key must not open the system's keyboard either.
  const key = (facts, press, content) => h("button", { type: "button", tabindex: "-1", ...facts, click: press, pointerdown: (event) => event.preventDefault() }, content);
  const letters = Array.from((KEYS[lang] ?? KEYS.en).join("").replaceAll(" ", ""), (symbol) => ({ symbol, element: null }));
  for (const one of letters) one.element = key({ class: "key" }, () => write(isUpper ? one.symbol.toLocaleUpperCase(lang) : one.symbol), one.symbol);
  const shift = () => {
    isUpper = !isUpper;
    capital.setAttribute("aria-pressed", String(isUpper));
    for (const { symbol, element } of letters) element.textContent = isUpper ? symbol.toLocaleUpperCase(lang) : symbol;
  };
  const capital = key({ class: "key wide", "aria-pressed": "false", "aria-label": t("typing.shift") }, () => shift(), "Aa");
  const below = [
    lang !== "ar" && capital, key({ class: "key space", "aria-label": t("typing.space") }, () => write(" "), "␣"),
    key({ class: "key wide", "aria-label": t("typing.line") }, () => { if (field.localName === "textarea") write("\n"); else next(); }, "↵"),
    key({ class: "key wide", "aria-label": t("typing.erase") }, erase, icon("erase")), key({ class: "key wide", "aria-label": t("typing.next") }, next, icon("down")),
  ].filter(Boolean);
  const keys = letters.map(({ element }) => element);
  const rows = [];
  for (let i = 0; i < keys.length; i += COLUMNS) rows.push(h("div", { class: "keys", "data-scan": "again", dir: i === 0 && "ltr" }, keys.slice(i, i + COLUMNS))); // digits rise to the right everywhere
  rows.push(h("div", { class: "keys below", "data-scan": "again" }, below));
  const all = [...keys, ...below];
  all[0].tabIndex = 0;
  return h("div", { class: "typing", role: "group", "aria-label": t("typing.keys"), dir: lang === "ar" ? "rtl" : "ltr", keydown: (event) => walk(event, all, COLUMNS) }, rows);
}
