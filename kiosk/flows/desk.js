/**
 * The desk without network: unlocked by a card, one person after another, locked again. Holds the only variables in which
 * the roll and the card's key live; locking drops both.
 */

import { hex, random, utf8 } from "../domain/bytes.js";
import { codeValues, readCode } from "../domain/codes.js";
import { Roll } from "../domain/roll.js";
import { levelOf } from "../domain/state.js";
import { CannotOpen, openRoll, readCard, sealNote } from "../domain/unlock.js";
import { AlreadyUsed } from "../store/outbox.js";
import { pull } from "./preparing.js";
import { leave } from "./presence.js";
import { checkDisk } from "./readiness.js";

/** As many bytes whoever it is: the length of a record is public. */
const SIZES = { "desk.marked": 256, "desk.undone": 768, "desk.walk_in": 2048 };
/** Between two ticks of a second lay a sleep: nobody counted it, so it counts as too long. */
const SLEEP_MS = 60_000;

const LOCKED = { step: "locked", error: "", busy: false };

export class Desk {
  /** @param {import("./app.js").App} app @param {() => number} now ms */
  constructor(app, now) {
    Object.assign(this, { app, now });
    this.forget("");
  }

  /** @param {string} error why it was locked, if somebody should know */
  forget(error) {
    /** @type {import("../domain/unlock.js").Card | null} */
    this.card = null;
    /** @type {Roll | null} */
    this.roll = null;
    this.opened = null;
    this.seen = this.now();
    this.at = { ...LOCKED, error };
  }

  /** Lock. While a deed is being written the screen stays, so that they learn how it ended. */
  wipe() {
    if (this.at.step === "saving") return;
    this.forget("");
    this.app.render();
  }

  go(at) {
    this.at = at;
    this.app.render();
  }

  /** Once a second. */
  tick() {
    const now = this.now();
    if (this.card && now - this.seen > SLEEP_MS) leave(this.app);
    this.seen = now;
  }

  /** @param {string} text from the camera or the keys */
  async unlock(text) {
    if (this.at.step !== "locked" || this.at.busy) return;
    this.go({ ...LOCKED, busy: true });
    const { pack } = this.app;
    const card = await readCard(text, pack.session.id);
    if (!card) return this.go({ ...LOCKED, error: "mistyped" });
    if (!pack.unlock.some(({ id }) => id === card.id)) return this.go({ ...LOCKED, error: pack.unlock.length ? "other" : "none" });
    this.card = card;
    await this.openRoll();
    if (!this.card) return this.app.render();
    this.go({ step: "find", q: "", found: null, done: "" });
    // Whoever was marked elsewhere since is better known from a pack of now; without network the one here is good.
    if (this.app.link.up) await pull(this.app).then(() => this.heard()).catch(() => {});
  }

  /** The roll of the pack as it lies here, if this card opens it and the desk is not closed. */
  async openRoll() {
    const { pack, state } = this.app;
    this.opened = pack;
    this.roll = null;
    if (!pack.desk || state === "closed") return;
    try {
      this.roll = new Roll(await openRoll(pack, this.card));
    } catch (error) {
      this.forget(error instanceof CannotOpen ? "altered" : "newer");
    }
  }

  /** Closed is for good: the list is let go of at once. @param {string} state */
  moved(state) {
    if (state !== "closed" || !this.card) return;
    this.roll = null;
    this.at = { step: "find", q: "", found: null, done: "" };
  }

  /** The server answered: another pack may lie here, a deed may have gone further. */
  async heard() {
    if (!this.card) return;
    if (this.app.pack !== this.opened) {
      if (!this.app.pack?.unlock.some(({ id }) => id === this.card.id)) {
        this.forget("void");
        return this.app.render();
      }
      await this.openRoll();
      if (this.at.step === "find") await this.find(this.at.q);
    }
    if (this.at.step === "done") this.go({ ...this.at, level: await this.level(this.at.record) });
  }

  async level({ epoch, seq }) {
    const { outbox } = this.app;
    const [verdicts, { sync }] = await Promise.all([outbox.verdicts(epoch), outbox.chains.at(epoch)]);
    return levelOf(verdicts.find((verdict) => verdict.seq === seq), sync.listed);
  }

