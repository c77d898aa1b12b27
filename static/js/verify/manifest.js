// Step 1: the signature over the list of files, then size and hash of each (docs/protocol.md §11).

import { isFormer } from "./accounts.js";
import { encode, fromHex, hex, join } from "./bytes.js";
import { sha256, Sha256 } from "./sha256.js";
import { canCheck, isSigned } from "./signatures.js";

const ALWAYS = [
  "accounts.json", "cast_vote_records.csv", "checkpoints.json", "definition.json", "log.jsonl", "projects.csv",
  "result.json", "result.pb", "tables.py", "verify.py",
];
/** Files that votes published before these existed do not have. */
const SINCE = ["kept.py", "states.py", "witnesses.json"];
const TODAY = [...SINCE, "closings.py"];
const PIECE = 1 << 20;

/** @param {string} rule of a definition: it names the program that counts again */
const recountOf = (rule) => `recount_${rule.replaceAll("-", "_")}.py`;

/** @param {import("./desk.js").Desk} desk */
export async function checkManifest(desk) {
  const lines = /^([0-9a-f]{130})\n([0-9a-f]{128})\n$/.exec(desk.text("manifest.sig"));
  if (!desk.need(lines, "manifest.sig", "seal_shape")) return;
  desk.key = fromHex(lines[1]);
  desk.logId = hex(sha256(desk.key));
  const manifest = desk.bytes("manifest.json");
  desk.need(canCheck(), "manifest.sig", "no_crypto");
  const isOurs = await isSigned(desk.key, join(encode("parvis-manifest-1\n"), manifest), fromHex(lines[2]));
  desk.need(isOurs, "manifest.json, manifest.sig", "seal_broken");
  const { format, files } = desk.json("manifest.json");
  desk.need(format === "parvis-manifest-1", "manifest.json", "format");
  for (const { name, size, sha256: told } of files) {
    const bytes = desk.files.get(name);
    if (!desk.need(bytes, name, "file_missing")) continue;
    const found = await hashOf(desk, bytes);
    desk.need(bytes.length === size && found === told, name, "file_altered");
  }
  const listed = files.map((/** @type {{name: string}} */ file) => file.name);
  const former = SINCE.some((name) => listed.includes(name)) ? SINCE : [];
  const since = isFormer(desk.json("accounts.json")) ? former : TODAY;
  const expected = [...ALWAYS, ...since, recountOf(desk.json("definition.json").count.rule)].sort();
  desk.need(listed.join("\n") === expected.join("\n"), "manifest.json", "file_list");
  desk.done("files", { n: files.length });
}

/** Piece by piece: the list of a large town has many megabytes. @param {import("./desk.js").Desk} desk @param {Uint8Array} bytes */
async function hashOf(desk, bytes) {
  const hash = new Sha256();
  for (let at = 0; at < bytes.length; at += PIECE) {
    hash.feed(bytes.subarray(at, at + PIECE));
    await desk.pause("files", at, bytes.length);
  }
  return hex(hash.end());
}

/** Step 2: the frozen definition is the one that this key made and that was counted. @param {import("./desk.js").Desk} desk */
export async function checkDefinition(desk) {
  const definition = desk.json("definition.json");
  const hash = hex(sha256(desk.bytes("definition.json")));
  desk.need(definition.format === "parvis-definition-1", "definition.json", "format");
  desk.need(definition.log_id === desk.logId, "definition.json", "other_key");
  desk.need(desk.json("accounts.json").definition === hash, "accounts.json", "other_definition");
  desk.need(desk.json("result.json").definition === hash, "result.json", "other_definition");
  const { seed } = desk.json("accounts.json");
  if (seed !== undefined) desk.need(hex(sha256(fromHex(seed))) === definition.seed_hash, "accounts.json, seed", "seed");
  for (const contest of definition.contests) {
    const ids = [contest.id, ...contest.choices.map((/** @type {{id: string}} */ choice) => choice.id)];
    const areClear = ids.every((id) => /^[A-Za-z0-9][-_.A-Za-z0-9]{0,39}$/.test(id) && id !== "status");
    desk.need(areClear && new Set(ids.slice(1)).size === ids.length - 1, "definition.json", "ids");
  }
  desk.done("definition", { hash });
}
