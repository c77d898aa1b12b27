// Steps 3 and 4: every header of the public log, each device's chain, the tree of RFC 6962, and every signed state of it
// (docs/protocol.md §5, §9). One tree grows over all headers; each checkpoint must be the root that it had at its size.
// So each checkpoint is a part of the next: nothing was taken out or exchanged between two of them.

import { isFormer } from "./accounts.js";
import { decode, encode, hex } from "./bytes.js";
import { Halls } from "./closings.js";
import { readJson } from "./json.js";
import { Doors } from "./order.js";
import { isPointSigned } from "./points.js";
import { sha256 } from "./sha256.js";

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);
const HASH = /^[0-9a-f]{64}$/;
const MAYBE_HASH = /^(?:[0-9a-f]{64})?$/;
/** The fields of a header, in this order; a text's shape, or null for a whole number. @type {[string, RegExp | null][]} */
const FIELDS = [
  ["v", null], ["type", /^.{1,32}$/], ["tv", null], ["space", /^/], ["meeting", /^(?:[0-9a-f]{16})?$/], ["def", MAYBE_HASH],
  ["dev", HASH], ["epoch", /^[0-9a-f]{16}$/], ["seq", null], ["prev", MAYBE_HASH], ["actor", /^/], ["subj_c", MAYBE_HASH],
  ["body_c", HASH], ["len", null],
];
const NAMES = [...FIELDS.map(([name]) => name), "att"].join();
const LONGEST = 4096;
const BOX = ["box.frozen", "box.voting_opened", "roll.version"];

/**
 * What the other steps need to know of the log.
 * @typedef {{size: number, ballots: number, roll: {index: number, body_c: string}[], opened: number,
 *   roots: Map<number, string>, ids: Map<string, number>, doors: Doors, halls: Halls,
 *   rows: Map<string, {seq: number, index: number, id: string}[]>, house: string}} LogFacts
 * `roll`: the versions of the roll of this vote, by the device that froze it; `opened`: index of the opening, -1 without;
 * `roots` by size, where they were asked for; `ids`: where each record stands; `rows`: the records of each chain,
 * in order; `house`: the device that froze the box; `doors`, `halls`: what it says of online, hall, closings
 */

/** A tree of RFC 6962 that only grows: the roots of its full subtrees, largest first. */
export class Tree {
  /** @type {Uint8Array[]} */ #peaks = [];
  size = 0;