  /** @param {string} q as typed so far */
  async find(q) {
    const found = this.roll?.find(q) ?? { people: [], more: false, short: false };
    const people = await Promise.all(found.people.map((person) => this.known(person)));
    // Somebody may have typed on, or locked, meanwhile.
    if (this.at.step === "find") this.go({ step: "find", q, found: { ...found, people }, done: this.at.done && q === "" ? this.at.done : "" });
  }

  /**
   * What this desk did since the pack was made goes before what the pack says.
   * @param {import("../domain/roll.js").Person} person
   */
  async known(person) {
    const { outbox } = this.app;
    let round = 0;
    while (await outbox.areUsed([undoneKey(person, round)])) round += 1;
    if (await outbox.areUsed([markedKey(person, round)])) return { ...person, round, state: "mine" };
    return { ...person, round, state: round > 0 && person.state === "here" ? "" : person.state };
  }

  /** @param {string} key */
  async open(key) {
    if (!this.roll) return;
    const person = this.roll.person(key.split("/").map(Number));
    const people = await Promise.all([person, ...this.roll.alike(person)].map((one) => this.known(one)));
    if (this.card) this.go({ step: "person", people, form: hex(random(16)), error: "" });
  }

  /** @param {string} key */
  async mark(key) {
    const { at } = this;
    const person = at.step === "person" && at.people.find((one) => one.key === key);
    if (!person || person.state !== "") return;
    await this.write("desk.marked", { person, form: `${at.form} ${key}`, spends: markedKey(person, person.round), back: at });
  }

  /** @param {{reason: string, note: string, use: string, second: object | ""}} facts */
  async undo({ reason, note, use, second }) {
    const { person, form } = this.at;
    await this.write("desk.undone", { person, form, facts: { reason, note, use, second }, spends: undoneKey(person, person.round), back: this.at });
  }

  /** @param {Record<string, any>} about @param {string} use */
  async enter(about, use) {
    await this.write("desk.walk_in", { form: this.at.form, facts: { ...about, use }, spends: `desk-pass/${use}`, back: this.at });
  }

  /**
   * Ten touches are one deed: the first leaves the step in which it means anything.
   * @param {string} type @param {{person?: any, form: string, facts?: object, spends: string, back: any}} deed
   */
  async write(type, { person, form, facts = {}, spends, back }) {
    const { app, card } = this;
    if (app.state !== "open" || app.stop) return this.go({ ...back, error: "not_open" });
    this.go({ ...back, step: "saving", from: back.step });
    try {
      const whose = person ? { roll: person.roll, number: person.number } : {};
      const note = await sealNote({ ...whose, ...facts }, card, this.place(type));
      const { session } = app.pack;
      const about = person ? { def: person.def, subject: person.subject } : {};
      const deed = { type, space: session.space, meeting: session.id, actor: "desk", ...about, body: utf8(JSON.stringify(note)) };
      const [record] = await app.outbox.append([deed], { form, spends: [spends] });
      app.loop.wake();
      this.go({ step: "done", type, person: person ?? null, record: { epoch: record.epoch, seq: record.seq }, level: "saved", error: "" });
    } catch (error) {
      this.go({ ...back, error: error instanceof AlreadyUsed ? "used" : "unsaved" });
      if (!(error instanceof AlreadyUsed)) await checkDisk(app, error);
    }
  }

  /** @param {string} type */
  place(type) {
    const { session, device } = this.app.pack;
    return { type, session: session.id, dev: device.id, size: SIZES[type] ?? 256 };
  }

  /** A pass that somebody holds in hand. @param {string} text @returns {Promise<{use: string} | {error: string}>} */
  async readPass(text) {
    const read = readCode(text);
    if (!read.ok) return { error: "pass.mistyped" };
    const { check, use } = await codeValues(this.app.pack.k, read.bytes);
    return this.app.pack.checks.has(check) ? { use } : { error: "pass.unknown" };
  }

  /** Somebody else of this desk shows their card. @param {string} text @returns {Promise<{second: object} | {error: string}>} */
  async readSecond(text) {
    const { pack } = this.app;
    const card = await readCard(text, pack.session.id);
    if (!card) return { error: "mistyped" };
    if (card.id === this.card.id) return { error: "same" };
    if (!pack.unlock.some(({ id }) => id === card.id)) return { error: "other" };
    return { second: await sealNote({ subject: this.at.person.subject }, card, this.place("desk.second")) };
  }
}

const markedKey = ({ subject }, round) => `desk/${subject}/${round}`;
const undoneKey = ({ subject }, round) => `desk-undone/${subject}/${round}`;
