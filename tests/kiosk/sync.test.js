import assert from "node:assert/strict";
import { test } from "node:test";
import { afterReply, alarmsAfter, allArrived, checkpointSize, countLevels, levelOf, readReply, standingOf, stopOf } from "../../kiosk/domain/state.js";
import { fromB64u, hash } from "../../kiosk/domain/bytes.js";
import { writeCode } from "../../kiosk/domain/codes.js";
import { verify } from "../../kiosk/domain/signing.js";
import { troubleOf } from "../../kiosk/flows/preparing.js";
import { enrol, pullPack } from "../../kiosk/sync/enrol.js";
import { SyncLoop } from "../../kiosk/sync/loop.js";
import { cutBatch, MOST_BYTES, sendBatch, writePush } from "../../kiosk/sync/push.js";
import { backoff } from "../../kiosk/sync/walk.js";
import { watchList } from "../../kiosk/sync/watch.js";
import { FarEnd, Leaves, makeRecords, makeTown, stage } from "./support.js";

/** Beside the chain of `stage`, one of an earlier enrolment with as many records and a far end of its own. */
async function withFormer(count, { before = 2 } = {}) {
  const now = await stage(before);
  const old = await stage(count);
  now.outbox.formers.push(old.outbox);
  const [present] = await now.loop.senders();
  const former = { ...(await old.loop.senders())[0], isFormer: true };
  now.loop.senders = async () => [present, former];
  const ways = new Map([[now.town.chain.epoch, now.far], [old.town.chain.epoch, old.far]]);
  let last = now.far;
  now.loop.fetch = (path, init) => {
    // A proof is asked for right after the answer that it belongs to.
    if (init.body) last = ways.get(JSON.parse(init.body.split("\n")[0]).epoch);
    return last.fetch(path, init);
  };
  return { ...now, old };
}

const sent = (far) => far.bodies.map((body) => JSON.parse(body.split("\n")[0]));

test("what is sent is signed over the head, in order, within the bounds", async () => {
  const { town, records, far, loop } = await stage(5);
  await loop.wake();
  const [head] = sent(far);
  assert.deepEqual([head.count, head.seq, head.head, head.unsent], [5, 5, records[4].id, 0]);
  const message = `${town.installation.logId}\n${head.dev}\n${head.epoch}\n5\n${head.head}\n`;
  assert.ok(await verify(town.device.publicKey, head.sig, "parvis-push-1", message));
});

test("a push says how the device is, and the largest status leaves a full batch within its bounds", async () => {
  const { town, records } = await stage(1);
  const status = { battery: 100, charging: false, free_mb: 2 ** 31, alarms: Array(16).fill("a".repeat(32)), chain: "former", browser: "b".repeat(64) };
  const sender = { chain: town.chain, keys: town.device, installation: town.installation, version: "v".repeat(64), listed: 2 ** 52 };
  const seen = { epoch: 2 ** 31, size: 2 ** 52, root: "0".repeat(64), sig: "s".repeat(86) };
  const [first] = (await writePush(records, { ...sender, seen, status }, 2 ** 52)).split("\n");
  assert.deepEqual(JSON.parse(first).status, status);
  const wide = Array.from({ length: 200 }, () => ({ line: "x".repeat(5999) }));
  const rest = cutBatch(wide).length * 6000;
  assert.ok(rest + first.length + 1 <= MOST_BYTES && rest > MOST_BYTES - 12_000);
});

test("what a reply says besides is kept as said; what is odd, and what is said no more, is not known", async () => {
  const { records, far, outbox, loop } = await stage(1);
  const said = { device: "revoked", cosigned: 3, backed_up: 2, certified: { "0123456789abcdef": records[0].id }, recovery: true };
  far.more = said;
  await loop.wake();
  assert.deepEqual(outbox.sync.standing, { device: "revoked", cosigned: 3, backedUp: 2, certified: said.certified, recovery: true });
  far.more = { device: 5, cosigned: "3", backed_up: -1, certified: null, recovery: "yes" };
  await loop.wakeAnew();
  assert.deepEqual(outbox.sync.standing, {});
});

