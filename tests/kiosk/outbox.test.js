import assert from "node:assert/strict";
import { test } from "node:test";
import { Outbox } from "../../kiosk/store/outbox.js";
import { makeRecords, makeTown } from "./support.js";

/** The outbox over settings and a shelf in memory; it counts how many records were read. */
async function shelf(count) {
  const town = await makeTown();
  const kept = await makeRecords(town.chain, count);
  const settings = { chain: { ...town.chain, seq: count, head: kept.at(-1).id, ballots: count } };
  const outbox = new Outbox({ setting: async (name) => settings[name], putSettings: async (values) => { Object.assign(settings, values); } });
  Object.assign(outbox, {
    wasRead: 0,
    records: async (_epoch, from = 1, most = Infinity) => {
      const found = outbox.kept.filter(({ seq }) => seq >= from).slice(0, most);
      outbox.wasRead += found.length;
      return found;
    },
    keptBefore: async (keys) => keys.map(({ seq }) => outbox.kept.find((record) => record.seq === seq)),
    count: async (_epoch, upto) => outbox.kept.filter(({ seq }) => seq <= upto).length,
    kept, settings, grow: async (more) => {
      const { chain } = settings;
      outbox.kept.push(...(await makeRecords(chain, more)));
      return outbox.kept.at(-1);
    },
  });
  return outbox;
}

/** What the end of the chain says it is, as a start sees it. */
const grown = async (outbox, more) => {
  const last = await outbox.grow(more);
  const { seq } = outbox.settings.chain;
  Object.assign(outbox.settings.chain, { seq: seq + more, head: last.id, ballots: seq + more });
};
const now = async () => {};
const altered = (record) => ({ ...record, line: record.line.replace('\\"meeting\\":\\"0', '\\"meeting\\":\\"1') });

test("a start reads and hashes as much of a long chain as of one of any length", async () => {
  const outbox = await shelf(30);
  assert.equal(await outbox.verify(), "");
  assert.equal(outbox.wasRead, 20);
  await grown(outbox, 200);
  outbox.wasRead = 0;
  assert.equal(await outbox.verify(), "");
  assert.equal(outbox.wasRead, 20, "also of what came since the last start");
});

test("d6: a record behind the stored head is taken in, with its count, in short chains and long ones", async () => {
  for (const length of [5, 50]) {
    const outbox = await shelf(length);
    const last = await outbox.grow(2);
    assert.equal(await outbox.verify(), "repaired");
    const { chain } = outbox.settings;
    assert.deepEqual([chain.seq, chain.head, chain.ballots], [length + 2, last.id, length + 2]);
    assert.equal(await outbox.verify(), "");
  }
});

test("d3: a record that is gone is missed: at the start at either end, anywhere while nobody waits", async () => {
  for (const gone of [1, 20, 25, 40]) {
    const outbox = await shelf(40);
    outbox.kept = outbox.kept.filter(({ seq }) => seq !== gone);
    assert.equal(await outbox.verify(), "missing", `${gone}`);
  }
  const outbox = await shelf(40);
  outbox.kept = outbox.kept.filter(({ seq }) => seq !== 10);
  assert.equal(await outbox.verify(), "");
  assert.equal(await outbox.recheck(outbox.settings.chain, now), "missing");
  assert.equal(outbox.wasRead, 20, "to count them no record is read");
});

test("what was altered is found: at the start among the last ones, all others while nobody waits", async () => {
  const outbox = await shelf(120);
  let pauses = 0;
  const pause = async () => { pauses += 1; };
  assert.deepEqual([await outbox.recheck(outbox.settings.chain, pause), pauses], ["", 5]);
  outbox.kept[30] = altered(outbox.kept[30]);
  assert.equal(await outbox.verify(), "");
  assert.equal(await outbox.recheck(outbox.settings.chain, pause), "altered");
  outbox.kept[115] = altered(outbox.kept[115]);
  assert.equal(await outbox.verify(), "altered");
  const moved = await shelf(40);
  moved.kept[39] = { ...moved.kept[39], id: "0".repeat(64) };
  assert.equal(await moved.verify(), "altered");
});

test("d3: a chain that is gone, or shorter than it was seen, takes no more records", async () => {
  const outbox = await shelf(30);
  assert.equal(await outbox.isGone(), false, "nothing was seen yet");
  await outbox.verify();
  assert.equal(await outbox.isGone(), false);
  const { chain } = outbox.settings;
  outbox.settings.chain = { ...chain, seq: 29, head: outbox.kept[28].id };
  assert.equal(await outbox.isGone(), true);
  await assert.rejects(outbox.append([]), { code: "gone" });
  outbox.settings.chain = undefined;
  await assert.rejects(outbox.append([]), { code: "gone" });
  outbox.settings.chain = { ...chain, epoch: "of a later enrolment", seq: 0, head: "" };
  assert.equal(await outbox.isGone(), false);
});
