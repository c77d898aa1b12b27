// Step 8: the two tables made for others, projects.csv and result.pb, say what the ballots and the definition say (§11).

import { judge } from "./count.js";

/** Cells that a spreadsheet would take for a formula begin with an apostrophe, and so do those that begin with one. */
const RISKY = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20']/;

/** @param {string} text @param {string} between the sign between two cells @returns {string[][]} */
export function readTable(text, between) {
  const [rows, row, cell] = [/** @type {string[][]} */ ([]), /** @type {string[]} */ ([]), /** @type {string[]} */ ([])];
  let isQuoted = false;
  const endCell = () => row.push(cell.splice(0).join(""));
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at];
    if (isQuoted) {
      if (sign !== '"') cell.push(sign);
      else if (text[at + 1] === '"') cell.push(text[(at += 1)]);
      else isQuoted = false;
    } else if (sign === '"') isQuoted = true;
    else if (sign === between) endCell();
    else if (sign === "\n") {
      endCell();
      rows.push(row.splice(0));
    } else cell.push(sign);
  }
  if (isQuoted || row.length || cell.length) throw new Error("cut");
  return rows;
}

/** @param {number} cents */
const amount = (cents) => (cents % 100 ? (cents / 100).toFixed(2) : String(cents / 100));

/** @param {string} title */
const safe = (title) => (RISKY.test(title) ? `'${title}` : title);

/** @param {import("./desk.js").Desk} desk */
export async function checkTables(desk) {
  const [definition, result] = [desk.json("definition.json"), desk.json("result.json")];
  const languages = new Set();
  for (const { choices } of definition.contests) for (const { title } of choices) for (const code of Object.keys(title)) languages.add(code);
  const codes = [...languages].sort();
  const expected = [["contest", "id", "number", ...codes.map((code) => `title_${safe(code)}`), "cost", "votes", "selected"]];
  for (const [i, contest] of definition.contests.entries()) {
    const told = result.contests[i];
    for (const { id, number = "", title, cost = 0 } of contest.choices) {
      const outcome = told.winners ? Number(told.winners.includes(id)) : "";
      const titles = codes.map((code) => safe(title[code] ?? ""));
      expected.push([contest.id, id, String(number), ...titles, amount(cost), String(told.votes[id]), String(outcome)]);
    }
  }
  const found = readTable(desk.text("projects.csv"), ",");
  same(desk, "projects.csv", found, expected);
  checkPb(desk, definition.contests[0], result.contests[0]);
  desk.done("tables");
}

/** @param {import("./desk.js").Desk} desk @param {string} name @param {string[][]} found @param {string[][]} expected @param {number} [from] line of the first */
function same(desk, name, found, expected, from = 1) {
  desk.need(found.length === expected.length, name, "table_rows", { found: found.length, expected: expected.length });
  for (const [i, row] of expected.entries()) {
    const fits = found[i] === undefined || (row.length === found[i].length && row.every((cell, j) => cell === found[i][j]));
    if (!desk.need(fits, `${name}:${from + i}`, "table_row", { expected: row.join(" | ").slice(0, 120) })) return;
  }
}

/** The first contest for researchers: projects, then every valid answer. @param {import("./desk.js").Desk} desk @param {any} contest @param {any} told */
function checkPb(desk, contest, told) {
  const rows = readTable(desk.text("result.pb"), ";");
  const titles = rows.map((row) => (row.length === 1 ? row[0] : ""));
  const [projects, votes] = [titles.indexOf("PROJECTS"), titles.lastIndexOf("VOTES")];
  if (!desk.need(titles[0] === "META" && projects > 0 && votes > projects, "result.pb", "format")) return;
  const meta = new Map(/** @type {[string, string][]} */ (rows.slice(2, projects)));
  const numbers = { num_projects: contest.choices.length, num_votes: told.valid, budget: amount(desk.json("definition.json").budget) };
  for (const [name, value] of Object.entries(numbers)) {
    desk.need(meta.get(name) === String(value), `result.pb, ${name}`, "counted", { found: String(value) });
  }
  const columns = rows[projects + 1];
  const listed = rows.slice(projects + 2, votes).map((row) => Object.fromEntries(columns.map((name, i) => [name, row[i]])));
  const cast = desk.text("cast_vote_records.csv").split("\n").slice(1, -1).map((row) => row.split(",")[0]);
  const valid = cast.filter((cell) => cell && judge(contest, cell.split(" ")).verdict === "valid").sort();
  const answers = valid.map((cell, i) => [String(i + 1), ...voteOf(cell.split(" "))]);
  // By rank and points that format tells how many named a project, and beside it what they gave it together.
  const hasScore = ["ranked", "score", "dots"].includes(contest.method);
  const named = new Map(contest.choices.map((/** @type {any} */ { id }) => [id, 0]));
  for (const [, ids] of answers) for (const id of ids.split(",")) named.set(id, (named.get(id) ?? 0) + 1);
  const expected = contest.choices.map((/** @type {any} */ { id, cost = 0 }) => {
    const [votes, score] = hasScore ? [named.get(id), String(told.votes[id])] : [told.votes[id], ""];
    return [id, amount(cost), String(votes), score, told.winners ? String(Number(told.winners.includes(id))) : ""];
  });
  same(desk, "result.pb", listed.map((one) => [one.project_id, one.cost, one.votes, one.score ?? "", one.selected ?? ""]), expected, projects + 3);
  same(desk, "result.pb", rows.slice(votes + 2), answers, votes + 3);
}

/** As that format tells an answer: its choices, then their points where it has any. @param {string[]} words @returns {string[]} */
function voteOf(words) {
  const pairs = words.map((word) => word.split(":"));
  const points = pairs.map(([, given]) => given).filter((given) => given !== undefined);
  return [pairs.map(([id]) => id).join(), ...(points.length ? [points.join()] : [])];
}