test("a reply that was lost is asked for again and nothing is doubled", async () => {
  const { far, loop, outbox, news } = await stage(3);
  far.faults.push(() => "lose");
  await loop.wake();
  assert.deepEqual([news[0].up, outbox.said.size, far.held.size], [false, 0, 3]);
  await loop.wake();
  assert.equal(far.held.size, 3);
  assert.deepEqual([...outbox.said.values()].map(({ verdict }) => verdict), ["accepted", "accepted", "accepted"]);
  assert.equal(outbox.sync.next, 4);
});

const NO_ANSWERS = {
  "a login page with status 200": () => new Response("<html>Log in</html>", { status: 200 }),
  "a redirect": () => new Response("", { status: 302, headers: { location: "/login" } }),
  "nothing, 204": () => new Response(null, { status: 204 }),
  "an empty 201": () => new Response("", { status: 201 }),
  "JSON that is no reply": () => Response.json({ ok: true }),
  "an error of the server": () => new Response("oops", { status: 500 }),
};
for (const [name, fault] of Object.entries(NO_ANSWERS)) {
  test(`${name} is no answer, and nothing moves`, async () => {
    const { far, loop, outbox, news } = await stage(2);
    far.faults.push(fault);
    await loop.wake();
    assert.deepEqual([outbox.said.size, outbox.sync.next, news[0].up], [0, 1, false]);
    await loop.wake();
    assert.equal(outbox.sync.next, 3);
  });
}

test("a reply that another key signed, or about another device, epoch or log, is no answer", async () => {
  const { town, far, records } = await stage(1);
  const stranger = await makeTown();
  const head = { dev: town.chain.dev, epoch: town.chain.epoch };
  const judge = async (signed) => readReply(JSON.stringify(signed), town.installation, town.chain);
  assert.ok(await judge(await far.answer(head, [])));
  assert.equal(await judge(await new FarEnd({ ...stranger, installation: town.installation }).answer(head, [])), null);
  assert.equal(await judge(await far.answer({ ...head, dev: "f".repeat(64) }, [])), null);
  assert.equal(await judge(await far.answer({ ...head, epoch: "f".repeat(16) }, [])), null);
  assert.equal(await judge(await far.answer(head, [], { log_id: "f".repeat(64) })), null);
  const good = await far.answer(head, []);
  assert.equal(await judge({ ...good, reply: good.reply.replace('"next":1', '"next":2') }), null);
  const sender = { chain: town.chain, keys: town.device, installation: town.installation, version: "v", listed: 0 };
  const outcome = await sendBatch(records, sender, { fetch: async () => Response.json({ ...good, sig: good.sig.replace(/^../, "AA") }) });
  assert.deepEqual(outcome, { kind: "later", why: "no_answer" });
});

test("a huge backlog goes in batches of at most 200 records and 1 MiB", async () => {
  const { far, loop, outbox } = await stage(950);
  await loop.wake();
  assert.deepEqual(sent(far).map(({ count }) => count), [200, 200, 200, 200, 150]);
  assert.deepEqual(sent(far).map(({ unsent }) => unsent), [750, 550, 350, 150, 0]);
  assert.equal(outbox.said.size, 950);
  const fat = Array.from({ length: 10 }, (_, i) => ({ seq: i + 1, id: "x", line: "y".repeat(300_000) }));
  const batch = cutBatch(fat);
  assert.equal(batch.length, 3);
  const { town } = await stage(1);
  const body = await writePush(batch, { chain: town.chain, keys: town.device, installation: town.installation, version: "v", listed: 0 }, 7);
  assert.ok(body.length <= MOST_BYTES);
});

