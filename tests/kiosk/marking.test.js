/** Marking by ranks, by points, with dots, and one of three answers: what a touch does, and what is sealed of it. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { bounds, choicesOf, emptyAnswer, problems, ranksOf, touch } from "../../kiosk/domain/ballot.js";
import { random, text } from "../../kiosk/domain/bytes.js";
import { MOST_POINTS, readDefinition, UnknownDefinition } from "../../kiosk/domain/definition.js";
import { plainBallot } from "../../kiosk/domain/sealing.js";
import { advance, emptyVisit } from "../../kiosk/domain/visit.js";
import { say } from "../../kiosk/words/messages.js";
import { APPROVAL, DOTTED, RANKED, SCORED, YES_NO } from "./support.js";

/** Touches one after another: ids, or [id, value]. @returns {[import("../../kiosk/domain/ballot.js").Answer, string]} the answer, and what the last was refused for */
function touched(contest, ...touches) {
  let [marks, refused] = [emptyAnswer(contest), ""];
  for (const one of touches) ({ marks, refused } = touch(contest, marks, ...[one].flat()));
  return [marks, refused];
}

test("ranks are given in the order of the touches; what is taken away lets those behind it move up", () => {
  assert.deepEqual(touched(RANKED, "4", "1", "3"), [["4", "1", "3"], ""]);
  assert.deepEqual(touched(RANKED, "4", "1", "3", "2"), [["4", "1", "3"], "too_many"]);
  assert.deepEqual(touched(RANKED, "4", "1", "3", "1"), [["4", "3"], ""]);
  assert.deepEqual(touched(RANKED, "4", "1", "3", "1", "1"), [["4", "3", "1"], ""]);
  assert.deepEqual(touched({ ...RANKED, max: 0 }, "4", "3", "2", "1"), [["4", "3", "2", "1"], ""]);
  assert.deepEqual([ranksOf(RANKED), ranksOf({ ...RANKED, max: 0 })], [3, 4]);
});

test("a score is given, changed and taken away; nothing is a score of its own", () => {
  assert.deepEqual(touched(SCORED, ["1", 5]), [{ 1: 5 }, ""]);
  assert.deepEqual(touched(SCORED, ["1", 5], ["1", 2]), [{ 1: 2 }, ""]);
  assert.deepEqual(touched(SCORED, ["1", 5], ["1", 5]), [{}, ""]);
  assert.deepEqual(touched(SCORED, ["2", 0]), [{ 2: 0 }, ""]);
  assert.deepEqual(touched(SCORED, ["2", 0], ["2", 0]), [{}, ""]);
  assert.deepEqual(touched(SCORED, ["1", 0], ["2", 1], ["3", 2], ["4", 3]), [{ 1: 0, 2: 1, 3: 2 }, "too_many"]);
  assert.deepEqual(touched(SCORED, ["1", 6]), [{}, "out_of_range"]);
  assert.deepEqual(problems(SCORED, { 1: 0 }), ["too_few"]);
});

test("dots are put and taken one by one, never more than there are nor more than one choice holds", () => {
  const put = (id, count) => Array.from({ length: count }, () => [id, 1]);
  assert.deepEqual(touched(DOTTED, ...put("2", 3)), [{ 2: 3 }, ""]);
  assert.deepEqual(touched(DOTTED, ...put("2", 4)), [{ 2: 3 }, "out_of_range"]);
  assert.deepEqual(touched(DOTTED, ...put("2", 3), ...put("1", 3)), [{ 1: 2, 2: 3 }, "too_many_points"]);
  assert.deepEqual(touched(DOTTED, ...put("2", 2), ["2", -1]), [{ 2: 1 }, ""]);
  assert.deepEqual(touched(DOTTED, ...put("2", 1), ["2", -1]), [{}, ""]);
  assert.deepEqual(touched(DOTTED, ["2", -1]), [{}, ""]);
  assert.deepEqual(touched({ ...DOTTED, max: 1 }, ["2", 1], ["3", 1]), [{ 2: 1 }, "too_many"]);
  assert.deepEqual(touched(DOTTED, ["9", 1]), [{}, "unknown_choice"]);
});

test("of yes, no and abstention one is marked, and can be taken away", () => {
  assert.deepEqual(touched(YES_NO, "yes", "no"), [["no"], ""]);
  assert.deepEqual(touched(YES_NO, "yes", "yes"), [[], ""]);
  assert.equal(bounds({ ...YES_NO, max: 0 }).max, 1);
});

test("a choice named like a part of every object has no points", () => {
  const choices = [{ id: "constructor", cost: 0 }, { id: "toString", cost: 0 }];
  assert.deepEqual(touched({ ...DOTTED, choices }, ["constructor", 1]), [{ constructor: 1 }, ""]);
  assert.deepEqual(touched({ ...SCORED, choices }, ["toString", 0]), [{ toString: 0 }, ""]);
});

