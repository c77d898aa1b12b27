/** What a ballot asks for, in words, and what its marks add up to. */

import { bounds, chosenIn, ranksOf, totalCost, totalPoints } from "../domain/ballot.js";
import { h, s } from "./dom.js";

/** More discs than this are no picture any more. */
const MOST_DISCS = 20;

/** They mark otherwise than with crosses. */
export const OTHERS = ["ranked", "score", "dots"];

/** @param {any} view @returns {string} the bounds in words */
export function rule(view) {
  const { t, contest, money } = view;
  const { maxCost } = bounds(contest);
  const { method } = contest;
  const words = [...(RULES[method] ?? crosses)(view), maxCost ? t("ballot.limit", { limit: money(maxCost) }) : ""];
  return [...words, t(OTHERS.includes(method) ? "ballot.blank.empty" : "ballot.blank.may")].filter(Boolean).join(" ");
}

/** @type {Record<string, (view: any) => string[]>} */
const RULES = {
  "choose-1": ({ t }) => [t("ballot.one")],
  "yes-no": ({ t }) => [t("ballot.one")],
  ranked: ({ t, contest }) => {
    const { min } = bounds(contest);
    const n = ranksOf(contest);
    return [min > 1 ? t("ballot.ranked.range", { min, max: n }) : t("ballot.ranked.max", { n }), t("ballot.ranked.again")];
  },
  score: ({ t, contest }) => [t("ballot.scored", { max: bounds(contest).points }), onSome(t, contest), t("ballot.scored.none")],
  dots: ({ t, contest }) => {
    const { points, perChoice } = bounds(contest);
    return [t("ballot.dotted", { n: points }), perChoice < points ? t("ballot.dotted.each", { n: perChoice }) : "", onSome(t, contest)];
  },
};

function crosses({ t, contest }) {
  const { min, max } = bounds(contest);
  if (min && max && min === max) return [t("ballot.exact", { n: max })];
  if (min && max) return [t("ballot.range", { min, max })];
  if (max) return [t("ballot.max", { n: max })];
  return [min ? t("ballot.min", { n: min }) : t("ballot.any")];
}

/** On how many choices points may be given; one at least is no bound, since none at all is a blank vote. */
function onSome(t, contest) {
  const { min, max } = bounds(contest);
  if (min > 1 && max) return t("ballot.on.range", { min, max });
  if (max) return t("ballot.on.max", { n: max });
  return min > 1 ? t("ballot.on.min", { n: min }) : "";
}

/** @param {any} view @returns {string} why a touch changed nothing, or what is missing */
export function fault({ t, contest, refusal, money }) {
  const { min, max, maxCost, points, perChoice } = bounds(contest);
  const { method } = contest;
  const limits = { too_few: min, too_many: method === "ranked" ? ranksOf(contest) : max, out_of_range: perChoice, too_many_points: points };
  const facts = { n: limits[refusal] ?? 0, limit: money(maxCost) };
  if (OTHERS.includes(method)) {
    if (["too_few", "too_many"].includes(refusal)) return t(`fault.${method}.${refusal}`, facts);
    if (refusal === "over_budget") return t("fault.choice.over_budget", facts);
  }
  return t(`fault.${refusal}`, facts);
}

/** @param {any} view @returns {{words: Node[], bar: Node | null}} marks and money in words, and their picture */
export function total(view) {
  const { t, contest, marks, money } = view;
  const { maxCost } = bounds(contest);
  const sum = totalCost(contest, marks);
  const spent = maxCost ? [h("bdi", { class: "sum" }, money(sum)), ` ${t("ballot.spent", { limit: money(maxCost) })}`]
    : sum && !OTHERS.includes(contest.method) ? [h("bdi", { class: "sum" }, money(sum))] : [];
  const words = [...(COUNTS[contest.method] ?? countCrosses)(view), h("span", null, spent)];
  if (maxCost) return { words, bar: envelope(contest, marks, maxCost, t("ballot.spent.label", { sum: money(sum), limit: money(maxCost) })) };
  return { words, bar: contest.method === "dots" ? discs(contest, marks) : null };
}

/** @type {Record<string, (view: any) => Node[]>} */
const COUNTS = {
  ranked: ({ t, contest, marks }) => [h("b", null, t("ballot.ranks.of", { n: marks.length, max: ranksOf(contest) }))],
  score: ({ t, contest, marks }) => {
    const n = chosenIn(contest, marks).length;
    return [h("b", null, t("ballot.scores.of", { n, max: bounds(contest).max || contest.choices.length }))];
  },
  dots: ({ t, contest, marks }) => {
    const { points } = bounds(contest);
    return [h("b", null, t("ballot.left", { n: points - totalPoints(contest, marks), max: points }))];
  },
};

function countCrosses({ t, contest, marks }) {
  const { max } = bounds(contest);
  return [h("b", null, max ? t("ballot.marks.of", { n: marks.length, max }) : t("ballot.marks", { n: marks.length }))];
}

/** Those that are given are full, those that are left are rings. */
function discs(contest, marks) {
  const { points } = bounds(contest);
  if (points > MOST_DISCS) return null;
  const given = totalPoints(contest, marks);
  return s("svg", { class: "discs", viewBox: `0 0 ${points * 24} 24`, "aria-hidden": "true" },
    Array.from({ length: points }, (_, i) => s("circle", { cx: 24 * i + 12, cy: 12, r: 9, class: i < given ? "full" : "ring" })));
}

/** Each chosen project takes its share of the envelope; plain and striped in turn, so that parts show without colour. */
function envelope(contest, marks, limit, label) {
  const chosen = chosenIn(contest, marks);
  let x = 0;
  const parts = contest.choices.filter((choice) => chosen.includes(choice.id)).map((choice, i) => {
    const width = (choice.cost / limit) * 1000;
    const part = [
      s("rect", { x, y: 0, width, height: 40, class: `part p${i % 3}` }),
      s("path", { d: `M${x + width} 0v40`, class: "gap" }),
    ];
    x += width;
    return part;
  });
  return s("svg", { class: "env", viewBox: "0 0 1000 40", preserveAspectRatio: "none", role: "img", "aria-label": label },
    s("defs", null, stripes("stripes", 45), stripes("stripes-up", 90)), parts);
}

function stripes(id, angle) {
  return s("pattern", { id, width: 8, height: 8, patternUnits: "userSpaceOnUse", patternTransform: `rotate(${angle})` },
    s("rect", { width: 8, height: 8, class: "paper" }), s("rect", { width: 5, height: 8, class: "enamel" }));
}
