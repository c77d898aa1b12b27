/**
 * Is somebody still there? Counted in whole seconds by a tick, so that no clock of the device takes part.
 */

const ASK_AFTER_S = 45;
const ANSWER_WITHIN_S = 30;
const RECEIPT_S = 20;
const UNSAVED_S = 60;
const LONGER_S = 60;
const PANEL_S = 180;

export class Presence {
  /**
   * @param {object} parts
   * @param {() => "nobody" | "visit" | "busy" | "receipt" | "unsaved" | "panel"} parts.mode what is on the screen
   * @param {(left: number | null) => void} parts.onAsk show the question with the seconds left; null: take it away
   * @param {(left: number) => void} parts.onEnding the last screen counts down @param {() => void} parts.onGone wipe
   * @param {() => number} [parts.patience] how many times longer this person is given
   */
  constructor(parts) {
    Object.assign(this, { patience: () => 1 }, parts);
    this.still = 0;
    this.before = "nobody";
  }

  /** Somebody touched or typed. While the question stands only an answer counts: what a finger begins above it must not end below. */
  touch() {
    if (this.isAsking() || ["receipt", "unsaved"].includes(this.before)) return;
    this.still = 0;
  }

  /** Somebody said that they are there. */
  answer() {
    this.onAsk(null);
    this.still = 0;
  }

  isAsking() {
    return this.before === "visit" && this.still >= ASK_AFTER_S * this.patience();
  }

  /** Finding a telephone and its camera takes longer than reading. */
  longer() {
    this.still -= LONGER_S;
    this.onEnding(this.left());
  }

  /** @returns {number} seconds until the last screen is wiped */
  left() {
    return (this.mode() === "unsaved" ? UNSAVED_S : RECEIPT_S) - (this.mode() === this.before ? this.still : 0);
  }

  /** Once a second. */
  tick() {
    const mode = this.mode();
    if (mode !== this.before) {
      if (this.isAsking()) this.onAsk(null);
      this.before = mode;
      this.still = 0;
    }
    this.still += 1;
    if (mode === "nobody" || mode === "busy") this.rest();
    else if (mode === "visit") this.ask();
    else if (mode === "panel") this.end(PANEL_S, false);
    else this.end(mode === "unsaved" ? UNSAVED_S : RECEIPT_S, true);
  }

  /** Nobody is here; but somebody may have changed language or text size and walked away. */
  rest() {
    if (this.still === (ASK_AFTER_S + ANSWER_WITHIN_S) * this.patience() && this.before === "nobody") this.onGone();
  }

  ask() {
    const left = (ASK_AFTER_S + ANSWER_WITHIN_S) * this.patience() - this.still;
    if (left <= 0) this.gone();
    else if (left <= ANSWER_WITHIN_S * this.patience()) this.onAsk(left);
  }

  /** @param {number} limit @param {boolean} shown */
  end(limit, shown) {
    if (this.still >= limit) this.gone();
    else if (shown) this.onEnding(limit - this.still);
  }

  gone() {
    this.onAsk(null);
    this.still = 0;
    this.onGone();
  }
}

/** @param {import("./app.js").App} app @returns {"nobody" | "visit" | "busy" | "receipt" | "unsaved" | "panel"} */
export function mode({ panel, voting }) {
  if (panel) return ["operator", "pin"].includes(panel.kind) ? "panel" : "busy";
  const { step } = voting.visit;
  return { rest: "nobody", pass: "visit", ballot: "visit", review: "visit", saving: "busy" }[step] ?? step;
}

/** The next person finds nothing of the last one. @param {import("./app.js").App} app */
export function leave(app) {
  const { comfort, releases, stage, voting } = app;
  if (voting.visit.step === "saving") return;
  if (app.panel && app.panel.kind !== "setup") app.panel = null;
  comfort.reset();
  stage.lay("");
  stage.ask(null);
  voting.wipe();
  releases.look();
}

/** @param {import("./app.js").App} app @returns {import("./app.js").Deeds} */
export function deeds(app) {
  const { presence } = app;
  return {
    leave: () => leave(app), stay: () => presence.answer(), longer: () => presence.longer(),
    home: () => {
      app.panel = null;
      leave(app);
      app.render();
    },
  };
}
