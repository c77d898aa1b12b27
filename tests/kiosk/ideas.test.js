import assert from "node:assert/strict";
import { test } from "node:test";
import { fromB64u, text } from "../../kiosk/domain/bytes.js";
import { codeValues, readCode, writeCode } from "../../kiosk/domain/codes.js";
import { advance, draftOf, draftProblems, emptyVisit, hasRoom, pagesIn, PER_PAGE, standsBehind, trimmed, writingOf } from "../../kiosk/domain/ideas.js";
import { packCheck } from "../../kiosk/domain/light.js";
import { readPack } from "../../kiosk/domain/pack.js";
import { sealRecords } from "../../kiosk/domain/records.js";
import { Ideas } from "../../kiosk/flows/ideas.js";
import { EN } from "../../kiosk/words/en.js";
import { makeTown, packOf } from "./support.js";

// Screens are elements; here nobody sees them.
globalThis.HTMLElement ??= class {};
globalThis.navigator ??= { userAgent: "" };
const { offerNow, OFFERS, offersIn } = await import("../../kiosk/modes/offers.js");

const idea = (n) => ({ ref: String(n), number: n, title: `Idea ${n}`, text: "…", language: "en" });
const list = (count = 3, facts = {}) => ({ component: 7, title: {}, may: ["propose", "endorse", "comment"], longest_title: 20, longest_body: 30, longest_comment: 25, asks_stance: true, most_endorsements: 0, of: count,
  proposals: Array.from({ length: count }, (_, n) => idea(n + 1)), ...facts });

/** A visit after these deeds. */
const after = (...deeds) => deeds.reduce(advance, emptyVisit());
const BEGIN = { type: "begin", lists: 1 };
const READ = { type: "idea-read", ref: "2" };

test("a deed that means nothing at a step changes nothing", () => {
  const steps = [emptyVisit(), after(BEGIN), after(BEGIN, READ), after(BEGIN, READ, { type: "save" }), after(BEGIN, { type: "idea-write" })];
  for (const visit of steps) for (const type of ["cast", "accept", "written", "mark", "nothing"]) {
    if (visit.step === "saving" && type === "written") continue;
    assert.equal(advance(visit, { type, mine: [], voice: "" }), visit, `${visit.step} ${type}`);
  }
});

test("a failed write forgets all of the person but why", () => {
  const visit = after(BEGIN, READ, { type: "ask" }, { type: "accept", voice: "v", mine: ["1"] }, { type: "save" }, { type: "unsaved", code: "full" });
  assert.deepEqual(visit, { ...emptyVisit(), step: "unsaved", refusal: "full" });
});

test("the pass is asked for once a visit, and its voice goes with the visit", () => {
  const visit = after(BEGIN, READ, { type: "ask" }, { type: "accept", voice: "v", mine: [] });
  assert.deepEqual([visit.step, visit.voice, visit.ref], ["idea", "v", "2"]);
  assert.equal(after(BEGIN).voice, "");
});

test("a draft is checked when it is read again: both words are needed, and neither is too long", () => {
  const found = (title, body, name = "") => draftProblems({ ...draftOf(emptyVisit()), title, body, name }, writingOf({ about: "" }), list());
  assert.deepEqual([found("", ""), found(" ", "x"), found("x", "\n "), found("x".repeat(21), "x"), found("x", "x".repeat(31)), found("x", "y")],
    [["no_title", "no_body"], ["no_title"], ["no_body"], ["long_title"], ["long_body"], []]);
  assert.deepEqual(found("x", "y", "x".repeat(121)), ["long_name"]);
  assert.deepEqual(trimmed({ title: "  a \n b ", body: " c\n\nd \n", text: "\n g\nh ", stance: "for", name: " e  f " }),
    { title: "a b", body: "c\n\nd", text: "g\nh", stance: "for", name: "e f" });
});

test("a comment needs its text alone, and is no longer than the pack says", () => {
  const found = (text, name = "") => draftProblems({ ...draftOf(emptyVisit()), text, name }, writingOf({ about: "2" }), list());
  assert.deepEqual([found(" \n"), found("x".repeat(26)), found("x", "x".repeat(81)), found("x".repeat(25))], [["no_text"], ["long_text"], ["long_name"], []]);
});

