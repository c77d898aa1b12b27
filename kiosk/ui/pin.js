/** The operator's code. */

import { button, h, notice, Screen, title } from "./dom.js";
import { keypad } from "./keypad.js";

export class Pin extends Screen {
  /** @param {any} view */
  draw({ t, wrong, waitS, isHelp }) {
    this.input = h("input", { id: "pin", class: "code", type: "password", dir: "ltr", inputmode: "numeric", autocomplete: "off", maxlength: "6",
      input: () => this.changed() });
    this.go = button(t("pin.enter"), { disabled: true, click: () => this.give() });
    this.answer = h("div", { class: "answer" });
    this.patch({ t, wrong, waitS });
    return [
      h("header", { class: "ask" }, title(t("pin.title")), h("p", null, t("pin.lead"))),
      h("form", { class: "body passing digits", autocomplete: "off", submit: (event) => { event.preventDefault(); if (!this.go.disabled) this.go.click(); } },
        this.answer, h("div", { class: "field" }, h("label", { for: "pin" }, t("pin.code")), this.input),
        keypad(this.input, "1234567890", { name: t("pin.code"), erase: t("pass.erase"), changed: () => this.changed() })),
      h("footer", { class: "deed" }, h("div", { class: "buttons" },
        button(t("pin.leave"), { class: "second", icon: "back", click: () => this.emit(isHelp ? "call-again" : "home") }), this.go)),
    ];
  }

  isSame(before, after) {
    return before.lang === after.lang;
  }

  patch({ t, wrong, waitS }) {
    const words = waitS ? t("pin.wait", { n: waitS }) : wrong ? t("pin.wrong") : "";
    this.answer.replaceChildren(...(words ? [notice("bad", h("p", null, words))] : []));
  }

  /** What was tried is gone from the field, whatever becomes of it. */
  give() {
    const pin = this.input.value;
    this.input.value = "";
    this.go.disabled = true;
    this.emit("pin", { pin });
  }

  changed() {
    this.input.value = this.input.value.replace(/\D/g, "").slice(0, 6);
    this.go.disabled = this.input.value.length < 6;
  }
}
