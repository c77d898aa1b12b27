import assert from "node:assert/strict";
import { test } from "node:test";
import { b64u, fromHex, utf8 } from "../../kiosk/domain/bytes.js";
import { Codes, readAnswers, staleness, verdictsOf } from "../../kiosk/domain/carried.js";
import { markNumbers } from "../../kiosk/domain/exportfile.js";
import { countLevels, readReply } from "../../kiosk/domain/state.js";
import { takeAll } from "../../kiosk/flows/carrying.js";
import { takeCarried } from "../../kiosk/sync/taking.js";
import { Leaves, stage, vectors } from "./support.js";

async function hallOf(count) {
  const hall = await stage(count);
  hall.outbox.installation = hall.town.installation;
  return hall;
}

/** A reply to all of a chain, as the office gives it. */
function replyTo({ town, records }, changes = {}, upto = records.length) {
  return {
    log_id: town.installation.logId, log_epoch: 1, dev: town.chain.dev, epoch: town.chain.epoch, next: upto + 1, head: records[upto - 1]?.id ?? "",
    verdicts: [], runs: [[1, upto, "accepted", "", upto - 1]], pack_version: 1, session_state: "open", retry_after_s: 0, time: 1000, ...changes,
  };
}

async function answerTo(hall, changes = {}, upto = hall.records.length) {
  return hall.town.signed(replyTo(hall, { checkpoint: await hall.town.checkpoint(upto), ...changes }, upto));
}

async function levels({ outbox, town, records }) {
  return countLevels(await outbox.verdicts(town.chain.epoch), records.length, outbox.sync.listed);
}

test("an answer that was carried raises the levels as one over the network does", async () => {
  const hall = await hallOf(5);
  const taken = await takeCarried(hall.outbox, await answerTo(hall, { cosigned: 4, certified: { s: "h" } }));
  assert.deepEqual([taken.fault, taken.alarm, taken.isListed], ["", "", true]);
  assert.deepEqual(await levels(hall), { saved: 5, arrived: 5, listed: 5, help: 0 });
  assert.deepEqual([hall.outbox.sync.next, hall.outbox.sync.standing], [6, { cosigned: 4, certified: { s: "h" } }]);
  const online = await hallOf(5);
  await online.loop.wake();
  assert.deepEqual(await levels(online), await levels(hall));
});

test("what people must look at, and what is not on the list yet, is not raised", async () => {
  const hall = await hallOf(5);
  const runs = [[1, 2, "accepted", "", 1], [3, 3, "quarantined", "malformed", 2], [4, 5, "accepted", "", 9]];
  await takeCarried(hall.outbox, await answerTo(hall, { runs }));
  assert.deepEqual(await levels(hall), { saved: 5, arrived: 4, listed: 2, help: 1 });
});

const REFUSED = {
  "for another device": ["other", (hall) => answerTo(hall, { dev: "0".repeat(64) })],
  "for another chain of this device": ["other", (hall) => answerTo(hall, { epoch: "f".repeat(16) })],
  "of another installation": ["altered", (hall) => answerTo(hall, { log_id: "0".repeat(64) })],
  "that was edited": ["altered", async (hall) => {
    const { reply, sig } = await answerTo(hall);
    return { reply: reply.replace('"accepted"', '"rejected"'), sig };
  }],
  "with the signature of another": ["altered", async (hall) => ({ ...(await answerTo(hall)), sig: (await answerTo(hall, { time: 2 })).sig })],
  "that is no reply": ["other", async () => ({ reply: "{", sig: "" })],
};

for (const [what, [fault, make]] of Object.entries(REFUSED)) {
  test(`an answer ${what} is refused by name and changes nothing`, async () => {
    const hall = await hallOf(3);
    const before = JSON.stringify(hall.outbox.sync);
    assert.equal((await takeCarried(hall.outbox, await make(hall))).fault, fault);
    assert.equal(JSON.stringify(hall.outbox.sync), before);
    assert.deepEqual(await levels(hall), { saved: 3, arrived: 0, listed: 0, help: 0 });
  });
}

