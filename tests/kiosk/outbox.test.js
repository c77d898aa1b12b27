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
    count: async (_epoch, upto) => outbox.kept.filter(({ seq }) => seq <= upto).length,
    kept, settings, grow: async (more) => {
      const { chain } = settings;
      outbox.kept.push(...(await makeRecords(chain, more)));
      return outbox.kept.at(-1);
    },
  });
  return outbox;
}

const altered = (record) => ({ ...record, line: record.line.replace('\\"meeting\\":\\"0', '\\"meeting\\":\\"1') });

test("a start hashes what came since the last one, and no more", async () => {
  const outbox = await shelf(30);
  assert.equal(await outbox.verify(), "");
  assert.equal(outbox.wasRead, 30);
  const last = await outbox.grow(2);
  Object.assign(outbox.settings.chain, { seq: 32, head: last.id, ballots: 32 });
  outbox.wasRead = 0;
  assert.equal(await outbox.verify(), "");
  assert.equal(outbox.wasRead, 3, "the last one checked, and two behind it");
  assert.equal(outbox.settings.checked.seq, 32);
});

test("d6: a record behind the stored head is taken in, with its count, also behind a checked one", async () => {
  const outbox = await shelf(5);
  await outbox.verify();
  const last = await outbox.grow(2);
  assert.equal(await outbox.verify(), "repaired");
  const { chain } = outbox.settings;
  assert.deepEqual([chain.seq, chain.head, chain.ballots], [7, last.id, 7]);
  assert.equal(await outbox.verify(), "");
});

test("d3: a record that is gone is missed at the start, wherever it stood", async () => {
  for (const gone of [1, 4, 10]) {
    const outbox = await shelf(10);
    await outbox.verify();
    outbox.kept = outbox.kept.filter(({ seq }) => seq !== gone);
    assert.equal(await outbox.verify(), "missing", `${gone}`);
  }
});

test("what was altered is found: at the start behind the last checked record, before it while nobody waits", async () => {
  const outbox = await shelf(450);
  await outbox.verify();
  let pauses = 0;
  const pause = async () => { pauses += 1; };
  assert.deepEqual([await outbox.recheck("", pause), pauses], ["", 4]);
  outbox.kept[300] = altered(outbox.kept[300]);
  assert.equal(await outbox.verify(), "");
  assert.equal(await outbox.recheck("", pause), "altered");
  const fresh = await shelf(10);
  fresh.kept[3] = altered(fresh.kept[3]);
  assert.equal(await fresh.verify(), "altered");
  const moved = await shelf(10);
  await moved.verify();
  moved.kept[9] = { ...moved.kept[9], id: "0".repeat(64) };
  assert.equal(await moved.verify(), "altered", "the checked record is another: all is hashed");
});