test("what is written lies by what it is about, and none is shown beside another", () => {
  const text = (words) => ({ type: "idea-words", draft: { text: words } });
  const [open, back] = [{ type: "idea-write" }, { type: "idea-back" }];
  const two = after(BEGIN, READ, open, text("on two"), back, back, { type: "idea-read", ref: "3" }, open);
  assert.deepEqual([two.step, two.about, draftOf(two).text], ["write", "3", ""]);
  const again = [text("on three"), back, back, READ, open].reduce(advance, two);
  assert.deepEqual([draftOf(again).text, writingOf(again).kind], ["on two", "comment"]);
  const idea = [back, back, open].reduce(advance, again);
  assert.deepEqual([writingOf(idea).kind, draftOf(idea).text, draftOf(idea).title], ["idea", "", ""]);
});

test("a checked draft has a form, so that ten touches are one idea", () => {
  const draft = { title: "x", body: "y", name: "" };
  const visit = after(BEGIN, { type: "idea-write" }, { type: "idea-words", draft }, { type: "idea-check", ideas: list() });
  assert.deepEqual([visit.step, visit.form.length], ["check", 32]);
});

test("what a pass stands behind follows from this device's records in their order", () => {
  const deed = (type, proposal, by = "v") => ({ type: `endorsement.${type}`, subject: `voice:${by}`, proposal });
  const deeds = [deed("given", "1"), deed("given", "2"), deed("given", "3", "w"), deed("withdrawn", "1"), deed("given", "2")];
  assert.deepEqual([standsBehind(deeds, "v"), standsBehind(deeds, "w"), standsBehind(deeds, "x")], [["2"], ["3"], []]);
});

test("a limit counts within its list; of one list alone also what the pack no longer holds", () => {
  const room = (mine, ...lists) => hasRoom({ ...emptyVisit(), mine }, lists);
  const two = list(3, { most_endorsements: 2 });
  assert.deepEqual([room(["1", "2"], list()), room(["1"], two), room(["1", "2"], two), room(["1", "gone"], two), room(["1", "gone"], two, list())],
    [true, true, false, false, true]);
});

test("a list has a page even where there is nothing, and one more for one idea more", () => {
  assert.deepEqual([0, 1, PER_PAGE, PER_PAGE + 1].map((count) => pagesIn(list(count))), [1, 1, 1, 2]);
});

// -- the flow -------------------------------------------------------------------------------------

/** The parts of a kiosk that the flow asks for, and what was kept. */
async function hall({ lists = [list()], state = "open" } = {}) {
  const town = await makeTown();
  const bytes = Uint8Array.from({ length: 10 }, (_, n) => n);
  const pack = await readPack(await packOf(town, { ideas: lists }), { dev: town.chain.dev, logId: "" });
  const { check, voice, use } = await codeValues(pack.k, bytes);
  pack.checks.add(check);
  const kept = [];
  const outbox = {
    chain: async () => town.chain, records: async () => kept, hows: [],
    append: async (deeds, how) => {
      if (outbox.fault) throw outbox.fault;
      outbox.hows.push(how);
      kept.push(...(await sealRecords(deeds, town.chain)).records);
    },
  };
  const told = { trouble: 0, kept: 0 };
  const context = { pack, state, stop: "" };
  const flow = new Ideas({
    outbox, context: () => context, lang: () => "fr", onChange: () => {}, onTrouble: () => { told.trouble += 1; }, onKept: () => { told.kept += 1; },
  });
  return { flow, outbox, kept, context, told, code: writeCode(bytes), voice, use };
}

const said = (records) => records.map(({ type, line }) => [type, JSON.parse(line).subject, JSON.parse(text(fromB64u(JSON.parse(line).body)))]);

