// Steps 6 and 7: every ballot judged against the frozen definition and counted again; the projects by its rule (§3, §12).

/**
 * @typedef {{id: string, cost?: number}} Choice
 * @typedef {{id: string, method: string, min: number, max: number, max_cost: number, choices: Choice[]}} Contest
 * @typedef {{project: string, votes: number, cost: number, remaining: number, decision: string, tie: boolean}} Turn
 */

/**
 * One answer against the limits of its contest. What does not fit is invalid as it is: nothing is trimmed.
 * @param {Contest} contest @param {string[]} chosen @returns {"valid" | "blank" | "invalid"}
 */
export function judge(contest, chosen) {
  if (chosen.length === 0) return "blank";
  const costs = new Map(contest.choices.map((choice) => [choice.id, choice.cost ?? 0]));
  if (chosen.some((id) => !costs.has(id)) || new Set(chosen).size < chosen.length) return "invalid";
  const most = contest.method === "choose-1" ? 1 : contest.max;
  if (chosen.length < contest.min || (most > 0 && chosen.length > most)) return "invalid";
  const spent = chosen.reduce((all, id) => all + (costs.get(id) ?? 0), 0);
  return contest.max_cost > 0 && spent > contest.max_cost ? "invalid" : "valid";
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
 * The rows of cast_vote_records.csv: chosen ids for each contest, and what is wrong with the row.
 * @param {string} text @param {Contest[]} contests
 * @returns {{head: string, rows: string[]}} throws where the last line does not end
 */
export function rowsOf(text, contests) {
  if (!text.endsWith("\n")) throw new Error("cut");
  const [head, ...rows] = text.slice(0, -1).split("\n");
  if (head !== [...contests.map((contest) => contest.id), "status"].join()) throw new Error("columns");
  return { head, rows };
}

/** Ids in the definition's order, then at most one "?"; that is how a row is written. @param {Contest} contest @param {string[]} chosen */
function isInOrder(contest, chosen) {
  const places = chosen.map((id) => (id === "?" ? contest.choices.length : contest.choices.findIndex((one) => one.id === id)));
  return places.every((place, i) => place >= 0 && (i === 0 || place >= places[i - 1])) && chosen.filter((id) => id === "?").length < 2;
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
      const chosen = cells[i] === "" ? [] : cells[i].split(" ");
      desk.need(isInOrder(contest, chosen), where, "row_shape");
      const verdict = judge(contest, chosen);
      found[i][verdict] += 1;
      if (verdict === "valid") for (const id of chosen) found[i].votes[id] += 1;
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
