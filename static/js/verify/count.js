// Steps 6 and 7: every ballot judged against the frozen definition and counted again; the projects by its rule (§3, §12).

/**
 * @typedef {{id: string, cost?: number}} Choice
 * @typedef {{id: string, method: string, min: number, max: number, max_cost: number, points?: number, per_choice?: number,
 *   choices: Choice[]}} Contest `points` and `per_choice` only where the method has them
 * @typedef {{project: string, votes: number, cost: number, remaining: number, decision: string, tie: boolean}} Turn
 */

const SINGLE = ["choose-1", "yes-no"];
const BY_POINTS = ["score", "dots"];

/** @param {Contest} contest @returns {number} how many choices may be named, or ranked */
function most(contest) {
  return SINGLE.includes(contest.method) ? 1 : contest.max || contest.choices.length;
}

/**
 * A word of a cell: a choice, by points `choice:number`. What cannot be given, and a number in another spelling, is null.
 * @param {Contest} contest @param {string} word @param {number} place @returns {[string, number | null]} the choice and its votes
 */
function readWord(contest, word, place) {
  if (contest.method === "ranked") return [word, most(contest) - place];
  if (!BY_POINTS.includes(contest.method)) return [word, 1];
  const [, id = "", digits = ""] = /^(.*):(0|[1-9][0-9]{0,8})$/s.exec(word) ?? [];
  const [least, limit = 0] = contest.method === "score" ? [0, contest.points] : [1, contest.per_choice];
  return [id, digits !== "" && Number(digits) >= least && Number(digits) <= limit ? Number(digits) : null];
}

/**
 * One answer against the limits of its contest, and the votes that it gives. What does not fit is invalid as it is:
 * nothing is trimmed. A ranking gives its first choice as many votes as there are ranks, the next one less.
 * @param {Contest} contest @param {string[]} words of its cell
 * @returns {{verdict: "valid" | "blank" | "invalid", votes: [string, number][]}} votes of a valid one
 */
export function judge(contest, words) {
  if (words.length === 0) return { verdict: "blank", votes: [] };
  const costs = new Map(contest.choices.map((choice) => [choice.id, choice.cost ?? 0]));
  const pairs = words.map((word, place) => readWord(contest, word, place));
  const spent = pairs.reduce((all, [id]) => all + (costs.get(id) ?? 0), 0);
  const given = pairs.reduce((all, [, votes]) => all + (votes ?? 0), 0);
  const isAllowed = pairs.every(([id, votes]) => costs.has(id) && votes !== null) && new Set(pairs.map(([id]) => id)).size === words.length
    && words.length >= contest.min && words.length <= most(contest)
    && (contest.method !== "dots" || given <= (contest.points ?? 0)) && (contest.max_cost === 0 || spent <= contest.max_cost);
  return isAllowed ? { verdict: "valid", votes: /** @type {[string, number][]} */ (pairs) } : { verdict: "invalid", votes: [] };
}

/**
 * Who is funded: from the most votes to the least; equal votes: the cheaper first; equal cost: as listed.
 * @param {{id: string, votes: number, cost: number}[]} projects in the definition's order
 * @param {number} budget cents
 * @param {{rule: string, threshold: number}} count
 * @returns {Turn[]}
 */
export function turns(projects, budget, { rule, threshold }) {
  if (!["greedy", "greedy-no-skip", "greedy-threshold"].includes(rule)) throw new Error("rule");
  const order = projects.map((project, place) => ({ ...project, place }));
  order.sort((a, b) => b.votes - a.votes || a.cost - b.cost || a.place - b.place);
  const least = rule === "greedy-threshold" ? threshold : 1;
  let [left, hasStopped] = [budget, false];
  const found = order.map(({ id, votes, cost }) => {
    const turn = { project: id, votes, cost, remaining: left, decision: "", tie: false };
    if (votes === 0) turn.decision = "no_vote";
    else if (votes < least) turn.decision = "below_threshold";
    else if (hasStopped) turn.decision = "stopped";
    else if (cost <= left) turn.decision = "funded";
    else turn.decision = "does_not_fit";
    if (turn.decision === "funded") left -= cost;
    if (turn.decision === "does_not_fit" && rule === "greedy-no-skip") hasStopped = true;
    return turn;
  });
  for (const votes of new Set(found.map((turn) => turn.votes))) {
    markTies(found.filter((turn) => turn.votes === votes), rule);
  }
  return found;
}

/** Mark those of one number of votes whose order made a difference. @param {Turn[]} equals @param {string} rule */
function markTies(equals, rule) {
  const start = equals[0];
  if (["stopped", "no_vote", "below_threshold"].includes(start.decision)) return;
  const couldBe = equals.filter((turn) => turn.cost <= start.remaining);
  const funded = equals.filter((turn) => turn.decision === "funded").length;
  const missedOut = couldBe.length > couldBe.filter((turn) => turn.decision === "funded").length;
  const cutShort = rule === "greedy-no-skip" && funded > 0 && funded < equals.length;
  if (missedOut || cutShort) for (const turn of couldBe) turn.tie = true;
}

