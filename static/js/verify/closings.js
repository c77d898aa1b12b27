// What each closing of a session fixed: where the chains of its devices end, and what may be lost with those that never came
// back. And what people answered to the letters of a sample (docs/protocol.md §5, §8, §11).

import { isFormer } from "./accounts.js";
import { encode, fromBase64url, fromHex, hex } from "./bytes.js";
import { readJson } from "./json.js";
import { sha256 } from "./sha256.js";
import { isSigned } from "./signatures.js";

const LOSS = ["arrived", "records", "promised", "lost"];
const ANSWERS = ["confirmed", "denied", "returned", "silent"];
/** Deeds of the installation that are looked for again, those about sessions and those about the box. */
const KEPT = ["session.reconciled", "device.missing", "device.revoked", "box.reconciled", "sample.drawn", "box.certified"];
/** @type {Map<string, number>} */
const MARKS = new Map([["right.used", 1], ["right.restored", -1]]);

/**
 * @typedef {{index: number, body: string, salt: string}} Said a body that the list committed to, and what opens it
 * @typedef {{epoch: string, seq: number, index: number, isBallot: boolean}} Brought
 * @typedef {{type: string, dev: string, meeting: string, def: string, index: number, body_c: string}} Deed
 */

/** What the list says of closings and of lost devices: collected while its lines are read once. */
export class Halls {
  /** @type {Deed[]} */ #deeds = [];
  /** @type {Map<string, Set<string>>} sessions in which a device wrote of this vote, by device */
  #sessions = new Map();
  /** @type {Map<string, number>} rights used in person and not given back, by who wrote it */
  #marks = new Map();
  /** @type {Map<string, Brought[]>} */ #lost;

  /** @param {{dev: string}[]} missing devices of which every record counts */
  constructor(missing = []) {
    this.#lost = new Map(missing.map(({ dev }) => [dev, []]));
  }

  /** @param {any} fields of a header @param {number} index @param {boolean} isOwn of this vote */
  see({ type, dev, meeting, def, epoch, seq, body_c }, index, isOwn) {
    if (KEPT.includes(type)) this.#deeds.push({ type, dev, meeting, def, index, body_c });
    this.#lost.get(dev)?.push({ epoch, seq, index, isBallot: type === "ballot.sealed" });
    if (!isOwn) return;
    this.#marks.set(dev, (this.#marks.get(dev) ?? 0) + (MARKS.get(type) ?? 0));
    if (!meeting || type === "record.decided") return; // a decision names the session that its record named
    this.#sessions.set(dev, (this.#sessions.get(dev) ?? new Set()).add(meeting));
  }

  /** @param {string} dev who froze the box @param {string} type @param {string} of the session, or the vote @returns {Deed[]} */
  deeds(dev, type, of) {
    return this.#deeds.filter((one) => one.dev === dev && one.type === type && (one.meeting || one.def) === of);
  }

