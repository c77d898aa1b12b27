/**
 * Is somebody still there? Counted in whole seconds by a tick, so that no clock of the device takes part.
 */

const ASK_AFTER_S = 45;
const ANSWER_WITHIN_S = 30;
const RECEIPT_S = 20;
const UNSAVED_S = 60;
const LONGER_S = 60;
const PANEL_S = 180;
/** Somebody works at the device all evening, between one person and the next. */
const STATION_S = 600;
/** Help takes its time to come through a hall, and its time to help. */
const HELP_S = 600;

export class Presence {
  /**
   * @param {object} parts
   * @param {() => "nobody" | "visit" | "busy" | "receipt" | "unsaved" | "panel" | "station" | "help"} parts.mode what is on the screen
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
    if (this.before === "help") return this.still >= HELP_S;
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
    else if (mode === "visit") this.ask(ASK_AFTER_S * this.patience());
    else if (mode === "help") this.ask(HELP_S);
    else if (mode === "panel" || mode === "station") this.end(mode === "panel" ? PANEL_S : STATION_S, false);
    else this.end(mode === "unsaved" ? UNSAVED_S : RECEIPT_S, true);
  }

  /** Nobody is here; but somebody may have changed language or text size and walked away. */
  rest() {
    if (this.still === (ASK_AFTER_S + ANSWER_WITHIN_S) * this.patience() && this.before === "nobody") this.onGone();
  }

  /** @param {number} after seconds of stillness */
  ask(after) {
    const left = after + ANSWER_WITHIN_S * this.patience() - this.still;
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

/** @param {import("./app.js").App} app @returns {"nobody" | "visit" | "busy" | "receipt" | "unsaved" | "panel" | "station" | "help"} */
export function mode({ panel, mode: { presence } }) {
  if (panel?.kind === "help" || panel?.isHelp) return "help";
  if (panel) return ["operator", "pin", "card", "answer", "letting"].includes(panel.kind) ? "panel" : "busy";
  return presence();
}

/** The next person finds nothing of the last one. @param {import("./app.js").App} app */
export function leave(app) {
  const { comfort, releases, stage } = app;
  if (!app.panel && app.mode.presence() === "busy") return;
  if (app.panel && app.panel.kind !== "setup") app.panel = null;
  comfort.reset();
  stage.lay("");
  stage.ask(null);
  app.mode.wipe();
  releases.look();
}

/** @param {import("./app.js").App} app @returns {import("./app.js").Deeds} */
export function deeds(app) {
  const { presence } = app;
  return {
    leave: () => leave(app), stay: () => presence.answer(), longer: () => presence.longer(),
    home: () => {
      app.panel = null;
      app.mode.home();
      app.render();
    },
  };
}
