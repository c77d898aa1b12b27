/**
 * Which screen stands on the stage, and what it is told. Screens know nothing of stores and keys.
 */

import { localised } from "../domain/pack.js";
import { frenchSpaces, money, say } from "../domain/messages.js";
import { spoken } from "../domain/receipt.js";
import { nextStates } from "../domain/state.js";
import { pairOfWords } from "../domain/words.js";
import { Ballot } from "./ballot.js";
import { Band, HelpBar, Idle, Second } from "./frame.js";
import { Operator } from "./operator.js";
import { Pass } from "./pass.js";
import { Pin } from "./pin.js";
import { Receipt, Unsaved } from "./receipt.js";
import { Rest } from "./rest.js";
import { Review } from "./review.js";
import { Setup } from "./setup.js";

const SCREENS = {
  band: Band, help: HelpBar, idle: Idle, second: Second, rest: Rest, pass: Pass, ballot: Ballot, review: Review,
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
  }

  /** Words and titles in the language of the moment. */
  words() {
    const { lang } = this.comfort;
    const languages = this.app.pack?.languages ?? [];
    const local = (title) => {
      const words = localised(title, lang, languages);
      return lang === "fr" ? frenchSpaces(words) : words;
    };
    return { lang, t: (key, facts) => say(lang, key, facts), local };
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
    // A screen reader starts where the eye does.
    if (fresh) screen.querySelector("h1")?.focus({ preventScroll: true });
    this.renderFrame(name);
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
    const { pack, who, state, stopped } = this.app;
    const { local } = this.words();
    const invitations = this.comfort.offered.map((lang) => ({ lang, words: say(lang, "rest.begin") }));
    const doors = ["web", "kiosk", "paper"].filter((door) => pack?.definitions.some((definition) => definition.doors.includes(door)));
    return {
      town: pack?.town ?? "", meeting: local(pack?.session.meeting), label: local(pack?.session.label), device: who?.device.label,
      state, broken: stopped, invitations, doors,
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
    const { lang, t, local } = this.words();
    if (kind === "setup") {
      const checks = facts.checks?.map(({ name, good, needed, facts: more }) => ({
        good, needed, words: t(`setup.check.${name}`, { ...more, meeting: local(more?.meeting) }),
      }));
      return ["setup", { ...facts, checks, page: facts.stage, camera: app.camera, device: app.who?.device, words: app.who && pairOfWords(app.who.device.words, lang) }];
    }
    if (kind !== "operator") return [kind, facts];
    const { state } = app;
    return ["operator", {
      ...facts, state, next: nextStates(state), place: this.place(), alarms: [...app.alarms], link: app.link,
      hint: facts.serverState === "closed" && state !== "closed", release: spoken(app.release), packVersion: app.pack.version,
      page: facts.slip ? "slip" : "",
    }];
  }

  place() {
    const { local } = this.words();
    return [this.app.who?.device.label, local(this.app.pack?.session.meeting)].filter(Boolean).join(", ");
  }

  renderFrame(name) {
    const { app, comfort } = this;
    const words = this.words();
    const canSpeak = comfort.canListen();
    this.bandBar.show({ ...words, offline: !navigator.onLine, trouble: app.link.up === false && Boolean(app.pack), place: this.place() });
    this.helpBar.show({
      ...words, other: comfort.other(), size: comfort.size, contrast: comfort.contrast, speaking: comfort.speaking,
      canListen: canSpeak, canLeave: !app.panel && !["rest", "saving"].includes(this.voting.visit.step),
    });
    this.helpBar.dataset.buttons = String(this.helpBar.querySelectorAll("button").length);
    document.body.dataset.screen = name;
  }

  /** @param {number | null} left seconds to answer; null takes the question away */
  ask(left) {
    if (left === null) return this.over.replaceChildren();
    if (!this.over.firstElementChild) this.over.append(document.createElement("pv-idle"));
    return this.over.firstElementChild.show({ ...this.words(), left });
  }
}
