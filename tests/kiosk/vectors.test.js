import assert from "node:assert/strict";
import { test } from "node:test";
import { problems } from "../../kiosk/domain/ballot.js";
import { b64u, fromB64u, fromHex, hex, text, utf8 } from "../../kiosk/domain/bytes.js";
import { codeValues, display, readCode, writeCode } from "../../kiosk/domain/codes.js";
import { checkLine, sealRecord } from "../../kiosk/domain/records.js";
import { plainBallot, seal } from "../../kiosk/domain/sealing.js";
import { enrolMessage, getMessage, headMessage, promiseMessage, receiptMessage, verify } from "../../kiosk/domain/signing.js";
import { isConsistent } from "../../kiosk/domain/tree.js";
import { pairOfWords } from "../../kiosk/domain/words.js";
import { source, vectors } from "./support.js";

test("codes are written, read and turned into values as the server does", async () => {
  for (const { raw, k, text: code, grouped, check, use } of vectors("codes").codes) {
    assert.equal(writeCode(fromHex(raw)), code);
    assert.equal(display(code), grouped);
    const read = readCode(code);
    assert.equal(hex(read.bytes), raw);
    assert.deepEqual(await codeValues(fromHex(k), read.bytes), { check, use });
  }
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
