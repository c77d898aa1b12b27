/**
 * Which screen stands on the stage, and what it is told. Screens know nothing of stores and keys.
 */

import { emptyAnswer } from "../domain/ballot.js";
import { localised } from "../domain/pack.js";
import { mostHelped } from "../domain/helping.js";
import { direction, frenchSpaces, money, say, sayIn } from "../words/messages.js";
import { nextStates } from "../domain/state.js";
import { pairOfWords } from "../domain/words.js";
import { Answer } from "./answer.js";
import { h } from "./dom.js";
import { Band, HelpBar, Idle, Languages, Second, Switches } from "./frame.js";
import { Assist, Help } from "./help.js";
import { Letting } from "./letting.js";
import { Operator } from "./operator.js";
import { Pin } from "./pin.js";
import { checkLines, Setup } from "./setup.js";
import { Unlock } from "./unlock.js";

/** Of every mode; each mode has its own besides (`modes/`). */
const SCREENS = {
  band: Band, help: HelpBar, idle: Idle, languages: Languages, switches: Switches, second: Second, setup: Setup, pin: Pin, card: Unlock, operator: Operator,
  calling: Help, assist: Assist, answer: Answer, letting: Letting,
};

export class Stage {
  /** @param {{app: object, comfort: object, presence: object, screens: Record<string, typeof HTMLElement>}} parts */
  constructor({ screens, ...parts }) {
    Object.assign(this, parts);
    for (const [name, element] of Object.entries({ ...SCREENS, ...screens })) customElements.define(`pv-${name}`, element);
    this.root = document.getElementById("stage");
    this.over = document.getElementById("over");
    this.bandBar = document.querySelector("pv-band");
    this.helpBar = document.querySelector("pv-help");
    /** Seconds left to answer whether somebody is there; null: nobody is asked. */
    this.left = null;
    this.laid = "";
    // Where the deed lies over what scrolls, nothing that takes the focus may hide beneath it.
    this.deeds = new ResizeObserver(([{ target }]) => this.root.style.setProperty("--deed", `${target.offsetHeight}px`));
  }

  /** Words and titles in the language of the moment. */
  words() {
    const { lang } = this.comfort;
    const languages = this.app.pack?.languages ?? [];
    const found = (title) => {
      const { words, lang: own } = localised(title, lang, languages);
      return { words: own === "fr" ? frenchSpaces(words) : words, own };
    };
    return {
      lang, t: (key, facts) => sayIn(this.app.mode.words?.() ?? this.app.who?.device.mode, lang, key, facts), plain: (title) => found(title).words,
      // A title in another language keeps its own order of letters and is read in its own voice.
      local: (title) => {
        const { words, own } = found(title);
        return words && h("bdi", own === lang ? null : { lang: own, dir: direction(own) }, words);
      },
    };
  }

  render() {
    const [name, facts] = this.choose();
    const view = { ...this.words(), ...facts };
    const tag = `pv-${name}`;
    let screen = this.root.firstElementChild;
    const fresh = screen?.localName !== tag || screen.dataset.page !== (facts.page ?? "");
    if (fresh) {
      screen = document.createElement(tag);
      screen.dataset.page = facts.page ?? "";
      this.root.replaceChildren(screen);
    }
    screen.show(view);
    const deed = screen.querySelector(".deed");
    if (deed && deed !== this.deed) {
      this.deeds.disconnect();
      this.deeds.observe(this.deed = deed);
    }
    // A screen reader starts where the eye does.
    if (fresh) screen.querySelector("h1")?.focus({ preventScroll: true });
    this.renderFrame(name);
    if (fresh) this.comfort.aloud.screen();
    this.comfort.scanning.follow();
  }

  /** @returns {[string, object]} */
  choose() {
    return this.app.panel ? this.panelView() : this.app.mode.view(this);
  }

  /** At a kiosk. @param {import("../domain/visit.js").Visit} visit @returns {[string, object]} */
  visitView(visit) {
    const step = visit.step === "saving" ? "review" : visit.step;
    return [step, this[step](visit)];
  }

  /** What stands on it while nobody is there; what is offered says the mode. */
  rest() {
    const { pack, who, state, stop } = this.app;
    const invitations = this.comfort.offered.map((lang) => ({ lang, dir: direction(lang), words: (key) => say(lang, key) }));
    const doors = ["web", "kiosk", "paper"].filter((door) => pack?.definitions.some((definition) => definition.doors.includes(door)));
    return {
      town: pack?.town ?? "", meeting: pack?.session.meeting, label: pack?.session.label, device: who?.device.label, state,
      stop, invitations, doors,
    };
  }

