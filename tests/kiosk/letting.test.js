import assert from "node:assert/strict";
import { test } from "node:test";
import { certifiedSince, CONDITIONS, DAYS, mayDelete } from "../../kiosk/domain/letting.js";
import { takeCarried } from "../../kiosk/sync/taking.js";
import { stage } from "./support.js";

const DAY = 86_400;
const HEAD = "a".repeat(64);

/** A chain of three records of which everything is true. */
function whole() {
  return {
    chain: { epoch: "e", seq: 3, head: HEAD },
    verdicts: [1, 2, 3].map((seq) => ({ id: `${seq}`, seq, verdict: "accepted", reason: "", index: seq + 10 })),
    sync: {
      next: 4, alarm: "", heard: { logEpoch: 1, next: 4, size: 20, time: 1000 + DAYS * DAY }, certifiedAt: 1000,
      standing: { device: "enrolled", witnesses: 1, cosigned: 14, certified: { s: HEAD } },
    },
    exported: { epoch: "e", seq: 3, head: HEAD }, waived: null, files: [{ whole: true }],
  };
}

/** @param {(kept: any) => void} change */
function after(change) {
  const kept = whole();
  change(kept);
  return mayDelete(kept);
}

test("with every condition, what was kept may go", () => {
  assert.deepEqual(mayDelete(whole()), { allowed: true, missing: [], daysLeft: 0 });
});

/** What is not so → what is missing, and nothing else. */
const MISSING = {
  "there is nothing": [["kept"], (k) => { k.chain.gone = { seq: 3 }; }],
  "an alarm stands": [["untroubled"], (k) => { k.sync.alarm = "fork"; }],
  "a restored server is put in order": [["untroubled"], (k) => { k.sync.standing.recovery = true; }],
  "a record has no verdict": [["arrived"], (k) => { k.verdicts.splice(1, 1); }],
  "a record was lost by a restored server": [["arrived", "witnessed"], (k) => { Object.assign(k.verdicts[1], { verdict: "lost", index: null }); }],
  "the server misses one before": [["arrived"], (k) => { k.sync.heard.next = 3; }],
  "a photo is on its way": [["files"], (k) => { k.files.push({ whole: false }); }],
  "no server was ever heard": [["arrived", "days"], (k) => { delete k.sync.heard; }],
  "it did not say whether anybody co-signs": [["told", "witnessed"], (k) => { delete k.sync.standing.witnesses; k.sync.standing.cosigned = 0; }],
  "the last record is not co-signed": [["witnessed"], (k) => { k.sync.standing.cosigned = 13; }],
  "the first record is not co-signed": [["witnessed"], (k) => { k.verdicts[0].index = 99; }],
  "nothing is co-signed": [["witnessed"], (k) => { delete k.sync.standing.cosigned; }],
  "a backup does not stand for a witness": [["witnessed"], (k) => { Object.assign(k.sync.standing, { cosigned: 0, backedUp: 99 }); }],
  "without a witness there is no backup": [["backed_up"], (k) => { k.sync.standing.witnesses = 0; }],
  "without a witness the backup is older": [["backed_up"], (k) => { Object.assign(k.sync.standing, { witnesses: 0, backedUp: 13 }); }],
  "no file was read back": [["exported"], (k) => { k.exported = null; }],
  "the file is of an earlier state": [["exported"], (k) => { k.exported.head = "b"; }],
  "the file is of another chain": [["exported"], (k) => { k.exported.epoch = "f"; }],
  "one person alone waives the file": [["exported"], (k) => { k.exported = null; k.waived = { names: ["Ada", " "], head: HEAD }; }],
  "one person waives it twice": [["exported"], (k) => { k.exported = null; k.waived = { names: ["Ada", " ada "], head: HEAD }; }],
  "it was waived for an earlier state": [["exported"], (k) => { k.exported = null; k.waived = { names: ["Ada", "Bo"], head: "b" }; }],
  "nothing is certified": [["certified", "closing"], (k) => { delete k.sync.standing.certified; }],
  "the closing record ends the chain elsewhere": [["closing"], (k) => { k.sync.standing.certified = { s: "b" }; }],
  "one second of the seven days is missing": [["days"], (k) => { k.sync.heard.time -= 1; }],
  "the certified reply was never heard with a time": [["days"], (k) => { k.sync.certifiedAt = null; }],
  "the clock of the server went back": [["days"], (k) => { k.sync.heard.time = 5; }],
};

