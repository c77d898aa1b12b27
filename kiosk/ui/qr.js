/** QR codes as SVG: sharp at every size, black on white with four modules of quiet zone, whatever the theme. */

import qrcode from "../vendor/qrcode-generator-2.0.4/qrcode.js";
import { s } from "./dom.js";

const QUIET = 4;

/** @param {string} text ASCII @param {string} label @returns {SVGElement} */
export function drawQr(text, label) {
  const code = qrcode(0, "M");
  code.addData(text, "Byte");
  code.make();
  const count = code.getModuleCount();
  const size = count + 2 * QUIET;
  let path = "";
  for (let row = 0; row < count; row += 1) {
    for (let column = 0; column < count; column += 1) {
      if (code.isDark(row, column)) path += `M${column + QUIET} ${row + QUIET}h1v1h-1z`;
    }
  }
  return s("svg", { class: "qr", viewBox: `0 0 ${size} ${size}`, role: "img", "aria-label": label, "shape-rendering": "crispEdges", "data-text": text },
    s("rect", { width: size, height: size, fill: "#fff" }), s("path", { d: path, fill: "#000" }));
}
