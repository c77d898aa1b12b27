/**
 * What whoever holds the tablet is told while aiming at a sheet, and when the picture is taken. Thresholds were chosen
 * with drawn sheets, seen as a camera sees them, so that what is called good here is read by the server
 * (`tests/kiosk/test_kiosk_sees_sheets.py`).
 */

import { MARKER_IDS } from "./markers.js";
import { areTwo } from "./seeing.js";

/** White of a sheet below this: too little light. */
export const LEAST_PAPER = 80;
/** Black of a sheet above this: so much light that ink fades. */
export const MOST_INK = 90;
/** As the server asks for at the least between print and paper (`printouts/read/marks.py`), and a little more. */
export const LEAST_CONTRAST = 70;
/** Photo pixels in a millimetre, below which a mark of a pencil is not told from a stain. */
export const LEAST_PER_MM = 2.6;
export const LEAST_SHARPNESS = 12;
/** In millimetres a second: an exposure of 1/30 s smears no more than a third of one. */
export const MOST_SPEED = 10;
/** Mean change of the picture between two looks: a hand, or another sheet. */
export const MOST_CHANGE = 6;

/**
 * @typedef {"no_sheet" | "dark" | "bright" | "two" | "still" | "cropped" | "far" | "blurred" | "no_code" | "again" | "good"} Advice
 */

/**
 * One thing to do at a time, the first that stands in the way.
 * @param {import("./seeing.js").Seen} seen @param {Set<string>} saved codes of sheets that were saved already @returns {Advice}
 */
export function adviceOf(seen, saved) {
  const { codes, markers } = seen;
  if (areTwo(seen)) return "two";
  if (!markers.length && !codes.length) return "no_sheet";
  if (markers.length && lightOf(seen) !== "") return lightOf(seen);
  if (seen.speed > MOST_SPEED || seen.change > MOST_CHANGE) return "still";
  if (codes.length && saved.has(codes[0].text)) return "again";
  if (MARKER_IDS.some((id) => !markers.some((marker) => marker.id === id))) return "cropped";
  if (seen.perMm < LEAST_PER_MM) return "far";
  if (seen.sharpness !== null && seen.sharpness < LEAST_SHARPNESS) return "blurred";
  return codes.length ? "good" : "no_code";
}

/** @returns {"" | "dark" | "bright"} */
function lightOf({ ink, paper }) {
  if (paper < LEAST_PAPER) return "dark";
  if (ink > MOST_INK) return "bright";
  return paper - ink < LEAST_CONTRAST ? "dark" : "";
}

/** All is well for so long, and the picture is taken. */
export const STEADY_MS = 600;
/** What is shown stays for so long at the least, unless all is well: words that flicker are not read. */
const SHOWN_MS = 400;
/** What stands for so long is said to a screen reader; what passes by is not. */
const SAID_MS = 1200;

/**
 * Turns one look after the other into what is shown, what is said aloud, and the moment to take the picture. It knows no
 * clock: each look brings its time, in milliseconds.
 */
export class Guide {
  constructor() {
    /** Of this sitting, and in memory alone. @type {Set<string>} */
    this.saved = new Set();
    this.begin();
  }

  begin() {
    Object.assign(this, { shown: "starting", said: "", since: 0, candidate: "", candidateSince: 0, steadySince: null, steadyCode: "", tried: "" });
  }

  /** A photo of this sheet is on the disk: the next one is waited for. @param {string} code "" where none was in sight */
  keep(code) {
    if (code) this.saved.add(code);
    this.steadySince = null;
  }

  /** Somebody wants a sheet once more, whichever it is. */
  again() {
    this.saved.clear();
    Object.assign(this, { tried: "", steadySince: null });
  }

  /** It was tried, and not saved: not by itself once more, but whoever presses the button may. @param {string} code */
  leave(code) {
    this.tried = code;
  }

  /**
   * @param {import("./seeing.js").Seen} seen @param {number} at @returns {{shown: Advice | "starting", said: Advice | "", steady: number, isDue: boolean}}
   *   `steady`: 0…1, how near the picture is; `isDue`: take it now
   */
  look(seen, at) {
    const advice = adviceOf(seen, this.saved);
    const code = seen.codes[0]?.text ?? "";
    this.show(advice, at);
    const isGood = advice === "good";
    if (!isGood || code !== this.steadyCode || this.steadySince === null) Object.assign(this, { steadySince: isGood ? at : null, steadyCode: code });
    const steady = isGood ? Math.min(1, (at - this.steadySince) / STEADY_MS) : 0;
    return { shown: this.shown, said: this.said, steady, isDue: steady === 1 && code !== this.tried };
  }

  /** @param {Advice} advice @param {number} at */
  show(advice, at) {
    if (advice !== this.candidate) Object.assign(this, { candidate: advice, candidateSince: at });
    const isSure = at - this.candidateSince >= SHOWN_MS || advice === "good" || this.shown === "starting";
    if (advice !== this.shown && isSure) Object.assign(this, { shown: advice, since: at });
    if (this.shown !== this.said && at - this.since >= SAID_MS) this.said = this.shown;
  }
}

/** A slow tablet looks less often, so that touches and the picture itself come before. @param {number} tookMs the last look @returns {number} milliseconds until the next */
export function pauseAfter(tookMs) {
  return Math.min(700, Math.max(100, 1.2 * tookMs));
}
