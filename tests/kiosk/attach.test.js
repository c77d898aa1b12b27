/** Files beside records: brought in pieces, resumed where the server says, and never held for whole without its word (S4, S5, D12). */

import assert from "node:assert/strict";
import { test } from "node:test";
import { exportLine, fileOf, readHeld } from "../../kiosk/domain/attachments.js";
import { fromHex, hash, hex, join, random, text, utf8 } from "../../kiosk/domain/bytes.js";
import { checkExport, writeExport } from "../../kiosk/domain/exportfile.js";
import { sealRecord } from "../../kiosk/domain/records.js";
import { pieceMessage, sign, verify } from "../../kiosk/domain/signing.js";
import { Uploads } from "../../kiosk/sync/attach.js";
import { stage, vectors } from "./support.js";

/** The far end of §14: it keeps pieces, checks what the device signed, and signs what it says. */
class FileEnd {
  constructor({ town, far }) {
    Object.assign(this, { town, far, held: new Map(), whole: new Set(), requests: [], faults: [], named: new Map() });
  }

  fetch = async (path, init) => {
    const asked = /devices\/([0-9a-f]+)\/attachments\/([0-9a-f]+)(?:\?offset=(\d+))?$/.exec(path);
    if (!asked) return this.far.fetch(path, init);
    const [, dev, sha256, offset] = asked;
    this.requests.push({ method: init.method ?? "GET", sha256, offset, size: init.body?.length ?? 0 });
    const fault = this.faults.shift();
    if (fault instanceof Response) return fault;
    if (fault === "cut") throw new TypeError("connection lost");
    if (!this.named.has(sha256)) return Response.json({ code: "attachment_unknown" }, { status: 404 });
    const answer = await this.take(dev, sha256, offset, init);
    if (fault === "lose") throw new TypeError("connection lost");
    return Response.json(answer);
  };

  async take(dev, sha256, offset, { body, headers }) {
    const size = this.named.get(sha256);
    let held = this.held.get(sha256) ?? new Uint8Array(0);
    if (offset !== undefined) {
      const message = pieceMessage({ logId: this.town.installation.logId, dev, sha256, offset, piece: await hash(body) });
      assert.ok(await verify(this.town.device.publicKey, headers.Authorization.slice(7), ...message.split(/\n(.*)/s)));
      if (offset <= held.length) held = join(held, body.subarray(held.length - offset)).slice(0, size);
      if (held.length === size && (await hash(held)) === sha256) this.whole.add(sha256);
      else if (held.length === size) held = new Uint8Array(0);
      this.held.set(sha256, held);
    }
    return this.told({ dev, sha256, size, held: held.length, whole: this.whole.has(sha256) });
  }

  async told(facts) {
    const reply = JSON.stringify({ log_id: this.town.installation.logId, ...facts });
    return { reply, sig: await sign(this.town.house.privateKey, `parvis-attachment-1\n${reply}`) };
  }
}

/** A device with one record, and files of these sizes that it names. */
async function withFiles(...sizes) {
  const set = await stage(1);
  const { outbox, loop, town } = set;
  const end = new FileEnd(set);
  for (const size of sizes) {
    const bytes = join(...Array.from({ length: Math.ceil(size / 65536) }, (_, i) => random(Math.min(65536, size - i * 65536))));
    const { sha256 } = await fileOf(bytes, "image/jpeg");
    outbox.bytes.set(sha256, bytes);
    outbox.files.push({ epoch: town.chain.epoch, seq: 1, sha256, size, type: "image/jpeg", held: 0, whole: false });
    end.named.set(sha256, size);
  }
  loop.fetch = end.fetch;
  loop.uploads.set(town.chain.epoch, new Uploads({ outbox, fetch: () => end.fetch, isHurried: () => loop.again, sleep: async () => {} }));
  return { ...set, end, uploads: loop.uploads.get(town.chain.epoch), isWhole: () => outbox.files.map(({ whole }) => whole) };
}

