/** QR codes as SVG: sharp at every size, black on white with four modules of quiet zone, whatever the theme. */

import qrcode from "../vendor/qrcode-generator-2.0.4/qrcode.js";
import { s } from "./dom.js";

const QUIET = 4;

/** @param {string} text ASCII @param {string} label @returns {SVGElement} */
export function drawQr(text, label) {
  const { size, path } = modules(text);
  return frame(text, label, size, s("path", { d: path, fill: "#000" }));
}

/**
 * The same, filled once the screen it stands on is seen: a slow tablet reckons longer for a code than for all the words
 * that a person waits for. Its place is kept free meanwhile.
 * @param {string} text ASCII @param {string} label @returns {SVGElement}
 */
export function drawQrSoon(text, label) {
  const path = s("path", { fill: "#000" });
  const svg = frame(text, label, 1, path);
  requestAnimationFrame(() => requestAnimationFrame(() => {
    const { size, path: d } = modules(text);
    path.setAttribute("d", d);
    svg.firstElementChild.setAttribute("width", size);
    svg.firstElementChild.setAttribute("height", size);
    svg.setAttribute("viewBox", `0 0 ${size} ${size}`);
  }));
  return svg;
}

function frame(text, label, size, path) {
  return s("svg", { class: "qr", viewBox: `0 0 ${size} ${size}`, role: "img", "aria-label": label, "shape-rendering": "crispEdges", "data-text": text },
    s("rect", { width: size, height: size, fill: "#fff" }), path);
}

/** @param {string} text @returns {{size: number, path: string}} with the quiet zone; dark modules, a run of a row at a time */
function modules(text) {
  const code = qrcode(0, "M");
  code.addData(text, "Byte");
  code.make();
  const count = code.getModuleCount();
  let path = "";
  for (let row = 0; row < count; row += 1) {
    for (let start = 0; start < count; start += 1) {
      let end = start;
      while (end < count && code.isDark(row, end)) end += 1;
      if (end > start) path += `M${start + QUIET} ${row + QUIET}h${end - start}v1h${start - end}z`;
      start = end;
    }
  }
  return { size: count + 2 * QUIET, path };
}
