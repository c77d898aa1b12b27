/**
 * Voting with one or two switches. A frame walks through what can be pressed; a switch (or any key, or a touch anywhere)
 * presses it. With two switches one moves the frame and the other presses, in one's own time.
 *
 * Many controls that belong together (a row of keys, the help bar, the points of a choice) are one stop of the frame at
 * first; pressing there lets the frame walk inside, once, and then out again. `data-scan` says what a press inside does:
 * "on" lets the frame go on to the next stop, "again" leaves it where it is, since more of the same may be wanted; else it
 * begins at the top of the screen.
 */

export const PACE_S = { one: 3, slow: 5 };
const CONTROLS = "button:not(:disabled, .more, [aria-disabled=true]), input.mark";
const MARK = "data-scanned";

export class Scanning {
  /** @param {{document: Document, timer: {set: Function, clear: Function}}} parts `set` repeats every so many ms */
  constructor({ document, timer }) {
    Object.assign(this, { document, timer, mode: "", at: null, inside: null, clock: null });
    for (const event of ["keydown", "keyup", "pointerdown", "click"]) document.addEventListener(event, (happened) => this.hear(happened), true);
  }

  /** @param {"one" | "slow" | "two"} mode */
  start(mode) {
    this.stop();
    this.mode = mode;
    if (PACE_S[mode]) this.clock = this.timer.set(() => this.step(), PACE_S[mode] * 1000);
    this.step();
  }

  stop() {
    this.timer.clear(this.clock);
    this.point([]);
    Object.assign(this, { mode: "", at: null, inside: null, clock: null });
  }

  /** @returns {HTMLElement[][]} the stops of the frame: single controls, and groups of them */
  stops() {
    const scope = this.document.querySelector("dialog[open]") ?? this.document.body;
    const stops = [];
    let group = null;
    for (const control of scope.querySelectorAll(CONTROLS)) {
      if (!control.checkVisibility()) continue;
      const own = control.closest("[data-scan]");
      if (own && own === group) stops.at(-1).push(control);
      else stops.push([control]);
      group = own;
    }
    return stops;
  }

  /** The frame moves on: within the row it was let into, else to the next stop. */
  step() {
    if (this.inside) {
      const next = this.inside[this.inside.indexOf(this.at) + 1];
      const before = this.inside;
      if (next?.isConnected) return this.stand([next]);
      this.inside = null;
      this.at = before[0];
    }
    const stops = this.stops();
    // A screen that was changed has lost the old stop: begin at its top.
    const group = this.at?.closest("[data-scan]");
    const here = stops.findIndex((stop) => stop.includes(this.at) || (group && stop[0].closest("[data-scan]") === group));
    return this.stand(stops[(here + 1) % stops.length] ?? []);
  }

  /** A new screen came up: the frame begins at its top. */
  follow() {
    if (!this.mode || this.at?.isConnected) return;
    this.inside = null;
    this.step();
  }

  /** @param {HTMLElement[]} stop */
  stand(stop) {
    this.standing = stop;
    this.at = stop[0] ?? null;
    this.point(stop);
    this.at?.scrollIntoView({ block: "center" });
    this.at?.focus({ preventScroll: true });
  }

  point(stop) {
    for (const old of this.document.querySelectorAll(`[${MARK}]`)) old.removeAttribute(MARK);
    for (const control of stop) control.setAttribute(MARK, "");
  }

  choose() {
    const stop = this.standing?.filter((control) => control.isConnected) ?? [];
    if (stop.length === 0) return this.step();
    this.restart();
    if (stop.length > 1) {
      this.inside = stop;
      return this.stand([stop[0]]);
    }
    const [control] = stop;
    const wasInside = this.inside;
    const { scan } = control.closest("[data-scan]")?.dataset ?? {};
    control.click();
    this.inside = scan === "again" ? around(control) : null;
    // Back to the first row of keys after a key; on a ballot the frame goes on from where it stands.
    if ((wasInside && !scan) || !control.isConnected) this.at = null;
    if (this.mode && !this.at) this.step();
    return undefined;
  }

  /** After a deed the frame waits a whole beat. */
  restart() {
    if (!this.clock) return;
    this.timer.clear(this.clock);
    this.clock = this.timer.set(() => this.step(), PACE_S[this.mode] * 1000);
  }

  /** @param {Event} event */
  hear(event) {
    if (!this.mode || !event.isTrusted) return;
    const isKey = event.type.startsWith("key");
    if (isKey && ["Escape", "Tab", "Shift"].includes(event.key)) return;
    // With two switches a hand may still touch the screen: somebody helps.
    if (this.mode === "two" && (!isKey || ![" ", "Enter"].includes(event.key))) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.repeat || !["keydown", "pointerdown"].includes(event.type)) return;
    if (this.mode === "two" && event.key === " ") this.step();
    else this.choose();
  }
}

/** @param {HTMLElement} control @returns {HTMLElement[]} it first, then the others of its group that can be pressed */
function around(control) {
  const others = [...control.closest("[data-scan]").querySelectorAll(CONTROLS)].filter((other) => other !== control && other.checkVisibility());
  return [control, ...others];
}