for (const [what, [missing, change]] of Object.entries(MISSING)) {
  test(`nothing is deleted when ${what}`, () => {
    const found = after(change);
    assert.deepEqual([found.allowed, found.missing], [false, missing]);
  });
}

test("every condition is missing in some case above", () => {
  assert.deepEqual(new Set(Object.values(MISSING).flatMap(([missing]) => missing)), new Set(CONDITIONS));
});

test("what the rule offers instead is enough: a backup without a witness, two people without a file", () => {
  assert.ok(after((k) => { k.sync.standing = { ...k.sync.standing, witnesses: 0, cosigned: 0, backedUp: 14 }; }).allowed);
  assert.ok(after((k) => { k.exported = null; k.waived = { names: ["Ada", "Bo"], head: HEAD }; }).allowed);
  assert.ok(after((k) => { k.verdicts[1].verdict = "quarantined"; }).allowed, "people decided, and its body lies at the server");
});

test("d1: days are counted by the server's signed times, and the earliest stands", () => {
  const certified = { s: HEAD };
  assert.equal(certifiedSince({ certified, time: 500 }, {}), 500);
  assert.equal(certifiedSince({ certified, time: 900 }, { certifiedAt: 500 }), 500);
  assert.equal(certifiedSince({ certified, time: 300 }, { certifiedAt: 500 }), 300, "a clock that ran ahead is corrected");
  assert.equal(certifiedSince({ time: 900 }, { certifiedAt: 500 }), null, "called certified no more: anew");
  assert.equal(certifiedSince({ certified }, { certifiedAt: 500 }), null, "a server that tells no time gives no days");
  assert.equal(after((k) => { k.sync.heard.time = 1000 + 2.5 * DAY; }).daysLeft, 5);
});

test("d1: two answers that were carried, seven days apart, let the days pass, whatever the clock of the device says", async () => {
  const hall = await stage(2);
  hall.outbox.installation = hall.town.installation;
  const { installation, chain } = hall.town;
  const head = hall.records[1].id;
  const answer = async (time) => hall.town.signed({
    log_id: installation.logId, log_epoch: 1, dev: chain.dev, epoch: chain.epoch, next: 3, head, verdicts: [], runs: [[1, 2, "accepted", "", 1]], pack_version: 1,
    session_state: "reconciled", retry_after_s: 0, time, checkpoint: await hall.town.checkpoint(2), device: "enrolled", witnesses: 0, backed_up: 2, certified: { s: head },
  });
  const state = async () => mayDelete({
    chain: { ...hall.outbox.now, seq: 2, head }, verdicts: await hall.outbox.verdicts(chain.epoch), sync: hall.outbox.sync,
    exported: { epoch: chain.epoch, head }, waived: null, files: [],
  });
  await takeCarried(hall.outbox, await answer(10_000));
  assert.deepEqual(await state(), { allowed: false, missing: ["days"], daysLeft: 7 });
  await takeCarried(hall.outbox, await answer(10_000 + 6 * DAY));
  assert.deepEqual((await state()).missing, ["days"]);
  await takeCarried(hall.outbox, await answer(10_000 + 7 * DAY));
  assert.deepEqual(await state(), { allowed: true, missing: [], daysLeft: 0 });
});

test("what was let go of is not sent again, and nothing stands in the way of what comes after", async () => {
  const { outbox, far, loop } = await stage(3);
  await loop.wake();
  const before = far.bodies.length;
  outbox.now.gone = { seq: 3, head: outbox.now.head };
  await loop.wakeAnew();
  assert.equal(far.bodies.length, before);
});
