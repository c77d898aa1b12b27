/** The desk's first screen: who is here? Found as somebody types, by keyboard or by touch. */

import { personLines } from "./deskperson.js";
import { button, h, notice, Screen, title } from "./dom.js";

export class DeskFind extends Screen {
  /** @param {any} view */
  draw(view) {
    const { t, place, size, hasRoll, state } = view;
    this.input = h("input", {
      id: "find", type: "search", autocomplete: "off", autocorrect: "off", spellcheck: "false", maxlength: "100", enterkeyhint: "search",
      "aria-describedby": "find-how", input: () => this.emit("desk-find", { q: this.input.value }),
    });
    this.input.value = view.q;
    this.input.addEventListener("keydown", (event) => { if (event.key === "Enter") this.enter(event); });
    this.found = h("div", { class: "found" });
    this.aloud = h("p", { class: "hide", role: "status" });
    this.answerWith(view);
    if (state === "open" && hasRoll) queueMicrotask(() => { if (this.isConnected) this.input.focus({ preventScroll: true }); });
    return [
      h("header", { class: "ask" }, title(t("desk.title")), h("p", { class: "soft" }, h("bdi", null, place)), hasRoll && h("p", { class: "soft" }, t("desk.people", { n: size }))),
      h("div", { class: "body desk" }, this.told(view), hasRoll && h("div", { class: "field" }, h("label", { for: "find" }, t("desk.find")), this.input, h("p", { id: "find-how", class: "soft" }, t("desk.find.how"))), this.aloud, this.found),
      h("footer", { class: "deed" },
        state === "open" && hasRoll && button(t("desk.walkin"), { class: "second full", click: () => this.emit("desk-walk-in") }),
        h("div", { class: "buttons even" }, button(t("desk.station"), { class: "second", click: () => this.emit("operator") }), button(t("desk.lock"), { click: () => this.emit("leave") }))),
    ];
  }

  /** Why nobody can be marked here now. */
  told({ t, state, stop, hasRoll, size }) {
    if (stop) return notice("bad", h("p", null, t("desk.stopped")));
    if (state === "closed") return notice("", h("p", null, t("desk.closed")));
    if (state !== "open") return notice("", h("p", null, t(`desk.state.${state}`)), h("div", { class: "row" }, button(t("desk.station"), { class: "small", click: () => this.emit("operator") })));
    if (!hasRoll) return notice("bad", h("p", null, t("desk.noroll")));
    return size === 0 && notice("", h("p", null, t("desk.empty")));
  }

  /** Whoever typed so much that one is left need not reach for the line. */
  enter(event) {
    event.preventDefault();
    const lines = this.found.querySelectorAll("button.person:not(:disabled)");
    if (lines.length === 1) lines[0].click();
  }

  isSame(before, after) {
    return ["lang", "state", "stop", "hasRoll", "size", "place"].every((name) => before[name] === after[name]);
  }

  patch(view) {
    if (this.input.value !== view.q && view.q === "") this.input.value = "";
    this.answerWith(view);
  }

  answerWith({ t, lang, q, found, state }) {
    const none = q && found && found.people.length === 0 && notice("", h("p", null, t(found.short ? "desk.short" : "desk.nobody")));
    const people = (found?.people ?? []).map((person) => h("button", {
      type: "button", class: "person", disabled: state !== "open" && person.state !== "mine", click: () => this.emit("desk-open", { key: person.key }) }, personLines(t, lang, person)));
    this.aloud.textContent = people.length > 0 ? t("desk.found", { n: people.length }) : "";
    this.found.replaceChildren(...[none, ...people, found?.more && h("p", { class: "soft" }, t("desk.more"))].filter(Boolean));
  }
}
