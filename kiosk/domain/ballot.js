/**
 * Marks on a ballot: what may be marked, what it adds up to, whether it may be cast. The server decides the same from
 * the same numbers; a blank ballot is always possible, and reported apart.
 */

/** @typedef {import("./definition.js").Contest} Contest */

/**
 * The bounds that hold for a contest; 0 means no bound.
 * @param {Contest} contest @returns {{min: number, max: number, maxCost: number}}
 */
export function bounds(contest) {
  if (contest.method === "choose-1") return { min: 1, max: 1, maxCost: 0 };
  return { min: contest.min ?? 0, max: contest.max ?? 0, maxCost: contest.max_cost ?? 0 };
}

/** @param {Contest} contest @param {string[]} marks @returns {number} cents */
export function totalCost(contest, marks) {
  return contest.choices.filter((choice) => marks.includes(choice.id)).reduce((sum, choice) => sum + choice.cost, 0);
}

/**
 * Touching a box. A touch that would break a bound changes nothing and says why, so that a running total can never
 * stand above its limit. In a round box (choose-1) the new mark takes the place of the old.
 * @param {Contest} contest @param {string[]} marks @param {string} id
 * @returns {{marks: string[], refused: "" | "max" | "max_cost" | "unknown"}}
 */
export function touch(contest, marks, id) {
  if (!contest.choices.some((choice) => choice.id === id)) return { marks, refused: "unknown" };
  if (marks.includes(id)) return { marks: marks.filter((mark) => mark !== id), refused: "" };
  const { max, maxCost } = bounds(contest);
  if (contest.method === "choose-1") return { marks: [id], refused: "" };
  if (max && marks.length + 1 > max) return { marks, refused: "max" };
  if (maxCost && totalCost(contest, [...marks, id]) > maxCost) return { marks, refused: "max_cost" };
  return { marks: inOrder(contest, [...marks, id]), refused: "" };
}

/** @param {Contest} contest @param {string[]} marks @returns {string[]} in the order of the definition */
export function inOrder(contest, marks) {
  return contest.choices.map((choice) => choice.id).filter((id) => marks.includes(id));
}

/**
 * @param {Contest} contest @param {string[]} marks
 * @returns {"" | "unknown" | "twice" | "min" | "max" | "max_cost"} empty when the contest may be cast as it stands
 */
export function fault(contest, marks) {
  const { min, max, maxCost } = bounds(contest);
  if (marks.some((mark) => !contest.choices.some((choice) => choice.id === mark))) return "unknown";
  if (new Set(marks).size !== marks.length) return "twice";
  if (marks.length === 0) return "";
  if (marks.length < min) return "min";
  if (max && marks.length > max) return "max";
  if (maxCost && totalCost(contest, marks) > maxCost) return "max_cost";
  return "";
}

/**
 * What is sealed for one definition.
 * @param {import("./definition.js").Definition} definition
 * @param {Record<string, string[]>} marks by page key (`def/contest`)
 * @returns {Record<string, string[]>} by contest, in the definition's order
 */
export function choicesOf(definition, marks) {
  return Object.fromEntries(definition.contests.map((contest) =>
    [contest.id, inOrder(contest, marks[`${definition.def}/${contest.id}`] ?? [])]));
}
