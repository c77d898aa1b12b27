import assert from "node:assert/strict";
import { createHash, generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fromBase64url, fromHex, hex } from "../../static/js/verify/bytes.js";
import { checkBallots, judge, turns } from "../../static/js/verify/count.js";
import { Desk } from "../../static/js/verify/desk.js";
import { readJson } from "../../static/js/verify/json.js";
import { readLine, Tree } from "../../static/js/verify/log.js";
import { Sha256, sha256 } from "../../static/js/verify/sha256.js";
import { isSigned } from "../../static/js/verify/signatures.js";
import { readTable } from "../../static/js/verify/tables.js";
import { verify } from "../../static/js/verify/verify.js";
import { unzip } from "../../static/js/verify/zip.js";

const HERE = new URL("../../static/js/verify/", import.meta.url);
const bytes = (text) => new TextEncoder().encode(text);

test("SHA-256 is SHA-256, whole or in pieces", () => {
  for (let length = 0; length < 300; length += 1) {
    const content = new Uint8Array(randomBytes(length));
    const expected = createHash("sha256").update(content).digest("hex");
    assert.equal(hex(sha256(content)), expected);
    const cut = Math.floor(length / 3);
    assert.equal(hex(new Sha256().feed(content.subarray(0, cut)).feed(content.subarray(cut)).end()), expected);
  }
});

test("a signature of P-256 is told from one that was altered", async () => {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const { x, y } = publicKey.export({ format: "jwk" });
  const key = Uint8Array.of(4, ...fromBase64url(x), ...fromBase64url(y));
  const seal = new Uint8Array(sign("sha256", bytes("m"), { key: privateKey, dsaEncoding: "ieee-p1363" }));
  assert.equal(await isSigned(key, bytes("m"), seal), true);
  assert.equal(await isSigned(key, bytes("n"), seal), false);
  assert.equal(await isSigned(key.map((byte, i) => (i === 9 ? byte ^ 1 : byte)), bytes("m"), seal), false);
  for (const odd of [new Uint8Array(), seal.subarray(1), new Uint8Array(64)]) assert.equal(await isSigned(key, bytes("m"), odd), false);
});

test("the tree is that of RFC 6962", () => {
  const leaf = (content) => createHash("sha256").update(Buffer.from([0])).update(content).digest();
  const node = (left, right) => createHash("sha256").update(Buffer.from([1])).update(left).update(right).digest();
  const root = (leaves) => {
    if (leaves.length === 1) return leaf(leaves[0]);
    const half = 2 ** Math.ceil(Math.log2(leaves.length) - 1);
    return node(root(leaves.slice(0, half)), root(leaves.slice(half)));
  };
  const [tree, leaves] = [new Tree(), []];
  assert.equal(tree.root(), createHash("sha256").digest("hex"));
  for (let size = 1; size <= 70; size += 1) {
    leaves.push(new Uint8Array(randomBytes(size)));
    tree.add(leaves.at(-1));
    assert.equal(tree.root(), root(leaves).toString("hex"), `${size}`);
  }
});

test("JSON is read strictly: no name twice, no broken number, no null", () => {
  const good = ["{}", "[]", '{"a":[1,-2,"x\\u00e9\\n",true,{"b":{}}]}', ' { "1" : 9007199254740991 } ', '"\\ud83d\\ude00"'];
  for (const text of good) assert.deepEqual(JSON.parse(JSON.stringify(readJson(text))), JSON.parse(text), text);
  const bad = ['{"a":1,"a":1}', "1.0", "1e3", "-0", "null", "01", "[1,]", "{,}", '"\n"', '"\\ud800"', "9007199254740992", "", "1 2", "{", "NaN", '{"__proto__":1,"__proto__":2}'];
  for (const text of bad) assert.throws(() => readJson(text), SyntaxError, text);
  assert.throws(() => readJson("[".repeat(5000)), SyntaxError);
});

test("a line of the log has its index, its spelling and a header of the protocol", () => {
  const header = { v: 1, type: "a.b", tv: 1, space: "s", meeting: "", def: "", dev: "0".repeat(64), epoch: "0".repeat(16), seq: 1, prev: "", actor: "", subj_c: "", body_c: "0".repeat(64), len: 0, att: [] };
  const line = (changed, index = 3) => JSON.stringify({ index, header: JSON.stringify({ ...header, ...changed }) });
  assert.equal(readLine(line({}), 3).fields.type, "a.b");
  for (const changed of [{ v: 2 }, { more: 1 }, { dev: "x" }, { seq: "1" }, { seq: 1.5 }, { att: null }, { def: "0" }]) assert.throws(() => readLine(line(changed), 3));
  assert.throws(() => readLine(line({}), 4));
  assert.throws(() => readLine(line({}).replace(",", ", "), 3));
});

