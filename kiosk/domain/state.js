/**
 * What the device makes of an answer from the server (docs/protocol.md §7), and what it may say about its records.
 *
 * Nothing here trusts an answer that is not signed by the installation over this device's own chain: a login page with
 * status 200, an empty 204, a cached reply to another device are all "no answer".
 */

import { verify } from "./signing.js";

/**
 * @typedef {{id: string, seq: number, verdict: string, reason: string, index: number | null}} Verdict
 * @typedef {{log_id: string, log_epoch: number, dev: string, epoch: string, next: number, head: string,
 *   verdicts: Verdict[], checkpoint?: object, pack_version: number, session_state: string, retry_after_s: number, device?: string, witnesses?: number, cosigned?: number, backed_up?: number,
 *   certified?: Record<string, string>, recovery?: boolean, time?: number, runs?: [number, number, string, string, number][],
 *   proof?: {first: number, steps: string[]}}} Reply
 * @typedef {{device?: string, witnesses?: number, cosigned?: number, backedUp?: number, certified?: Record<string, string>,
 *   recovery?: boolean}} Standing what the server said besides; what is absent it does not know
 */

/** @returns {object} nothing sent, nothing heard */
export function emptySync() {
  return { next: 1, logEpoch: 0, listed: 0, alarm: "", packVersion: 0, sessionState: "" };
}

/**
 * @param {string} body what came back @param {{serverKey: string, logId: string}} installation
 * @param {{dev: string, epoch: string}} chain @returns {Promise<Reply | null>} null: no answer
 */
export async function readReply(body, installation, chain) {
  let reply;
  let signed;
  try {
    signed = JSON.parse(body);
    reply = JSON.parse(signed.reply);
  } catch {
    return null;
  }
  if (!(await verify(installation.serverKey, signed.sig, "parvis-reply-1", signed.reply))) return null;
  if (reply.log_id !== installation.logId || reply.dev !== chain.dev || reply.epoch !== chain.epoch) return null;
  if (!Number.isInteger(reply.next) || reply.next < 1 || !Array.isArray(reply.verdicts)) return null;
  return reply;
}

/**
 * @param {Reply["checkpoint"]} checkpoint @param {{serverKey: string, logId: string, origin: string}} installation
 * @returns {Promise<number>} the size of the public list it vouches for; 0 when it vouches for nothing
 */
export async function checkpointSize(checkpoint, { serverKey, logId, origin }) {
  if (!checkpoint || checkpoint.log_id !== logId || checkpoint.origin !== origin) return 0;
  const { epoch, size, root, sig } = checkpoint;
  const body = `${origin}\n${logId}\n${epoch}\n${size}\n${root}\n`;
  return (await verify(serverKey, sig, "parvis-checkpoint-1", body)) ? size : 0;
}

/** What stands in the place of a verdict on a record that the server held once and holds no more. */
export const LOST = "lost";

/**
 * Does the last reply take back what an earlier one said? What the server holds of a chain lies before `next`; so, once
 * it was restored, all verdicts from there on speak of a list that is no more, and at any time those that put a record
 * into the chain.
 * @param {Reply} reply @param {{logEpoch: number}} sync before this reply @returns {(verdict: Verdict) => boolean}
 */
export function takenBack(reply, sync) {
  const restored = isRestored(reply, sync);
  return ({ seq, verdict }) => seq >= reply.next && (restored || ["accepted", "provisional"].includes(verdict));
}

/** @param {Reply} reply @param {{logEpoch: number}} sync @returns {boolean} the log was begun anew since the last reply */
function isRestored(reply, sync) {
  return reply.log_epoch !== sync.logEpoch && sync.logEpoch !== 0;
}

/** @param {Verdict[]} verdicts of one chain @param {number} seq its last number @returns {boolean} the server holds all of it */
export function allArrived(verdicts, seq) {
  return verdicts.filter(({ verdict }) => verdict !== LOST).length === seq;
}

/**
 * The level a record has reached; the words on screen follow from it and from nothing else.
 * @param {Verdict | undefined} verdict @param {number} listed size of the last good checkpoint
 * @returns {"saved" | "arrived" | "listed" | "help"}
 */
export function levelOf(verdict, listed) {
  if (!verdict || verdict.verdict === LOST) return "saved";
  if (verdict.verdict === "quarantined") return "help";
  if (Number.isInteger(verdict.index) && verdict.index < listed) return "listed";
  return "arrived";
}

/**
 * @param {Verdict[]} verdicts of this chain @param {number} total records on the device
 * @param {number} listed @param {number} [refused] records the server would not take at all
 * @returns {{saved: number, arrived: number, listed: number, help: number}}
 *   `saved` counts all; `arrived` and `listed` are what of them got that far
 */
