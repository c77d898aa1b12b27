/** The ballot once more, whole, before it is cast. */

import { bounds, chosenIn, emptyAnswer, isByPoints, totalCost } from "../domain/ballot.js";
import { button, h, isRepeated, notice, Screen, title } from "./dom.js";
import { OTHERS } from "./total.js";

export class Review extends Screen {
  /** @param {any} view */
  draw({ t, pages, marks, saving, local, money }) {
    this.since ??= performance.now();
    return [
      h("header", { class: "ask" }, h("p", { class: "soft" }, t("step", { at: 3 })), title(t("review.title")), h("p", null, t("review.lead"))),
      h("div", { class: "body review", tabindex: "0" }, pages.map((page, i) => this.part(i, page, marks[page.key] ?? emptyAnswer(page.contest), { t, local, money, saving }))),
      h("footer", { class: "deed" }, saving && notice("", t("review.saving")), h("div", { class: "buttons" },
        button(t("back"), { class: "second", icon: "back", disabled: saving, click: () => this.emit("change", { page: pages.length - 1 }) }),
        button(t("review.cast"), { class: "cast", disabled: saving, click: (event) => { if (!isRepeated(event, this.since)) this.emit("cast"); } }))),
    ];
  }

  part(index, { contest, definition }, marks, { t, local, money, saving }) {
    const lines = linesOf(contest, marks, t);
    const sum = OTHERS.includes(contest.method) && !contest.max_cost ? 0 : totalCost(contest, marks);
    return h("section", { class: "part" },
      h("div", { class: "row between" }, h("h2", null, local(contest.title)),
        button(t("review.change"), { class: "second small", disabled: saving, click: () => this.emit("change", { page: index }) })),
      lines.length === 0
        ? notice("", h("p", null, t("review.blank")))
        : h(contest.method === "ranked" ? "ol" : "ul", { class: "lines" }, lines.map(({ choice, sign, told }) => h("li", null, sign,
          h("b", null, local(choice.title)), told && h("span", { class: "told" }, told), choice.cost > 0 && h("bdi", { class: "p num" }, money(choice.cost, definition.currency))))),
      sum > 0 && h("p", { class: "row between total" }, h("b", null, t("review.total")), h("bdi", { class: "sum" }, money(sum, definition.currency))));
  }
}

/** The marked choices, by ranks in theirs, each with its mark as it was made. */
function linesOf(contest, marks, t) {
  const chosen = chosenIn(contest, marks);
  const { points: max } = bounds(contest);
  const listed = contest.choices.filter(({ id }) => chosen.includes(id));
  if (contest.method === "ranked") listed.sort((a, b) => chosen.indexOf(a.id) - chosen.indexOf(b.id));
  return listed.map((choice, i) => {
    const n = isByPoints(contest) ? marks[choice.id] : i + 1;
    if (contest.method === "ranked") return { choice, sign: h("span", { class: "given", "data-n": String(n) }, h("span", { class: "hide" }, t("ballot.rank", { n }))) };
    const told = contest.method === "score" ? t("ballot.score", { n, max }) : contest.method === "dots" ? t("ballot.dots", { n }) : "";
    return { choice, told, sign: h("span", { class: told ? "given" : "cross", "data-n": told && String(n), "aria-hidden": "true" }) };
  });
}