  /** @param {Uint8Array} leaf */
  add(leaf) {
    let node = sha256(LEAF, leaf);
    for (let place = this.size; place % 2 === 1; place = (place - 1) / 2) {
      node = sha256(NODE, /** @type {Uint8Array} */ (this.#peaks.pop()), node);
    }
    this.#peaks.push(node);
    this.size += 1;
  }

  /** @returns {string} hex */
  root() {
    const [last, ...before] = [...this.#peaks].reverse();
    if (!last) return hex(sha256());
    return hex(before.reduce((right, left) => sha256(NODE, left, right), last));
  }
}

/** The lines of a file, as bytes; nothing where it does not end with one. @param {Uint8Array} bytes */
function* linesOf(bytes) {
  for (let start = 0; start < bytes.length;) {
    const end = bytes.indexOf(10, start);
    if (end < 0) return;
    yield bytes.subarray(start, end);
    start = end + 1;
  }
}

/**
 * @param {string} line
 * @param {number} index that it must have
 * @returns {{bytes: Uint8Array, fields: any}} throws where it is not as the protocol says
 */
export function readLine(line, index) {
  const entry = readJson(line);
  const { header } = entry;
  if (JSON.stringify({ index, header }) !== line) throw new SyntaxError("index");
  const [bytes, fields] = [encode(header), readJson(header)];
  if (Object.keys(fields).join() !== NAMES || fields.v !== 1 || bytes.length > LONGEST) throw new SyntaxError("fields");
  for (const [name, shape] of FIELDS) {
    const value = fields[name];
    if (shape ? typeof value !== "string" || !shape.test(value) : !Number.isSafeInteger(value)) throw new SyntaxError(name);
  }
  if (!Array.isArray(fields.att)) throw new SyntaxError("att");
  return { bytes, fields };
}

/** @param {import("./desk.js").Desk} desk @param {number[]} kept other sizes whose root is wanted @returns {Promise<LogFacts>} */
export async function checkLog(desk, kept = []) {
  const accounts = desk.json("accounts.json");
  const { checkpoints } = desk.json("checkpoints.json");
  const outside = new Set(accounts.exceptions.map((/** @type {{index: number}} */ one) => one.index));
  const sizes = new Set([...kept, ...checkpoints.map((/** @type {{size: number}} */ point) => point.size)]);
  const ids = new Map();
  const [doors, halls] = [new Doors(), new Halls(accounts.missing)];
  const [tree, roots, chains] = [new Tree(), new Map([[0, new Tree().root()]]), new Map()];
  const bytes = desk.bytes("log.jsonl");
  const whole = accounts.log.size;
  const box = /** @type {{type: string, dev: string, index: number, body_c: string}[]} */ ([]);
  let ballots = 0;
  desk.need(bytes.length === 0 || bytes[bytes.length - 1] === 10, "log.jsonl", "log_cut");
  for (const line of linesOf(bytes)) {
    const index = tree.size;
    let read;
    try {
      read = readLine(decode(line), index);
    } catch {
      desk.need(false, `log.jsonl:${index + 1}`, "log_line");
      break;
    }
    const { type, def, dev, epoch, seq, prev } = read.fields;
    doors.see(read.fields, index, def === accounts.definition);
    halls.see(read.fields, index, def === accounts.definition);
    if (type === "ballot.sealed" && def === accounts.definition) ballots += 1;
    if (BOX.includes(type) && def === accounts.definition) box.push({ type, dev, index, body_c: read.fields.body_c });
    const id = hex(sha256(read.bytes));
    ids.set(id, index);
    if (!outside.has(index)) {
      const name = `${dev} ${epoch}`;
      if (!chains.has(name)) chains.set(name, []);
      chains.get(name).push({ seq, prev, index, id });
    }
    tree.add(read.bytes);
    if (sizes.has(tree.size)) roots.set(tree.size, tree.root());
    await desk.pause("log", tree.size, whole);
  }
  checkChains(desk, chains);
  desk.done("log", { n: tree.size, chains: chains.size });
  const house = box.find((one) => one.type === BOX[0])?.dev ?? "";
  checkPlaces(desk, chains, house);
  desk.at = "checkpoints.json";
  await checkPoints(desk, checkpoints, roots, tree.size);
  const own = box.filter((one) => one.dev === house);
  const opened = own.find((one) => one.type === BOX[1])?.index ?? -1;
  return { size: tree.size, ballots, roll: own.filter((one) => one.type === BOX[2]), opened, roots, ids, doors, halls, rows: chains, house };
}

/** Each record names the one before it. @param {import("./desk.js").Desk} desk @param {Map<string, any[]>} chains */
function checkChains(desk, chains) {
  for (const chain of chains.values()) {
    chain.sort((one, other) => one.seq - other.seq);
    let before = { id: "", index: -1 };
    for (const [place, record] of chain.entries()) {
      const where = before.index < 0 ? record.index : before.index;
      const follows = record.seq === place + 1 && record.prev === before.id;
      if (!desk.need(follows, `log.jsonl:${where + 1}`, "chain", { line: record.index + 1 })) break;
      before = record;
    }
  }
}

/**
 * A record stands after those that it follows, or it is one that the accounts name: it came before one of them, and waited.
 * @param {import("./desk.js").Desk} desk @param {Map<string, any[]>} chains sorted
 * @param {string} house the device that froze the box: it writes here, and waits for nothing
 */
function checkPlaces(desk, chains, house) {
  const accounts = desk.json("accounts.json");
  /** @type {number[]} */
  const told = accounts.waited ?? [];
  if (isFormer(accounts)) return;
  const [waited, unmet] = [new Set(told), new Set(told)];
  for (const [name, chain] of chains) {
    let last = -1;
    for (const { index } of chain) {
      if (index > last) {
        last = index;
        continue;
      }
      desk.need(waited.has(index) && !name.startsWith(`${house} `), `log.jsonl:${index + 1}`, "place_early");
      unmet.delete(index);
    }
  }
  for (const index of unmet) desk.need(false, `log.jsonl:${Number(index) + 1}`, "place_waited");
  desk.need(told.every((index, place) => place === 0 || index > told[place - 1]), "accounts.json, waited", "terms");
  desk.done("places", { n: told.length });
}

/** @param {import("./desk.js").Desk} desk @param {any[]} points @param {Map<number, string>} roots @param {number} size */
async function checkPoints(desk, points, roots, size) {
  desk.need(desk.json("checkpoints.json").format === "parvis-checkpoints-1", "checkpoints.json", "format");
  let last = 0;
  for (const [place, point] of points.entries()) {
    const where = `checkpoints.json, ${place + 1}`;
    desk.need(await isPointSigned(point, desk.key), where, "point_seal");
    const follows = Number.isSafeInteger(point.size) && point.size >= last && point.log_id === desk.logId;
    desk.need(follows && point.epoch === points[0].epoch, where, "point_order");
    desk.need(roots.get(point.size) === point.root, where, "point_root");
    last = point.size;
    await desk.pause("points", place, points.length);
  }
  desk.need(points.length > 0 && last === size, "checkpoints.json", "point_last");
  desk.done("points", { n: points.length });
}
