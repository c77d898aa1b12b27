// Where the files come from: the server that published them, or a copy in somebody's hands.

import { decode } from "./bytes.js";
import { readJson } from "./json.js";
import { unzip } from "./zip.js";

/** @typedef {Map<string, Uint8Array>} Files */

/** @param {string} url @returns {Promise<Uint8Array | null>} null where there is no such file */
async function fetched(url) {
  const answer = await fetch(url, { cache: "no-store" });
  if (answer.status === 404) return null;
  if (!answer.ok) throw new Error(String(answer.status));
  return new Uint8Array(await answer.arrayBuffer());
}

/**
 * What the list of files names, and the list itself.
 * @param {string} base the address of the folder, with its slash
 * @param {(part: number, whole: number) => void} tell
 * @returns {Promise<Files>} throws without a network
 */
export async function fetchFiles(base, tell) {
  const files = new Map();
  const names = new Set(["manifest.sig"]);
  const manifest = await fetched(`${base}manifest.json`);
  if (manifest) {
    files.set("manifest.json", manifest);
    for (const { name } of readJson(decode(manifest)).files) names.add(name);
  }
  let done = 1;
  for (const name of names) {
    tell((done += 1), names.size + 1);
    const bytes = await fetched(base + encodeURIComponent(name));
    if (bytes) files.set(name, bytes);
  }
  return files;
}

/** Files that were chosen; one archive among them stands for all. @param {Iterable<File>} chosen @returns {Promise<Files>} */
export async function readFiles(chosen) {
  const list = [...chosen];
  const archive = list.find((file) => file.name.endsWith(".zip"));
  if (archive) return unzip(new Uint8Array(await archive.arrayBuffer()));
  const files = new Map();
  for (const file of list) files.set(file.name, new Uint8Array(await file.arrayBuffer()));
  return files;
}

/** What was dropped: files, an archive, or a folder with files in it. @param {DataTransfer} transfer @returns {Promise<File[]>} */
export async function dropped(transfer) {
  // The list is empty once this turn is over: take all entries first.
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter((entry) => entry !== null);
  if (!entries.length || entries.some((entry) => entry === undefined)) return [...transfer.files];
  const found = await Promise.all(entries.map((entry) => filesOf(/** @type {FileSystemEntry} */ (entry), 2)));
  return found.flat();
}

/** @param {FileSystemEntry} entry @param {number} depth folders within folders that are still opened @returns {Promise<File[]>} */
async function filesOf(entry, depth) {
  if (entry.isFile) {
    return [await new Promise((resolve, reject) => /** @type {FileSystemFileEntry} */ (entry).file(resolve, reject))];
  }
  if (depth === 0) return [];
  const reader = /** @type {FileSystemDirectoryEntry} */ (entry).createReader();
  const found = [];
  for (;;) { // a folder is told a hundred entries at a time
    /** @type {FileSystemEntry[]} */
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (!some.length) return found;
    for (const one of some) found.push(...(await filesOf(one, depth - 1)));
  }
}
