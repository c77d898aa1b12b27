/** The unlock card, shown to the camera or typed: it opens a desk, and the operator's panel of a kiosk. */

import { CARD, normalise } from "../domain/codes.js";
import { CodeField } from "./codefield.js";
import { button, h, notice, Screen, title } from "./dom.js";

export class Unlock extends Screen {
  /** @param {any} view `canLeave`: somebody asked for a kiosk's panel, and may not want it after all */
  draw({ t, camera, place, canLeave, error, busy, hasCards = true }) {
    this.field?.stop();
    this.go = button(t("card.open"), { end: "forward", click: () => this.give(this.field.value) });
    this.field = new CodeField({
      t, label: t("card.code"), camera, length: CARD,
      onChange: (now) => { this.go.disabled = normalise(now).length < CARD; }, onRead: (text) => this.give(text),
    });
    this.answer = h("div", { class: "answer" });
    this.answerWith({ t, error, busy });
    const back = canLeave
      ? button(t("back"), { class: "second", icon: "back", click: () => this.emit("home") })
      : !hasCards && button(t("card.pull"), { class: "second", click: () => this.emit("pull") });
    return [
      h("header", { class: "ask" }, title(t("card.title")), place && h("p", { class: "soft" }, h("bdi", null, place)), h("p", null, t(camera ? "card.lead" : "card.lead.typed"))),
      h("form", { class: "body passing", autocomplete: "off", submit: (event) => this.submitted(event) },
        this.answer, !hasCards && notice("", h("p", null, t("card.none"))), this.field.parts),
      h("footer", { class: "deed" }, back ? h("div", { class: "buttons" }, back, this.go) : this.go),
    ];
  }

  isSame(before, after) {
    return ["lang", "camera", "hasCards", "canLeave", "place"].every((name) => before[name] === after[name]);
  }

  patch(view) {
    this.answerWith(view);
  }

  answerWith({ t, error, busy }) {
    this.field.field.classList.toggle("bad", error === "mistyped");
    this.answer.replaceChildren(...[busy && notice("", t("card.opening")), error && notice("bad", h("p", null, t(`card.error.${error}`)))].filter(Boolean));
  }

  submitted(event) {
    event.preventDefault();
    if (!this.go.disabled) this.give(this.field.value);
  }

  /** What was typed does not stay: screens lie open on a table. @param {string} text */
  give(text) {
    if (normalise(this.field.value).length === CARD) {
      this.field.input.value = "";
      this.field.changed();
    }
    this.emit("unlock", { text });
  }

  disconnectedCallback() {
    this.field?.stop();
  }
}
