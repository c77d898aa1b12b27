import assert from "node:assert/strict";
import { test } from "node:test";
import { b64u, text } from "../../kiosk/domain/bytes.js";
import { fold, isOneSlip, Roll } from "../../kiosk/domain/roll.js";
import { readCard } from "../../kiosk/domain/unlock.js";
import { Desk } from "../../kiosk/flows/desk.js";
import { vectors } from "./support.js";

// Screens are elements; here nobody sees them.
globalThis.HTMLElement ??= class {};
globalThis.navigator ??= { userAgent: "" };
const { MODES } = await import("../../kiosk/modes/modes.js");

const PEOPLE = [
  ["7", "Lefèvre-Roux", "Zoé", "1990-05-31", "2, rue Basse", ""], ["71", "Lefevre Roux", "Zoé", "1990-05-31", "", "post"],
  ["8", "Roux", "Zoé Lefèvre", "1971-01-01", "", ""], ["9", "Lefèvre-Rouy", "Zoé", "1990-05-31", "", ""], ["10", "Łukasz", "Œdipe", "", "", "here"],
];

function rollOf(people = PEOPLE, takesTwo = false) {
  return {
    format: "parvis-desk-roll-1", takes_two: takesTwo, walk_ins: [], boxes: [{ def: "ab".repeat(32), title: { fr: "Budget" }, regime: "person" }],
    rolls: [{ id: 3, title: "Liste", box: 0, boxes: [0], people: people.map((row, i) => [...row, b64u(new Uint8Array(32).fill(i))]) }],
  };
}

const numbers = (people) => people.map(({ number }) => number);

test("p8: people are found without accents, capitals and hyphens, in any order; this very number first", () => {
  const roll = new Roll(rollOf());
  assert.deepEqual(numbers(roll.find("zoe LEFEVRE").people), ["7", "71", "8", "9"]);
  assert.deepEqual(numbers(roll.find("LEFÈVRE-ROUY").people), ["9"]);
  assert.deepEqual(numbers(roll.find("lukasz oed").people), ["10"]);
  assert.deepEqual(numbers(roll.find("7").people), ["7", "71"]);
  assert.deepEqual([roll.find("z").short, roll.find("").short, roll.find("zz").people.length], [true, false, 0]);
  assert.equal(fold("Łódź-Œuvre’S"), "lodz oeuvre s");
  const many = new Roll(rollOf(Array.from({ length: 30 }, (_, i) => [`${i}`, "Martin", "Anne", "", "", ""])));
  assert.deepEqual([many.find("martin").people.length, many.find("martin").more], [12, true]);
});

test("p8: whoever may be taken for somebody else is shown beside them, and nobody is left out for it", () => {
  const roll = new Roll(rollOf());
  const [person] = roll.find("7").people;
  assert.deepEqual(numbers(roll.alike(person)).sort(), ["71", "8", "9"]);
  assert.deepEqual(numbers(roll.alike(roll.find("10").people[0])), []);
  for (const [one, other, slip] of [["roux", "rouy", true], ["roux", "ruox", true], ["roux", "rouxx", true], ["roux", "ruxo", false], ["roux", "roux", true], ["ab", "cd", false]]) {
    assert.equal(isOneSlip(one, other), slip, `${one} ${other}`);
    assert.equal(isOneSlip(other, one), slip, `${other} ${one}`);
  }
});

/** A desk whose pack the server sealed (`vectors/unlock.json`), with an outbox in memory. */
async function deskWith({ state = "open" } = {}) {
  const { pack, cards } = vectors("unlock");
  const kept = new Map();
  const app = {
    pack, state, stop: "", link: { up: false }, render: () => {}, panel: null, comfort: { reset: () => {} }, stage: { lay: () => {}, ask: () => {} }, releases: { look: () => {} },
    loop: { wake: () => { app.woken = true; } }, records: [],
    outbox: {
      isGone: async () => false,
      areUsed: async (keys) => keys.every((key) => kept.has(key)),
      append: async ([deed], { spends: [key] }) => {
        if (app.fault) throw app.fault;
        kept.set(key, deed);
        app.records.push(deed);
        return [{ epoch: "e", seq: app.records.length }];
      },
      verdicts: async () => app.verdicts ?? [], chains: { at: async () => ({ sync: { listed: 0 } }) },
    },
    database: { probe: async () => true },
  };
  app.now = 0;
  app.desk = new Desk(app, () => app.now);
  app.mode = MODES.desk.build(app);
  app.card = cards[0].text;
  app.cards = cards.map((one) => one.text);
  return app;
}

