/**
 * Reading, endorsing, commenting and writing ideas without network: from the first touch to what is saved. Whose an
 * endorsement is says the voice of a pass, which no ballot carries; an idea and a comment ask for no pass.
 */

import { fromB64u, text as textOf, utf8 } from "../domain/bytes.js";
import { codeValues, readCode } from "../domain/codes.js";
import { advance, draftOf, emptyVisit, hasRoom, PER_PAGE, pagesIn, standsBehind, trimmed, writingOf } from "../domain/ideas.js";

export class Ideas {
  /**
   * @param {object} parts @param {import("../store/outbox.js").Outbox} parts.outbox
   * @param {() => {pack: import("../domain/pack.js").Pack, state: string, stop: string}} parts.context as it is now
   * @param {() => string} parts.lang of the screen @param {() => void} parts.onChange
   * @param {(error: any) => void} parts.onTrouble a write that failed @param {() => void} parts.onKept something new to send
   */
  constructor(parts) {
    Object.assign(this, parts);
    this.visit = emptyVisit();
  }

  /** @returns {import("../domain/ideas.js").Ideas[]} */
  get lists() {
    return this.context().pack.ideas;
  }

  /** @param {{type: string}} deed */
  do(deed) {
    const next = advance(this.visit, deed);
    if (next === this.visit) return;
    this.visit = next;
    this.onChange();
  }

  begin() {
    this.do({ type: "begin", lists: this.lists.length });
  }

  /** Forget the person. While something is being written the screen stays, so that they learn how it ended. */
  wipe() {
    if (this.visit.step === "saving") return;
    this.visit = emptyVisit();
    this.onChange();
  }

  check() {
    this.do({ type: "idea-check", ideas: this.lists[this.visit.list] });
  }

  /** @param {string} text from the camera or the keys */
  async givePass(text) {
    const asked = this.visit;
    const outcome = await this.judge(text).catch((error) => {
      this.onTrouble(error);
      return { type: "refuse", code: "not_open" };
    });
    // Somebody may have left meanwhile: their pass must not speak for the next person.
    if (this.visit !== asked) return;
    this.do(outcome);
    // The pass was asked for so that this idea is endorsed. One that it stands behind already is only shown so.
    if (outcome.type === "accept" && !outcome.mine.includes(this.visit.ref)) await this.endorse();
  }

