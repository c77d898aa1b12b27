/** A deed of the desk is kept: how far it has gone, and what to do with the pass. */

import { button, h, Screen, title } from "./dom.js";

export class DeskDone extends Screen {
  /** @param {any} view */
  draw({ t, type, person, level }) {
    const kind = type.replace("desk.", "");
    const next = button(t("desk.next"), { class: "full", end: "forward", click: () => this.emit("desk-back") });
    return [
      h("header", { class: "ask" }, title(t(`level.${level}`)), person && h("p", null, h("bdi", null, `${person.family} ${person.given}`))),
      h("div", { class: "body" }, h("p", { class: "lead" }, h("b", null, t(`desk.done.${kind}`))), level === "saved" && h("p", { class: "soft" }, t("desk.done.later"))),
      h("footer", { class: "deed" }, kind === "marked"
        ? h("div", { class: "buttons" }, button(t("desk.undo"), { class: "second", click: () => this.emit("desk-undo", { person }) }), next)
        : next),
    ];
  }
}
