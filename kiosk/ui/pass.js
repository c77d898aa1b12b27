/** The pass, by camera or typed; and the named refusals, each saying what to do. */

import { normalise } from "../domain/codes.js";
import { button, h, notice, Screen, title } from "./dom.js";
import { CodeField } from "./codefield.js";
import { passPicture } from "./passpicture.js";

export class Pass extends Screen {
  /** @param {any} view `back`: the deed of going back; `step`: of the way of a ballot, where it is one */
  draw({ t, camera, refusal, back, step }) {
    const typed = this.field?.value;
    this.field?.stop();
    this.go = button(t("pass.use"), { end: "forward", click: () => this.give(this.field.value) });
    this.field = new CodeField({
      t, label: t("pass.code"), camera, typed,
      onChange: (now) => { this.go.disabled = normalise(now).length < 18; if (now && this.field) this.emit("retype"); },
      onRead: (text) => this.give(text),
    });
    this.answer = h("div", { class: "answer" });
    this.answerWith(t, refusal);
    return [
      h("header", { class: "ask" }, step && h("p", { class: "soft" }, t("step", { at: step })), title(t("pass.title")),
        h("p", null, t(camera ? "pass.lead" : "pass.lead.typed"))),
      h("form", { class: "body passing", autocomplete: "off", submit: (event) => this.submitted(event) }, passPicture(t("pass.picture")), this.answer, this.field.parts),
      h("footer", { class: "deed" }, h("div", { class: "buttons" },
        button(t("back"), { class: "second", icon: "back", click: () => this.emit(back) }), this.go)),
    ];
  }

  isSame(before, after) {
    return before.lang === after.lang && before.camera === after.camera;
  }

  patch({ t, refusal }) {
    this.answerWith(t, refusal);
  }

  answerWith(t, refusal) {
    this.field.field.classList.toggle("bad", refusal === "mistyped");
    if (this.shown === refusal && this.answer.childElementCount) return;
    this.shown = refusal;
    this.answer.replaceChildren(...(refusal ? [notice("bad", h("h2", null, t("refused.title")), h("p", null, t(`refused.${refusal}`)))] : []));
    if (refusal) this.answer.scrollIntoView({ block: "nearest" });
  }

  submitted(event) {
    event.preventDefault();
    if (!this.go.disabled) this.give(this.field.value);
  }

  /** @param {string} text */
  give(text) {
    this.emit("pass", { text });
  }

  disconnectedCallback() {
    this.field?.stop();
  }
}
