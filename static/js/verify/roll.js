// Step 6: the versions of the roll are those that the log committed to, and the last says how many may vote (§5, §11).

import { encode, fromHex, hex } from "./bytes.js";
import { readJson } from "./json.js";
import { sha256 } from "./sha256.js";

const PLACE = "accounts.json, roll";

/** @param {import("./desk.js").Desk} desk @param {import("./log.js").LogFacts} log */
export async function checkRoll(desk, log) {
  /** @type {{index: number, body: string, salt: string}[]} */
  const told = desk.json("accounts.json").roll ?? [];
  const { rights } = desk.json("result.json").turnout;
  desk.at = PLACE;
  const areAll = told.map((one) => one.index).join() === log.roll.map((one) => one.index).join();
  if (!desk.need(areAll, PLACE, "roll_others") || told.length === 0) return;
  desk.need(log.opened < 0 || told[0].index < log.opened, PLACE, "roll_late");
  let before = 0;
  let people = 0;
  for (const [place, { index, body, salt }] of told.entries()) {
    const where = `${PLACE}, ${index}`;
    const found = hex(sha256(fromHex(salt), encode(body)));
    if (!desk.need(found === log.roll[place].body_c, where, "roll_body")) return;
    const version = readJson(body);
    desk.need(Number.isSafeInteger(version.version) && (place === 0 || version.version === before + 1), where, "roll_order");
    before = version.version;
    people = version.people;
  }
  desk.need(people === rights, `${PLACE} = result.json, turnout`, "sum", { left: people, right: rights });
  desk.done("roll", { n: told.length, people });
}