test("d15: the right card opens the roll that lies here, no other does; a closed desk has none to open", async () => {
  const app = await deskWith();
  for (const [typed, error] of [[app.cards[2], "other"], ["0".repeat(27), "mistyped"]]) {
    await app.desk.unlock(typed);
    assert.deepEqual([app.desk.at.step, app.desk.at.error, app.desk.card], ["locked", error, null]);
  }
  await app.desk.unlock(app.card);
  assert.deepEqual([app.desk.at.step, app.desk.roll.size, app.mode.presence()], ["find", 1, "station"]);
  const closed = await deskWith({ state: "closed" });
  await closed.desk.unlock(closed.card);
  assert.deepEqual([closed.desk.at.step, closed.desk.roll], ["find", null], "the station may still be closed and exported");
});

test("d15: the roll that a card opened is gone at lock, after a sleep and when the card is void", async () => {
  const app = await deskWith();
  const open = () => {
    app.desk.card = { id: app.pack.unlock[0].id };
    Object.assign(app.desk, { roll: new Roll(rollOf()), opened: app.pack, at: { step: "find", q: "", found: null } });
  };
  const isShut = () => app.desk.card === null && app.desk.roll === null && app.desk.at.step === "locked";
  open();
  app.desk.wipe();
  assert.ok(isShut());
  open();
  app.desk.tick();
  app.now += 30_000;
  app.desk.tick();
  assert.ok(!isShut(), "half a minute is no sleep");
  app.now += 3_600_000;
  app.desk.tick();
  assert.ok(isShut());
  open();
  app.pack = { ...app.pack, unlock: [] };
  await app.desk.heard();
  assert.ok(isShut() && app.desk.at.error === "void");
});

test("a mark is kept before anybody is told; a disk that fails, or a desk that is not open, hands over no pass", async () => {
  const app = await deskWith();
  const { cards, pack } = vectors("unlock");
  app.desk.card = await readCard(cards[0].text, pack.session.id);
  app.desk.roll = new Roll(rollOf());
  await app.desk.open("0/1");
  await app.desk.mark("0/1");
  assert.deepEqual([app.desk.at.step, app.records.length], ["person", 0], "voted by post");
  app.state = "paused";
  await app.desk.mark("0/0");
  assert.deepEqual([app.desk.at.error, app.records.length], ["not_open", 0]);
  app.state = "open";
  app.fault = new Error("disk");
  await app.desk.mark("0/0");
  assert.deepEqual([app.desk.at.step, app.desk.at.error], ["person", "unsaved"]);
  app.fault = null;
  await app.desk.mark("0/0");
  assert.deepEqual([app.desk.at.step, app.desk.at.level, app.woken], ["done", "saved", true]);
  const [record] = app.records;
  assert.deepEqual([record.type, record.subject, record.actor], ["desk.marked", `entry:${"00".repeat(32)}`, "desk"]);
  assert.ok(!text(record.body).includes("Lef") && JSON.parse(text(record.body)).card === app.desk.card.id);
  app.verdicts = [{ seq: 1, verdict: "accepted", index: 4 }];
  await app.desk.heard();
  assert.equal(app.desk.at.level, "arrived");
});

test("whoever was marked here and undone may be marked again, whatever the older pack says", async () => {
  const app = await deskWith();
  const { cards, pack } = vectors("unlock");
  app.desk.card = await readCard(cards[0].text, pack.session.id);
  app.desk.roll = new Roll(rollOf());
  const known = async () => (await app.desk.known(app.desk.roll.person([0, 4]))).state;
  assert.equal(await known(), "here");
  const person = await app.desk.known(app.desk.roll.person([0, 4]));
  app.desk.at = { step: "undo", person, form: "f" };
  await app.desk.undo({ reason: "leaves", note: "", use: "ab".repeat(16), second: "" });
  assert.equal(await known(), "");
});

test("the registry: no deed, screen or type of record stands in two modes", () => {
  const modes = Object.values(MODES);
  assert.deepEqual(Object.keys(MODES), modes.map(({ name }) => name));
  for (const part of [(mode) => Object.keys(mode.screens), (mode) => mode.types, (mode) => Object.keys(mode.deeds({ comfort: {}, voting: {} }))]) {
    const named = modes.flatMap(part);
    assert.equal(new Set(named).size, named.length);
  }
});