test("promise 5: an endorsement carries the voice of the pass and nothing of what votes", async () => {
  const { flow, kept, code, voice, use, told } = await hall();
  flow.begin();
  flow.do(READ);
  await flow.endorse();
  assert.equal(flow.visit.step, "pass", "a pass is asked for");
  await flow.givePass(code);
  assert.deepEqual(said(kept), [["endorsement.given", `voice:${voice}`, { proposal: "2" }]]);
  assert.ok(!JSON.stringify(kept).includes(use));
  assert.deepEqual([flow.visit.step, flow.visit.saved, flow.visit.mine, told], ["idea", "given", ["2"], { trouble: 0, kept: 1 }]);
  await flow.endorse();
  assert.deepEqual([kept.at(-1).type, flow.visit.saved, flow.visit.mine], ["endorsement.withdrawn", "withdrawn", []]);
});

test("who shows the pass again is not counted again, and finds what they endorsed", async () => {
  const { flow, kept, code } = await hall();
  for (const _turn of [1, 2]) {
    flow.begin();
    flow.do(READ);
    await flow.endorse();
    await flow.givePass(code);
    assert.deepEqual(flow.visit.mine, ["2"]);
    flow.wipe();
  }
  assert.equal(kept.length, 1);
});

test("a pass that is none, is mistyped or of elsewhere is named", async () => {
  const { flow, context, code } = await hall();
  assert.deepEqual([(await flow.judge("https://x")).code, (await flow.judge(code.slice(1))).code], ["not_a_pass", "mistyped"]);
  context.pack.checks.clear();
  assert.equal((await flow.judge(code)).code, "unknown");
  context.state = "paused";
  assert.equal((await flow.judge(code)).code, "not_open");
});

test("a pass that is judged after its holder left speaks for nobody", async () => {
  const { flow, kept, code } = await hall();
  flow.begin();
  flow.do(READ);
  await flow.endorse();
  const judging = flow.givePass(code);
  flow.wipe();
  await judging;
  assert.deepEqual([flow.visit, kept], [emptyVisit(), []]);
});

test("beyond the limit of a pass nothing is written, and it is said", async () => {
  const { flow, kept, code } = await hall({ lists: [list(3, { most_endorsements: 1 })] });
  flow.begin();
  flow.do(READ);
  await flow.endorse();
  await flow.givePass(code);
  flow.do({ type: "idea-back" });
  flow.do({ type: "idea-read", ref: "3" });
  await flow.endorse();
  assert.deepEqual([flow.visit.step, flow.visit.refusal, kept.length], ["idea", "too_many", 1]);
});

test("an idea is written without a pass, once, in the language of the screen", async () => {
  const { flow, kept, outbox } = await hall();
  flow.begin();
  flow.do({ type: "idea-write" });
  flow.do({ type: "idea-words", draft: { title: " Un  banc ", body: "Ici.", name: "" } });
  flow.check();
  await Promise.all([flow.send(), flow.send()]);
  assert.deepEqual(said(kept), [["proposal.version", "", { component: 7, title: "Un banc", body: "Ici.", language: "fr", name: "" }]]);
  assert.equal(outbox.hows[0].spends[0], `idea/${outbox.hows[0].form}`);
  assert.deepEqual([flow.visit.step, draftOf(flow.visit).title], ["done", ""]);
});

/** Somebody reads the second idea and says something about it, up to the last check. */
function comment(flow, draft) {
  flow.begin();
  flow.do(READ);
  flow.do({ type: "idea-write" });
  flow.do({ type: "idea-words", draft });
  flow.check();
}

test("a comment is written without a pass, once, about the idea that is read", async () => {
  const { flow, kept, outbox } = await hall();
  comment(flow, { text: " Deux\nbancs. ", stance: "for", name: " Zoé  R. " });
  await Promise.all([flow.send(), flow.send()]);
  const [[type, subject, facts]] = said(kept);
  assert.deepEqual([kept.length, type, subject, outbox.hows[0].spends], [1, "comment.written", `comment:${facts.ref}`, [`idea/${facts.ref}`]]);
  assert.match(facts.ref, /^[0-9a-f]{32}$/u);
  assert.deepEqual({ ...facts, ref: "" }, {
    ref: "", subject: { kind: "proposal", ref: "2" }, parent: "", text: "Deux\nbancs.", language: "fr", stance: "for", author: { kind: "person", name: "Zoé R." },
  });
  assert.deepEqual([flow.visit.step, draftOf(flow.visit).text], ["done", ""]);
});