export function countLevels(verdicts, total, listed, refused = 0) {
  const levels = verdicts.map((verdict) => levelOf(verdict, listed));
  const count = (level) => levels.filter((found) => found === level).length;
  return { saved: total, arrived: count("arrived") + count("listed"), listed: count("listed"), help: count("help") + refused };
}

/**
 * What changes on the device after a reply.
 * @param {{next: number, logEpoch: number, listed: number}} sync where sending stood
 * @param {{seq: number}} chain @param {Reply} reply @param {number} listed size of a checkpoint that was verified
 * @param {(seq: number) => string | undefined} idAt what the device holds under a number
 * @returns {{next: number, logEpoch: number, listed: number, alarm: "" | "server_ahead" | "fork" | "list_shrank"}}
 */
export function afterReply(sync, chain, reply, listed, idAt) {
  const restored = isRestored(reply, sync);
  const next = restored ? reply.next : skipSettled(reply);
  let alarm = "";
  if (reply.next > chain.seq + 1) alarm = "server_ahead";
  else if (reply.next > 1 && reply.head !== idAt(reply.next - 1)) alarm = "fork";
  else if (!restored && listed && listed < sync.listed) alarm = "list_shrank";
  return {
    next: Math.min(next, chain.seq + 1), logEpoch: reply.log_epoch, alarm,
    listed: restored ? listed : Math.max(sync.listed, listed),
  };
}

/**
 * The server asks for `next`. A record it keeps in quarantine does not move `next` on a forked chain, yet sending it
 * again would change nothing and block what lies behind it.
 * @param {Reply} reply @returns {number}
 */
function skipSettled(reply) {
  const settled = new Set(reply.verdicts.filter((verdict) => verdict.verdict === "quarantined").map((verdict) => verdict.seq));
  let next = reply.next;
  while (settled.has(next)) next += 1;
  return next;
}

/**
 * How the server said that the device and what it sent stand. It takes the place of what was said before: a fact that
 * is said no more is not known any more.
 * @param {Reply} reply @returns {Standing}
 */
export function standingOf({ device, replaced, witnesses, cosigned, backed_up: backedUp, certified, recovery }) {
  const isSize = (told) => Number.isInteger(told) && told >= 0;
  return {
    ...(typeof device === "string" ? { device: replaced === true ? "replaced" : device } : {}), ...(isSize(witnesses) ? { witnesses } : {}), ...(isSize(cosigned) ? { cosigned } : {}),
    ...(isSize(backedUp) ? { backedUp } : {}), ...(certified && typeof certified === "object" ? { certified } : {}),
    ...(typeof recovery === "boolean" ? { recovery } : {}),
  };
}

/** Alarms of a device that no longer holds what it should: nobody may vote here until people have looked. */
const BROKEN = ["missing", "altered", "server_ahead"];
/** Alarms of a device whose ballots would not stand in its chain: it takes no more, and goes on sending what it has. */
const TURNED_AWAY = ["fork", "cloned", "revoked", "replaced"];
/** Those of them that the server says in each reply, or no longer. */
const TOLD = ["cloned", "revoked", "replaced"];

/**
 * The alarms that a device shows, once the server was heard.
 * @param {Iterable<string>} alarms shown so far @param {{alarm: string, standing?: Standing}} sync
 * @returns {Set<string>}
 */
export function alarmsAfter(alarms, { alarm, standing }) {
  const told = TOLD.filter((one) => one === standing?.device);
  return new Set([...[...alarms].filter((one) => !TOLD.includes(one)), alarm, ...told].filter(Boolean));
}

/**
 * Why a device takes no ballots until a person has looked.
 * @param {Set<string>} alarms @param {boolean} broken its disk keeps nothing
 * @returns {"" | "out" | "away"} "out": it could not keep one; "away": one kept here would not stand
 */
export function stopOf(alarms, broken) {
  if (broken || BROKEN.some((alarm) => alarms.has(alarm))) return "out";
  return TURNED_AWAY.some((alarm) => alarms.has(alarm)) ? "away" : "";
}

const STEPS = { prepared: ["open"], open: ["paused", "closed"], paused: ["open", "closed"], closed: [] };

/** @param {string} from @param {string} to @returns {boolean} sessions know no way back */
export function mayBecome(from, to) {
  return (STEPS[from] ?? []).includes(to);
}

/** @param {string} from @returns {string[]} */
export function nextStates(from) {
  return STEPS[from] ?? [];
}