test("one record that the server can never take does not block those behind it", async () => {
  const { far, loop, outbox } = await stage(100);
  far.poison.add(50);
  await loop.wake();
  assert.equal(far.held.size, 99);
  const walk = loop.walkOf(outbox.now.epoch);
  assert.deepEqual([...walk.refused.keys()], [50]);
  const before = far.bodies.length;
  assert.ok(before < 40, `${before} requests`);
  await loop.wake();
  assert.ok(far.bodies.length - before <= 1, "it is not tried again and again");
  assert.equal(outbox.sync.next, 50);
  far.poison.clear();
  await loop.wakeAnew();
  assert.deepEqual([far.held.size, outbox.sync.next, walk.refused.size], [100, 101, 0]);
});

test("a record that the disk has altered is sent for what it is, and blocks nothing", async () => {
  const { far, loop, outbox, records } = await stage(12);
  records[5] = { ...records[5], line: records[5].line.replace('\\"meeting\\":\\"0', '\\"meeting\\":\\"1') };
  await loop.wake();
  assert.equal(outbox.said.size, 12, "every record has its verdict");
  assert.equal(outbox.said.get(7).verdict, "quarantined");
  assert.ok(far.bodies.length < 30);
});

test("S6: behind an altered record the kiosk goes on sending, and says how many need help", async () => {
  const { town, far, loop, outbox, records } = await stage(12);
  records[5] = { ...records[5], line: records[5].line.replace('\\"meeting\\":\\"0', '\\"meeting\\":\\"1') };
  await loop.wake();
  assert.equal(countLevels([...outbox.said.values()], 12, 0).help, 6);
  outbox.kept.push(...(await makeRecords({ ...town.chain, seq: 12, head: records[11].id }, 3)));
  outbox.now = { ...outbox.now, seq: 15, head: outbox.kept[14].id };
  far.bodies = [];
  await loop.wake();
  assert.deepEqual([sent(far)[0].seq, outbox.said.size], [15, 15]);
  assert.equal(countLevels([...outbox.said.values()], 15, 0).help, 9);
  // After a restart nothing is remembered but what lies on the disk.
  const anew = new SyncLoop({ ...loop });
  far.bodies = [];
  await anew.wake();
  assert.ok(far.bodies.length <= 3);
  assert.equal(countLevels([...outbox.said.values()], 15, 0).help, 9);
});

test("the server asks for a number that it misses, and gets it", async () => {
  const { far, loop, outbox } = await stage(10);
  outbox.sync = { ...outbox.sync, next: 6, logEpoch: 1 };
  await loop.wake();
  assert.deepEqual(sent(far).map(({ seq, count }) => [seq, count]).slice(0, 2), [[10, 5], [10, 10]]);
  assert.deepEqual([far.held.size, outbox.sync.next], [10, 11]);
});

test("a server restored from an old copy is given everything again", async () => {
  const { far, loop, outbox } = await stage(8);
  await loop.wake();
  for (const seq of [5, 6, 7, 8]) far.held.delete(seq);
  far.logEpoch = 2;
  await loop.wake();
  await loop.wake();
  assert.deepEqual([far.held.size, outbox.sync.next, outbox.sync.alarm], [8, 9, ""]);
});

test("s9: what an earlier enrolment left is sent like the rest, and again after the server lost it", async () => {
  const { far, loop, outbox, old } = await withFormer(3);
  await loop.wake();
  assert.deepEqual([far.held.size, old.far.held.size, old.outbox.sync.next], [2, 3, 4]);
  assert.deepEqual([...old.outbox.said.keys()], [1, 2, 3]);
  assert.equal(outbox.said.size, 2, "the verdicts of one chain are not those of another");
  old.far.held.clear();
  for (const town of [far, old.far]) town.logEpoch = 2;
  await loop.wake();
  assert.deepEqual([old.far.held.size, old.outbox.sync.next, old.outbox.sync.logEpoch], [3, 4, 2]);
});