test("an answer is allowed here exactly when it is allowed there", () => {
  const { contests, answers } = JSON.parse(readFileSync(new URL("../vectors/ballots.json", import.meta.url), "utf8"));
  const judged = new Set();
  for (const { contest, chosen, status } of answers) {
    const { verdict, votes } = judge(contests[contest], wordsOf(contests[contest], chosen));
    assert.equal(verdict, status, `${contest} ${JSON.stringify(chosen)}`);
    assert.equal(votes.length, status === "valid" ? Object.keys(chosen).length : 0);
    judged.add(`${contests[contest].method} ${verdict}`);
  }
  assert.equal(judged.size, 7 * 3, "of each method, each verdict");
});

/** The words of a cell of the table; what is no answer of this method stands there as "?". */
function wordsOf({ method }, chosen) {
  if (Array.isArray(chosen)) return chosen.every((id) => typeof id === "string") ? chosen : ["?"];
  const isObject = ["score", "dots"].includes(method) && typeof chosen === "object" && chosen !== null && Object.values(chosen).every(Number.isInteger);
  return isObject ? Object.entries(chosen).map(([id, points]) => `${id}:${points}`) : ["?"];
}

test("a ranking gives its first choice all ranks, the next one less; points give themselves", () => {
  const choices = ["a", "b", "c", "d"].map((id) => ({ id }));
  const votes = (contest, cell) => Object.fromEntries(judge({ min: 1, max: 0, max_cost: 0, choices, ...contest }, cell.split(" ")).votes);
  assert.deepEqual(votes({ method: "ranked", max: 3 }, "d a"), { d: 3, a: 2 });
  assert.deepEqual(votes({ method: "ranked" }, "d a"), { d: 4, a: 3 });
  assert.deepEqual(votes({ method: "score", points: 5 }, "a:0 c:5"), { a: 0, c: 5 });
  assert.deepEqual(votes({ method: "dots", points: 5, per_choice: 3 }, "a:3 c:2"), { a: 3, c: 2 });
  assert.deepEqual(votes({ method: "yes-no", choices: [{ id: "yes" }, { id: "no" }] }, "no"), { no: 1 });
  for (const cell of ["a:05", "a:+1", "a:1.0", "a: 1", "a:", "a", ":1", "a:1 a:1", "a:6", "a:99999999999", "e:1", "?"]) {
    assert.deepEqual(votes({ method: "score", points: 5 }, cell), {}, cell);
  }
});

test("a row that our server would not have written so is found", async () => {
  const choices = ["a", "b", "c"].map((id) => ({ id }));
  const found = async (contest, ...rows) => {
    const definition = { contests: [{ id: "q1", min: 1, max: 2, max_cost: 0, choices, ...contest }] };
    const desk = new Desk(new Map([["definition.json", bytes(JSON.stringify(definition))]]), () => {});
    const [{ votes }] = await checkBallots(desk, rows);
    return [desk.problems.map(({ code }) => code), { ...votes }];
  };
  const ranked = { method: "ranked" };
  assert.deepEqual(await found(ranked, "c a,valid", "c,valid"), [[], { a: 1, b: 0, c: 4 }]);
  assert.deepEqual(await found(ranked, "a b c,invalid"), [[], { a: 0, b: 0, c: 0 }]);
  assert.deepEqual((await found(ranked, "c b a,invalid"))[0], ["row_shape"], "an order that means nothing is a mark");
  assert.deepEqual((await found(ranked, "c a,invalid"))[0], ["row_valid"]);
  const dots = { method: "dots", points: 3, per_choice: 2 };
  assert.deepEqual(await found(dots, "?,invalid", "a:2 b:1,valid", "a:2 b:2,invalid", "b:1,valid"), [[], { a: 2, b: 2, c: 0 }]);
  for (const cell of ["b:1 a:1", "a:3", "a:1 ?", "? ?", "a", "a:1 a:1", "a:01"]) assert.ok((await found(dots, `${cell},invalid`))[0].includes("row_shape"), cell);
});

test("the three rules count as the definition froze them", () => {
  const projects = [["a", 9, 50], ["b", 7, 60], ["c", 7, 30], ["d", 7, 30], ["e", 2, 5], ["f", 0, 1]].map(([id, votes, cost]) => ({ id, votes, cost }));
  const told = (rule, threshold = 1) => turns(projects, 100, { rule, threshold }).map((turn) => `${turn.project}${turn.tie ? "=" : ""} ${turn.decision} ${turn.remaining}`);
  assert.deepEqual(told("greedy"), ["a funded 100", "c= funded 50", "d= does_not_fit 20", "b does_not_fit 20", "e funded 20", "f no_vote 15"]);
  assert.deepEqual(told("greedy-no-skip"), ["a funded 100", "c= funded 50", "d= does_not_fit 20", "b stopped 20", "e stopped 20", "f no_vote 20"]);
  assert.deepEqual(told("greedy-threshold", 8), ["a funded 100", "c below_threshold 50", "d below_threshold 50", "b below_threshold 50", "e below_threshold 50", "f no_vote 50"]);
  assert.throws(() => told("borda"));
});

