/**
 * Building elements. Everything a pack or a person brings is set as text, never as markup.
 */

import * as fingers from "./fingers.js";

const SVG = "http://www.w3.org/2000/svg";

/** 24 × 24, two units of stroke, square ends. A string is a path; an array holds paths, those marked "#" filled. */
const ICONS = {
  offline: ["M3 21L21 3M6 12a9 9 0 0 1 6-3M3 8.5A14 14 0 0 1 13 5M16 10.5l2 1.5M9.5 16a4 4 0 0 1 5 0M12 19.5v.1"],
  back: ["M20 12H5M11 6l-6 6 6 6"], forward: ["M4 12h15M13 6l6 6-6 6"], down: ["M12 3v12M6 10l6 6 6-6M4 21h16"],
  language: ["M3 5h11v9H8l-4 3v-3H3zM17 9h4v9h-1v3l-4-3h-5v-1"], size: ["M2 19l5-13 5 13M4 15h6M15 19l3.5-8 3.5 8M16 16.5h5"],
  contrast: ["M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18z", "#M12 3a9 9 0 0 1 0 18z"], listen: ["M4 9v6h4l5 4V5L8 9zM17 9c1.5 2 1.5 4 0 6"],
  leave: ["M5 5l14 14M19 5L5 19"], camera: ["M3 7h4l2-3h6l2 3h4v13H3zM12 9.500a4 4 0 1 0 .01 0"], erase: ["M9 5h12v14H9l-6-7zM12 9l6 6M18 9l-6 6"],
  done: ["M4 13l5 5L20 6"], switch: ["M5 20h14v-5H5zM12 15V5M8 9l4-4 4 4"], not: ["M12 4v10M12 19v.1"],
  plus: ["M12 4v16M4 12h16"], minus: ["M4 12h16"],
  dots: ["M5 12v.1M12 12v.1M19 12v.1"], hand: ["M7 13V6.500M11 12V4M15 12V5.500M19 14V8M19 14c0 4-2.500 7-6 7s-5-1.500-7-5l-2.500-4.500"],
};

/** Told apart by shape, by what stands in it and by the word; the colour comes last. */
const LIGHTS = {
  green: ["#M20 2a18 18 0 1 0 .01 0z", "M11 20l6 7L29 13"], amber: ["#M20 2L39 37H1z", "M20 14v12M20 31v.1"],
  red: ["#M12 2h16l10 10v16L28 38H12L2 28V12z", "M12 12l16 16M28 12L12 28"],
};

const DOORS = {
  web: ["#M2 23V9.5a8 8 0 0 1 16 0V23zM9 3.9A6 6 0 0 0 4.2 9H9zM11 3.9V9h4.8A6 6 0 0 0 11 3.9zM4.2 11v6H9v-6zM11 11v6h4.8v-6z"],
  kiosk: ["#M3 1.5h14V20h2.5v3H.5v-3H3zM5.5 4v10h9V4z", "M7.5 6.5l5 5M12.5 6.5l-5 5"],
  paper: ["M3 2.5h9.5L17 7v15H3zM12 2.5V7.5h5", "M6 11l3.6 3.6M9.6 11L6 14.6M11.8 13h2.7M6 18.2h8.5"],
};

/**
 * @param {string} tag @param {Record<string, any> | null} [facts] attributes; functions are listeners ("click"), true is
 *   an empty attribute, false and null none @param {...any} children nodes, strings, arrays, nothing
 * @returns {HTMLElement}
 */
export function h(tag, facts, ...children) {
  return fill(document.createElement(tag), facts, children);
}

/** @param {string} tag @param {Record<string, any> | null} [facts] @param {...any} children @returns {SVGElement} */
export function s(tag, facts, ...children) {
  return fill(document.createElementNS(SVG, tag), facts, children);
}

