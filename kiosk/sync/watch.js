/**
 * Does the public list only grow? The kiosk keeps the last signed state that it accepted and takes a new one only with a
 * proof that it extends it (docs/protocol.md §9). Whoever shows two lists, or rewrites one, is noticed here.
 */

import { checkpointSize } from "../domain/state.js";
import { isConsistent } from "../domain/tree.js";
import { attempt, jsonOf } from "./enrol.js";

/**
 * @typedef {{epoch: number, size: number, root: string, sig: string}} Seen
 * @typedef {"" | "list_shrank" | "list_changed" | "list_anew"} ListAlarm
 */

/**
 * @param {Seen | undefined} seen the last state accepted @param {any} checkpoint of a signed reply
 * @param {{serverKey: string, logId: string, origin: string}} installation 
 * @param {{fetch?: typeof fetch, told?: {first: number, steps: string[]}}} net `told`: a proof that came with the answer
 * @returns {Promise<{seen: Seen | undefined, listed: number, alarm: ListAlarm}>} `listed`: how many records are proven to
 *   be on the list; 0 when nothing new is. What cannot be asked now is asked again with the next answer.
 */
export async function watchList(seen, checkpoint, installation, { fetch, told }) {
  const size = await checkpointSize(checkpoint, installation);
  if (!size) return { seen, listed: 0, alarm: "" };
  const { epoch, root, sig } = checkpoint;
  const shown = { epoch, size, root, sig };
  if (!seen) return { seen: shown, listed: size, alarm: "" };
  if (epoch > seen.epoch) return { seen: shown, listed: size, alarm: "list_anew" };
  if (epoch < seen.epoch || size < seen.size) return { seen, listed: 0, alarm: "list_shrank" };
  const proof = size === seen.size ? [] : toldProof(seen.size, told) ?? await askProof(seen.size, size, fetch);
  if (!proof) return { seen, listed: 0, alarm: "" };
  if (!(await isConsistent(seen.size, size, seen.root, root, proof))) return { seen, listed: 0, alarm: "list_changed" };
  return { seen: shown, listed: size, alarm: "" };
}

/** @param {number} first @param {{first: number, steps: string[]} | undefined} told @returns {string[] | null} */
function toldProof(first, told) {
  return told?.first === first && Array.isArray(told.steps) && told.steps.every((step) => typeof step === "string") ? told.steps : null;
}

/** @param {number} first @param {number} second @param {typeof fetch} fetch @returns {Promise<string[] | null>} null: no answer */
async function askProof(first, second, fetch) {
  if (!fetch) return null;
  try {
    const response = await attempt(fetch, `/api/v1/log/consistency?first=${first}&second=${second}`, { method: "GET" });
    const told = response.status === 200 ? await jsonOf(response) : null;
    return Array.isArray(told?.proof) && told.proof.every((step) => typeof step === "string") ? told.proof : null;
  } catch {
    return null;
  }
}
