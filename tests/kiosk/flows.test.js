import assert from "node:assert/strict";
import { test } from "node:test";
import { App } from "../../kiosk/flows/app.js";
import { deeds as operatorDeeds, Operating } from "../../kiosk/flows/operating.js";
import { deeds, load, setupPanel } from "../../kiosk/flows/preparing.js";
import { noteAlarms, senders } from "../../kiosk/flows/sending.js";
import { Voting } from "../../kiosk/flows/voting.js";
import { APPROVAL, makeRecords, makeTown, MemoryOutbox, packOf } from "./support.js";

// Node 20 has none.
globalThis.navigator ??= { userAgent: "Chrome/142" };

/** A device with records of which none was sent, and this pack on its disk. */
async function deviceWith(signed, town, count = 3) {
  const outbox = new MemoryOutbox(town.chain, await makeRecords(town.chain, count));
  Object.assign(outbox, { keys: town.device, installation: town.installation });
  const app = new App();
  app.join({
    outbox, comfort: { offer: () => {} }, stage: { render: () => {} }, database: { setting: async () => null },
    identity: { load: async () => ({ device: { id: app.wasEnrolled ? "another" : town.chain.dev, label: "B" }, keys: town.device, pack: signed, logId: town.installation.logId }) },
    operating: new Operating({ outbox, context: () => app.context(), now: () => 0 }),
    preparing: { enrol: async () => { app.wasEnrolled = true; } },
  });
  await load(app);
  return app;
}

const UNREADABLE = {
  "of a method that this release does not know": [(town) => packOf(town, { definitions: [definition({ method: "condorcet" })] }), { kind: "newer" }],
  "altered by the disk": [async (town) => ({ ...(await packOf(town)), sig: "A".repeat(86) }), { kind: "pack", code: "signature" }],
  "cut off": [async () => ({ pack: '{"format": "par', sig: "" }), { kind: "pack", code: "unreadable" }],
  "of another make": [(town) => packOf(town, { definitions: 5 }), { kind: "other", code: "TypeError" }],
};

function definition(changes) {
  return JSON.stringify({ format: "parvis-definition-1", title: {}, space: "s", doors: ["kiosk"], contests: [{ ...APPROVAL, ...changes }] });
}

for (const [name, [make, fault]] of Object.entries(UNREADABLE)) {
  test(`a pack ${name} stops the vote, not the sending, and opens no enrolment`, async () => {
    const town = await makeTown();
    const app = await deviceWith(await make(town), town);
    assert.deepEqual([app.pack, app.packFault], [null, fault]);
    assert.deepEqual(setupPanel(app), { kind: "setup", stage: "unreadable", error: fault });
    const [sender] = await senders(app);
    assert.deepEqual([sender.chain.seq, sender.installation], [3, town.installation]);
    await operatorDeeds(app).anew();
    assert.equal(app.panel, null, "no way on to another enrolment");
    app.panel = setupPanel(app);
    await deeds(app).enrol({ text: "a code in the address" });
    assert.deepEqual([app.panel.error.kind, app.wasEnrolled], ["kept", undefined]);
  });
}

test("d21: once all has arrived, two persons who mean it may prepare such a device anew; one that holds nothing, anybody", async () => {
  const town = await makeTown();
  const app = await deviceWith({ pack: "", sig: "" }, town);
  for (let seq = 1; seq <= 3; seq += 1) app.outbox.said.set(seq, { seq, verdict: "accepted" });
  const { anew, "anew-sure": sure } = operatorDeeds(app);
  app.panel = setupPanel(app);
  await sure({ isMeant: true, names: ["Ada", "Bo"] });
  assert.equal(app.panel.stage, "unreadable", "nobody was asked");
  await anew();
  for (const said of [{ isMeant: false, names: ["Ada", "Bo"] }, { isMeant: true, names: ["Ada", " ada"] }, { isMeant: true, names: ["Ada", ""] }]) {
    await sure(said);
    assert.deepEqual([app.panel.stage, app.panel.anew], ["unreadable", { wrong: true }]);
  }
  await sure({ isMeant: true, names: ["Ada", "Bo"] });
  assert.deepEqual([app.panel, app.outbox.left], [{ kind: "setup", stage: "code" }, { names: ["Ada", "Bo"] }]);
  const empty = await deviceWith({ pack: "", sig: "" }, town, 0);
  await operatorDeeds(empty).anew();
  assert.deepEqual(empty.panel, { kind: "setup", stage: "code" });
});

test("d13: a device that was stopped takes no pass and no ballot, opens no more, and may still be closed", async () => {
  const town = await makeTown();
  const app = await deviceWith(await packOf(town), town);
  const moved = [];
  app.outbox.append = async ([deed], how) => { moved.push(how.state?.state ?? deed.type); return []; };
  const voting = new Voting({ outbox: app.outbox, context: () => app.context(), onChange: () => {}, onTrouble: () => {}, onKept: () => {} });
  app.states = { [app.pack.session.id]: "open" };
  app.outbox.sync = { ...app.outbox.sync, alarm: "fork" };
  voting.visit = { ...voting.visit, step: "review" };
  await load(app);
  app.states = { [app.pack.session.id]: "open" };
  assert.deepEqual([[...app.alarms], app.stop], [["fork"], "away"], "known from the disk, before the server is heard");
  assert.equal((await voting.judge("a pass")).code, "not_open");
  await voting.cast();
  assert.deepEqual([voting.visit.step, voting.visit.refusal], ["unsaved", "stopped"]);
  app.states = { [app.pack.session.id]: "paused" };
  await app.operating.moveSession("open");
  await app.operating.moveSession("closed");
  assert.deepEqual(moved, ["closed"]);
  assert.equal((await senders(app)).length, 1, "and it goes on sending");
});

test("a device enrolled anew begins without the alarms of the one it was", async () => {
  const town = await makeTown();
  const app = await deviceWith({ pack: "", sig: "" }, town, 0);
  app.alarms = new Set(["fork", "missing"]);
  await deeds(app).enrol({ text: "" });
  assert.deepEqual([app.wasEnrolled, [...app.alarms]], [true, []]);
});

test("a pack that can be read is offered as before", async () => {
  const town = await makeTown();
  const app = await deviceWith(await packOf(town), town);
  assert.deepEqual([app.pack.definitions.length, app.packFault], [1, null]);
});

test("d21: what was said of the chain that was warns nobody of the new one", async () => {
  const town = await makeTown();
  const app = await deviceWith({ pack: "", sig: "" }, town);
  app.outbox.sync = { ...app.outbox.sync, standing: { device: "revoked" } };
  await noteAlarms(app);
  assert.deepEqual([...app.alarms], ["revoked"]);
  // Read before the device was enrolled anew, and told after it.
  const [former] = await app.outbox.chains.all();
  app.outbox.now = { ...app.outbox.now, dev: "another" };
  app.outbox.sync = { ...app.outbox.sync, standing: {} };
  app.wasEnrolled = true;
  await load(app);
  assert.deepEqual([...app.alarms], []);
  app.outbox.chains.all = async () => [former];
  await noteAlarms(app);
  assert.deepEqual([...app.alarms], []);
});