test("an old answer takes nothing back, a known one changes nothing, and order comes from what only grows", async () => {
  const hall = await hallOf(5);
  const [older, newer] = [await answerTo(hall, {}, 3), await answerTo(hall, { time: 500 })];
  assert.equal((await takeCarried(hall.outbox, older)).fault, "");
  // Its time is earlier: the clock of the server jumped, its list grew.
  assert.equal((await takeCarried(hall.outbox, { ...newer })).fault, "");
  assert.equal((await takeCarried(hall.outbox, newer)).fault, "known");
  assert.equal((await takeCarried(hall.outbox, older)).fault, "old");
  assert.equal((await levels(hall)).arrived, 5);
  const revoked = await answerTo(hall, { device: "revoked", time: 501 });
  await takeCarried(hall.outbox, revoked);
  assert.equal((await takeCarried(hall.outbox, newer)).fault, "old", "a revocation is not taken back by what came before");
  assert.equal(hall.outbox.sync.standing.device, "revoked");
});

test("an answer of a restored server takes back what it lost, as over the network", async () => {
  const hall = await hallOf(4);
  await takeCarried(hall.outbox, await answerTo(hall));
  const anew = await answerTo(hall, { log_epoch: 2, checkpoint: await hall.town.checkpoint(2, 2, new Leaves("anew")) }, 2);
  assert.deepEqual(await takeCarried(hall.outbox, anew), { fault: "", epoch: hall.town.chain.epoch, alarm: "list_anew", isListed: true });
  assert.equal((await levels(hall)).arrived, 2);
  assert.equal((await takeCarried(hall.outbox, await answerTo(hall, { time: 9999 }))).fault, "old");
});

test("an answer about another chain under this name is an alarm and raises nothing", async () => {
  const hall = await hallOf(3);
  assert.equal((await takeCarried(hall.outbox, await answerTo(hall, { head: "0".repeat(64) }))).alarm, "fork");
  assert.equal((await levels(hall)).arrived, 0);
  const other = await hallOf(3);
  assert.equal((await takeCarried(other.outbox, await answerTo(other, { next: 9 }))).alarm, "server_ahead");
});

test("that the list goes on is proved by the answer itself, and without proof only the arrival is said", async () => {
  const leaves = new Leaves();
  const hall = await hallOf(5);
  await takeCarried(hall.outbox, await answerTo(hall, {}, 2));
  const good = { first: 2, steps: await leaves.proof(2, 5) };
  for (const [proof, listed, alarm] of [[undefined, 2, ""], [{ first: 1, steps: good.steps }, 2, ""], [good, 5, ""]]) {
    const again = await hallOf(5);
    Object.assign(again, { town: hall.town, records: hall.records });
    Object.assign(again.outbox, { now: hall.outbox.now, kept: hall.records, installation: hall.town.installation, sync: structuredClone(hall.outbox.sync), said: new Map(hall.outbox.said) });
    const taken = await takeCarried(again.outbox, await answerTo(again, { proof }));
    assert.deepEqual([taken.alarm, again.outbox.sync.listed, taken.isListed], [alarm, listed, listed === 5], JSON.stringify(proof));
    assert.equal((await levels(again)).arrived, 5);
  }
  const bad = await takeCarried(hall.outbox, await answerTo(hall, { proof: { first: 2, steps: [...good.steps].reverse() } }));
  assert.equal(bad.alarm, "list_changed");
});

test("what was on the list stays there, though a run says only where its last record stands", async () => {
  const hall = await hallOf(5);
  await takeCarried(hall.outbox, await answerTo(hall, { runs: [[1, 3, "accepted", "", 2]] }, 3));
  assert.deepEqual(await levels(hall), { saved: 5, arrived: 3, listed: 3, help: 0 });
  await takeCarried(hall.outbox, await answerTo(hall, { runs: [[1, 5, "accepted", "", 99]] }));
  assert.deepEqual(await levels(hall), { saved: 5, arrived: 5, listed: 3, help: 0 });
});