test("earlier chains at rest are asked after one each round, and the one of which something waits every time", async () => {
  const { loop, outbox, old, far } = await withFormer(1);
  const third = await stage(1);
  outbox.formers.push(third.outbox);
  const senders = [...await loop.senders(), { ...(await third.loop.senders())[0], isFormer: true }];
  loop.senders = async () => senders;
  const fetch = loop.fetch;
  loop.fetch = (path, init) => (init.body?.includes(third.town.chain.epoch) ? third.far.fetch(path, init) : fetch(path, init));
  await loop.wake();
  assert.deepEqual([old.far.bodies.length, third.far.bodies.length], [1, 1]);
  for (let i = 0; i < 4; i += 1) await loop.wake();
  assert.deepEqual([far.bodies.length, old.far.bodies.length, third.far.bodies.length], [5, 3, 3]);
});

test("an earlier chain that is turned away neither stops the present one nor speaks for it, and knocks ever less", async () => {
  const { far, loop, old, news } = await withFormer(1);
  const away = () => Response.json({ code: "device_unknown" }, { status: 403 });
  old.far.faults.push(...Array(40).fill(away));
  for (let i = 0; i < 30; i += 1) await loop.wake();
  assert.equal(far.bodies.length, 30);
  assert.ok(old.far.bodies.length <= 6, `${old.far.bodies.length} times`);
  assert.ok(news.every(({ up, why }) => up === true && why === ""));
  old.far.faults = [];
  await loop.wakeAnew();
  assert.equal(old.far.held.size, 1);
});

test("a present chain that is turned away does not keep the earlier ones here; no network keeps all", async () => {
  const { far, loop, old, news } = await withFormer(1);
  far.faults.push(() => new Response("", { status: 502 }));
  await loop.wake();
  assert.deepEqual([news.at(-1).up, old.far.bodies.length], [false, 0]);
  far.faults.push(() => Response.json({ code: "device_unknown" }, { status: 403 }));
  await loop.wake();
  assert.deepEqual([news.at(-1).up, news.at(-1).why, old.far.held.size], [false, "device_unknown", 1]);
});

test("s9: what a restored server lost is no longer said to have arrived, from its first answer on", async () => {
  const { far, loop, outbox } = await stage(450);
  const levels = () => countLevels([...outbox.said.values()], 450, outbox.sync.listed);
  await loop.wake();
  await loop.wake();
  assert.deepEqual([levels().arrived, levels().listed, allArrived([...outbox.said.values()], 450)], [450, 450, true]);
  for (let seq = 51; seq <= 450; seq += 1) far.held.delete(seq);
  far.logEpoch = 2;
  far.faults.push(() => null, () => new Response("", { status: 502 }));
  await loop.wake();
  // The first answer came to the last record sent once more, which is parked behind a gap; then the network broke.
  assert.deepEqual([levels().arrived, levels().listed, allArrived([...outbox.said.values()], 450)], [51, 51, false]);
  await loop.wake();
  await loop.wake();
  assert.deepEqual([levels().arrived, levels().listed, allArrived([...outbox.said.values()], 450)], [450, 450, true]);
});

test("s9: a server that forgot the device is shown its key with every push, and once it took it in gets the whole chain", async () => {
  const { town, far, loop, outbox, news } = await stage(5);
  await loop.wake();
  await loop.wake();
  const before = outbox.sync.seen;
  far.held.clear();
  far.logEpoch = 2;
  const unknown = () => Response.json({ code: "device_unknown" }, { status: 403 });
  far.faults.push(unknown, unknown);
  far.bodies = [];
  await loop.wake();
  await loop.wake();
  assert.deepEqual([news.at(-1).up, news.at(-1).why, far.held.size], [false, "device_unknown", 0]);
  for (const { public_key: key, dev, seen } of sent(far)) {
    assert.equal(await hash(fromB64u(key)), dev);
    assert.deepEqual(seen, before, "what the list was is told to whoever forgot it");
  }
  far.more = { recovery: true };
  await loop.wake();
  assert.deepEqual([far.held.size, outbox.sync.next, outbox.sync.standing.recovery, outbox.sync.seen.epoch], [5, 6, true, 2]);
  assert.equal(allArrived([...outbox.said.values()], 5), true);
  assert.equal(sent(far)[0].public_key, town.device.publicKey);
});

