// The second verifier of a published vote: written from docs/protocol.md, without a library, and sharing no code with the
// server or with verify.py. Where the two say different things of the same files, one of them is wrong: tell us.

import { checkAccounts } from "./accounts.js";
import { checkClosings, checkSample, Halls } from "./closings.js";
import { checkBallots, checkCount, rowsOf } from "./count.js";
import { Desk } from "./desk.js";
import { checkKept, readKept } from "./kept.js";
import { checkLog } from "./log.js";
import { checkDefinition, checkManifest } from "./manifest.js";
import { checkOrder, Doors } from "./order.js";
import { checkRoll } from "./roll.js";
import { checkTables } from "./tables.js";
import { checkWitnesses } from "./witnesses.js";

/**
 * @param {Map<string, Uint8Array>} files by name; others than the published ones are not looked at
 * @param {(code: string, part: number, whole: number) => void} [progress] told now and then
 * @param {string[]} [kept] texts of states and receipts that must be found in the list
 * @returns {Promise<{isRight: boolean, problems: import("./desk.js").Problem[], steps: import("./desk.js").Step[], fingerprint: string}>}
 */
export async function verify(files, progress = () => {}, kept = []) {
  const desk = new Desk(files, progress);
  /** @type {import("./log.js").LogFacts} */
  let log = {
    size: 0, ballots: 0, roll: [], opened: -1, roots: new Map(), ids: new Map(), doors: new Doors(),
    halls: new Halls(), rows: new Map(), house: "",
  };
  let [rows, found] = [/** @type {string[]} */ ([]), /** @type {any[]} */ ([])];
  const brought = await read(desk, kept);
  await attempt(desk, () => checkManifest(desk));
  await attempt(desk, () => checkDefinition(desk));
  await attempt(desk, async () => { log = await checkLog(desk, brought.flatMap(({ states }) => states.map(({ size }) => size))); });
  await attempt(desk, () => checkWitnesses(desk));
  for (const one of brought) await attempt(desk, () => checkKept(desk, one, log));
  await attempt(desk, async () => {
    ({ rows } = rowsOf(desk.text("cast_vote_records.csv"), desk.json("definition.json").contests));
    found = await checkBallots(desk, rows);
    desk.at = "result.json";
    await checkCount(desk, found);
  });
  await attempt(desk, () => checkAccounts(desk, log, rows.length));
  await attempt(desk, () => checkRoll(desk, log));
  await attempt(desk, () => checkOrder(desk, log));
  await attempt(desk, () => checkClosings(desk, log));
  await attempt(desk, () => checkSample(desk, log));
  await attempt(desk, () => checkTables(desk));
  const { problems, steps, logId } = desk;
  return { isRight: problems.length === 0, problems, steps, fingerprint: logId };
}

/** What people brought along, as far as it can be read. @param {Desk} desk @param {string[]} texts */
async function read(desk, texts) {
  /** @type {import("./kept.js").Kept[]} */
  const brought = [];
  for (const text of texts) {
    try {
      brought.push(readKept(text));
    } catch {
      desk.need(false, text.trim().slice(0, 20), "kept_unread");
    }
  }
  desk.settle();
  return brought;
}

/** Whatever a damaged file causes is a finding, not a crash. @param {Desk} desk @param {() => Promise<unknown>} check */
async function attempt(desk, check) {
  try {
    await check();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    desk.need(false, desk.at, why === "missing" ? "file_missing" : "unreadable", { why });
  }
  desk.settle();
}
