// Lets the browser's verifier check folders, one after another: node verify_folders.js FOLDER…; one line of JSON for each.
// KEPT in the environment: a JSON list of texts that must be found in each.

import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { verify } from "../../static/js/verify/verify.js";

/** @param {string} folder @returns {Map<string, Uint8Array>} */
export function filesIn(folder) {
  const names = readdirSync(folder).filter((name) => statSync(join(folder, name)).isFile());
  return new Map(names.map((name) => [name, new Uint8Array(readFileSync(join(folder, name)))]));
}

for (const folder of process.argv.slice(2)) {
  const started = performance.now();
  const found = await verify(filesIn(folder), undefined, JSON.parse(process.env.KEPT ?? "[]"));
  console.log(JSON.stringify({ folder, ...found, ms: Math.round(performance.now() - started) }));
}
