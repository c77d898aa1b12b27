/** One person of the roll, beside everybody who may be taken for them: a person chooses, never the machine. */

import { button, h, notice, Screen, title } from "./dom.js";

/** @param {string} lang @param {string} birth YYYY-MM-DD @returns {string} */
export function day(lang, birth) {
  return new Intl.DateTimeFormat(lang === "ar" ? "ar-u-nu-latn" : lang, { dateStyle: "long", timeZone: "UTC" }).format(new Date(`${birth}T00:00Z`));
}

/** @param {Function} t @param {string} lang @param {any} person @returns {HTMLElement[]} */
export function personLines(t, lang, { family, given, number, birth, address, state }) {
  const about = [t("desk.number", { number }), birth && t("desk.born", { day: day(lang, birth) }), address].filter(Boolean);
  return [
    h("span", { class: "name" }, h("bdi", null, family), " ", h("bdi", null, given)),
    h("span", { class: "soft" }, about.flatMap((one, i) => [i > 0 && " · ", h("bdi", null, one)])),
    state && h("span", { class: "state" }, t(`desk.is.${state}`)),
  ].filter(Boolean);
}

export class DeskPerson extends Screen {
  /** @param {any} view */
  draw(view) {
    const { t, people, error } = view;
    const alike = people.length > 1;
    return [
      h("header", { class: "ask" }, title(t(alike ? "desk.which" : "desk.is")), h("p", null, t(alike ? "desk.which.how" : "desk.is.how"))),
      h("div", { class: "body" }, error && notice("bad", h("p", null, t(`desk.error.${error}`))), h("div", { class: "persons" }, people.map((person) => this.card(view, person)))),
      h("footer", { class: "deed" }, button(t("back"), { class: "second full", icon: "back", click: () => this.emit("desk-back") })),
    ];
  }

  card({ t, lang, local, saving }, person) {
    const votes = person.votes.map((votes) => h("li", null, local(votes)));
    const deed = person.state === ""
      ? button(t("desk.mark"), { class: "full", disabled: saving, click: () => this.emit("desk-mark", { key: person.key }) })
      : person.state === "mine" && button(t("desk.undo"), { class: "second full", disabled: saving, click: () => this.emit("desk-undo", { person }) });
    return h("section", { class: "person", "data-number": person.number }, personLines(t, lang, person),
      h("p", { class: "soft" }, t("desk.rights")), h("ul", { class: "votes" }, votes), deed);
  }
}