test("who says neither is neutral, and a second comment has a name of its own", async () => {
  const { flow, kept } = await hall();
  for (const text of ["Oui.", "Non."]) {
    comment(flow, { text });
    await flow.send();
    flow.wipe();
  }
  const [one, two] = said(kept).map(([, , facts]) => facts);
  assert.deepEqual([one.stance, one.author.name, kept.length], ["neutral", "", 2]);
  assert.notEqual(one.ref, two.ref);
});

test("a comment without words is not checked, and one longer than it may be neither", async () => {
  const { flow } = await hall();
  for (const [text, why] of [["", "no_text"], ["x".repeat(26), "long_text"]]) {
    comment(flow, { text });
    assert.deepEqual([flow.visit.step, flow.visit.refusal], ["write", why]);
    flow.wipe();
  }
});

test("p20: what is meant while the kiosk is paused, stopped or broken is not kept, and that is told", async () => {
  const faults = { stopped: ({ context }) => { context.state = "paused"; }, full: ({ outbox }) => { outbox.fault = { code: "full" }; }, storage: ({ outbox }) => { outbox.fault = new Error(); } };
  for (const [code, breakIt] of Object.entries(faults)) {
    const made = await hall();
    made.flow.begin();
    made.flow.do({ type: "idea-write" });
    made.flow.do({ type: "idea-words", draft: { title: "Un banc", body: "Ici.", name: "" } });
    made.flow.check();
    breakIt(made);
    await made.flow.send();
    assert.deepEqual([made.flow.visit.step, made.flow.visit.refusal, made.kept.length], ["unsaved", code, 0]);
  }
});

// -- the registry ---------------------------------------------------------------------------------

test("the registry of offers: what the pack holds is offered, a visit belongs to one, and no deed stands in two", () => {
  const pack = (definitions, ideas) => ({ definitions: Array(definitions), ideas: Array(ideas) });
  const names = (...facts) => offersIn(pack(...facts)).map(({ name }) => name);
  assert.deepEqual([names(1, 0), names(1, 1), names(0, 2), names(0, 0), offersIn(null).map(({ name }) => name)], [["vote"], ["vote", "ideas"], ["ideas"], ["vote"], ["vote"]]);
  const app = { pack: pack(1, 1), voting: { visit: { step: "rest" } }, ideas: { visit: { step: "list" } } };
  assert.equal(offerNow(app).name, "ideas");
  for (const part of [({ screens }) => Object.keys(screens), ({ types }) => types, ({ deeds }) => Object.keys(deeds(app))]) {
    const all = OFFERS.flatMap(part);
    assert.equal(new Set(all).size, all.length);
  }
  for (const { name } of OFFERS) assert.ok(EN[`offer.${name}`]);
});

test("words of the ideas take the place of a ballot's where they are meant to, and of no others", () => {
  const taken = Object.keys(EN).filter((key) => EN[`ideas.${key}`] !== undefined).sort();
  assert.deepEqual(taken, ["call.go_on", "call.kept", "pass.lead", "pass.lead.typed", "refused.not_open", "refused.title", "rest.away", "rest.closed.closed",
    "rest.closed.paused", "rest.closed.prepared", "rest.out.do", "unsaved.do", "unsaved.full", "unsaved.stopped", "unsaved.storage"]);
});

test("a pack without ideas is one of an earlier release; one with ideas alone is ready", async () => {
  const town = await makeTown();
  const pack = await readPack(await packOf(town), { dev: town.chain.dev, logId: "" });
  assert.deepEqual(pack.ideas, []);
  const bare = { session: {}, checks: new Set([1]), definitions: [], ideas: [] };
  assert.deepEqual([packCheck(bare, true).why, packCheck({ ...bare, ideas: [list()] }, true).outcome], ["empty", "good"]);
});
