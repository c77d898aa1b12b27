// The stations of F7: the kiosk's own modules for enrolling, sealing and sending, over an outbox in memory.
//
//   node stations.mjs '{"server": URL, "network": URL, "codes": [...], "photos": 400, "bytes": 40000, "limit_s": 900}'
//
// Enrols each by the good line, photographs, sends by the bad one until all has arrived or the time is over, and prints
// {"stations": [{"dev", "records", "arrived", "images", "whole"}], "payload_bytes", "sha256": [...]} as its last line.

import { fileOf } from "../../kiosk/domain/attachments.js";
import { hex, join, random, utf8 } from "../../kiosk/domain/bytes.js";
import { installationOf, readPack } from "../../kiosk/domain/pack.js";
import { sealRecords } from "../../kiosk/domain/records.js";
import { makeDeviceKey } from "../../kiosk/domain/signing.js";
import { enrol, pullPack } from "../../kiosk/sync/enrol.js";
import { SyncLoop } from "../../kiosk/sync/loop.js";
import { MemoryOutbox } from "../../tests/kiosk/support.js";

const told = JSON.parse(process.argv[2]);
const over = (origin) => (path, init) => fetch(origin + path, init);
const timer = { set: (work, ms) => setTimeout(work, ms), clear: (id) => clearTimeout(id) };

async function makeStation(code) {
  const keys = await makeDeviceKey();
  const net = { fetch: over(told.server), origin: told.server };
  const device = await enrol(code, keys, net);
  const signed = await pullPack(device, keys, net);
  const { session } = await readPack(signed, { dev: device.id, logId: "" });
  const deed = { space: session.space, meeting: session.id, actor: "operator" };
  const say = (type, facts) => ({ ...deed, type, body: utf8(JSON.stringify(facts)) });
  const files = await Promise.all(Array.from({ length: told.photos }, () => fileOf(image(told.bytes), "image/jpeg")));
  const deeds = [
    say("device.started", { label: device.label, software: "f7" }), say("meeting.state", { state: "open" }),
    ...files.map((file) => ({ ...say("paper.photo", {}), actor: "scanner", files: [file] })), say("meeting.state", { state: "closed" }),
  ];
  const chain = { dev: device.id, epoch: hex(random(8)), seq: 0, head: "", states: {} };
  const { records } = await sealRecords(deeds, chain);
  const outbox = new MemoryOutbox(chain, records);
  files.forEach(({ bytes, ...file }, i) => {
    outbox.files.push({ ...file, epoch: chain.epoch, seq: i + 3, held: 0, whole: false });
    outbox.bytes.set(file.sha256, bytes);
  });
  const sender = { chain, keys, installation: installationOf(signed), version: "f7", listed: 0 };
  const loop = new SyncLoop({ outbox, senders: async () => [sender], fetch: over(told.network), onNews: () => {}, timer });
  return { outbox, loop, records, dev: device.id };
}

/** Noise that begins as a JPEG does: it cannot be made smaller on the way. @param {number} size */
function image(size) {
  const rest = size - 3;
  const parts = Array.from({ length: Math.ceil(rest / 65536) }, (_, i) => random(Math.min(65536, rest - i * 65536)));
  return join(Uint8Array.of(0xff, 0xd8, 0xff), ...parts);
}

function isDone({ outbox, records }) {
  return outbox.sync.next > records.length && outbox.files.every(({ whole }) => whole);
}

function report({ outbox, records, dev }) {
  const arrived = [...outbox.said.values()].filter(({ verdict }) => verdict === "accepted").length;
  return { dev, records: records.length, arrived, images: outbox.files.length, whole: outbox.files.filter(({ whole }) => whole).length };
}

const stations = await Promise.all(told.codes.map(makeStation));
const until = performance.now() + told.limit_s * 1000;
for (const { loop } of stations) loop.wake();
while (!stations.every(isDone) && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 100));
const payload = stations.flatMap(({ outbox, records }) => [...records.map(({ line }) => utf8(line).length), ...outbox.files.map(({ size }) => size)]);
// Written before the process goes: a pipe takes 128 KiB at a time.
const saying = JSON.stringify({
  stations: stations.map(report), payload_bytes: payload.reduce((sum, size) => sum + size, 0),
  ids: stations.flatMap(({ records }) => records.map(({ id }) => id)), sha256: stations.flatMap(({ outbox }) => outbox.files.map(({ sha256 }) => sha256)),
});
process.stdout.write(`${saying}\n`, () => process.exit(0));
