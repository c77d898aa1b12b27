// What somebody kept and brings along: a printed state of the list, a checkpoint, a witness's statement or file, a receipt or
// a promise, its address or its number (docs/protocol.md §9). Does the list that was published contain it?

import { encode, fromBase64url, hex } from "./bytes.js";
import { readJson } from "./json.js";
import { isPointSigned, isSeen } from "./points.js";
import { sha256 } from "./sha256.js";
import { isSigned } from "./signatures.js";

const HEX = "[0-9a-f]{64}";
const PRINTED = new RegExp(`^parvis-checkpoint-1\\s+(\\S+)\\s+(${HEX})\\s+(\\d+)\\s+(\\d+)\\s+(${HEX})\\s+([-_A-Za-z0-9]{86})$`);
const ADDRESS = new RegExp(`^\\S*/receipt/(${HEX})/?(?:\\?(\\S*))?$`);
const ONE_HASH = new RegExp(`^${HEX}$`);

/**
 * @typedef {{size: number, root: string, sig?: string, log_id?: string, statement?: import("./points.js").Statement}} State
 * @typedef {{id: string, index?: number, dev?: string, epoch?: string, seq?: number, public_key?: string, sig?: string}} Receipt
 * @typedef {{states: State[], receipts: Receipt[]}} Kept
 */

/** @param {string} source @returns {Kept} throws on anything else */
export function readKept(source) {
  const text = source.trim();
  const printed = PRINTED.exec(text);
  if (printed) {
    const [, origin, log_id, epoch, size, root, sig] = printed;
    return { states: [/** @type {any} */ ({ origin, log_id, epoch: Number(epoch), size: Number(size), root, sig })], receipts: [] };
  }
  const address = ADDRESS.exec(text);
  if (address) {
    const told = new URLSearchParams(address[2] ?? "");
    const [dev, epoch, seq] = ["d", "e", "n"].map((name) => told.get(name));
    const place = dev && epoch && seq ? { dev, epoch, seq: Number(seq) } : {};
    return { states: [], receipts: [{ id: address[1], ...place }] };
  }
  const [first, ...rest] = text.toLowerCase().split(/\s+/);
  if (ONE_HASH.test(first + rest.join(""))) return { states: [], receipts: [{ id: first + rest.join("") }] };
  if (/^\d{1,15}$/.test(first) && ONE_HASH.test(rest.join(""))) return { states: [{ size: Number(first), root: rest.join("") }], receipts: [] };
  const kept = { states: [], receipts: [] };
  gather(readJson(text), kept);
  const areWhole = kept.states.every(({ size, root }) => Number.isSafeInteger(size) && size >= 0 && ONE_HASH.test(root));
  if (!areWhole || !kept.receipts.every(({ id }) => ONE_HASH.test(id)) || kept.states.length + kept.receipts.length === 0) throw new SyntaxError("kept");
  return kept;
}

/** @param {any} told @param {Kept} kept */
function gather(told, kept) {
  if (told.statements) for (const one of told.statements) gather(one, kept);
  else if (told.format === "parvis-witness-1") kept.states.push({ ...told.checkpoint, statement: told });
  else if (told.root !== undefined) kept.states.push(told);
  else {
    if (told.id !== undefined) kept.receipts.push(told);
    if (told.checkpoint) kept.states.push(told.checkpoint);
  }
}

/** @param {import("./desk.js").Desk} desk @param {Kept} kept @param {import("./log.js").LogFacts} log */
export async function checkKept(desk, kept, log) {
  for (const state of kept.states) await checkState(desk, state, log);
  for (const receipt of kept.receipts) await checkReceipt(desk, receipt, log);
}

/** @param {import("./desk.js").Desk} desk @param {State} state @param {import("./log.js").LogFacts} log */
async function checkState(desk, state, log) {
  const where = `${state.size}`;
  if (state.sig !== undefined) {
    const isOurs = state.log_id === desk.logId && (await isPointSigned(/** @type {any} */ (state), desk.key));
    desk.need(isOurs, where, "kept_seal");
  }
  if (state.statement) desk.need(await isSeen(state.statement), where, "witness_seal");
  if (!desk.need(state.size <= log.size, where, "kept_longer", { n: log.size })) return;
  desk.need(log.roots.get(state.size) === state.root, where, "kept_changed");
  desk.done("kept_state", { n: state.size });
}

/** @param {import("./desk.js").Desk} desk @param {Receipt} receipt @param {import("./log.js").LogFacts} log */
async function checkReceipt(desk, receipt, log) {
  const { id, index, dev, epoch, seq } = receipt;
  const where = id.slice(0, 12);
  if (receipt.public_key !== undefined) desk.need(await isPromised(receipt), where, "kept_promise");
  const found = log.ids.get(id);
  if (found !== undefined) {
    desk.need(index === undefined || index === found, where, "kept_place", { n: found });
    desk.done("kept_receipt", { id: where, n: found });
    return;
  }
  const last = log.rows.get(`${dev} ${epoch}`)?.at(-1)?.seq;
  if (!last || seq === undefined) desk.need(false, where, "kept_missing");
  else if (seq <= last) desk.need(false, where, "kept_other");
  else desk.need(false, where, "kept_unchained", { n: seq, last });
}

/** Whether the device that it names signed it. @param {Receipt} receipt */
async function isPromised({ id, dev, epoch, seq, public_key: written = "", sig = "" }) {
  const key = fromBase64url(written);
  const message = seq === undefined ? `parvis-receipt-1\n${id}` : `parvis-receipt-2\n${id}\n${dev}\n${epoch}\n${seq}\n`;
  return hex(sha256(key)) === dev && isSigned(key, encode(message), fromBase64url(sig));
}