test("codes are read in any order, those of two answers are not joined, and a damaged one is named", async () => {
  const { codes, signed } = vectors("worked").carried;
  assert.ok(codes.length > 1);
  for (const order of [codes, [...codes].reverse(), [...codes, ...codes]]) {
    const reader = new Codes();
    const found = [];
    for (const code of order) found.push(await reader.take(code));
    assert.deepEqual(found.filter(Boolean)[0], signed);
  }
  const reader = new Codes();
  const other = codes[0].replace(/^(PA1\.1\.\d+\.)[0-9a-f]{8}/, "$100000000");
  assert.equal(await reader.take(codes[1]), "");
  assert.equal(await reader.take(other), "", "the codes of another answer begin anew");
  assert.equal(reader.parts.size, 1);
  const damaged = new Codes();
  const heard = [];
  for (const code of codes) heard.push(await damaged.take(`${code.slice(0, -1)}~`));
  assert.equal(heard.at(-1), "broken");
  for (const odd of ["", "https://parvis.example/receipt/1", "PA1.3.2.00000000.x", "PA1.0.2.00000000.x", "PA2.1.1.00000000.x"]) {
    assert.equal(await new Codes().take(odd), "unreadable", odd);
  }
});

test("the worked answer of the document is taken here as there", async () => {
  const { keys, records, carried } = vectors("worked");
  const installation = { serverKey: b64u(fromHex(keys.server_public)), logId: keys.log_id };
  const reply = await readReply(JSON.stringify(carried.signed), installation, { dev: keys.dev, epoch: "0123456789abcdef" });
  const own = records.map(({ id }, i) => ({ id, seq: i + 1 }));
  assert.deepEqual(verdictsOf(reply, own).map(({ seq, id, verdict }) => [seq, id, verdict]), own.map(({ seq, id }) => [seq, id, "accepted"]));
  assert.deepEqual(verdictsOf(reply, own.slice(0, 2)), []);
});

test("a file of answers is read, what is none is named, and each chain finds its own", async () => {
  const { file, signed } = vectors("worked").carried;
  assert.deepEqual(readAnswers(utf8(file)), [signed]);
  for (const odd of ["", "{}", "[]", '{"format":"parvis-answers-1"}', '{"format":"parvis-answers-1","answers":[1,null,{"reply":1}]}']) {
    assert.deepEqual(readAnswers(utf8(odd)), [], odd);
  }
  const hall = await hallOf(2);
  const foreign = await answerTo(hall, { dev: "0".repeat(64) });
  assert.equal((await takeAll(hall, [])).fault, "unreadable");
  assert.equal((await takeAll(hall, [foreign])).fault, "other");
  assert.equal((await takeAll(hall, [foreign, await answerTo(hall)])).fault, "");
});

test("how far an answer goes is compared part by part", () => {
  const heard = { logEpoch: 1, next: 5, size: 9, time: 100 };
  assert.equal(staleness(heard, undefined), "");
  for (const [changes, found] of [[{ next: 4, size: 99 }, "old"], [{ size: 8, next: 99 }, "old"], [{ logEpoch: 2, next: 1, size: 1, time: 0 }, ""], [{ time: 99 }, "old"], [{}, "known"], [{ time: 101 }, ""]]) {
    assert.equal(staleness({ ...heard, ...changes }, heard), found, JSON.stringify(changes));
  }
});

test("numbers that are signed besides: all of a short chain, 500 at the most of a long one, never the last", () => {
  assert.deepEqual([0, 1, 2, 4].map(markNumbers), [[], [], [1], [1, 2, 3]]);
  for (const seq of [500, 501, 999, 20_000]) {
    const numbers = markNumbers(seq);
    assert.ok(numbers.length < 500 && numbers.length >= 249 && numbers.at(-1) < seq && numbers.every((number, i) => number > (numbers[i - 1] ?? 0)), String(seq));
  }
});