  pass(visit) {
    return { camera: this.app.camera, refusal: visit.refusal, back: "leave", step: 1 };
  }

  ballot(visit) {
    const { contest, definition, key } = visit.pages[visit.page];
    return {
      key, page: key, contest, at: visit.page + 1, of: visit.pages.length, marks: visit.marks[key] ?? emptyAnswer(contest), refusal: visit.refusal,
      money: (cents) => money(this.comfort.lang, cents, definition.currency),
    };
  }

  review(visit) {
    return {
      pages: visit.pages, marks: visit.marks, saving: visit.step === "saving",
      money: (cents, currency) => money(this.comfort.lang, cents, currency),
    };
  }

  receipt(visit) {
    return { receipts: visit.receipts, left: this.presence.left() };
  }

  unsaved(visit) {
    return { refusal: visit.refusal, left: this.presence.left() };
  }

  /** @returns {[string, object]} */
  panelView() {
    const { app } = this;
    const { kind, ...facts } = app.panel;
    const { lang, t, plain } = this.words();
    if (kind === "setup") {
      const checks = facts.checks && checkLines(facts.checks, { lang, t, plain });
      return ["setup", { ...facts, checks, page: facts.stage, camera: app.camera, device: app.who?.device, words: app.who && pairOfWords(app.who.device.words, lang) }];
    }
    if (kind === "card") return [kind, { ...facts, camera: app.camera, canLeave: true }];
    const isVisit = app.mode.presence() !== "nobody";
    if (kind === "help") return ["calling", { place: this.place(), isVisit }];
    if (kind === "assist") return ["assist", { ...facts, isVisit, most: mostHelped(app.pack.definitions) }];
    if (["answer", "letting"].includes(kind)) return [kind, { ...facts, camera: app.camera, place: this.place() }];
    if (kind !== "operator") return [kind, facts];
    const { state } = app;
    return ["operator", {
      ...facts, state, next: nextStates(state).filter((to) => !app.stop || to !== "open"), place: this.place(), alarms: [...app.alarms], durable: app.durable, link: app.link,
      hint: facts.serverState === "closed" && state !== "closed", release: app.release, packVersion: app.pack.version, notesHelp: mostHelped(app.pack.definitions) > 0, light: app.readiness?.light,
      page: facts.slip ? "slip" : "",
    }];
  }

  place() {
    const { plain } = this.words();
    return [this.app.who?.device.label, plain(this.app.pack?.session.meeting)].filter(Boolean).join(", ");
  }

  renderFrame(name) {
    const { app, comfort } = this;
    const words = this.words();
    const canSpeak = comfort.canListen();
    this.bandBar.show({ ...words, offline: !navigator.onLine, trouble: app.link.up === false && Boolean(app.pack), place: this.place() });
    this.helpBar.show({
      ...words, others: comfort.others(), size: comfort.size, look: comfort.look, speaking: comfort.speaking,
      canListen: canSpeak, canLeave: !app.panel && app.mode.canLeave(),
      canCall: Boolean(app.pack) && !app.panel && Boolean(app.mode.canCall?.()),
    });
    this.helpBar.dataset.buttons = String(this.helpBar.querySelectorAll("button").length);
    document.body.dataset.screen = name;
    this.renderOver();
  }

  /** @param {number | null} left seconds to answer; null takes the question away */
  ask(left) {
    this.left = left;
    this.renderOver();
  }

  /** @param {"" | "languages" | "switches"} name what lies over the screen; "" takes it away */
  lay(name) {
    this.laid = name;
    this.renderOver();
  }

  renderOver() {
    const name = this.left !== null ? "idle" : this.laid;
    const lying = this.over.firstElementChild;
    if (name && lying?.localName === `pv-${name}`) return lying.show({ ...this.words(), left: this.left, choices: this.comfort.choices() });
    this.over.replaceChildren();
    if (name) {
      this.over.append(document.createElement(`pv-${name}`));
      return this.renderOver();
    }
    // The keyboard goes back to where it was called from.
    if (lying) (document.querySelector(`[data-deed=${lying.localName.slice(3)}]`) ?? this.root.querySelector("h1"))?.focus({ preventScroll: true });
    return undefined;
  }
}
