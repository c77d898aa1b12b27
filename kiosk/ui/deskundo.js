/** A pass comes back unused: why, the pass itself, and somebody else's card where two persons are wanted. */

import { CARD, normalise, PASS } from "../domain/codes.js";
import { CodeField } from "./codefield.js";
import { button, h, notice, Screen, title } from "./dom.js";

const REASONS = ["wrong_person", "leaves", "online", "other"];

/** A screen that asks for a code; the pass of a walk-in is asked for in the same way. */
export class CodeScreen extends Screen {
  /** @param {any} view @param {{title: string, lead: string, label: string, length: number, deed: string, errors: string, more?: HTMLElement}} how */
  ask({ t, camera, error, saving }, how) {
    this.field?.stop();
    this.go = button(t("desk.go"), { end: "forward", disabled: true, click: () => this.emit(how.deed, { text: this.field.value }) });
    this.field = new CodeField({
      t, label: t(how.label), camera, length: how.length,
      onChange: (now) => { this.go.disabled = Boolean(saving) || normalise(now).length < how.length; }, onRead: (text) => this.emit(how.deed, { text }),
    });
    return [
      h("header", { class: "ask" }, title(t(how.title)), h("p", null, t(how.lead))),
      h("form", { class: "body passing", autocomplete: "off", submit: (event) => { event.preventDefault(); if (!this.go.disabled) this.go.click(); } },
        error && notice("bad", h("p", null, t(`${how.errors}.${error}`))), this.field.parts),
      h("footer", { class: "deed" }, how.more, h("div", { class: "buttons" }, button(t("back"), { class: "second", icon: "back", click: () => this.emit("desk-back") }), this.go)),
    ];
  }

  disconnectedCallback() {
    this.field?.stop();
  }
}

export class DeskUndo extends CodeScreen {
  /** @param {any} view */
  draw(view) {
    if (view.stage === "reason") return this.why(view);
    if (view.stage === "pass") {
      return this.ask(view, { title: "desk.undo.pass", lead: "desk.undo.pass.how", label: "pass.code", length: PASS, deed: "desk-pass", errors: "desk.error" });
    }
    const alone = button(view.t("desk.undo.alone"), { class: "quiet full", click: () => this.emit("desk-second", { text: "" }) });
    return this.ask(view, { title: "desk.undo.second", lead: "desk.undo.second.how", label: "card.code", length: CARD, deed: "desk-second", errors: "card.error", more: alone });
  }

  why({ t, person }) {
    const note = h("input", { id: "note", type: "text", autocomplete: "off", maxlength: "200", input: () => changed() });
    const field = h("div", { class: "field", hidden: true }, h("label", { for: "note" }, t("desk.undo.note")), note);
    const go = button(t("desk.go"), { end: "forward", disabled: true, click: () => this.emit("desk-reason", { reason: chosen(), note: note.value.trim() }) });
    const chosen = () => this.querySelector("input[name=reason]:checked")?.value ?? "";
    const changed = () => {
      field.hidden = chosen() !== "other";
      go.disabled = !chosen() || (chosen() === "other" && !note.value.trim());
    };
    return [
      h("header", { class: "ask" }, title(t("desk.undo.title")), h("p", null, h("bdi", null, `${person.family} ${person.given}`))),
      h("div", { class: "body" }, h("div", { class: "list", role: "radiogroup", "aria-label": t("desk.undo.why") }, REASONS.map((reason) =>
        h("label", { class: "choice" }, h("input", { type: "radio", class: "mark", name: "reason", value: reason, change: changed }), h("span", { class: "t" }, t(`desk.why.${reason}`))))), field),
      h("footer", { class: "deed" }, h("div", { class: "buttons" }, button(t("back"), { class: "second", icon: "back", click: () => this.emit("desk-back") }), go)),
    ];
  }
}
