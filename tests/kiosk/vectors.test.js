import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { problems } from "../../kiosk/domain/ballot.js";
import { b64u, fromB64u, fromHex, hash, hex, text, utf8 } from "../../kiosk/domain/bytes.js";
import { CARD, codeValues, display, readCode, writeCode } from "../../kiosk/domain/codes.js";
import { writeExport } from "../../kiosk/domain/exportfile.js";
import { checkLine, sealRecord, walkChain } from "../../kiosk/domain/records.js";
import { plainBallot, seal } from "../../kiosk/domain/sealing.js";
import { enrolMessage, getMessage, headMessage, promiseMessage, receiptMessage, verify } from "../../kiosk/domain/signing.js";
import { checkpointSize, readReply } from "../../kiosk/domain/state.js";
import { isConsistent } from "../../kiosk/domain/tree.js";
import { CannotOpen, openRoll, readCard } from "../../kiosk/domain/unlock.js";
import { VERSIONS } from "../../kiosk/domain/versions.js";
import { pairOfWords } from "../../kiosk/domain/words.js";
import { writePush } from "../../kiosk/sync/push.js";
import { source, vectors } from "./support.js";

test("codes are written, read and turned into values as the server does", async () => {
  for (const { raw, k, text: code, grouped, check, use, voice } of vectors("codes").codes) {
    assert.equal(writeCode(fromHex(raw)), code);
    assert.equal(display(code), grouped);
    const read = readCode(code);
    assert.equal(hex(read.bytes), raw);
    assert.deepEqual(await codeValues(fromHex(k), read.bytes), { check, use, voice });
  }
});

test("d15: a card opens the roll that the server sealed to it, and no other card does, nor another place", async () => {
  const { cards, pack, roll, refused } = vectors("unlock");
  for (const { session, text: typed, grouped, id } of cards) {
    assert.equal(display(typed, CARD), grouped);
    assert.equal((await readCard(grouped.toLowerCase(), session)).id, id);
  }
  const [first, second, stranger] = await Promise.all(cards.map((card) => readCard(card.text, card.session)));
  for (const card of [first, second]) assert.deepEqual(await openRoll(pack, card), roll);
  await assert.rejects(openRoll(pack, stranger), CannotOpen);
  await assert.rejects(openRoll({ ...pack, version: 4 }, first), CannotOpen);
  await assert.rejects(openRoll({ ...pack, device: { id: "cd".repeat(32) } }, first), CannotOpen);
  assert.notEqual((await readCard(cards[0].text, "f".repeat(16))).id, first.id, "a card is of one session");
  for (const typed of refused) assert.equal(await readCard(typed, cards[0].session), null, typed);
});

test("a list extends another here exactly when it does there", async () => {
  const { cases } = vectors("consistency");
  for (const { first, second, first_root: before, second_root: after, proof, holds } of cases) {
    assert.equal(await isConsistent(first, second, before, after, proof), holds, `${first} ${second}`);
  }
  assert.ok(cases.some(({ holds }) => holds) && cases.some(({ holds }) => !holds));
});

test("a typed code is read or refused as the server does", () => {
  const names = { short: "code_length", long: "code_length", symbol: "code_character", check: "code_check" };
  for (const { typed, raw, refused } of vectors("codes").readings) {
    const read = readCode(typed);
    assert.equal(read.ok ? hex(read.bytes) : names[read.why], raw ?? refused, JSON.stringify(typed));
  }
});

test("an answer is allowed here exactly when it is allowed there", () => {
  const { contests, answers } = vectors("ballots");
  for (const { contest, chosen, problems: expected } of answers) {
    assert.deepEqual(problems(contests[contest], chosen), expected, `${contest} ${chosen}`);
  }
});

test("a sealed ballot is the same, byte for byte", async () => {
  const curve = { name: "ECDH", namedCurve: "P-256" };
  for (const { name, box_public, ephemeral_jwk, definition, length, choices, sealed } of vectors("sealing").sealed) {
    const { d, ...open } = ephemeral_jwk;
    const pair = {
      privateKey: await crypto.subtle.importKey("jwk", ephemeral_jwk, curve, false, ["deriveBits"]),
      publicKey: await crypto.subtle.importKey("jwk", open, curve, true, []),
    };
    assert.ok(d);
    const found = await seal(plainBallot(choices, length), { boxKey: box_public, def: definition }, pair);
    assert.equal(hex(found), sealed, name);
  }
});

test("a record is built and read the same, byte for byte", async () => {
  for (const { name, line, id, subject, subject_salt, body, body_salt, fields } of vectors("records").records) {
    assert.equal((await checkLine(line)).id, id, name);
    const chain = { dev: fields.dev, epoch: fields.epoch, seq: fields.seq - 1, head: fields.prev };
    const deed = { type: fields.type, space: fields.space, meeting: fields.meeting, def: fields.def, actor: fields.actor, subject, body: fromHex(body) };
    const salts = { subjectSalt: fromHex(subject_salt), bodySalt: fromHex(body_salt) };
    const built = await sealRecord(deed, chain, salts);
    assert.equal(built.id, id, name);
    assert.deepEqual(JSON.parse(built.line), JSON.parse(line), name);
  }
});

