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
  const max = contest.method === "choose-1" ? 1 : (contest.max ?? 0);
  return { min: contest.min ?? 0, max, maxCost: contest.max_cost ?? 0 };
}

/** @param {Contest} contest @param {string[]} marks @returns {number} cents */
export function totalCost(contest, marks) {
  return contest.choices.filter((choice) => marks.includes(choice.id)).reduce((sum, choice) => sum + choice.cost, 0);
}

/**
 * Touching a box. A touch that would break a bound changes nothing and says why, so that a running total can never
 * stand above its limit. In a round box (choose-1) the new mark takes the place of the old.
 * @param {Contest} contest @param {string[]} marks @param {string} id
 * @returns {{marks: string[], refused: "" | "too_many" | "over_budget" | "unknown_choice"}}
 */
export function touch(contest, marks, id) {
  if (!contest.choices.some((choice) => choice.id === id)) return { marks, refused: "unknown_choice" };
  if (marks.includes(id)) return { marks: marks.filter((mark) => mark !== id), refused: "" };
  const { max, maxCost } = bounds(contest);
  const wanted = contest.method === "choose-1" ? [id] : [...marks, id];
  if (max && wanted.length > max) return { marks, refused: "too_many" };
  if (maxCost && totalCost(contest, wanted) > maxCost) return { marks, refused: "over_budget" };
  return { marks: inOrder(contest, wanted), refused: "" };
}

/** @param {Contest} contest @param {string[]} marks @returns {string[]} in the order of the definition */
export function inOrder(contest, marks) {
  return contest.choices.map((choice) => choice.id).filter((id) => marks.includes(id));
}

/**
 * @param {Contest} contest @param {string[]} chosen
 * @returns {("unknown_choice" | "repeated" | "too_few" | "too_many" | "over_budget")[]} all that is wrong, in this
 *   order; empty when the answer is allowed, as a blank one always is
 */
export function problems(contest, chosen) {
  if (chosen.length === 0) return [];
  const { min, max, maxCost } = bounds(contest);
  const found = {
    unknown_choice: chosen.some((id) => !contest.choices.some((choice) => choice.id === id)),
    repeated: new Set(chosen).size < chosen.length,
    too_few: chosen.length < min,
    too_many: max > 0 && chosen.length > max,
    over_budget: maxCost > 0 && totalCost(contest, chosen) > maxCost,
  };
  return Object.keys(found).filter((problem) => found[problem]);
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
