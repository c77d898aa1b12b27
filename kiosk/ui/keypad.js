/**
 * Keys on the screen, for kiosks that have no keyboard. Where there is one, it writes into the same field.
 */

import { h, icon } from "./dom.js";

/**
 * @param {HTMLInputElement} input @param {string} symbols @param {{erase: string, changed: () => void}} how
 * @returns {HTMLElement}
 */
export function keypad(input, symbols, { erase, changed }) {
  const write = (value) => {
    input.value = value;
    changed();
  };
  const key = (symbol) => h("button", {
    type: "button", class: "key", click: () => write(input.value + symbol),
    // The field keeps the focus and its caret; a touch on a key must not open the system's keyboard either.
    pointerdown: (event) => event.preventDefault(),
  }, symbol);
  return h("div", { class: `keypad of${symbols.length}` }, Array.from(symbols, key),
    h("button", { type: "button", class: "key erase", "aria-label": erase, click: () => write(input.value.replace(/.[\s-]*$/, "")),
      pointerdown: (event) => event.preventDefault() }, icon("erase")));
}