test("files are brought after their records, in pieces that grow, and are whole once the server says so", async () => {
  const { end, loop, isWhole, news, outbox, uploads } = await withFiles(2_000_000, 10);
  const told = [];
  uploads.onBrought = () => told.push(outbox.files.filter(({ whole }) => whole).length);
  await loop.wake();
  assert.deepEqual(isWhole(), [true, true]);
  assert.deepEqual(told, [1, 2], "whoever watches hears of each");
  const sizes = outbox.files.map((file) => end.requests.filter(({ sha256 }) => sha256 === file.sha256).map(({ size }) => size));
  assert.deepEqual(sizes[1], [10]);
  assert.equal(sizes[0].reduce((sum, size) => sum + size), 2_000_000);
  assert.ok(sizes[0][0] === 262_144 && sizes[0][1] >= 524_288, sizes[0]);
  assert.equal(news.at(-1).up, true);
  const before = end.requests.length;
  await loop.wake();
  assert.equal(end.requests.length, before, "what is whole is not sent again");
});

test("s4: after a break the server is asked how much it holds, and smaller pieces go on from there", async () => {
  const { end, loop, isWhole } = await withFiles(1_300_000);
  end.faults.push(null, "cut", null, "lose");
  await loop.wake();
  assert.deepEqual(isWhole(), [true]);
  assert.deepEqual(end.requests.map(({ method, offset, size }) => [method, offset, size]), [
    ["PUT", "0", 262_144], ["PUT", "262144", 524_288], ["GET", undefined, 0], ["PUT", "262144", 262_144], ["GET", undefined, 0],
    ["PUT", "524288", 131_072], ["PUT", "655360", 262_144], ["PUT", "917504", 382_496]]);
});

const NO_ANSWERS = {
  "a login page": () => new Response("<html>", { status: 200 }), "a redirect": () => new Response("", { status: 302 }),
  "an empty 201": () => new Response("", { status: 201 }), "JSON that nobody signed": () => Response.json({ reply: '{"whole":true}', sig: "" }),
};
for (const [name, fault] of Object.entries(NO_ANSWERS)) {
  test(`d12: ${name} makes no file whole`, async () => {
    const { end, loop, isWhole, news } = await withFiles(10);
    end.faults.push(...Array.from({ length: 5 }, fault));
    await loop.wake();
    assert.deepEqual([isWhole(), news.at(-1).up, end.requests.length], [[false], false, 5]);
    await loop.wake();
    assert.deepEqual(isWhole(), [true]);
  });
}

test("an answer about another file, device or log, or by another key, is none", async () => {
  const { end, town, outbox } = await withFiles(10);
  const [file] = outbox.files;
  const { dev } = town.chain;
  const facts = { dev, sha256: file.sha256, size: 10, held: 10, whole: true };
  const judge = async (signed) => readHeld(JSON.stringify(signed), town.installation, dev, file);
  assert.deepEqual(await judge(await end.told(facts)), { size: 10, held: 10, whole: true });
  for (const odd of [{ dev: "f".repeat(64) }, { sha256: "f".repeat(64) }, { log_id: "f" }, { held: -1 }, { held: 11 }, { whole: 1 }]) {
    assert.equal(await judge(await end.told({ ...facts, ...odd })), null, JSON.stringify(odd));
  }
  const good = await end.told(facts);
  assert.equal(await judge({ ...good, reply: good.reply.replace("10", "11") }), null);
});

test("s5: where the server holds less than it said, sending goes on from there", async () => {
  const { end, loop, outbox, isWhole } = await withFiles(100);
  outbox.files[0].held = 60;
  await loop.wake();
  assert.deepEqual([isWhole(), end.requests.map(({ offset }) => offset)], [[true], ["60", "0"]]);
});

test("one file that the server will not take, or that this disk altered, keeps no other back", async () => {
  const { end, loop, outbox, uploads, isWhole } = await withFiles(10, 20, 30);
  outbox.bytes.set(outbox.files[1].sha256, random(20));
  end.named.delete(outbox.files[0].sha256);
  await loop.wake();
  assert.deepEqual([isWhole(), [...uploads.refused.values()].sort()], [[false, false, true], ["altered", "attachment_unknown"]]);
  assert.ok(!end.requests.some(({ sha256 }) => sha256 === outbox.files[1].sha256), "what is not the file is not sent");
  end.named.set(outbox.files[0].sha256, 10);
  await loop.wakeAnew();
  assert.deepEqual(isWhole(), [true, false, true]);
});

