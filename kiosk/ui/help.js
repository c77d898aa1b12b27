/** A call for help, legible across a hall, and what an operator who came may note. Both hide whatever somebody was choosing. */

import { button, h, icon, notice, Screen, title } from "./dom.js";
import { keypad } from "./keypad.js";

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ -";

export class Help extends Screen {
  /** @param {any} view */
  draw({ t, place, isVisit }) {
    return [
      h("div", { class: "body calling" }, icon("hand"), title(t("call.title")), h("p", { class: "lead" }, t("call.lead")),
        h("p", null, t(isVisit ? "call.kept" : "call.wait")), h("p", { class: "soft" }, h("bdi", null, place))),
      h("footer", { class: "deed" }, h("div", { class: "buttons" },
        button(t("call.operator"), { class: "second", click: () => this.emit("attend") }),
        button(t(isVisit ? "call.go_on" : "call.end"), { "data-back": true, click: () => this.emit("call-over") }))),
    ];
  }
}

export class Assist extends Screen {
  /** @param {any} view `most`: people whom one helper may help; 0: this vote notes no help */
  draw(view) {
    const { t, most, isVisit } = view;
    const input = this.input = h("input", { id: "helper", type: "text", autocomplete: "off", autocorrect: "off", spellcheck: "false", maxlength: "80" });
    this.answer = h("div", { class: "answer" });
    const note = () => this.emit("assist", { name: input.value });
    this.patch(view);
    return [
      h("header", { class: "ask" }, title(t("assist.title")), h("p", null, t(isVisit ? "assist.hidden" : "assist.rest"))),
      h("form", { class: "body passing", autocomplete: "off", submit: (event) => { event.preventDefault(); note(); } },
        h("p", null, most ? t("assist.lead", { n: most }) : t("assist.none")), this.answer,
        most > 0 && h("div", { class: "field" }, h("label", { for: "helper" }, t("assist.name")), input, h("p", { class: "soft" }, t("assist.name.help"))),
        most > 0 && keypad(input, LETTERS, { name: t("assist.keys"), erase: t("pass.erase"), changed: () => {} })),
      h("footer", { class: "deed" }, h("div", { class: "buttons" },
        most > 0 && button(t("assist.note"), { class: "second", click: note }),
        button(t(isVisit ? "call.go_on" : "call.end"), { "data-safe": true, class: most > 0 ? "" : "full", click: () => this.emit("call-over") }))),
    ];
  }

  isSame(before, after) {
    return before.lang === after.lang && before.most === after.most;
  }

  patch({ t, noted, stuck }) {
    // A name stays on the screen only while it has to be corrected.
    if (noted && !noted.refused) this.input.value = "";
    const said = stuck ? notice("bad", h("p", null, t("assist.stuck"))) : !noted ? null
      : noted.refused ? notice("bad", h("p", null, t(`assist.refused.${noted.refused}`, { most: noted.most })))
        : notice("ok", h("p", null, t("assist.noted", { place: noted.place, most: noted.most })));
    this.answer.replaceChildren(...[said].filter(Boolean));
  }
}
