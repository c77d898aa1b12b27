/**
 * When this device may let go of what it kept (docs/protocol.md §8): it is the last copy until every condition holds, and
 * nothing else ever deletes. A pure decision; every condition that is missing has a name, so that a person can read why.
 *
 * Time is the server's, as its signed replies say it: seven days lie between the first that called the session certified
 * and the last one. The clock of the device takes no part (D1).
 */

import { LOST } from "./state.js";

export const DAYS = 7;
const DAY_S = 86_400;

/**
 * @typedef {{names: [string, string], head: string}} Waiver two persons answer for it that there is no file
 * @typedef {object} Kept what is known of one chain
 * @property {{epoch: string, seq: number, head: string, gone?: {seq: number}}} chain
 * @property {import("./state.js").Verdict[]} verdicts
 * @property {{whole: boolean}[]} files that its records name
 * @property {{next: number, alarm: string, standing?: any, heard?: import("./carried.js").Heard, certifiedAt?: number | null}} sync
 * @property {{epoch: string, head: string} | null} exported the file that was last read back from where it lies
 * @property {Waiver | null} [waived]
 */

/** What may be missing, in the order in which it comes about. */
export const CONDITIONS = ["kept", "untroubled", "arrived", "files", "told", "witnessed", "backed_up", "exported", "certified", "closing", "days"];

/** @param {Kept} kept @returns {{allowed: boolean, missing: string[], daysLeft: number}} */
export function mayDelete(kept) {
  const missing = CONDITIONS.filter((condition) => !HOLDS[condition](kept));
  return { allowed: missing.length === 0, missing, daysLeft: daysLeft(kept.sync) };
}

/** @type {Record<string, (kept: Kept) => boolean>} */
const HOLDS = {
  // Something is here that could be let go.
  kept: ({ chain }) => chain.seq > (chain.gone?.seq ?? 0),
  // Nobody calls for help, and no restored server is being put in order.
  untroubled: ({ sync }) => !sync.alarm && sync.standing?.recovery !== true,
  // The server holds every record, without a gap.
  arrived: ({ chain, verdicts, sync }) => sync.heard?.next === chain.seq + 1 && indices(verdicts).length === chain.seq,
  // So is every file that they name (§14).
  files: ({ files }) => files.every(({ whole }) => whole),
  // The server said whether anybody co-signs its list.
  told: ({ sync }) => Number.isInteger(sync.standing?.witnesses),
  // Each record is under a state of the list that somebody else co-signed (A3); where nobody does, in a backup.
  witnessed: ({ verdicts, sync }) => sync.standing?.witnesses === 0 || covers(sync.standing?.cosigned, verdicts),
  backed_up: ({ verdicts, sync }) => sync.standing?.witnesses !== 0 || covers(sync.standing?.backedUp, verdicts),
  // A file of this very chain was written and read back, or two persons answer for it that there is none.
  exported: ({ chain, exported, waived }) => (exported?.epoch === chain.epoch && exported.head === chain.head) || isWaived(waived, chain),
  // All votes of its session are certified, and the closing record ends this chain where it ends here.
  certified: ({ sync }) => Object.keys(sync.standing?.certified ?? {}).length > 0,
  closing: ({ chain, sync }) => Object.values(sync.standing?.certified ?? {}).includes(chain.head) && chain.head !== "",
  days: ({ sync }) => daysLeft(sync) === 0,
};

/** @param {import("./state.js").Verdict[]} verdicts @returns {number[]} where on the list the records stand */
function indices(verdicts) {
  return verdicts.filter(({ verdict, index }) => verdict !== LOST && Number.isInteger(index)).map(({ index }) => index);
}

/** @param {number | undefined} size @param {import("./state.js").Verdict[]} verdicts */
function covers(size, verdicts) {
  return Number.isInteger(size) && verdicts.length > 0 && verdicts.every(({ index }) => Number.isInteger(index) && index < size);
}

/** @param {Waiver | null | undefined} waived @param {{head: string}} chain @returns {boolean} by two people, for this end of the chain */
function isWaived(waived, chain) {
  return waived?.head === chain.head && areTwo(waived.names);
}

/** @param {string[]} names @returns {boolean} of two people, as far as names tell */
export function areTwo(names) {
  const [first, second] = names.map((name) => name.trim().toLowerCase());
  return Boolean(first) && Boolean(second) && first !== second;
}

/** @returns {number} whole days that must still pass; all of them while nothing was called certified */
function daysLeft({ certifiedAt, heard }) {
  if (!certifiedAt || !heard?.time) return DAYS;
  return Math.max(0, Math.min(DAYS, Math.ceil(DAYS - (heard.time - certifiedAt) / DAY_S)));
}

/**
 * Since when, by the server's own time, its replies call the session of this chain certified. Called so no more: anew.
 * The earliest stands, and what a clock that ran ahead said first is corrected by what it says later.
 * @param {import("./state.js").Reply} reply @param {{certifiedAt?: number | null}} sync @returns {number | null}
 */
export function certifiedSince({ certified, time }, { certifiedAt }) {
  if (!certified || Object.keys(certified).length === 0 || !Number.isInteger(time)) return null;
  return Math.min(certifiedAt || time, time);
}