test("a record whose bytes were changed is seen", async () => {
  const seen = ["json", "length", "body_commitment", "subject_commitment"];
  for (const { name, line, code } of vectors("records").refused) {
    if (seen.includes(code)) await assert.rejects(checkLine(line), undefined, name);
  }
});

test("messages are signed over the same bytes, and signatures of the server hold here", async () => {
  const { messages, device_public } = vectors("messages");
  const ours = {
    enrol: enrolMessage, get: getMessage, receipt: receiptMessage, promise: promiseMessage,
    push: (logId, dev, epoch, seq, head) => headMessage({ logId, dev, epoch, seq, head }),
  };
  for (const { name, arguments: given, message, signature } of messages) {
    if (ours[name]) assert.equal(ours[name](...given), message, name);
    const end = message.indexOf("\n");
    assert.ok(await verify(device_public, signature, message.slice(0, end), message.slice(end + 1)), name);
    assert.ok(!(await verify(device_public, signature, "parvis-other-1", message.slice(end + 1))), name);
  }
});

test("the worked example of the document is written and read here, byte for byte", async () => {
  const { keys, enrol, records, push, reply, export: file } = vectors("worked");
  const { device_jwk: jwk } = vectors("records");
  const privateKey = await crypto.subtle.importKey("jwk", jwk, { name: "ECDSA", namedCurve: "P-256" }, false, ["sign"]);
  assert.equal(await hash(fromHex(keys.device_public)), keys.dev);
  assert.equal(enrolMessage(enrol.code, enrol.public_key), enrol.message);
  const batch = await Promise.all(records.map(async ({ line, id }) => ({ line, id, seq: (await checkLine(line)).seq })));
  const first = JSON.parse(push.first_line);
  const installation = { logId: keys.log_id, serverKey: b64u(fromHex(keys.server_public)), origin: "https://parvis.example" };
  const sender = { chain: { dev: keys.dev, epoch: first.epoch }, keys: { privateKey }, installation, version: "1", listed: 0 };
  const [ours, ...rest] = (await writePush(batch, sender, 0)).split("\n");
  assert.deepEqual(rest, [...records.map(({ line }) => line), ""]);
  assert.equal(ours.replace(JSON.parse(ours).sig, first.sig), push.first_line);
  assert.equal(headMessage({ logId: keys.log_id, ...first }), push.message);
  const read = await readReply(JSON.stringify(reply), installation, sender.chain);
  assert.deepEqual([read.next, read.head, await checkpointSize(read.checkpoint, installation)], [4, records[2].id, 3]);
  assert.equal(await readReply(JSON.stringify({ ...reply, reply: reply.reply.replace('"next":4', '"next":3') }), installation, sender.chain), null);
  const written = await writeExport(batch, { ...first, version: "1" });
  assert.equal(text(written), [file.first_line, ...rest].join("\n"));
});

test("s15: what a kiosk writes is no newer than what the server of the same release understands", () => {
  const understood = new Map([...source("server/ledger/versions.py").matchAll(/"([a-z._]+)": (\d+),/g)].map(([, type, newest]) => [type, Number(newest)]));
  assert.ok(Object.keys(VERSIONS).length >= 3);
  for (const [type, version] of Object.entries(VERSIONS)) assert.equal(understood.get(type), version, type);
});

test("both screens draw their words from the same list", () => {
  const listed = [...source("server/devices/words.py").matchAll(/\("([^"]+)", "([^"]+)"\)/g)].map(([, fr, en]) => [fr, en]);
  assert.equal(listed.length, 32);
  listed.forEach((pair, i) => assert.deepEqual([pairOfWords([i], "fr")[0], pairOfWords([i], "en")[0]], pair));
});

test("base64url and UTF-8 go there and back", () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
  assert.deepEqual(fromB64u(b64u(bytes)), bytes);
  assert.equal(text(utf8("Œuvre à Łódź")), "Œuvre à Łódź");
  for (const wrong of ["a=", "+/", "é"]) assert.throws(() => fromB64u(wrong));
});

test("s15: golden records of every version ever released are whole to a kiosk of today", async () => {
  const folder = new URL("../vectors/golden/", import.meta.url);
  const files = readdirSync(folder).filter((name) => name.endsWith(".ndjson"));
  assert.ok(files.length >= 2);
  for (const name of files) {
    const lines = readFileSync(new URL(name, folder), "utf8").trimEnd().split("\n");
    const read = await Promise.all(lines.map(async (line) => ({ line, id: (await checkLine(line)).id })));
    if (name.startsWith("devices-")) assert.equal((await walkChain(read)).broken, "", name);
  }
});
