import assert from "node:assert/strict";
import { test } from "node:test";
import { bounds, choicesOf, problems, touch } from "../../kiosk/domain/ballot.js";
import { fromB64u, hash, hex, random, utf8 } from "../../kiosk/domain/bytes.js";
import { readCode, symbols, writeCode } from "../../kiosk/domain/codes.js";
import { checkExport, exportName, writeExport } from "../../kiosk/domain/exportfile.js";
import { direction, languages, money, say, table } from "../../kiosk/words/messages.js";
import { BadPack, localised, pinFits, readPack } from "../../kiosk/domain/pack.js";
import { sealRecord, walkChain } from "../../kiosk/domain/records.js";
import { plainBallot, seal, TooLong } from "../../kiosk/domain/sealing.js";
import { sign } from "../../kiosk/domain/signing.js";
import { mayBecome } from "../../kiosk/domain/state.js";
import { advance, emptyVisit } from "../../kiosk/domain/visit.js";
import { enrolmentCode } from "../../kiosk/flows/preparing.js";
import { Presence } from "../../kiosk/flows/presence.js";
import { APPROVAL, b64u, CHOICES, makeRecords, makeTown, packOf, PURSE, ROUND } from "./support.js";

test("every error in one or two characters and every exchange is refused", () => {
  const code = writeCode(random(10));
  const all = symbols();
  let tried = 0;
  for (let i = 0; i < 18; i += 1) {
    for (const one of all) {
      if (one === code[i]) continue;
      const single = code.slice(0, i) + one + code.slice(i + 1);
      assert.equal(readCode(single).why, "check");
      const j = (i + 1 + tried) % 18;
      if (j !== i) {
        const other = all[(all.indexOf(code[j]) + 1 + (tried % 31)) % 32];
        if (other !== code[j]) assert.equal(readCode(single.slice(0, j) + other + single.slice(j + 1)).why, "check");
      }
      tried += 1;
    }
    for (let j = i + 1; j < 18; j += 1) {
      if (code[i] === code[j]) continue;
      const swapped = [...code];
      [swapped[i], swapped[j]] = [swapped[j], swapped[i]];
      assert.equal(readCode(swapped.join("")).why, "check");
    }
  }
  assert.equal(tried, 18 * 31);
});

test("a touch never breaks a bound, and says which", () => {
  assert.deepEqual(touch(APPROVAL, ["1", "2"], "3"), { marks: ["1", "2"], refused: "too_many" });
  assert.deepEqual(touch(APPROVAL, ["2"], "1"), { marks: ["1", "2"], refused: "" });
  assert.deepEqual(touch(APPROVAL, ["1"], "1"), { marks: [], refused: "" });
  assert.deepEqual(touch(ROUND, ["1"], "4"), { marks: ["4"], refused: "" });
  assert.deepEqual(touch(PURSE, ["1", "3"], "2"), { marks: ["1", "3"], refused: "over_budget" });
  assert.deepEqual(touch(PURSE, ["2"], "3"), { marks: ["2", "3"], refused: "" });
  assert.deepEqual(touch(PURSE, [], "9"), { marks: [], refused: "unknown_choice" });
  assert.deepEqual(bounds({ ...ROUND, max: 0 }).max, 1);
});

test("whatever is touched in whatever order, what can be cast is allowed", () => {
  for (let run = 0; run < 300; run += 1) {
    for (const contest of [APPROVAL, ROUND, PURSE]) {
      let marks = [];
      for (const byte of random(8)) marks = touch(contest, marks, CHOICES[byte % 4].id).marks;
      assert.deepEqual(problems(contest, marks).filter((problem) => problem !== "too_few"), []);
    }
  }
});

test("choices are sealed in the order of the definition", () => {
  const definition = { def: "d", contests: [ROUND, APPROVAL] };
  const choices = choicesOf(definition, { "d/q1": ["3", "1"], "d/q2": [] });
  assert.equal(JSON.stringify(choices), '{"q2":[],"q1":["1","3"]}');
});