function fill(element, facts, children) {
  for (const [name, value] of Object.entries(facts ?? {})) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(3).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** @param {string} name @param {string} [more] further classes @returns {SVGElement} */
export function icon(name, more = "") {
  // An arrow points the way one reads.
  return drawing(ICONS[name], "0 0 24 24", `i ${["back", "forward"].includes(name) ? "turn" : ""} ${more}`);
}

/** @param {"web" | "kiosk" | "paper"} door @returns {SVGElement} */
export function doorSign(door) {
  return drawing(DOORS[door], "0 0 20 24", "sign");
}

/** @param {Function} t @param {"green" | "amber" | "red"} light @returns {HTMLElement} whether a device is ready */
export function lightSign(t, light) {
  return h("p", { class: `light ${light}`, role: "status", "data-light": light }, drawing(LIGHTS[light], "0 0 40 40", "lamp"),
    h("span", null, h("b", null, t(`light.${light}`)), " ", t(`light.${light}.do`)));
}

function drawing(paths, viewBox, names) {
  return s("svg", { viewBox, class: names, "aria-hidden": "true" }, paths.map((path) =>
    path.startsWith("#") ? s("path", { d: path.slice(1), class: "full", "fill-rule": "evenodd" }) : s("path", { d: path })));
}

/** @param {Element} within @returns {HTMLElement[]} */
function controls(within) {
  return [...within.querySelectorAll("button, input:not([type=file])")];
}

/** @param {Element} within @returns {(HTMLInputElement | HTMLTextAreaElement)[]} fields that somebody writes into */
function written(within) {
  return [...within.querySelectorAll("input[id], textarea[id]")].filter(({ type }) => ["text", "password", "date", "textarea"].includes(type));
}

/** A visible thing: it shows what it is given and emits what was done. */
export class Screen extends HTMLElement {
  /** @param {any} view words in `view.t`, and the facts of this screen */
  show(view) {
    // Nothing is drawn anew without need: a button exchanged under a finger would lose its touch.
    const drawn = JSON.stringify(view);
    fingers.forget(this);
    if (drawn === this.drawn) return;
    const again = this.view && this.isSame?.(this.view, view);
    if (this.view && !again && fingers.areDown()) {
      fingers.afterwards(this, () => this.isConnected && this.show(view));
      return;
    }
    this.drawn = drawn;
    this.view = view;
    if (again) this.patch(view);
    else this.redraw(view);
  }

  /** Whoever stands on a control stands on the same one afterwards; when it is gone, on the safe one that took its place. What was typed stays. */
  redraw(view) {
    const typed = new Map(written(this).map((input) => [input.id, input.value]));
    const here = this.contains(document.activeElement) ? document.activeElement : null;
    const at = controls(this).indexOf(here);
    const words = here?.textContent;
    this.replaceChildren(...[this.draw(view)].flat().filter(Boolean));
    for (const input of written(this).filter(({ id, value }) => typed.get(id) && !value)) {
      input.value = typed.get(input.id);
      input.dispatchEvent(new Event("input"));
    }
    if (!here) return;
    const now = controls(this);
    const same = at >= 0 && now.find((control) => control.textContent === words && words);
    (same || this.querySelector("[data-safe]") || now[at] || this.querySelector("h1"))?.focus({ preventScroll: true });
  }

  /** @param {string} type @param {object} [detail] */
  emit(type, detail = {}) {
    this.dispatchEvent(new CustomEvent("deed", { bubbles: true, detail: { type, ...detail } }));
  }
}

/** @param {string} words @param {{click: () => void, class?: string, icon?: string, turn?: boolean, disabled?: boolean}} how @returns {HTMLElement} */
export function button(words, { icon: name, end, ...facts }) {
  const { class: names = "", ...rest } = facts;
  return h("button", { type: "button", class: `act ${names}`, "data-back": name === "back", ...rest }, name && icon(name), h("span", null, words), end && icon(end));
}

/** @param {any[]} parts a title that takes the focus when its screen opens @returns {HTMLElement} */
export function title(...parts) {
  return h("h1", { tabindex: "-1" }, ...parts);
}

/** @param {"bad" | "ok" | ""} kind @param {...any} parts @returns {HTMLElement} a message that is read out when it appears */
export function notice(kind, ...parts) {
  return h("div", { class: `say ${kind}`, role: kind === "bad" ? "alert" : "status" }, ...parts);
}

/** Nobody has read the screen in less. */
const UNREAD_MS = 500;

/**
 * A button may lie where the one was that led here: the second of two quick taps on that one does nothing.
 * @param {PointerEvent} event @param {number} since when the screen was drawn, as `performance.now()` counts @returns {boolean}
 */
export function isRepeated({ detail, pointerType, timeStamp }, since) {
  return detail > 1 || (pointerType === "touch" && timeStamp - since < UNREAD_MS);
}
