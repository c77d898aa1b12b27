/**
 * One light that says whether a device is ready, from what was found out about it. Green: all is well. Amber: a vote may
 * open, and somebody should read why it is not green. Red: not here, not now.
 */

import { LOST } from "./state.js";

/**
 * @typedef {"good" | "warn" | "bad" | "unknown" | "running"} Outcome "unknown": nobody can tell, which is no fault;
 *   "running": it is being found out
 * @typedef {{name: string, outcome: Outcome, why?: string, facts?: object}} Check `why` names the sentence where a check
 *   can fail in several ways
 */

const MB = 1_000_000;
/** A day of ballots, with the release, fits many times; below the first, the browser itself begins to clean up. */
const LITTLE_ROOM = 200 * MB;
export const NO_ROOM = 4 * 1024 * 1024;
const [HALF_EMPTY, NEARLY_EMPTY] = [50, 10];
/** Nothing is refused for its time; but people compare clocks, and a request for the meeting is good for five minutes. */
const CLOCK_S = 60;

/** @param {Check[]} checks @returns {"green" | "amber" | "red"} */
export function lightOf(checks) {
  const found = new Set(checks.map(({ outcome }) => outcome));
  if (found.has("bad")) return "red";
  return found.has("warn") || found.has("running") ? "amber" : "green";
}

/** @param {Check[]} checks @returns {string[]} the names of those that keep the light from being green */
export function faultsOf(checks) {
  return checks.filter(({ outcome }) => ["warn", "bad"].includes(outcome)).map(({ name }) => name);
}

/** @param {{quota?: number, usage?: number} | null} estimate bytes, as the browser tells @returns {Check} */
export function spaceCheck(estimate) {
  if (!estimate?.quota) return { name: "space", outcome: "unknown" };
  const free = Math.max(0, estimate.quota - estimate.usage);
  const outcome = free < NO_ROOM ? "bad" : free < LITTLE_ROOM ? "warn" : "good";
  return { name: "space", outcome, facts: { mb: Math.floor(free / MB) } };
}

/** @param {{level: number, charging: boolean} | null} battery level 0…1 @returns {Check} */
export function batteryCheck(battery) {
  if (!battery) return { name: "battery", outcome: "unknown" };
  const n = Math.round(battery.level * 100);
  const low = n < NEARLY_EMPTY ? "bad" : n < HALF_EMPTY ? "warn" : "good";
  return { name: "battery", outcome: battery.charging ? "good" : low, facts: { n } };
}

/** @param {number | null} offset seconds that this device is ahead of the server; null: not compared @returns {Check} */
export function clockCheck(offset) {
  if (offset === null) return { name: "clock", outcome: "unknown" };
  return { name: "clock", outcome: Math.abs(offset) > CLOCK_S ? "warn" : "good", facts: { offset } };
}

/** @param {import("./pack.js").Pack | null} pack @param {boolean} isReadable it was read from the disk anew @returns {Check} */
export function packCheck(pack, isReadable) {
  const facts = { meeting: pack?.session.meeting, passes: pack?.checks.size ?? 0, boxes: pack?.definitions.length ?? 0, ideas: ideasIn(pack) };
  const check = (outcome, why) => ({ name: "pack", outcome, why, facts });
  if (!pack) return check("bad", "none");
  if (!isReadable) return check("bad", "unreadable");
  if (!facts.boxes && facts.ideas === null) return check("bad", "empty");
  return facts.passes ? check("good") : check("warn", "passes");
}

/** @param {import("./pack.js").Pack | null} pack @returns {number | null} how many ideas it holds to read; null: people are asked for none */
function ideasIn(pack) {
  const lists = pack?.ideas ?? [];
  return lists.length === 0 ? null : lists.reduce((sum, { proposals }) => sum + proposals.length, 0);
}

/** @param {string[]} languages of the meeting @param {(lang: string) => boolean} hasVoice @returns {Check} */
export function voicesCheck(languages, hasVoice) {
  const silent = languages.filter((lang) => !hasVoice(lang));
  return { name: "voices", outcome: silent.length ? "warn" : "good", facts: { silent } };
}

/**
 * @param {{verdict: string} | undefined} verdict of the record that was sent to be tried @param {number} seq its number
 * @param {string} why nothing was heard @returns {Check}
 */
export function tripCheck(verdict, seq, why) {
  if (!verdict || verdict.verdict === LOST) return { name: "trip", outcome: "warn", facts: { seq, why } };
  if (verdict.verdict === "quarantined") return { name: "trip", outcome: "bad", why: "refused", facts: { seq } };
  return { name: "trip", outcome: "good", facts: { seq } };
}
