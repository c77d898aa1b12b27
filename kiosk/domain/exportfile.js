/**
 * The export file (docs/protocol.md §8): how records travel when no network ever comes. Written whole from number 1,
 * so any later file replaces an earlier one; and read back before anybody is told that it is done.
 *
 * Only the end of a chain is signed, and a file may be cut. So further numbers are signed beside it, its *marks*: what
 * lies whole before one is as authentic as a push that ended there.
 */

import { areWhole } from "./attachments.js";
import { hash, text, utf8 } from "./bytes.js";
import { walkChain } from "./records.js";

const MOST_MARKS = 500;

/** @param {number} seq of the last record @returns {number[]} numbers to be signed besides: all of them, or evenly spaced */
export function markNumbers(seq) {
  const step = Math.ceil(seq / MOST_MARKS);
  return Array.from({ length: Math.max(0, Math.ceil(seq / step) - 1) }, (_, i) => (i + 1) * step);
}

/**
 * @param {{line: string}[]} records in order from number 1
 * @param {{dev: string, epoch: string, seq: number, head: string, sig: string, version: string, publicKey: string,
 *   marks?: [number, string][], seen?: import("../sync/watch.js").Seen}} head
 *   `sig`, `publicKey` and `seen` as in a push; `marks`: `[number, signature]`, as a push would be signed that ended there
 * @param {number} [attachments] how many files follow, one line each (§14)
 * @returns {Promise<Uint8Array>} all but those
 */
export async function writeExport(records, { dev, epoch, seq, head, sig, version, publicKey, marks, seen }, attachments = 0) {
  const lines = utf8(records.map((record) => `${record.line}\n`).join(""));
  const first = {
    format: "parvis-export-1", dev, epoch, count: records.length, seq, head, sha256: await hash(lines), sig, version, public_key: publicKey,
    ...(seen ? { seen } : {}), ...(marks?.length ? { marks } : {}), ...(attachments ? { attachments } : {}),
  };
  const start = utf8(`${JSON.stringify(first)}\n`);
  const file = new Uint8Array(start.length + lines.length);
  file.set(start);
  file.set(lines, start.length);
  return file;
}

/** @param {string} label @param {number} seq @returns {string} a name that every file system takes */
export function exportName(label, seq) {
  const plain = label.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
  return `parvis-${plain.replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "") || "kiosk"}-${seq}.ndjson`;
}

/**
 * Read a file back and compare it with the chain it should hold.
 * @param {Uint8Array} bytes @param {{dev: string, epoch: string, seq: number, head: string}} chain
 * @returns {Promise<"" | "unreadable" | "other" | "older" | "damaged">} empty when the file holds the whole chain
 */
export async function checkExport(bytes, chain) {
  const start = bytes.indexOf(10) + 1;
  let first;
  let lines;
  let end = bytes.length;
  try {
    first = JSON.parse(text(bytes.subarray(0, start)));
    if (first.attachments) end = endOf(bytes, start, first.count);
    lines = text(bytes.subarray(start, end)).split("\n").slice(0, -1);
  } catch {
    return "unreadable";
  }
  if (first?.format !== "parvis-export-1") return "unreadable";
  if (first.dev !== chain.dev || first.epoch !== chain.epoch) return "other";
  if ((await hash(bytes.subarray(start, end))) !== first.sha256 || lines.length !== first.count) return "damaged";
  if (!(await areWhole(bytes.subarray(end), first.attachments ?? 0))) return "damaged";
  const walked = await walkChain(await Promise.all(lines.map(withId)));
  if (walked.broken || walked.head !== first.head) return "damaged";
  return first.head === chain.head && first.seq === chain.seq ? "" : "older";
}

/** @param {Uint8Array} bytes @param {number} at @param {number} count @returns {number} where so many lines end */
function endOf(bytes, at, count) {
  for (let line = 0; line < count; line += 1) at = bytes.indexOf(10, at) + 1 || bytes.length;
  return at;
}

/** @param {string} line @returns {Promise<{line: string, id: string}>} */
async function withId(line) {
  try {
    return { line, id: await hash(utf8(JSON.parse(line).header)) };
  } catch {
    return { line, id: "" };
  }
}
