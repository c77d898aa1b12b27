/** A server that is busy, full or behind asks for a pause, and a kiosk keeps it (docs/protocol.md §7, S10, S11, S21). */

import assert from "node:assert/strict";
import { test } from "node:test";
import { stage } from "./support.js";

/** The loop of `stage` with a timer that is let go by hand. */
async function waiting(count) {
  const parts = await stage(count);
  const due = [];
  parts.loop.timer = { set: (work) => due.push(work), clear: () => {} };
  return { ...parts, goOn: () => { due.pop()(); return parts.loop.running; } };
}

const busy = (status, code, seconds) => () => Response.json({ code, message: "", details: {} }, { status, headers: { "retry-after": `${seconds}` } });

for (const [status, code] of [[503, "busy"], [507, "storage_full"], [429, "too_many_pushes"]]) {
  test(`s10: ${status} is waited out at least as long as asked, whatever is recorded meanwhile, and says why`, async () => {
    const { far, loop, outbox, news, goOn } = await waiting(3);
    far.faults.push(busy(status, code, 7), busy(status, code, 7));
    await loop.wake();
    assert.deepEqual([news[0].up, news[0].why, outbox.sync.next, outbox.said.size], [false, code, 1, 0]);
    assert.ok(news[0].waitMs >= 7_000 && news[0].waitMs <= 10_500, `${news[0].waitMs} ms`);
    await loop.wake();
    assert.equal(far.bodies.length, 1, "a ballot that is saved now does not shorten it");
    await loop.wakeAnew();
    assert.equal(far.bodies.length, 2, "an operator who asks does");
    await loop.wake();
    await goOn();
    assert.deepEqual([far.bodies.length, outbox.sync.next, outbox.said.size, news.at(-1).up], [3, 4, 3, true]);
    await loop.wake();
    assert.equal(far.bodies.length, 4, "what was asked once is not heeded for ever");
  });
}

test("an unsigned answer pauses a kiosk for minutes at the most, a signed one for the hour that it may ask; both grow with failures", async () => {
  const { far, loop, news } = await waiting(2);
  far.faults.push(busy(503, "busy", 86_400), ...Array(8).fill(busy(503, "busy", 1)));
  await loop.wake();
  assert.ok(news[0].waitMs >= 300_000 && news[0].waitMs <= 450_000);
  for (let i = 0; i < 8; i += 1) await loop.wakeAnew();
  assert.ok(news.at(-1).waitMs >= 150_000, "asked for a second, for the ninth time");
  far.more = { retry_after_s: 86_400 };
  await loop.wakeAnew();
  assert.ok(news.at(-1).waitMs >= 3_600_000 && news.at(-1).waitMs <= 5_400_000);
});

test("a server whose backlog is long says so under its signature: what was sent is stored, the rest waits", async () => {
  const { far, loop, outbox, news, goOn } = await waiting(450);
  far.more = { retry_after_s: 20 };
  await loop.wake();
  assert.deepEqual([outbox.said.size, far.bodies.length, news[0].up], [200, 1, true]);
  assert.ok(news[0].waitMs >= 20_000 && news[0].waitMs <= 30_000);
  await loop.wake();
  assert.equal(far.bodies.length, 1);
  far.more = {};
  await goOn();
  assert.deepEqual([outbox.said.size, far.held.size], [450, 450]);
});
