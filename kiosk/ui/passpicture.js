/** A pass as it lies in the hand, and where its code stands: the square at its end, the signs between double rules. */

import { h, s } from "./dom.js";

const GROUPS = [4, 4, 4, 4, 2];
/** A square that looks like a QR code and is none: dark modules of a 7 × 7 grid, row by row. */
const MODULES = ["1110111", "1010101", "1110111", "0001000", "1110110", "1010011", "1110101"];

/** @param {string} words @returns {HTMLElement} */
export function passPicture(words) {
  const box = (x, y, width, height, matter) => s("rect", { x, y, width, height, class: matter });
  const modules = MODULES.flatMap((row, y) => Array.from(row, (dark, x) => dark === "1" && box(222 + x * 8, 20 + y * 8, 8, 8, "ink")));
  const rules = [98, 102, 146, 150].map((y) => box(16, y, 268, 1.6, "ink"));
  let x = 24;
  const signs = GROUPS.flatMap((count) => {
    const group = Array.from({ length: count }, (_, i) => box(x + i * 12.5, 117, 9, 16, "ink"));
    x += count * 12.5 + 8;
    return group;
  });
  return h("figure", { class: "passpicture" },
    s("svg", { viewBox: "0 0 300 180", "aria-hidden": "true" }, s("path", { d: "M4 4H280L296 20V176H4z", class: "slip" }),
      box(16, 22, 96, 7, "faint"), box(16, 38, 150, 15, "ink"), box(16, 64, 176, 6, "faint"), box(16, 77, 140, 6, "faint"),
      modules, box(10, 92, 280, 65, "lit"), rules, signs, box(16, 163, 200, 5, "faint")),
    h("figcaption", null, words));
}