test("whatever is touched in whatever order, what can be cast is allowed", () => {
  for (let run = 0; run < 400; run += 1) {
    for (const contest of [RANKED, SCORED, DOTTED, YES_NO, { ...SCORED, max_cost: 50000 }, { ...DOTTED, max: 2, max_cost: 40000 }]) {
      let marks = emptyAnswer(contest);
      for (const byte of random(12)) marks = touch(contest, marks, contest.choices[byte % contest.choices.length].id, contest.method === "dots" ? (byte & 64 ? 1 : -1) : byte % 6).marks;
      assert.deepEqual(problems(contest, marks).filter((problem) => problem !== "too_few"), [], JSON.stringify(marks));
    }
  }
});

test("what is sealed: ranks in their order, points by choice, and nothing of what was not touched", () => {
  const contests = [RANKED, SCORED, DOTTED, YES_NO].map((contest, i) => ({ ...contest, id: `q${i + 1}` }));
  const sealed = (marks) => JSON.parse(text(plainBallot(choicesOf({ def: "d", contests }, marks), 512)));
  const marks = { "d/q1": ["4", "1"], "d/q2": { 3: 0, 1: 5 }, "d/q3": { 2: 3 }, "d/q4": ["abstain"] };
  assert.deepEqual(sealed(marks), { v: 1, choices: { q1: ["4", "1"], q2: { 1: 5, 3: 0 }, q3: { 2: 3 }, q4: ["abstain"] } });
  assert.deepEqual(sealed({}), { v: 1, choices: { q1: [], q2: {}, q3: {}, q4: [] } });
  const all = { "d/q1": ["4", "1", "2"], "d/q2": { 1: 5, 2: 5, 3: 5 }, "d/q3": { 1: 3, 2: 2 }, "d/q4": ["abstain"] };
  assert.equal(plainBallot(choicesOf({ def: "d", contests }, all), 512).length, 512);
  assert.throws(() => plainBallot(choicesOf({ def: "d", contests }, all), 64));
});

test("a visit keeps for each page what its method marks, clears one page alone, and holds back what is too few", () => {
  const pages = [RANKED, SCORED].map((contest, i) => ({ definition: { def: "d" }, contest, key: `d/q${i}` }));
  const walk = (...deeds) => deeds.reduce(advance, emptyVisit());
  const open = [{ type: "begin" }, { type: "accept", use: "u", pages }, { type: "mark", id: "3" }, { type: "mark", id: "1" }, { type: "forward" }];
  const scored = [...open, { type: "mark", id: "2", value: 4 }];
  assert.deepEqual(walk(...scored).marks, { "d/q0": ["3", "1"], "d/q1": { 2: 4 } });
  assert.equal(walk(...scored, { type: "forward" }).refusal, "too_few");
  const cleared = walk(...scored, { type: "clear" });
  assert.deepEqual([cleared.marks, cleared.refusal], [{ "d/q0": ["3", "1"], "d/q1": {} }, ""]);
  assert.equal(advance(cleared, { type: "forward" }).step, "review", "blank");
  assert.deepEqual(advance(walk(...open, { type: "back" }), { type: "clear" }).marks["d/q0"], []);
});

test("a definition is offered only where its method is known and has its numbers", async () => {
  const read = (contest) => readDefinition(JSON.stringify({ format: "parvis-definition-1", title: {}, space: "s", doors: ["kiosk"], currency: "EUR", contests: [contest], box_key: "", sealed_length: 512 }));
  for (const contest of [RANKED, SCORED, DOTTED, YES_NO, { ...SCORED, points: MOST_POINTS }]) assert.equal((await read(contest)).contests[0].method, contest.method);
  const bad = [
    { ...APPROVAL, method: "borda" }, { ...APPROVAL, method: "constructor" }, { ...APPROVAL, method: undefined }, { ...APPROVAL, method: "score" },
    ...[0, -1, 1.5, "5", null, MOST_POINTS + 1].map((points) => ({ ...SCORED, points })), { ...DOTTED, per_choice: undefined }, { ...DOTTED, per_choice: 0 }, { ...DOTTED, points: 0 },
  ];
  for (const contest of bad) await assert.rejects(read(contest), UnknownDefinition, JSON.stringify(contest));
});

test("every limit is said in every language, in the plural of its number", () => {
  for (const lang of ["fr", "en", "ar"]) {
    for (const key of ["ballot.ranked.max", "ballot.on.max", "ballot.on.min", "ballot.dotted", "ballot.dotted.each", "ballot.left", "ballot.dots", "fault.ranked.too_many", "fault.score.too_few", "fault.dots.too_many", "fault.out_of_range", "fault.too_many_points"]) {
      const said = [1, 2, 5].map((n) => say(lang, key, { n, max: 9 }));
      assert.equal(new Set(said).size, 3, `${lang} ${key}`);
      assert.ok(said.every((words) => !/undefined|\{/.test(words)));
    }
  }
  assert.equal(say("fr", "ballot.left", { n: 0, max: 10 }), "Reste 0 gommette sur 10");
  assert.equal(say("ar", "ballot.left", { n: 0, max: 10 }), "لم تبق أي نقطة من 10");
});
