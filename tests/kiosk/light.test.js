import assert from "node:assert/strict";
import { test } from "node:test";
import { folded, helpBody, helperMark, mostHelped } from "../../kiosk/domain/helping.js";
import { batteryCheck, clockCheck, faultsOf, lightOf, packCheck, spaceCheck, tripCheck, voicesCheck } from "../../kiosk/domain/light.js";
import { clockOffset } from "../../kiosk/sync/clock.js";
import { LANGUAGE_NAMES, languages, say, span, table } from "../../kiosk/words/messages.js";

const MB = 1e6;
/** What a check may have to say, after `setup.check.`. */
const SAID = [
  "device", "pack", "pack.none", "pack.unreadable", "pack.empty", "pack.passes", "disk", "disk.bad", "space", "space.warn", "space.bad", "durable", "durable.warn",
  "release", "release.bad", "clock", "clock.warn", "clock.unknown", "battery", "battery.warn", "battery.bad", "camera", "camera.none", "camera.silent",
  "voices", "voices.warn", "trip", "trip.running", "trip.warn", "trip.refused", "trip.disk",
].map((name) => `setup.check.${name}`);

test("the light is as red as its worst check; what nobody can tell is no fault", () => {
  const of = (...outcomes) => lightOf(outcomes.map((outcome) => ({ name: "disk", outcome })));
  assert.deepEqual([of("good", "unknown"), of("good", "warn"), of("running"), of("warn", "bad"), of()], ["green", "amber", "amber", "red", "green"]);
  const checks = [{ name: "disk", outcome: "bad" }, { name: "clock", outcome: "unknown" }, { name: "trip", outcome: "running" }, { name: "camera", outcome: "warn" }];
  assert.deepEqual(faultsOf(checks), ["disk", "camera"]);
});

test("space, battery and clock have limits, and are unknown where the browser says nothing", () => {
  const outcomes = (check, ...told) => told.map((one) => check(one).outcome);
  assert.deepEqual(outcomes(spaceCheck, null, { quota: 300 * MB, usage: 0 }, { quota: 300 * MB, usage: 150 * MB }, { quota: 300 * MB, usage: 297 * MB }), ["unknown", "good", "warn", "bad"]);
  assert.deepEqual(outcomes(batteryCheck, null, { level: 0.9, charging: false }, { level: 0.3, charging: false }, { level: 0.05, charging: false }, { level: 0.05, charging: true }), ["unknown", "good", "warn", "bad", "good"]);
  assert.deepEqual(outcomes(clockCheck, null, 3, -60, -61, 86400 * 1826), ["unknown", "good", "good", "warn", "warn"]);
  assert.deepEqual(outcomes((silent) => voicesCheck(["fr", "ar"], (lang) => !silent.includes(lang)), [], ["ar"]), ["good", "warn"]);
});

test("a meeting lacks passes, a vote, or all; and a record has come back only once the server spoke of it", () => {
  const pack = (passes, boxes) => ({ session: {}, checks: new Set(Array(passes).keys()), definitions: Array(boxes) });
  assert.deepEqual([packCheck(pack(2, 1), true), packCheck(pack(0, 1), true), packCheck(pack(2, 0), true), packCheck(pack(2, 1), false), packCheck(null, false)]
    .map(({ outcome, why }) => why ?? outcome), ["good", "passes", "empty", "unreadable", "none"]);
  assert.deepEqual([undefined, "lost", "accepted", "parked", "quarantined"].map((verdict) => tripCheck(verdict && { verdict }, 4, "").outcome), ["warn", "warn", "good", "good", "bad"]);
});

test("every outcome of a check has its sentence in every language", () => {
  for (const lang of languages()) {
    for (const key of SAID) assert.ok(say(lang, key, { n: 1, span: span(lang, 7200), languages: LANGUAGE_NAMES.fr }), key);
    assert.deepEqual(Object.keys(table(lang)).filter((name) => /^setup\.check\.(?!again)/.test(name)).sort(), [...SAID].sort());
  }
});

test("d1: the clock is compared with this installation's server alone, to a second, whatever it shows", async () => {
  const years = 5 * 365 * 86400;
  const at = (seconds, answer) => clockOffset("log", { now: () => seconds * 1000, fetch: async () => answer() });
  const server = (logId, headers = { date: "Mon, 01 Jun 2026 10:00:00 GMT" }) => () => Response.json({ checkpoint: { log_id: logId } }, { headers });
  const now = Date.parse("2026-06-01T10:00:00.500Z") / 1000;
  assert.equal(await at(now, server("log")), 0);
  assert.equal(await at(now - years, server("log")), -years);
  assert.equal(await at(now + 86400, server("log")), 86400);
  assert.equal(await at(now, server("another")), null, "a log-in page has a clock, too");
  assert.equal(await at(now, server("log", {})), null);
  assert.equal(await at(now, () => { throw new TypeError("no network"); }), null);
});

test("a helper is known again however the name is typed, by a mark and not by the name", async () => {
  const key = new Uint8Array(32).fill(7);
  assert.equal(folded("  Zoé-Anne  ŁĘCKA’s Weiß "), "zoe anne lecka s weiss");
  // The same as server/meetings/helped.py makes; a test there compares.
  assert.equal(await helperMark(key, "Zoé Łęcka"), "f1b7e38a8c33fe162261d0eac9ba545f");
  assert.equal(await helperMark(key, "zoe  lecka"), await helperMark(key, "Zoé Łęcka"));
  assert.notEqual(await helperMark(key, "Zoé Lecki"), await helperMark(key, "Zoé Łęcka"));
  assert.equal(helpBody({ b: 1, a: 2 }), '{"helped":{"a":2,"b":1}}');
  assert.deepEqual([mostHelped([]), mostHelped([{ perHelper: 0 }]), mostHelped([{ perHelper: 0 }, { perHelper: 5 }, { perHelper: 3 }])], [0, 0, 3]);
});