  /** @param {string} dev @returns {string[]} */
  sessions(dev) {
    return [...(this.#sessions.get(dev) ?? [])];
  }

  /** @param {string} dev @returns {number} */
  marks(dev) {
    return this.#marks.get(dev) ?? 0;
  }

  /** What came of a lost device before this place, each number of it once. @param {string} dev @param {number} before */
  brought(dev, before) {
    const here = (this.#lost.get(dev) ?? []).filter((one) => one.index < before);
    const ends = new Map();
    for (const { epoch, seq } of here) ends.set(epoch, Math.max(seq, ends.get(epoch) ?? 0));
    const numbers = (/** @type {Brought[]} */ some) => new Set(some.map(({ epoch, seq }) => `${epoch} ${seq}`)).size;
    return { ends, records: numbers(here), ballots: numbers(here.filter((one) => one.isBallot)) };
  }
}

/**
 * The body that one of these records committed to; nothing where it did not.
 * @param {import("./desk.js").Desk} desk @param {Said} said @param {Deed[]} deeds @param {string} place
 */
function opened(desk, said, deeds, place) {
  const [deed] = deeds.filter((one) => one.index === said.index);
  const fits = deed && hex(sha256(fromHex(said.salt), encode(said.body))) === deed.body_c;
  return desk.need(fits, place, "not_committed") ? readJson(said.body) : undefined;
}

/** @param {import("./desk.js").Desk} desk @param {import("./log.js").LogFacts} log */
export async function checkClosings(desk, log) {
  const accounts = desk.json("accounts.json");
  if (isFormer(accounts)) return;
  const { closings = [], missing = [], revoked = [], equations } = accounts;
  const named = [...equations, ...missing].map((/** @type {{session?: string}} */ one) => one.session).filter(Boolean);
  const held = new Set([...named, ...log.halls.sessions(log.house)]);
  const told = new Set(closings.map((/** @type {{session: string}} */ one) => one.session));
  desk.need([...held].every((one) => told.has(one)) && told.size === closings.length, "accounts.json, closings", "closing_others");
  for (const closing of closings) await checkClosing(desk, log, closing);
  checkRevoked(desk, log, revoked, [...told]);
  desk.done("closings", { n: closings.length, missing: missing.length });
}

/**
 * Which devices were revoked, and up to where each is trusted: as the list committed to it, each once.
 * @param {import("./desk.js").Desk} desk @param {import("./log.js").LogFacts} log @param {(Said & {session: string})[]} revoked
 * @param {string[]} sessions
 */
function checkRevoked(desk, log, revoked, sessions) {
  const place = "accounts.json, revoked";
  const known = sessions.flatMap((session) => log.halls.deeds(log.house, "device.revoked", session));
  const told = new Set(revoked.map((one) => one.index));
  desk.need(known.length === revoked.length && known.every((one) => told.has(one.index)), place, "revoked_others");
  for (const one of revoked) opened(desk, one, log.halls.deeds(log.house, "device.revoked", one.session), place);
}

/** @param {import("./desk.js").Desk} desk @param {import("./log.js").LogFacts} log @param {Said & {session: string}} closing */
async function checkClosing(desk, log, closing) {
  const { session, index } = closing;
  const { missing = [], equations } = desk.json("accounts.json");
  const place = `accounts.json, closings, ${session}`;
  const deeds = log.halls.deeds(log.house, "session.reconciled", session);
  desk.need(deeds.length === 1, place, "closing_others");
  const body = opened(desk, closing, deeds, place);
  if (!body) return;
  const heads = Object.entries(body.heads);
  /** @type {any[]} */
  const lost = missing.filter((/** @type {{session: string}} */ one) => one.session === session);
  const [paired] = equations.filter((/** @type {any} */ one) => one.name === "devices" && one.session === session);
  const { closed, missing: gone } = paired ? paired.right : { closed: 0, missing: 0 };
  desk.need(closed === heads.length && gone === lost.length, place, "closing_devices");
  for (const [dev, chains] of heads) {
    for (const { epoch, seq, head } of /** @type {any[]} */ (chains)) {
      const record = log.rows.get(`${dev} ${epoch}`)?.[seq - 1];
      desk.need(seq === 0 || (record?.id === head && record.index < index), `${place}, ${dev.slice(0, 16)}`, "closing_head");
    }
  }
  // Closings from before losses were fixed tell of none; what is lost is counted again all the same.
  if (body.lost) {
    desk.need(Object.keys(body.lost).length === lost.length, `accounts.json, missing, ${session}`, "closing_losses");
    for (const one of lost) {
      const then = body.lost[one.dev] ?? {};
      desk.need(LOSS.every((name) => then[name] === one[name]), `accounts.json, missing, ${one.dev.slice(0, 16)}`, "closing_losses");
    }
  }
  for (const one of lost) await checkLoss(desk, log, one, index);
}

/**
 * As many as its slip names and did not come; unknown only where nobody brought a slip.
 * @param {import("./desk.js").Desk} desk @param {import("./log.js").LogFacts} log @param {any} told @param {number} closed
 */
async function checkLoss(desk, log, told, closed) {
  const { session, dev, reason, named } = told;
  const place = `accounts.json, missing, ${dev.slice(0, 16)}`;
  const body = opened(desk, named, log.halls.deeds(log.house, "device.missing", session), place);
  if (!body) return;
  const { slip } = body;
  const isSame = body.dev === dev && body.reason === reason && named.index < closed && slip?.ballots === told.promised;
  desk.need(isSame, place, "loss_named");
  const { ends, records, ballots } = log.halls.brought(dev, closed);
  if (slip?.sig !== undefined) ends.set(slip.epoch, Math.max(slip.seq, ends.get(slip.epoch) ?? 0));
  const gone = [...ends.values()].reduce((all, one) => all + one, 0) - records;
  const lost = slip ? Math.max(0, slip.ballots - ballots) : undefined;
  const isRight = told.arrived === ballots && told.lost === lost && told.records >= gone;
  desk.need(isRight, place, "loss", { arrived: ballots, lost: lost ?? "?", gone });
  if (slip?.sig === undefined) return;
  const key = fromBase64url(told.public_key);
  const message = ["parvis-push-1", desk.logId, dev, slip.epoch, slip.seq, slip.head].map((part) => `${part}\n`).join("");
  const isItsOwn = hex(sha256(key)) === dev && (await isSigned(key, encode(message), fromBase64url(slip.sig)));
  desk.need(isItsOwn, place, "slip_seal");
  const record = log.rows.get(`${dev} ${slip.epoch}`)?.find((/** @type {{seq: number}} */ one) => one.seq === slip.seq);
  desk.need(!record || record.id === slip.head, place, "slip_head");
}

/** Drawn once, between reconciliation and certification; each letter has one answer or none. @param {import("./desk.js").Desk} desk @param {import("./log.js").LogFacts} log */
export async function checkSample(desk, log) {
  const accounts = desk.json("accounts.json");
  if (isFormer(accounts)) return;
  const [place, { sample, definition }] = ["accounts.json, sample", accounts];
  const [reconciled, drawn, certified] = ["box.reconciled", "sample.drawn", "box.certified"].map((type) => log.halls.deeds(log.house, type, definition));
  desk.need(drawn.length === (sample ? 1 : 0), place, "sample_others");
  if (!sample) return;
  const body = opened(desk, sample, drawn, place);
  if (!body) return;
  const { seed, size, marks } = sample;
  const order = [reconciled[0], drawn[0], certified[0]].filter(Boolean).map((one) => one.index);
  const isInOrder = order.every((index, at) => at === 0 || index > order[at - 1]);
  desk.need(seed && body.seed === seed && body.size === size && body.of === marks && isInOrder, place, "sample_drawn");
  const answers = ANSWERS.map((name) => sample[name]);
  const sum = answers.reduce((all, one) => all + one, 0);
  desk.need(answers.every((n) => Number.isSafeInteger(n) && n >= 0) && sum === size, place, "sum", { left: size, right: sum });
  desk.need(size >= 1 && size <= marks && marks <= log.halls.marks(log.house), place, "sample_marks");
  desk.done("sample", { n: size, marks, denied: sample.denied });
}