test("a server that lost records without a word about it is not believed either", async () => {
  const { far, loop, outbox } = await stage(6);
  await loop.wake();
  for (const seq of [4, 5, 6]) far.held.delete(seq);
  far.faults.push(() => null, () => new Response("", { status: 502 }));
  await loop.wake();
  assert.deepEqual([4, 5].map((seq) => levelOf(outbox.said.get(seq), 9)), ["saved", "saved"]);
  assert.deepEqual([1, 3].map((seq) => levelOf(outbox.said.get(seq), 9)), ["listed", "listed"]);
  await loop.wake();
  assert.deepEqual([outbox.sync.next, allArrived([...outbox.said.values()], 6)], [7, true]);
});

test("a forked chain stays visible and does not turn for ever", async () => {
  const { far, loop, outbox } = await stage(4);
  far.fork = new Set([1, 2, 3, 4]);
  await loop.wake();
  assert.ok(far.bodies.length <= 3);
  assert.equal(countLevels([...outbox.said.values()], 4, 0).help, 4);
});

test("an old signed answer given again and again does not turn for ever", async () => {
  const { town, far, outbox, loop } = await stage(4);
  const old = await far.answer({ dev: town.chain.dev, epoch: town.chain.epoch }, []);
  let asked = 0;
  loop.fetch = async () => { asked += 1; return Response.json(old); };
  await loop.wake();
  assert.equal(asked, 1);
  assert.equal(outbox.said.size, 0);
});

test("loss, fork and a list that shrank raise an alarm", () => {
  const reply = { next: 4, head: "c", verdicts: [], log_epoch: 1 };
  const sync = { next: 4, logEpoch: 1, listed: 9 };
  assert.equal(afterReply(sync, { seq: 3 }, reply, 9, () => "c").alarm, "");
  assert.equal(afterReply(sync, { seq: 2 }, reply, 9, () => undefined).alarm, "server_ahead");
  assert.equal(afterReply(sync, { seq: 3 }, reply, 9, () => "other").alarm, "fork");
  assert.equal(afterReply(sync, { seq: 3 }, reply, 5, () => "c").alarm, "list_shrank");
  assert.equal(afterReply(sync, { seq: 3 }, { ...reply, log_epoch: 2 }, 5, () => "c").alarm, "");
});

test("d13: a fork stops the vote for good, a copy or a revocation as long as the server says so; the lists of the public stop nothing", () => {
  const none = { alarm: "", standing: { device: "enrolled" } };
  const revoked = alarmsAfter([], { ...none, standing: { device: "revoked" } });
  assert.deepEqual([[...revoked], stopOf(revoked, false), [...alarmsAfter(revoked, none)]], [["revoked"], "away", []]);
  const forked = alarmsAfter([], { ...none, alarm: "fork" });
  assert.deepEqual([stopOf(forked, false), stopOf(alarmsAfter(forked, none), false)], ["away", "away"]);
  const cloned = alarmsAfter(["repaired"], { ...none, standing: { device: "cloned" } });
  assert.deepEqual([[...cloned], stopOf(cloned, false)], [["repaired", "cloned"], "away"]);
  assert.deepEqual([...alarmsAfter(cloned, none)], ["repaired"]);
  const replaced = alarmsAfter([], { ...none, standing: standingOf({ device: "revoked", replaced: true }) });
  assert.deepEqual([[...replaced], stopOf(replaced, false)], [["replaced"], "away"], "another stands in its place");
  assert.deepEqual([...alarmsAfter([], { alarm: "" })], []);
  for (const alarm of ["missing", "altered", "server_ahead"]) assert.equal(stopOf(new Set(["fork", alarm]), false), "out");
  for (const alarm of ["list_shrank", "list_changed", "list_anew", "repaired"]) assert.equal(stopOf(new Set([alarm]), false), "");
  assert.equal(stopOf(new Set(), true), "out");
});

