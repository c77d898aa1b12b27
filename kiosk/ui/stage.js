/**
 * Which screen stands on the stage, and what it is told. Screens know nothing of stores and keys.
 */

import { localised } from "../domain/pack.js";
import { direction, frenchSpaces, money, say } from "../words/messages.js";
import { spoken } from "../domain/receipt.js";
import { nextStates } from "../domain/state.js";
import { pairOfWords } from "../domain/words.js";
import { Ballot } from "./ballot.js";
import { h } from "./dom.js";
import { Band, HelpBar, Idle, Languages, Second, Switches } from "./frame.js";
import { Operator } from "./operator.js";
import { Pass } from "./pass.js";
import { Pin } from "./pin.js";
import { Receipt, Unsaved } from "./receipt.js";
import { Rest } from "./rest.js";
import { Review } from "./review.js";
import { Setup } from "./setup.js";

const SCREENS = {
  band: Band, help: HelpBar, idle: Idle, languages: Languages, switches: Switches, second: Second, rest: Rest, pass: Pass, ballot: Ballot, review: Review,
  receipt: Receipt, unsaved: Unsaved, setup: Setup, pin: Pin, operator: Operator,
};
for (const [name, element] of Object.entries(SCREENS)) customElements.define(`pv-${name}`, element);

export class Stage {
  /** @param {{app: object, voting: object, comfort: object, presence: object}} parts */
  constructor(parts) {
    Object.assign(this, parts);
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
      lang, t: (key, facts) => say(lang, key, facts), plain: (title) => found(title).words,
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
    this.comfort.scanning.follow();
  }

  /** @returns {[string, object]} */
  choose() {
    const { app, voting } = this;
    if (app.panel) return this.panelView();
    const { visit } = voting;
    const step = visit.step === "saving" ? "review" : visit.step;
    return [step, this[step](visit)];
  }

  rest() {
    const { pack, who, state, stop } = this.app;
    const invitations = this.comfort.offered.map((lang) => ({ lang, dir: direction(lang), words: say(lang, "rest.begin") }));
    const doors = ["web", "kiosk", "paper"].filter((door) => pack?.definitions.some((definition) => definition.doors.includes(door)));
    return {
      town: pack?.town ?? "", meeting: pack?.session.meeting, label: pack?.session.label, device: who?.device.label, state,
      stop, invitations, doors,
    };
  }

  pass(visit) {
    return { camera: this.app.camera, refusal: visit.refusal };
  }

  ballot(visit) {
    const { contest, definition, key } = visit.pages[visit.page];
    return {
      key, page: key, contest, at: visit.page + 1, of: visit.pages.length, marks: visit.marks[key] ?? [], refusal: visit.refusal,
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
      const checks = facts.checks?.map(({ name, good, needed, facts: more }) => ({
        good, needed, words: t(`setup.check.${name}`, { ...more, meeting: plain(more?.meeting) }),
      }));
      return ["setup", { ...facts, checks, page: facts.stage, camera: app.camera, device: app.who?.device, words: app.who && pairOfWords(app.who.device.words, lang) }];
    }
    if (kind !== "operator") return [kind, facts];
    const { state } = app;
    return ["operator", {
      ...facts, state, next: nextStates(state).filter((to) => !app.stop || to !== "open"), place: this.place(), alarms: [...app.alarms], durable: app.durable, link: app.link,
      hint: facts.serverState === "closed" && state !== "closed", release: spoken(app.release), packVersion: app.pack.version,
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
      canListen: canSpeak, canLeave: !app.panel && !["rest", "saving"].includes(this.voting.visit.step),
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
