/**
 * One choice of a ballot, by each method: its title, and what is touched to mark it. A row shows the answer that the
 * visit decided upon, never what the browser alone would make of a touch.
 */

import { bounds, isSingle, pointsOf } from "../domain/ballot.js";
import { h, icon } from "./dom.js";

/**
 * @typedef {import("../domain/ballot.js").Answer} Answer
 * @typedef {object} Row
 * @property {HTMLElement} element
 * @property {HTMLElement[]} controls in the order in which they are read
 * @property {(marks: Answer) => void} show
 * @property {(marks: Answer) => string} [told] how the choice stands, in words
 */

/**
 * @param {any} view @param {any} choice @param {(value?: number) => void} mark what a touch asks for
 * @param {number} place among the choices @returns {Row}
 */
export function rowOf(view, choice, mark, place) {
  return (ROWS[view.contest.method] ?? crossed)(view, choice, mark, `choice-${place}`);
}

/** One box: square where several may be marked, round where one may. */
function crossed(view, choice, mark) {
  const single = isSingle(view.contest);
  // A cross in a round box can be taken away again by touching it once more; the browser alone would not allow it.
  const box = h("input", { class: "mark", type: single ? "radio" : "checkbox", name: "choice", autocomplete: "off",
    [single ? "click" : "change"]: () => mark() });
  const element = h("label", { class: "choice" }, box, titleOf(view, choice), costOf(view, choice));
  return { element, controls: [box], show: (marks) => { box.checked = marks.includes(choice.id); } };
}

/** One box, in which the rank appears. */
function ranked(view, choice, mark) {
  const box = h("input", { class: "mark rank", type: "checkbox", autocomplete: "off", change: () => mark() });
  const rank = h("span", { class: "hide" });
  const told = (marks) => view.t("ballot.rank", { n: marks.indexOf(choice.id) + 1 });
  const show = (marks) => {
    const isRanked = box.checked = marks.includes(choice.id);
    const n = isRanked ? String(marks.indexOf(choice.id) + 1) : "";
    // Words take their time, and two hundred rows are shown at each touch.
    if (box.dataset.n === n) return;
    box.dataset.n = n;
    rank.textContent = isRanked ? `${view.t("comma")}${told(marks)}` : "";
  };
  const element = h("label", { class: "choice" }, box, titleOf(view, choice, rank), costOf(view, choice));
  return { element, controls: [box], show, told: (marks) => (marks.includes(choice.id) ? told(marks) : view.t("ballot.rank.none")) };
}

/** A box for each number of points, from nothing to the most. */
function scored(view, choice, mark, id) {
  const { t, contest } = view;
  const { points: max } = bounds(contest);
  const boxes = Array.from({ length: max + 1 }, (_, n) => h("input", { class: "mark point", type: "radio", name: id, autocomplete: "off",
    "data-n": String(n), "aria-label": t("ballot.score", { n, max }), click: () => mark(n) }));
  const element = h("div", { class: "choice scored", role: "radiogroup", "aria-labelledby": id }, titleOf(view, choice, null, id), costOf(view, choice),
    h("div", { class: "scale", "data-scan": "on" }, boxes));
  const show = (marks) => boxes.forEach((box, n) => { box.checked = pointsOf(marks, choice.id) === n; });
  const told = (marks) => (pointsOf(marks, choice.id) === undefined ? t("ballot.score.none") : t("ballot.score", { n: pointsOf(marks, choice.id), max }));
  return { element, controls: boxes, show, told };
}

/** One less, how many there are, one more. */
function dotted(view, choice, mark, id) {
  const { t } = view;
  const step = (value, sign, words) => h("button", { type: "button", class: "step", "aria-label": words, click: () => mark(value) }, icon(sign));
  const [less, more] = [step(-1, "minus", t("ballot.dot.less")), step(1, "plus", t("ballot.dot.more"))];
  const words = h("span", { class: "hide" });
  const count = h("span", { class: "count" }, words);
  const element = h("div", { class: "choice dotted", role: "group", "aria-labelledby": id }, titleOf(view, choice, null, id), costOf(view, choice),
    h("div", { class: "stepper", "data-scan": "again" }, less, count, more));
  const told = (marks) => t("ballot.dots", { n: pointsOf(marks, choice.id) ?? 0 });
  const show = (marks) => {
    const n = pointsOf(marks, choice.id) ?? 0;
    if (count.dataset.n === String(n)) return;
    // Not disabled: whoever stands on it when the last dot goes keeps their place.
    less.setAttribute("aria-disabled", String(n === 0));
    element.classList.toggle("given", n > 0);
    count.dataset.n = String(n);
    words.textContent = told(marks);
  };
  return { element, controls: [less, more], show, told };
}

/** @type {Record<string, (view: any, choice: any, mark: (value?: number) => void, id: string) => Row>} */
const ROWS = { ranked, score: scored, dots: dotted };

function titleOf({ t, contest, local, plain }, choice, more = null, id = null) {
  // Yes is yes, not project 1.
  const number = choice.number && contest.method !== "yes-no" ? t("number.project", { n: String(choice.number) }) : "";
  const note = plain(choice.note) ? [number, number && t("comma"), local(choice.note)] : number;
  return h("span", { class: "t", id }, local(choice.title), note.length > 0 && h("span", { class: "m" }, note), more);
}

function costOf({ money }, choice) {
  return choice.cost > 0 && h("bdi", { class: "p num" }, money(choice.cost));
}
