/**
 * The export file (docs/protocol.md §8): how records travel when no network ever comes. Written whole from number 1,
 * so any later file replaces an earlier one; and read back before anybody is told that it is done.
 */

import { hash, text, utf8 } from "./bytes.js";
import { walkChain } from "./records.js";

/**
 * @param {{line: string}[]} records in order from number 1
 * @param {{dev: string, epoch: string, seq: number, head: string, sig: string, version: string}} head `sig` as in a push
 * @returns {Promise<Uint8Array>}
 */
export async function writeExport(records, { dev, epoch, seq, head, sig, version }) {
  const lines = utf8(records.map((record) => `${record.line}\n`).join(""));
  const first = {
    format: "parvis-export-1", dev, epoch, count: records.length, seq, head, sha256: await hash(lines), sig, version,
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
  const end = bytes.indexOf(10);
  let first;
  let lines;
  try {
    first = JSON.parse(text(bytes.subarray(0, end)));
    lines = text(bytes.subarray(end + 1)).split("\n").slice(0, -1);
  } catch {
    return "unreadable";
  }
  if (first?.format !== "parvis-export-1") return "unreadable";
  if (first.dev !== chain.dev || first.epoch !== chain.epoch) return "other";
  if ((await hash(bytes.subarray(end + 1))) !== first.sha256 || lines.length !== first.count) return "damaged";
  const walked = await walkChain(await Promise.all(lines.map(withId)));
  if (walked.broken || walked.head !== first.head) return "damaged";
  return first.head === chain.head && first.seq === chain.seq ? "" : "older";
}

/** @param {string} line @returns {Promise<{line: string, id: string}>} */
async function withId(line) {
  try {
    return { line, id: await hash(utf8(JSON.parse(line).header)) };
  } catch {
    return { line, id: "" };
  }
}
