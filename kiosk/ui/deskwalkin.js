/** Somebody is on no roll: written down with the pass that is handed over; the office decides whether the ballot counts. */

import { PASS } from "../domain/codes.js";
import { CodeScreen } from "./deskundo.js";
import { button, h, notice, title } from "./dom.js";

const FIELDS = [["family_name", 120, true], ["given_name", 120, false], ["birth_date", 0, true], ["address", 300, true], ["shown", 120, true], ["reason", 400, true]];

export class DeskWalkIn extends CodeScreen {
  /** @param {any} view */
  draw(view) {
    if (view.stage !== "about") {
      return this.ask(view, { title: "desk.walkin.pass", lead: "desk.walkin.pass.how", label: "pass.code", length: PASS, deed: "desk-pass", errors: "desk.error" });
    }
    const { t, rolls, error } = view;
    const roll = rolls.length > 1 && h("div", { class: "field" }, h("label", { for: "roll" }, t("desk.walkin.roll")),
      h("select", { id: "roll", "data-fact": "roll" }, rolls.map(({ id, title: words }) => h("option", { value: String(id) }, words))));
    // No form, and no names: browsers keep what is sent in forms, to fill it in again.
    this.body = h("div", { class: "body" },
      error && notice("bad", h("p", null, t(`desk.error.${error}`))), roll,
      FIELDS.map(([name, most, needed]) => h("div", { class: "field" }, h("label", { for: name }, t(`desk.walkin.${name}`)),
        h("input", { id: name, "data-fact": name, type: most ? "text" : "date", autocomplete: "off", spellcheck: "false", required: needed, ...(most ? { maxlength: String(most) } : { max: new Date().toISOString().slice(0, 10) }) }))));
    return [
      h("header", { class: "ask" }, title(t("desk.walkin.title")), h("p", null, t("desk.walkin.how"))),
      this.body,
      h("footer", { class: "deed" }, h("div", { class: "buttons" }, button(t("back"), { class: "second", icon: "back", click: () => this.emit("desk-back") }),
        button(t("desk.go"), { end: "forward", click: () => this.send(rolls) }))),
    ];
  }

  send(rolls) {
    const facts = [...this.body.querySelectorAll("[data-fact]")];
    if (!facts.every((fact) => fact.reportValidity())) return;
    const about = Object.fromEntries(facts.map((fact) => [fact.dataset.fact, fact.value]));
    this.emit("desk-about", { about: { ...about, roll: Number(about.roll ?? rolls[0]?.id) } });
  }
}
