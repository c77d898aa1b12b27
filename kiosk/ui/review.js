/** The ballot once more, whole, before it is cast. */

import { totalCost } from "../domain/ballot.js";
import { button, h, notice, Screen, title } from "./dom.js";

export class Review extends Screen {
  /** @param {any} view */
  draw({ t, pages, marks, saving, local, money }) {
    return [
      h("header", { class: "ask" }, h("p", { class: "soft" }, t("step", { at: 3 })), title(t("review.title")), h("p", null, t("review.lead"))),
      h("div", { class: "body review", tabindex: "0" }, pages.map((page, i) => this.part(i, page, marks[page.key] ?? [], { t, local, money, saving }))),
      h("footer", { class: "deed" }, saving && notice("", t("review.saving")), h("div", { class: "buttons" },
        button(t("back"), { class: "second", icon: "back", disabled: saving, click: () => this.emit("change", { page: pages.length - 1 }) }),
        button(t("review.cast"), { class: "cast", disabled: saving, click: () => this.emit("cast") }))),
    ];
  }

  part(index, { contest, definition }, marks, { t, local, money, saving }) {
    const chosen = contest.choices.filter((choice) => marks.includes(choice.id));
    const sum = totalCost(contest, marks);
    return h("section", { class: "part" },
      h("div", { class: "row between" }, h("h2", null, local(contest.title)),
        button(t("review.change"), { class: "second small", disabled: saving, click: () => this.emit("change", { page: index }) })),
      chosen.length === 0
        ? notice("", h("p", null, t("review.blank")))
        : h("ul", { class: "lines" }, chosen.map((choice) => h("li", null, h("span", { class: "cross", "aria-hidden": "true" }),
          h("b", null, local(choice.title)), choice.cost > 0 && h("bdi", { class: "p num" }, money(choice.cost, definition.currency))))),
      sum > 0 && h("p", { class: "row between total" }, h("b", null, t("review.total")), h("bdi", { class: "sum" }, money(sum, definition.currency))));
  }
}