test("every ballot has the same length, and a longer one is refused", async () => {
  assert.equal(plainBallot({ q1: [] }, 128).length, plainBallot({ q1: ["1", "2", "3"] }, 128).length);
  assert.throws(() => plainBallot({ q1: ["x".repeat(128)] }, 128), TooLong);
  const { house } = await makeTown();
  const box = { boxKey: house.publicKey, def: "ab".repeat(32) };
  const [one, two] = await Promise.all([1, 2].map(() => seal(plainBallot({}, 64), box)));
  assert.equal(one.length, 65 + 64 + 16);
  assert.notDeepEqual(one.slice(0, 65), two.slice(0, 65));
});

test("a chain is walked, and a missing, altered or exchanged record is seen", async () => {
  const { chain } = await makeTown();
  const records = await makeRecords(chain, 5);
  assert.deepEqual(await walkChain(records), { seq: 5, head: records[4].id, broken: "" });
  assert.equal((await walkChain([...records.slice(0, 2), ...records.slice(3)])).broken, "missing");
  const altered = records.map((record, i) => (i === 2 ? { ...record, line: record.line.replace(/"body":"../, '"body":"__') } : record));
  assert.deepEqual(await walkChain(altered), { seq: 2, head: records[1].id, broken: "altered" });
  const other = await sealRecord({ type: "x.y", space: "s", meeting: "", body: utf8("{}") }, { ...chain, seq: 2, head: "f".repeat(64) });
  assert.equal((await walkChain([records[0], records[1], other])).broken, "altered");
});

test("no header tells a time", async () => {
  const { chain } = await makeTown();
  const [{ line }] = await makeRecords(chain, 1);
  const fields = Object.keys(JSON.parse(JSON.parse(line).header));
  assert.deepEqual(fields, ["v", "type", "tv", "space", "meeting", "def", "dev", "epoch", "seq", "prev", "actor", "subj_c", "body_c", "len", "att"]);
});

test("an export file is whole, and a damaged, foreign or older one is named", async () => {
  const { chain, device, installation } = await makeTown();
  const records = await makeRecords(chain, 4);
  const head = { ...chain, seq: 4, head: records[3].id };
  const bytes = await writeExport(records, { ...head, sig: await sign(device.privateKey, installation.logId), version: "v", publicKey: device.publicKey });
  assert.equal(await checkExport(bytes, head), "");
  const flipped = Uint8Array.from(bytes);
  flipped[bytes.length - 40] ^= 1;
  assert.equal(await checkExport(flipped, head), "damaged");
  assert.equal(await checkExport(bytes.slice(0, -300), head), "damaged");
  assert.equal(await checkExport(utf8("PDF"), head), "unreadable");
  assert.equal(await checkExport(bytes, { ...head, dev: "f".repeat(64) }), "other");
  assert.equal(await checkExport(bytes, { ...head, seq: 5, head: "e".repeat(64) }), "older");
  const [first, ...lines] = new TextDecoder().decode(bytes).split("\n");
  assert.equal(JSON.parse(first).sha256, await hash(utf8(lines.join("\n"))));
  assert.equal(await hash(fromB64u(JSON.parse(first).public_key)), chain.dev, "s9: whoever forgot the device can check who wrote it");
  assert.equal(exportName("Borne 3, Préau", 12), "parvis-borne-3-preau-12.ndjson");
});

test("a pack is taken from its installation, for this device, and from nobody else", async () => {
  const town = await makeTown();
  const who = { dev: town.chain.dev, logId: "" };
  const pack = await readPack(await packOf(town), who);
  assert.equal(pack.definitions.length, 1, "a vote without this door is not offered");
  assert.ok(await pinFits(pack, "123456"));
  assert.ok(!(await pinFits(pack, "123457")));
  const refused = async (signed, expected, code) => assert.rejects(readPack(signed, expected), (error) => error instanceof BadPack && error.code === code);
  const good = await packOf(town);
  await refused({ ...good, pack: good.pack.replace('"T"', '"U"') }, who, "signature");
  await refused(good, { ...who, logId: "f".repeat(64) }, "other_installation");
  await refused(good, { ...who, dev: "f".repeat(64) }, "other_device");
  await refused({ pack: "<html>", sig: "" }, who, "unreadable");
  const impostor = await makeTown();
  await refused(await packOf({ ...impostor, chain: town.chain }, { log_id: town.installation.logId }), who, "signature");
});

test("a visit goes its way, and what is done at the wrong step means nothing", () => {
  const pages = [{ definition: { def: "d" }, contest: APPROVAL, key: "d/q1" }, { definition: { def: "d" }, contest: ROUND, key: "d/q2" }];
  const walk = (...deeds) => deeds.reduce(advance, emptyVisit());
  const open = [{ type: "begin" }, { type: "accept", use: "u", pages }];
  assert.equal(walk({ type: "cast" }).step, "rest");
  assert.equal(walk({ type: "begin" }, { type: "refuse", code: "unknown" }).refusal, "unknown");
  const marked = [...open, { type: "mark", id: "1" }];
  assert.deepEqual(walk(...marked).marks, { "d/q1": ["1"] });
  assert.equal(walk(...marked, { type: "forward" }).page, 1);
  const review = walk(...marked, { type: "forward" }, { type: "forward" });
  assert.equal(review.step, "review");
  const saving = advance(review, { type: "cast" });
  assert.equal(advance(saving, { type: "cast" }), saving, "a second touch is no second deed");
  assert.equal(advance(saving, { type: "mark", id: "2" }), saving);
  const done = advance(saving, { type: "saved", receipts: [{ id: "r" }] });
  assert.deepEqual({ ...done, receipts: [] }, { ...emptyVisit(), step: "receipt" }, "the receipt screen holds no choice and no pass");
  const forms = new Set([1, 2, 3].map(() => walk(...open).form));
  assert.equal(forms.size, 3);
});

test("sessions know no way back", () => {
  assert.ok(mayBecome("prepared", "open") && mayBecome("open", "paused") && mayBecome("paused", "open") && mayBecome("open", "closed"));
  for (const to of ["open", "paused", "prepared"]) assert.ok(!mayBecome("closed", to));
  assert.ok(!mayBecome("prepared", "closed"));
});

test("an enrolment code is taken from the organiser's QR and from the keys", () => {
  const code = writeCode(random(10));
  assert.equal(enrolmentCode(`https://host/kiosk/#enrol=${code}`), code);
  assert.equal(enrolmentCode(code.toLowerCase().replace(/(.{4})/g, "$1-")), code);
  assert.equal(enrolmentCode(`${code}0`), "");
});

test("after 45 seconds it asks, after 75 it wipes, and a touch starts anew", () => {
  let mode = "visit";
  const told = [];
  const presence = new Presence({ mode: () => mode, onAsk: (left) => told.push(left), onEnding: () => {}, onGone: () => { told.push("gone"); mode = "nobody"; } });
  const tick = (count) => { for (let i = 0; i < count; i += 1) presence.tick(); };
  tick(44);
  assert.deepEqual(told, []);
  tick(2);
  assert.deepEqual(told, [30, 29]);
  presence.touch();
  assert.deepEqual(told, [30, 29], "a touch while it asks is no answer yet");
  presence.answer();
  assert.deepEqual(told, [30, 29, null]);
  tick(74);
  assert.equal(told.includes("gone"), false);
  tick(1);
  assert.equal(told.at(-1), "gone");
  mode = "receipt";
  tick(19);
  presence.touch();
  assert.equal(mode, "receipt");
  presence.longer();
  tick(60);
  assert.equal(mode, "receipt", "a minute more for whoever asks");
  tick(1);
  assert.equal(mode, "nobody", "twenty seconds after the receipt, touched or not");
});

test("who votes with a switch is given four times as long", () => {
  const told = [];
  const presence = new Presence({ mode: () => "visit", patience: () => 4, onAsk: (left) => told.push(left), onEnding: () => {}, onGone: () => told.push("gone") });
  for (let i = 0; i < 179; i += 1) presence.tick();
  assert.deepEqual(told, []);
  presence.tick();
  assert.deepEqual(told, [120]);
  for (let i = 0; i < 120; i += 1) presence.tick();
  assert.equal(told.at(-1), "gone");
});

test("every language has the same words to say, with the same facts in them", () => {
  const fr = table("fr");
  const facts = (entry) => [...new Set(JSON.stringify(entry).match(/\{\w+\}/g) ?? [])].sort();
  for (const other of ["en", "ar"].map(table)) {
    assert.deepEqual(Object.keys(fr).sort(), Object.keys(other).sort());
    for (const key of Object.keys(fr)) {
      if (key === "ballot.max" || facts(fr[key]).length !== facts(other[key]).length) continue;
      assert.deepEqual(facts(fr[key]), facts(other[key]), key);
    }
  }
  for (const lang of languages()) {
    for (const key of Object.keys(table(lang))) assert.doesNotThrow(() => say(lang, key, { n: 2 }));
  }
  assert.deepEqual(languages().map(direction), ["ltr", "ltr", "rtl"]);
  for (const n of [0, 1, 2, 3, 11, 100]) {
    const form = new Intl.PluralRules("ar").select(n);
    assert.ok(table("ar")["receipt.wiped"][form], `seconds: ${form}`);
    assert.ok(table("ar")["ballot.marks.of"][form], `crosses: ${form}`);
  }
  assert.throws(() => say("fr", "no.such.words"));
  assert.equal(say("fr", "idle.title"), "Êtes-vous encore là\u202f?");
  assert.equal(say("en", "ballot.marks.of", { n: 1, max: 3 }), "1 cross of 3");
  assert.equal(money("fr", 40_000_000, "EUR"), "400\u202f000\u00a0€");
});

test("in Arabic a name keeps its own order, and figures are those of the paper ballot", () => {
  assert.equal(say("ar", "ballot.marks.of", { n: 2, max: 3 }), "علامتان من 3");
  assert.match(money("ar", 40_000_000, "EUR"), /400,000\u00a0€/);
  assert.equal(say("ar", "setup.check.device", { label: "Borne 3" }), "مسجل: \u2068Borne 3\u2069");
  assert.equal(say("fr", "setup.check.device", { label: "Borne 3" }), "Inscrite\u00a0: Borne 3");
  assert.equal(say("fr", "setup.check.device", { label: "بيت" }), "Inscrite\u00a0: \u2068بيت\u2069");
});

test("a title is shown in the language asked for, else in the first of the meeting that it has", () => {
  const title = { fr: "Place", ar: "ساحة", en: "" };
  assert.deepEqual(localised(title, "ar", ["fr", "ar"]), { words: "ساحة", lang: "ar" });
  assert.deepEqual(localised(title, "en", ["fr", "en"]), { words: "Place", lang: "fr" });
  assert.deepEqual(localised({ de: "Platz" }, "en", ["fr"]), { words: "Platz", lang: "de" });
  assert.deepEqual(localised(undefined, "en"), { words: "", lang: "en" });
});

test("every room's words are in the table of their language, and none stands in two rooms", async () => {
  const { readdirSync } = await import("node:fs");
  const folder = new URL("../../kiosk/words/", import.meta.url);
  for (const lang of languages()) {
    const rooms = readdirSync(folder).filter((name) => name.endsWith(`.${lang}.js`));
    const said = await Promise.all(rooms.map(async (name) => Object.keys((await import(new URL(name, folder).href)).WORDS)));
    assert.deepEqual(said.flat().sort(), Object.keys(table(lang)).sort());
  }
});

test("every word a screen asks for is in the tables", async () => {
  const { readdirSync, readFileSync } = await import("node:fs");
  const folder = new URL("../../kiosk/ui/", import.meta.url);
  const words = table("fr");
  for (const file of readdirSync(folder)) {
    const text = readFileSync(new URL(file, folder), "utf8");
    for (const [, key] of text.matchAll(/\bt\("([a-z.]+)"/g)) assert.ok(words[key], `${file}: ${key}`);
    for (const [, start] of text.matchAll(/\bt\(`([a-z.]+\.)\$\{/g)) assert.ok(Object.keys(words).some((key) => key.startsWith(start)), `${file}: ${start}…`);
  }
});

test("a code drawn at random is random", () => {
  assert.equal(new Set(Array.from({ length: 50 }, () => hex(random(10)))).size, 50);
});