/**
 * The rows of cast_vote_records.csv: the words of each contest, and what is wrong with the row.
 * @param {string} text @param {Contest[]} contests
 * @returns {{head: string, rows: string[]}} throws where the last line does not end
 */
export function rowsOf(text, contests) {
  if (!text.endsWith("\n")) throw new Error("cut");
  const [head, ...rows] = text.slice(0, -1).split("\n");
  if (head !== [...contests.map((contest) => contest.id), "status"].join()) throw new Error("columns");
  return { head, rows };
}

/**
 * How a row is written: ids in the definition's order, then at most one "?"; a valid ranking in its own order; by points
 * what no ballot of ours could say is a "?" alone.
 * @param {Contest} contest @param {string[]} words @param {boolean} isValid
 */
function isInOrder(contest, words, isValid) {
  if (contest.method === "ranked" && isValid) return true;
  const isByPoints = BY_POINTS.includes(contest.method);
  if (isByPoints && words.length === 1 && words[0] === "?") return true;
  const pairs = words.map((word, place) => (isByPoints ? readWord(contest, word, place) : [word, 1]));
  const places = pairs.map(([id]) => (id === "?" && !isByPoints ? contest.choices.length : contest.choices.findIndex((one) => one.id === id)));
  return pairs.every(([, votes]) => votes !== null) && places.every((place, i) => place >= 0 && (i === 0 || place > places[i - 1] || (place === places[i - 1] && !isByPoints)))
    && words.filter((word) => word === "?").length < 2;
}

/** @param {import("./desk.js").Desk} desk @param {string[]} rows */
export async function checkBallots(desk, rows) {
  const { contests } = desk.json("definition.json");
  const found = contests.map((/** @type {Contest} */ contest) => ({
    ballots: rows.length, valid: 0, blank: 0, invalid: 0,
    votes: Object.assign(Object.create(null), Object.fromEntries(contest.choices.map((choice) => [choice.id, 0]))),
  }));
  for (const [place, row] of rows.entries()) {
    const where = `cast_vote_records.csv:${place + 2}`;
    desk.need(place === 0 || rows[place - 1] <= row, where, "row_order");
    const cells = row.split(",");
    const status = cells.pop();
    if (!desk.need(cells.length === contests.length, where, "row_shape")) continue;
    const verdicts = contests.map((/** @type {Contest} */ contest, /** @type {number} */ i) => {
      const words = cells[i] === "" ? [] : cells[i].split(" ");
      const { verdict, votes } = judge(contest, words);
      desk.need(isInOrder(contest, words, verdict === "valid"), where, "row_shape");
      found[i][verdict] += 1;
      for (const [id, given] of votes) found[i].votes[id] += given;
      return verdict;
    });
    const meant = ["valid", "invalid", "blank"].find((word) => verdicts.includes(word)) ?? "blank";
    desk.need(status === meant, where, `row_${meant}`);
    await desk.pause("ballots", place, rows.length);
  }
  desk.done("ballots", { n: rows.length });
  return found;
}

/** @param {import("./desk.js").Desk} desk @param {any[]} found what checkBallots counted */
export async function checkCount(desk, found) {
  const [definition, result] = [desk.json("definition.json"), desk.json("result.json")];
  desk.need(result.contests.length === definition.contests.length, "result.json", "contests");
  for (const [i, contest] of definition.contests.entries()) {
    const whole = { id: contest.id, ...found[i] };
    if (contest.choices.some((/** @type {Choice} */ choice) => choice.cost)) Object.assign(whole, money(definition, contest, whole));
    const told = result.contests[i] ?? {};
    for (const name of new Set([...Object.keys(whole), ...Object.keys(told)])) {
      const place = `result.json, ${contest.id}, ${name}`;
      desk.need(told[name] !== undefined && plain(told[name]) === plain(whole[name] ?? ""), place, "counted", { found: short(whole[name]) });
    }
    if (whole.winners) desk.done("winners", { contest: contest.id, winners: whole.winners.join(", ") });
  }
}

/** @param {any} definition @param {Contest} contest @param {{votes: Record<string, number>}} found */
function money(definition, contest, { votes }) {
  const projects = contest.choices.map(({ id, cost = 0 }) => ({ id, votes: votes[id], cost }));
  const rounds = turns(projects, definition.budget, definition.count);
  const funded = rounds.filter((turn) => turn.decision === "funded");
  const { rule, threshold } = definition.count;
  const cost = funded.reduce((all, turn) => all + turn.cost, 0);
  return { rule, threshold, budget: definition.budget, rounds, winners: funded.map((turn) => turn.project), cost };
}

/** The same text for the same content, whatever the order of names. @param {any} value @returns {string} */
function plain(value) {
  if (Array.isArray(value)) return `[${value.map(plain).join()}]`;
  if (typeof value !== "object") return JSON.stringify(value);
  return `{${Object.keys(value).sort().map((name) => `${JSON.stringify(name)}:${plain(value[name])}`).join()}}`;
}

/** @param {any} value */
function short(value) {
  const text = typeof value === "object" ? plain(value) : String(value ?? "");
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
