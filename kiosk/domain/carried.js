/**
 * An answer of the server that somebody carried here, as a file or as a few QR codes (docs/protocol.md §8). What is
 * inside is a reply like any other and is checked by the same functions; here it is unpacked, and it is told whether it
 * is older than what this device knows.
 */

import { hash, text, utf8 } from "./bytes.js";

const FORMAT = "parvis-answers-1";
const CODE = /^PA1\.([1-9][0-9]?)\.([1-9][0-9]?)\.([0-9a-f]{8})\.([\x20-\x7e]+)$/;
const MOST_BYTES = 8 * 1024 * 1024;

/**
 * @typedef {{reply: string, sig: string}} Signed
 * @typedef {"unreadable" | "other" | "altered" | "old" | "known" | "broken"} Fault why an answer is not taken
 * @typedef {{logEpoch: number, next: number, size: number, time: number}} Heard how far the last answer went
 */

/** @param {Uint8Array} bytes of a file @returns {Signed[]} empty when it is no file of answers */
export function readAnswers(bytes) {
  try {
    const told = bytes.length <= MOST_BYTES && JSON.parse(text(bytes));
    return told?.format === FORMAT && Array.isArray(told.answers) ? told.answers.filter(isSigned) : [];
  } catch {
    return [];
  }
}

const isSigned = (one) => typeof one?.reply === "string" && typeof one.sig === "string";

/** Codes of one answer, in whatever order the camera sees them. A code of another answer begins anew. */
export class Codes {
  constructor() {
    this.mark = "";
    this.of = 0;
    /** @type {Map<number, string>} */
    this.parts = new Map();
  }

  /** @param {string} read @returns {Promise<Signed | "" | "unreadable" | "broken">} empty while codes are missing */
  async take(read) {
    const [, number, of, mark, part] = CODE.exec(read) ?? [];
    if (!part || Number(number) > Number(of)) return "unreadable";
    if (mark !== this.mark || Number(of) !== this.of) Object.assign(this, { mark, of: Number(of), parts: new Map() });
    this.parts.set(Number(number), part);
    if (this.parts.size < this.of) return "";
    const whole = Array.from({ length: this.of }, (_, i) => this.parts.get(i + 1)).join("");
    Object.assign(this, new Codes());
    if (!(await hash(utf8(whole))).startsWith(mark)) return "broken";
    try {
      const signed = JSON.parse(whole);
      return isSigned(signed) ? signed : "unreadable";
    } catch {
      return "unreadable";
    }
  }
}

/** @param {Signed} signed @returns {{dev: string, epoch: string}} whose it says it is; nobody's where it says nothing */
export function addressee({ reply }) {
  try {
    const { dev, epoch } = JSON.parse(reply);
    return { dev, epoch };
  } catch {
    return { dev: "", epoch: "" };
  }
}

/** @param {import("./state.js").Reply} reply @returns {Heard} */
export function heardIn({ log_epoch: logEpoch, next, checkpoint, time }) {
  return { logEpoch, next, size: checkpoint?.size ?? 0, time: Number.isInteger(time) ? time : 0 };
}

/**
 * An answer that came by hand may have lain about for long, and what an old one takes back would be wrong. Order comes
 * from what only grows; the server's own time only tells apart two answers that are otherwise alike.
 * @param {Heard} answer @param {Heard | undefined} before @returns {"" | "old" | "known"}
 */
export function staleness(answer, before) {
  if (!before || answer.logEpoch > before.logEpoch) return "";
  if (answer.logEpoch < before.logEpoch || answer.next < before.next || answer.size < before.size) return "old";
  if (answer.next > before.next || answer.size > before.size || answer.time > before.time) return "";
  return answer.time < before.time ? "old" : "known";
}

/**
 * The verdicts that the runs of an answer stand for. A run names numbers and no ids: `head` binds every record before
 * `next`, so the ids are those of this device, if its record there is that head.
 * @param {import("./state.js").Reply} reply @param {{seq: number, id: string}[]} records of this device, from number 1
 * @returns {import("./state.js").Verdict[]} none where the chain is another
 */
export function verdictsOf({ runs, next, head }, records) {
  if (!Array.isArray(runs) || records[next - 2]?.id !== head) return [];
  return runs.flatMap(([first, last, verdict, reason, index]) => records.slice(first - 1, Math.min(last, next - 1))
    .map(({ id, seq }) => ({ id, seq, verdict, reason: reason ?? "", index })));
}