test("a table is read with its quotes, and one that is cut is refused", () => {
  assert.deepEqual(readTable('a,"b ""c"", d\ne"\n,\n', ","), [["a", 'b "c", d\ne'], ["", ""]]);
  assert.throws(() => readTable('a,"b', ","));
  assert.throws(() => readTable("a,b", ","));
});

test("hexadecimal and base64url have one spelling each", () => {
  assert.throws(() => fromHex("0A"));
  assert.throws(() => fromBase64url("AB")); // bits left over
  assert.throws(() => fromBase64url("AA=="));
});

test("an archive is unpacked: stored or deflated, in a folder or not", async () => {
  const archive = new Uint8Array(readFileSync(new URL("archive.zip", import.meta.url)));
  const files = await unzip(archive);
  assert.deepEqual([...files.keys()].sort(), ["long.txt", "short.txt"]);
  assert.equal(new TextDecoder().decode(files.get("long.txt")), "parvis\n".repeat(500));
  await assert.rejects(unzip(archive.subarray(0, archive.length - 30)));
  await assert.rejects(unzip(bytes("no archive")));
});

test("a folder with nothing in it is found wrong, and nothing is thrown", async () => {
  const found = await verify(new Map());
  assert.equal(found.isRight, false);
  assert.ok(found.problems.some((one) => one.place === "manifest.sig" && one.code === "file_missing"));
});

test("a long check lets the page breathe and tells how far it is", async () => {
  const told = [];
  let breaths = 0;
  const other = setInterval(() => { breaths += 1; }, 0);
  const desk = new Desk(new Map(), (code, part, whole) => told.push([code, part, whole]));
  const begun = Date.now();
  for (let part = 0; Date.now() - begun < 200; part += 1) await desk.pause("log", part, 10 ** 9);
  clearInterval(other);
  assert.ok(told.length >= 2 && told.every(([code, part, whole]) => code === "log" && part < whole));
  assert.ok(breaths >= 1, "nothing else got a turn");
});

test("accounts of an earlier form are compared as far as they go, and the page says so", async () => {
  const told = async (accounts) => (await verify(new Map([["accounts.json", bytes(JSON.stringify(accounts))], ["result.json", bytes('{"format":"parvis-result-1","turnout":{"ballots":0},"contests":[]}')]]))).problems.filter((one) => one.code === "format");
  const zeros = { log: { size: 0, accepted: 0, provisional: 0, parked: 0, quarantined: 0 }, ballots: { in_log: 0, counted: 0, superseded: 0, removed: 0, provisional: 0, parked: 0, quarantined: 0 }, superseded: [], equations: [], exceptions: [] };
  for (const format of ["parvis-accounts-1", "parvis-accounts-2"]) assert.deepEqual(await told({ format, ...zeros }), [], format);
  assert.equal((await told({ format: "parvis-accounts-1", ...zeros, waited: [] })).length, 1);
  assert.equal((await told({ format: "parvis-accounts-3", ...zeros })).length, 1);
});

test("a step in which something was found is not told as done", async () => {
  const { steps } = await verify(new Map([["manifest.sig", bytes("x")], ["definition.json", bytes("{}")]]));
  assert.deepEqual(steps, []);
});

test("the verifier stands alone: no library, nothing of the kiosk or of another folder, no network in what judges", () => {
  for (const name of readdirSync(HERE)) {
    const text = readFileSync(new URL(name, HERE), "utf8").replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, "");
    for (const [, from] of text.matchAll(/\bfrom "([^"]+)"/g)) assert.match(from, /^\.\/[a-z0-9]+\.js$/, name);
    assert.doesNotMatch(text, /innerHTML|insertAdjacentHTML|eval\(|new Function|import\(/, name);
    if (!["page.js", "gather.js"].includes(name)) assert.doesNotMatch(text, /\bfetch\(|document\.|window\./, name);
    assert.ok(text.split("\n").length <= 400, name);
  }
});

test("every finding has its sentence on the page", () => {
  const page = readFileSync(new URL("../../server/opendata/templates/opendata/_check_here.html", import.meta.url), "utf8");
  const words = new Set([...page.matchAll(/data-word="([a-z_]+)"/g)].map(([, code]) => code));
  const used = new Set();
  for (const name of readdirSync(HERE)) {
    const text = readFileSync(new URL(name, HERE), "utf8");
    for (const [call] of text.matchAll(/(?:need|done|pause)\([^\n]*/g)) {
      for (const [, code] of call.matchAll(/"([a-z_]+)"/g)) if (!/^(result|valid|manifest|missing)$/.test(code)) used.add(code);
    }
  }
  for (const status of ["valid", "invalid", "blank"]) used.add(`row_${status}`);
  assert.deepEqual([...used].filter((code) => !words.has(code)), []);
  assert.ok(used.size > 35, [...used].join());
});
