// Step 5: the accounts. What was there is what became of it, and they speak of this log and of these ballots (§11).

/** @param {Record<string, number>} terms */
const sum = (terms) => Object.values(terms).reduce((all, one) => all + one, 0);

const VERDICTS = ["accepted", "provisional", "parked", "quarantined"];
const FATES = ["counted", "superseded", "removed", "provisional", "parked", "quarantined"];
const LEAST_BY_DOOR = 10;
/** What only the accounts of today tell. Older ones are compared as far as they go, and the page says so. */
const SINCE = ["waited", "closings", "sample"];

/** Published before these parts existed. @param {{format: string}} accounts */
export const isFormer = ({ format }) => format === "parvis-accounts-1";

/**
 * @param {import("./desk.js").Desk} desk
 * @param {import("./log.js").LogFacts} log
 * @param {number} rows of cast_vote_records.csv
 */
export async function checkAccounts(desk, log, rows) {
  const [accounts, result] = [desk.json("accounts.json"), desk.json("result.json")];
  const { ballots, equations } = accounts;
  const hasOnlyThen = isFormer(accounts) && !SINCE.some((name) => name in accounts);
  desk.need(hasOnlyThen || accounts.format === "parvis-accounts-2", "accounts.json", "format");
  desk.need(result.format === "parvis-result-1", "result.json", "format");
  const given = [...Object.values(accounts.log), ...Object.values(ballots)];
  for (const one of accounts.superseded) given.push(one.count);
  desk.need(given.every((n) => Number.isSafeInteger(n) && n >= 0), "accounts.json", "negative");
  for (const [part, names] of [["log", ["size", ...VERDICTS]], ["ballots", ["in_log", ...FATES]]]) {
    desk.need(Object.keys(accounts[part]).join() === names.join(), `accounts.json, ${part}`, "terms");
  }
  /** @type {[string, number, number][]} */
  const sums = [
    ["log", accounts.log.size, sum(accounts.log) - accounts.log.size],
    ["log = log.jsonl", accounts.log.size, log.size],
    ["ballots", ballots.in_log, sum(ballots) - ballots.in_log],
    ["ballots = log.jsonl", ballots.in_log, log.ballots],
    ["counted = cast_vote_records.csv", ballots.counted, rows],
    ["counted = result.json", result.turnout.ballots, rows],
    ["superseded", ballots.superseded, accounts.superseded.reduce((all, one) => all + one.count, 0)],
  ];
  if (result.by_door) sums.push(["by_door", sum(result.by_door), rows]);
  for (const one of equations) if (!one.explained) sums.push([one.name, sum(one.left), sum(one.right)]);
  for (const [name, left, right] of sums) desk.need(left === right, `accounts.json, ${name}`, "sum", { left, right });
  checkWithOthers(desk, accounts, result, rows);
  const explained = equations.length - equations.filter((one) => !one.explained).length;
  desk.done(explained ? "accounts_explained" : "accounts", { n: sums.length, explained });
  if (isFormer(accounts)) desk.done("former");
}

/** What two files say of the same thing. @param {import("./desk.js").Desk} desk @param {any} accounts @param {any} result @param {number} rows */
function checkWithOthers(desk, accounts, result, rows) {
  // "accepted": people took it in, though it does not stand in its chain.
  const [indices, told] = [new Set(), { accepted: 0, parked: 0, quarantined: 0 }];
  for (const { index, verdict } of accounts.exceptions) {
    const isFresh = Number.isSafeInteger(index) && index >= 0 && index < accounts.log.size && !indices.has(index);
    if (!desk.need(isFresh && verdict in told, `accounts.json, exceptions, ${index}`, "exception")) continue;
    indices.add(index);
    told[verdict] += 1;
  }
  for (const [verdict, n] of Object.entries(told)) {
    desk.need(n <= accounts.log[verdict], "accounts.json, exceptions", "sum", { left: n, right: accounts.log[verdict] });
  }
  const [first] = result.contests;
  for (const one of accounts.equations.filter((each) => each.name === "ballots" && !("session" in each))) {
    const same = sum(one.left) === rows && ["valid", "blank", "invalid"].every((name) => one.right[name] === first[name]);
    desk.need(same, "accounts.json, ballots = result.json", "terms");
  }
  const doors = Object.values(result.by_door ?? {});
  desk.need(doors.every((n) => Number.isSafeInteger(n) && n >= LEAST_BY_DOOR), "result.json, by_door", "small_door");
}
