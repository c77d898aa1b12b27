/** The end of a visit: the receipt, or the plain word that nothing was kept. */

import { button, h, notice, s, Screen, title } from "./dom.js";
import { drawQrSoon } from "./qr.js";

// The receipt of a secret vote never says whether it counted: it must be worthless to a buyer of votes.
const LEVELS = ["saved", "arrived", "listed"];
const STROKES = ["M6 3v26", "M16 3v26", "M26 3v26"];

export class Receipt extends Screen {
  /** @param {any} view */
  draw({ t, receipts, left }) {
    this.left = h("p", { class: "soft", "aria-hidden": "true" }, t("receipt.wiped", { n: left }));
    return [
      h("header", { class: "ask" }, h("p", { class: "soft" }, t("step", { at: 4 })), title(t("receipt.title")), h("p", null, t("receipt.lead"))),
      h("div", { class: `body receipts of${receipts.length}`, tabindex: "0" },
        h("div", { class: `slips of${receipts.length}` }, receipts.map(({ url, spoken }) => h("figure", null,
          url && drawQrSoon(url, t("receipt.qr")), h("figcaption", null, t("receipt.number", { id: spoken }))))),
        h("div", { class: "flow" }, h("p", { class: "lead" }, t("receipt.photo")), tally(t, 1), h("p", null, t("receipt.later")))),
      h("footer", { class: "deed" }, this.left, h("div", { class: "buttons" },
        button(t("receipt.longer"), { class: "second", click: () => this.emit("longer") }), button(t("receipt.done"), { click: () => this.emit("leave") }))),
    ];
  }

  isSame(before, after) {
    return before.lang === after.lang && before.receipts === after.receipts;
  }

  patch({ t, left }) {
    this.left.textContent = t("receipt.wiped", { n: left });
  }
}

/** @param {Function} t @param {number} reached how many strokes are done @returns {HTMLElement} what has not happened is dotted */
function tally(t, reached) {
  return h("ol", { class: "tally", "aria-label": t("level.journey") }, LEVELS.map((level, i) =>
    h("li", { class: i < reached ? "here" : "wait" },
      s("svg", { viewBox: "0 0 34 32", "aria-hidden": "true" }, STROKES.slice(0, i + 1).map((d) => s("path", { d }))),
      h("b", null, t(`level.${level}`)))));
}

export class Unsaved extends Screen {
  /** @param {any} view */
  draw({ t, refusal, left }) {
    this.left = h("p", { class: "soft", "aria-hidden": "true" }, t("receipt.wiped", { n: left }));
    return [
      h("header", { class: "ask" }, title(t("unsaved.title"))),
      h("div", { class: "body", tabindex: "0" }, notice("bad", h("p", null, t(`unsaved.${refusal}`)), h("p", null, h("b", null, t("unsaved.do"))))),
      h("footer", { class: "deed" }, this.left, button(t("unsaved.leave"), { class: "full", click: () => this.emit("leave") })),
    ];
  }

  isSame(before, after) {
    return before.lang === after.lang;
  }

  patch({ t, left }) {
    this.left.textContent = t("receipt.wiped", { n: left });
  }
}