test("x18: a list that was rewritten between two answers raises an alarm, and sending goes on", async () => {
  const { town, far, outbox, loop } = await stage(2);
  await loop.wake();
  assert.deepEqual([outbox.sync.seen.size, outbox.sync.listed, outbox.sync.alarm], [2, 2, ""]);
  outbox.kept.push(...(await makeRecords({ ...town.chain, seq: 2, head: outbox.now.head }, 1)));
  outbox.now = { ...outbox.now, seq: 3, head: outbox.kept[2].id };
  far.leaves = new Leaves("another list");
  await loop.wake();
  assert.deepEqual([outbox.sync.seen.size, outbox.sync.listed, outbox.sync.alarm], [2, 2, "list_changed"]);
  assert.equal(outbox.said.get(3).verdict, "accepted");
  await loop.wake();
  assert.equal(outbox.sync.alarm, "list_changed", "it stays as long as the list does not extend");
  assert.equal(sent(far).at(-1).seen.root, (await town.checkpoint(2)).root, "the server is told what was seen");
});

test("i5: a new state is taken only with a proof that it extends the last one", async () => {
  const town = await makeTown();
  const leaves = new Leaves();
  const asked = [];
  const net = (proof, status = 200) => ({ fetch: async (path) => { asked.push(path); return Response.json(proof, { status }); } });
  const seen = async (size, epoch = 1) => (({ epoch: e, root, sig }) => ({ epoch: e, size, root, sig }))(await town.checkpoint(size, epoch));
  const look = async (before, size, proof, { epoch = 1, status = 200, list = leaves } = {}) => {
    const { seen: now, ...told } = await watchList(before, await town.checkpoint(size, epoch, list), town.installation, net({ proof }, status));
    return { ...told, size: now?.size };
  };
  const good = await leaves.proof(5, 12);
  assert.deepEqual(await look(undefined, 5, []), { listed: 5, alarm: "", size: 5 });
  assert.deepEqual(await look(await seen(5), 12, good), { listed: 12, alarm: "", size: 12 });
  assert.deepEqual(asked, ["/api/v1/log/consistency?first=5&second=12"]);
  for (const proof of [[], good.slice(1), [...good, good[0]], [...good].reverse(), ["zz"], good.map((step) => step.toUpperCase())]) {
    assert.deepEqual(await look(await seen(5), 12, proof), { listed: 0, alarm: "list_changed", size: 5 }, `${proof}`);
  }
  for (const proof of [undefined, 5, [7], "x"]) assert.deepEqual(await look(await seen(5), 12, proof), { listed: 0, alarm: "", size: 5 });
  assert.deepEqual(await look(await seen(5), 12, good, { status: 404 }), { listed: 0, alarm: "", size: 5 }, "no answer: asked again later");
  assert.deepEqual(await look(await seen(5), 5, [], { list: new Leaves("other") }), { listed: 0, alarm: "list_changed", size: 5 });
  assert.deepEqual(await look(await seen(5), 3, []), { listed: 0, alarm: "list_shrank", size: 5 });
  assert.deepEqual(await look(await seen(5), 3, [], { epoch: 2 }), { listed: 3, alarm: "list_anew", size: 3 }, "s9");
  assert.deepEqual(await look(await seen(5, 2), 9, [], { epoch: 1 }), { listed: 0, alarm: "list_shrank", size: 5 });
  const forged = { ...(await town.checkpoint(12)), root: "0".repeat(64) };
  assert.equal((await watchList(await seen(5), forged, town.installation, net(good))).listed, 0);
});