test("s11: a server that asks for a pause is not asked at once, and loses nothing", async () => {
  const { end, loop, isWhole, news } = await withFiles(10);
  end.faults.push(Response.json({ code: "storage_full" }, { status: 507, headers: { "Retry-After": "60" } }));
  await loop.wake();
  assert.deepEqual([isWhole(), end.requests.length, news.at(-1).isAsked], [[false], 1, true]);
  assert.ok(news.at(-1).waitMs >= 60_000);
});

test("s9: where the list was begun anew, the server is asked for every file again", async () => {
  const { far, end, loop, isWhole } = await withFiles(10);
  await loop.wake();
  assert.deepEqual(isWhole(), [true]);
  Object.assign(far, { logEpoch: 2, held: new Map() });
  Object.assign(end, { held: new Map(), whole: new Set() });
  await loop.wakeAnew();
  await loop.wakeAnew();
  assert.deepEqual([isWhole(), end.whole.size], [[true], 1]);
});

test("a file is sealed, cut, signed and answered as in the shared cases", async () => {
  const told = vectors("attachments");
  const file = await fileOf(fromHex(told.image), "image/jpeg");
  assert.equal(file.sha256, told.sha256);
  const header = JSON.parse(told.header);
  const chain = { dev: header.dev, epoch: header.epoch, seq: 0, head: "" };
  const line = JSON.parse(told.line);
  const bodySalt = Uint8Array.from(atob(line.body_salt.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
  const deed = { type: "paper.photo", space: header.space, meeting: header.meeting, actor: "scanner", body: utf8("{}"), files: [file] };
  assert.equal((await sealRecord(deed, chain, { bodySalt })).id, told.id);
  const logId = JSON.parse(told.reply).log_id;
  for (const { offset, piece, message, sig } of told.pieces) {
    assert.equal(hex(file.bytes.subarray(offset, offset + piece.length / 2)), piece);
    assert.equal(pieceMessage({ logId, dev: header.dev, sha256: file.sha256, offset, piece: await hash(fromHex(piece)) }), message);
    assert.ok(await verify(told.device_public, sig, ...message.split(/\n(.*)/s)));
  }
  const installation = { serverKey: told.server_public, logId };
  assert.deepEqual(await readHeld(JSON.stringify(told), installation, header.dev, file), { size: 32, held: 32, whole: true });
});

test("an export file carries the files behind its records, and is damaged when a byte of one is", async () => {
  const { town, records } = await stage(2);
  const files = [random(50), random(7)];
  const chain = { ...town.chain, seq: 2, head: records[1].id };
  const start = await writeExport(records, { ...chain, sig: "", version: "v", publicKey: "k" }, files.length);
  const lines = await Promise.all(files.map(async (bytes) => exportLine(await hash(bytes), bytes)));
  const whole = join(start, ...lines);
  assert.equal(await checkExport(whole, chain), "");
  assert.equal(await checkExport(join(start, lines[0]), chain), "damaged");
  assert.equal(await checkExport(join(whole, utf8("{}\n")), chain), "damaged");
  for (const at of [start.length + 90, whole.length - 6, start.length - 9]) {
    const altered = whole.slice();
    altered[at] ^= 1;
    assert.equal(await checkExport(altered, chain), "damaged", at);
  }
  const plain = await writeExport(records, { ...chain, sig: "", version: "v", publicKey: "k" });
  assert.equal(await checkExport(plain, chain), "");
  assert.ok(!text(plain).includes("attachments"));
});

test("some files are under way at a time, and trouble with one ends the round for all", async () => {
  const { end, loop, isWhole, news, outbox } = await withFiles(...Array(8).fill(10));
  const fetch = end.fetch;
  let asked = 0;
  let open;
  // None is answered before three have asked.
  const gate = new Promise((resolve) => { open = resolve; });
  loop.uploadsOf(outbox.now.epoch).fetch = () => async (...call) => {
    asked += 1;
    if (asked === 3) open();
    await gate;
    return fetch(...call);
  };
  end.faults.push(null, Response.json({ code: "busy" }, { status: 503, headers: { "Retry-After": "5" } }));
  await loop.wake();
  assert.ok(asked >= 3 && asked < 8, asked);
  assert.deepEqual([isWhole().every(Boolean), news.at(-1).up, news.at(-1).isAsked], [false, false, true]);
  await loop.wakeAnew();
  assert.deepEqual(isWhole(), Array(8).fill(true));
});
