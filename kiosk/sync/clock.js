/** How far this device's clock is from the server's. A remark for people: nothing is ordered or refused by it. */

import { attempt, jsonOf } from "./enrol.js";

const PATIENCE_MS = 8_000;
/** The server tells whole seconds: on average it is half a second later. */
const HALF_MS = 500;

/**
 * @param {string} logId only the answer of this installation's server counts
 * @param {{fetch: typeof fetch, now?: () => number}} net
 * @returns {Promise<number | null>} seconds that this device is ahead, to within the time of the way and a second; null: no answer
 */
export async function clockOffset(logId, { fetch, now = Date.now }) {
  const before = now();
  try {
    const response = await attempt(fetch, "/api/v1/log/checkpoint", {}, PATIENCE_MS);
    const after = now();
    const theirs = Date.parse(response.headers.get("date") ?? "");
    const told = await jsonOf(response);
    if (!response.ok || told?.checkpoint?.log_id !== logId || !theirs) return null;
    return Math.round(((before + after) / 2 - theirs - HALF_MS) / 1000);
  } catch {
    return null;
  }
}