test("words on screen follow from verdict and checkpoint alone", async () => {
  const { town } = await stage(0);
  assert.equal(levelOf(undefined, 9), "saved");
  assert.equal(levelOf({ verdict: "accepted", index: 9 }, 9), "arrived");
  assert.equal(levelOf({ verdict: "provisional", index: 8 }, 9), "listed");
  assert.equal(levelOf({ verdict: "quarantined", index: 8 }, 9), "help");
  const good = await town.checkpoint(12);
  assert.equal(await checkpointSize(good, town.installation), 12);
  assert.equal(await checkpointSize({ ...good, size: 13 }, town.installation), 0);
  assert.equal(await checkpointSize(undefined, town.installation), 0);
});

test("when all has arrived, one repetition fetches the newest checkpoint", async () => {
  const { far, loop, outbox } = await stage(3);
  await loop.wake();
  far.bodies = [];
  await loop.wake();
  assert.deepEqual(sent(far).map(({ count, seq }) => [count, seq]), [[1, 3]]);
  assert.equal(outbox.sync.listed, 3);
});

test("waiting grows, has chance in it, and ends at five minutes", () => {
  assert.ok(backoff(1, () => 0) < backoff(3, () => 0));
  assert.ok(backoff(3, () => 0) < backoff(3, () => 1));
  assert.equal(backoff(50, () => 1), 300_000);
});

const TIME = Date.parse("2027-03-06T10:00:00Z") / 1000;
/** How a refusal tells the time: as the protocol says, and as servers of the first release did. */
const TELLS_THE_TIME = { details: [{ details: { time: TIME } }, {}], date: [{ details: {} }, { date: "Sat, 06 Mar 2027 10:00:00 GMT" }] };

for (const [where, [more, headers]] of Object.entries(TELLS_THE_TIME)) test(`a pack is asked for by the server's clock when this device's is years off: ${where}`, async () => {
  const { device } = await makeTown();
  const asked = [];
  const fetch = async (path, init) => {
    const [when, sig] = init.headers.Authorization.replace("Parvis ", "").split(".");
    asked.push(Number(when));
    assert.ok(await verify(device.publicKey, sig, "parvis-get-1", `${path}\n${when}\n`));
    const near = Math.abs(Number(when) - TIME) < 300;
    return near ? Response.json({ pack: "p", sig: "s" }) : Response.json({ code: "request_not_signed", ...more }, { status: 403, headers });
  };
  const answer = await pullPack({ packUrl: "https://elsewhere.example/api/v1/devices/d/pack" }, device, { fetch, origin: "https://parvis.example", now: () => 0 });
  assert.deepEqual([answer.pack, asked[0], asked.length], ["p", 0, 2]);
});

test("x15: a revoked device asks for its pack once, and says why it gets none", async () => {
  const { device } = await makeTown();
  let asked = 0;
  const fetch = async () => {
    asked += 1;
    return Response.json({ code: "device_revoked" }, { status: 403, headers: { date: "Sat, 06 Mar 2027 10:00:00 GMT" } });
  };
  const refusal = await pullPack({ packUrl: "/p" }, device, { fetch, origin: "https://parvis.example" }).catch((error) => error);
  assert.deepEqual([asked, troubleOf(refusal)], [1, { kind: "revoked" }]);
});

test("an enrolment that answers for another key is refused", async () => {
  const { device } = await makeTown();
  const code = writeCode(new Uint8Array(10));
  const id = await hash(fromB64u(device.publicKey));
  const answer = (named) => async () => Response.json({ device: { id: named, label: "B", mode: "kiosk" }, words: ["a", "b"], pack_url: "/p" });
  assert.equal((await enrol(code, device, { fetch: answer(id) })).id, id);
  await assert.rejects(enrol(code, device, { fetch: answer("f".repeat(64)) }), { code: "no_answer" });
  await assert.rejects(enrol(code, device, { fetch: async () => { throw new TypeError(); } }), { code: "no_network" });
  await assert.rejects(enrol(code, device, { fetch: async () => new Response("<html>") }), { code: "no_answer" });
  await assert.rejects(enrol(code, device, { fetch: async () => Response.json({ code: "enrolment_unknown" }, { status: 404 }) }), { code: "enrolment_unknown" });
});
