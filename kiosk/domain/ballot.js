/**
 * Marks on a ballot: what may be marked, what it adds up to, whether it may be cast. The server decides the same from
 * the same numbers; a blank ballot is always possible, and reported apart.
 *
 * What is marked in a contest is kept as the answer that is sealed: ids of choices, in the order of the definition or,
 * by ranks, the most preferred first; or, where choices are given points (score, dots), `{choice: number}`.
 */

/**
 * @typedef {import("./definition.js").Contest} Contest
 * @typedef {string[] | Record<string, number>} Answer
 * @typedef {"malformed" | "unknown_choice" | "repeated" | "too_few" | "too_many" | "out_of_range" | "too_many_points" | "over_budget"} Problem
 */

/** @param {Contest} contest @returns {boolean} one choice at most: its boxes are round */
export function isSingle({ method }) {
  return ["choose-1", "yes-no"].includes(method);
}

/** @param {Contest} contest @returns {boolean} choices are given points, and the answer is an object */
export function isByPoints({ method }) {
  return ["score", "dots"].includes(method);
}

/** @param {Contest} contest @returns {Answer} of whoever marked nothing */
export function emptyAnswer(contest) {
  return isByPoints(contest) ? {} : [];
}

/**
 * The bounds that hold for a contest; 0 means no bound. `min` and `max` count choices; `points` is the most for one
 * choice by score, and for all choices by dots, of which one choice takes `perChoice`.
 * @param {Contest} contest @returns {{min: number, max: number, maxCost: number, points: number, perChoice: number}}
 */
export function bounds(contest) {
  const { method, min = 0, max = 0, max_cost: maxCost = 0, points = 0, per_choice: most = 0 } = contest;
  return { min, max: isSingle(contest) ? 1 : max, maxCost, points, perChoice: method === "dots" ? most : points };
}

/** @param {Contest} contest @returns {number} ranks that can be given: without a bound, as many as there are choices */
export function ranksOf(contest) {
  return bounds(contest).max || contest.choices.length;
}

/** @param {Contest} contest @param {Answer} answer @returns {string[]} the choices that it names */
export function chosenIn(contest, answer) {
  return isByPoints(contest) ? Object.keys(answer) : /** @type {string[]} */ (answer);
}

/** @param {Answer} answer @param {string} id @returns {number | undefined} points given to a choice; none: it has none */
export function pointsOf(answer, id) {
  return Object.hasOwn(answer, id) ? answer[id] : undefined;
}

/** @param {Contest} contest @param {Answer} answer @returns {number} points given in all */
export function totalPoints(contest, answer) {
  return chosenIn(contest, answer).reduce((sum, id) => sum + answer[id], 0);
}

/** @param {Contest} contest @param {Answer} answer @returns {number} cents */
export function totalCost(contest, answer) {
  const chosen = chosenIn(contest, answer);
  return contest.choices.filter((choice) => chosen.includes(choice.id)).reduce((sum, choice) => sum + choice.cost, 0);
}

/**
 * Touching a box. A touch that would break a bound changes nothing and says why, so that a running total can never
 * stand above its limit. In a round box the new mark takes the place of the old; a rank that is taken away lets those
 * behind it move up.
 * @param {Contest} contest @param {Answer} answer @param {string} id
 * @param {number} [value] by score the points of the box, by dots one more (1) or one less (-1)
 * @returns {{marks: Answer, refused: "" | Problem}}
 */
export function touch(contest, answer, id, value = 0) {
  if (!contest.choices.some((choice) => choice.id === id)) return { marks: answer, refused: "unknown_choice" };
  const wanted = isByPoints(contest) ? pointed(contest, answer, id, value) : marked(contest, answer, id);
  const refused = problems(contest, wanted).find((problem) => problem !== "too_few");
  return refused ? { marks: answer, refused } : { marks: wanted, refused: "" };
}

function marked(contest, answer, id) {
  if (answer.includes(id)) return answer.filter((mark) => mark !== id);
  if (isSingle(contest)) return [id];
  return inOrder(contest, [...answer, id]);
}

function pointed(contest, answer, id, value) {
  const { [id]: before, ...others } = answer;
  const isScore = contest.method === "score";
  const after = isScore ? value : (pointsOf(answer, id) ?? 0) + value;
  // The box that is marked already is emptied by a touch; a choice without dots is not named.
  const isTaken = isScore ? pointsOf(answer, id) === value : after < 1;
  return isTaken ? others : inOrder(contest, { ...others, [id]: after });
}

/** @param {Contest} contest @param {Answer} answer @returns {Answer} as it is sealed: ranks in theirs, the rest in the order of the definition */
export function inOrder(contest, answer) {
  if (contest.method === "ranked") return answer;
  const listed = contest.choices.map((choice) => choice.id);
  if (!isByPoints(contest)) return listed.filter((id) => answer.includes(id));
  return Object.fromEntries(listed.filter((id) => Object.hasOwn(answer, id)).map((id) => [id, answer[id]]));
}

/**
 * @param {Contest} contest @param {Answer} answer
 * @returns {Problem[]} all that is wrong, in the order of `Problem`; empty when the answer is allowed, as a blank one always is
 */
export function problems(contest, answer) {
  if (!hasShape(contest, answer)) return ["malformed"];
  const chosen = chosenIn(contest, answer);
  if (chosen.length === 0) return [];
  const { min, max, maxCost, points, perChoice } = bounds(contest);
  const [isPoints, least] = [isByPoints(contest), contest.method === "dots" ? 1 : 0];
  const found = {
    unknown_choice: chosen.some((id) => !contest.choices.some((choice) => choice.id === id)),
    repeated: new Set(chosen).size < chosen.length,
    too_few: chosen.length < min,
    too_many: max > 0 && chosen.length > max,
    out_of_range: isPoints && chosen.some((id) => answer[id] < least || answer[id] > perChoice),
    too_many_points: contest.method === "dots" && totalPoints(contest, answer) > points,
    over_budget: maxCost > 0 && totalCost(contest, answer) > maxCost,
  };
  return Object.keys(found).filter((problem) => found[problem]);
}

/** An empty list is a blank answer of every method. @param {Contest} contest @param {unknown} answer */
function hasShape(contest, answer) {
  if (Array.isArray(answer)) return (answer.length === 0 || !isByPoints(contest)) && answer.every((id) => typeof id === "string");
  return isByPoints(contest) && typeof answer === "object" && answer !== null && Object.values(answer).every(Number.isInteger);
}

/**
 * What is sealed for one definition.
 * @param {import("./definition.js").Definition} definition
 * @param {Record<string, Answer>} marks by page key (`def/contest`)
 * @returns {Record<string, Answer>} by contest, in the definition's order
 */
export function choicesOf(definition, marks) {
  return Object.fromEntries(definition.contests.map((contest) =>
    [contest.id, inOrder(contest, marks[`${definition.def}/${contest.id}`] ?? emptyAnswer(contest))]));
}
