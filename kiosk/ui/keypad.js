/**
 * Keys on the screen, for kiosks that have no keyboard. Where there is one, it writes into the same field; the keys are
 * then one stop of Tab, walked through with the arrows.
 */

import { h, icon } from "./dom.js";

const COLUMNS = { 32: 8, 28: 7, 10: 3 };

/**
 * @param {HTMLInputElement} input @param {string} symbols @param {{name: string, erase: string, changed: () => void}} how
 * @returns {HTMLElement} written from left to right in every language, as codes are
 */
export function keypad(input, symbols, { name, erase, changed }) {
  const columns = COLUMNS[symbols.length];
  const write = (value) => {
    input.value = value;
    changed();
  };
  // The field keeps the focus and its caret; a touch on a key must not open the system's keyboard either.
  const key = (facts, press, content) => h("button", { type: "button", tabindex: "-1", ...facts, click: press, pointerdown: (event) => event.preventDefault() }, content);
  const keys = Array.from(symbols, (symbol) => key({ class: "key" }, () => write(input.value + symbol), symbol === " " ? "␣" : symbol));
  keys.push(key({ class: "key erase", "aria-label": erase }, () => write(input.value.replace(/.[\s-]*$/, "")), icon("erase")));
  keys[0].tabIndex = 0;
  const rows = [];
  for (let i = 0; i < keys.length; i += columns) rows.push(h("div", { class: "keys", "data-scan": true }, keys.slice(i, i + columns)));
  return h("div", { class: `keypad of${symbols.length}`, role: "group", "aria-label": name, dir: "ltr", keydown: (event) => walk(event, keys, columns) }, rows);
}

/** @param {KeyboardEvent} event @param {HTMLElement[]} keys @param {number} columns */
export function walk(event, keys, columns) {
  const by = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns }[event.key];
  const at = keys.indexOf(event.target);
  if (!by || at < 0) return;
  event.preventDefault();
  const next = keys[at + by] ?? (by > 1 ? keys.at(-1) : keys[at]);
  for (const key of keys) key.tabIndex = key === next ? 0 : -1;
  next.focus();
}