  /** @param {string} text @returns {Promise<{type: string}>} */
  async judge(text) {
    const { pack } = this.context();
    if (this.isShut()) return { type: "refuse", code: "not_open" };
    const read = readCode(text);
    if (!read.ok) return { type: "refuse", code: /[:/{]/.test(text) ? "not_a_pass" : "mistyped" };
    const { check, voice } = await codeValues(pack.k, read.bytes);
    if (!pack.checks.has(check)) return { type: "refuse", code: "unknown" };
    return { type: "accept", voice, mine: await this.standsBehind(voice) };
  }

  isShut() {
    const { state, stop } = this.context();
    return state !== "open" || Boolean(stop);
  }

  /** @param {string} voice @returns {Promise<string[]>} */
  async standsBehind(voice) {
    const { epoch } = await this.outbox.chain();
    const records = (await this.outbox.records(epoch)).filter(({ type }) => type.startsWith("endorsement."));
    const deeds = records.map(({ type, line }) => {
      const { subject, body } = JSON.parse(line);
      return { type, subject, proposal: JSON.parse(textOf(fromB64u(body))).proposal };
    });
    return standsBehind(deeds, voice);
  }

  /** Stand behind the idea that is read, or behind it no more. */
  async endorse() {
    const { step, ref, voice, mine } = this.visit;
    if (step !== "idea") return undefined;
    if (!voice) return this.do({ type: "ask" });
    const isBack = mine.includes(ref);
    if (!isBack && !hasRoom(this.visit, this.lists)) return this.do({ type: "refuse", code: "too_many" });
    const deed = this.deed(isBack ? "endorsement.withdrawn" : "endorsement.given", { proposal: ref }, `voice:${voice}`);
    const now = isBack ? mine.filter((one) => one !== ref) : [...mine, ref];
    return this.save(deed, {}, { type: "endorsed", mine: now, saved: isBack ? "withdrawn" : "given" });
  }

  /** Ten touches are one deed: the first leaves the step in which sending means anything. */
  async send() {
    const { step, form, list, about } = this.visit;
    if (step !== "check") return undefined;
    const { component } = this.lists[list];
    const { type, facts, subject } = writingOf(this.visit).deed(trimmed(draftOf(this.visit)), { component, lang: this.lang(), about, form });
    return this.save(this.deed(type, facts, subject), { form, spends: [`idea/${form}`] }, { type: "written" });
  }

  /** @param {string} type @param {object} facts @param {string} [subject] @returns {import("../domain/records.js").Deed} */
  deed(type, facts, subject = "") {
    const { session } = this.context().pack;
    return { type, space: session.space, meeting: session.id, subject, body: utf8(JSON.stringify(facts)) };
  }

  /** @param {object} deed @param {object} how as the outbox takes it @param {{type: string}} done what is said once it is kept */
  async save(deed, how, done) {
    this.do({ type: "save" });
    // Paused or stopped while somebody was reading: what they meant is not kept, and they are told.
    if (this.isShut()) return this.do({ type: "unsaved", code: "stopped" });
    try {
      await this.outbox.append([deed], how);
    } catch (error) {
      this.do({ type: "unsaved", code: error.code === "full" ? "full" : "storage" });
      return this.onTrouble(error);
    }
    this.do(done);
    return this.onKept();
  }
}

/** What is told to the screen of each step. @type {Record<string, (visit: import("../domain/ideas.js").Visit, lists: any[], app: any) => [string, object]>} */
const VIEWS = {
  lists: (visit, lists) => ["ideas-lists", { lists: lists.map(({ title, of }) => ({ title, of })) }],
  list: (visit, lists) => {
    const { proposals, of, may, title } = lists[visit.list];
    const shown = proposals.slice(visit.page * PER_PAGE, (visit.page + 1) * PER_PAGE);
    return ["ideas", {
      page: `${visit.list} ${visit.page}`, title, at: visit.page, pages: pagesIn(lists[visit.list]), held: proposals.length, of, may, hasLists: lists.length > 1,
      ideas: shown.map((idea) => ({ ...idea, isMine: visit.mine.includes(idea.ref) })),
    }];
  },
  idea: (visit, lists) => {
    const { proposals, may, most_endorsements: most } = lists[visit.list];
    const { saved, refusal, ref, step } = visit;
    const idea = proposals.find((one) => one.ref === ref);
    return ["idea", { page: ref, idea, may, most, saved, refusal, isMine: visit.mine.includes(ref), saving: step === "saving" }];
  },
  pass: (visit, lists, app) => ["pass", { camera: app.camera, refusal: visit.refusal, back: "idea-back" }],
  write: (visit, lists) => {
    const { kind, fields, asksStance } = writingOf(visit);
    const ideas = lists[visit.list];
    return ["idea-write", { page: visit.about, kind, about: aboutOf(visit, lists), draft: draftOf(visit), refusal: visit.refusal, longest: fields(ideas), asksStance: asksStance(ideas) }];
  },
  check: (visit, lists) => {
    const { kind, told, asksStance } = writingOf(visit);
    const { title: heading, name, stance, [told]: words } = trimmed(draftOf(visit));
    return ["idea-check", { kind, about: aboutOf(visit, lists), heading, words, name, stance: asksStance(lists[visit.list]) ? stance : "", saving: visit.step === "saving" }];
  },
  done: (visit, lists, app) => ["idea-done", { kind: writingOf(visit).kind, left: app.presence.left() }],
  unsaved: ({ refusal }, lists, app) => ["unsaved", { refusal, left: app.presence.left() }],
};

/** @returns {{title: string, language: string} | undefined} the idea that is commented on */
function aboutOf({ about, list }, lists) {
  return lists[list].proposals.find(({ ref }) => ref === about);
}

/** @param {import("./app.js").App} app @returns {[string, object]} the screen of this visit and what it is told */
export function viewOf(app) {
  const { visit, lists } = app.ideas;
  return VIEWS[visit.step === "saving" ? visit.from : visit.step](visit, lists, app);
}

/** @param {import("./app.js").App} app @returns {import("./app.js").Deeds} */
export function deeds(app) {
  const { ideas } = app;
  const step = (deed) => ideas.do(deed);
  return {
    "idea-list": step, "idea-lists": step, "idea-page": step, "idea-read": step, "idea-write": step, "idea-back": step, "idea-words": step,
    "idea-endorse": () => ideas.endorse(), "idea-check": () => ideas.check(), "idea-send": () => ideas.send(),
  };
}
