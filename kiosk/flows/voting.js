/**
 * A person's visit: from the pass to the receipt. Holds the only variable in which anything of a person lives.
 */

import { choicesOf } from "../domain/ballot.js";
import { codeValues, readCode } from "../domain/codes.js";
import { pagesOf } from "../domain/definition.js";
import { receiptUrl, spoken } from "../domain/receipt.js";
import { plainBallot, seal } from "../domain/sealing.js";
import { promiseMessage, sign } from "../domain/signing.js";
import { advance, emptyVisit } from "../domain/visit.js";
import { AlreadyUsed } from "../store/outbox.js";
import { leave } from "./presence.js";

export class Voting {
  /**
   * @param {object} parts @param {import("../store/outbox.js").Outbox} parts.outbox
   * @param {() => {pack: import("../domain/pack.js").Pack, keys: object, state: string}} parts.context as it is now
   * @param {() => void} parts.onChange @param {(error: any) => void} parts.onTrouble a write that failed
   * @param {() => void} parts.onKept something new to send
   */
  constructor(parts) {
    Object.assign(this, parts);
    this.visit = emptyVisit();
  }

  /** @param {{type: string}} deed */
  do(deed) {
    const next = advance(this.visit, deed);
    if (next === this.visit) return;
    this.visit = next;
    this.onChange();
  }

  begin() {
    this.do({ type: "begin" });
  }

  /** Forget the person. While a ballot is being written the screen stays, so that they learn how it ended. */
  wipe() {
    if (this.visit.step === "saving") return;
    this.visit = emptyVisit();
    this.onChange();
  }

  /** @param {string} text from the camera or the keys */
  async givePass(text) {
    const asked = this.visit;
    const outcome = await this.judge(text).catch((error) => {
      this.onTrouble(error);
      return { type: "refuse", code: "not_open" };
    });
    // Somebody may have left meanwhile: their pass must not open the next person's ballot.
    if (this.visit === asked) this.do(outcome);
  }

  /** @param {string} text @returns {Promise<{type: string}>} */
  async judge(text) {
    const { pack, state, stop } = this.context();
    if (state !== "open" || stop) return { type: "refuse", code: "not_open" };
    const read = readCode(text);
    if (!read.ok) return { type: "refuse", code: /[:/{]/.test(text) ? "not_a_pass" : "mistyped" };
    const { check, use } = await codeValues(pack.k, read.bytes);
    if (!pack.checks.has(check)) return { type: "refuse", code: "unknown" };
    if (await this.outbox.areUsed(pack.definitions.map(({ def }) => `${def}/${use}`))) return { type: "refuse", code: "used" };
    return { type: "accept", use, pages: pagesOf(pack.definitions) };
  }

  /** Ten touches are one deed: the first leaves the step in which casting means anything. */
  async cast() {
    if (this.visit.step !== "review") return;
    const { form, use, pages, marks } = this.visit;
    this.do({ type: "cast" });
    // Stopped while somebody was choosing: their pass is still good elsewhere.
    if (this.context().stop) return this.do({ type: "unsaved", code: "stopped" });
    let records;
    try {
      const definitions = [...new Set(pages.map((page) => page.definition))];
      const deeds = await Promise.all(definitions.map((definition) => this.ballotDeed(definition, use, marks)));
      records = await this.outbox.append(deeds, { form, spends: definitions.map(({ def }) => `${def}/${use}`) });
    } catch (error) {
      const code = error instanceof AlreadyUsed ? "used" : error.code === "full" ? "full" : "storage";
      this.do({ type: "unsaved", code });
      return this.onTrouble(error);
    }
    this.do({ type: "saved", receipts: await Promise.all(records.map((record) => this.receipt(record))) });
    return this.onKept();
  }

  /** @returns {Promise<import("../domain/records.js").Deed>} */
  async ballotDeed(definition, use, marks) {
    const plain = plainBallot(choicesOf(definition, marks), definition.sealedLength);
    const body = await seal(plain, definition);
    const { session } = this.context().pack;
    return { type: "ballot.sealed", space: session.space, meeting: session.id, def: definition.def, subject: `use:${use}`, body };
  }

  /** A ballot that is kept stays kept, even if its receipt could not be signed. @param {import("../domain/records.js").Sealed} record */
  async receipt({ id, epoch, seq }) {
    const { pack, keys } = this.context();
    const dev = pack.device.id;
    const sig = await sign(keys.privateKey, promiseMessage(id, dev, epoch, seq)).catch(() => "");
    return { id, spoken: spoken(id), url: sig && receiptUrl({ origin: pack.origin, id, dev, epoch, seq, sig }) };
  }
}

/** @param {import("./app.js").App} app @returns {import("./app.js").Deeds} */
export function deeds(app) {
  const { voting } = app;
  const step = (deed) => voting.do(deed);
  return {
    mark: step, clear: step, forward: step, change: step,
    back: (deed) => (voting.visit.page === 0 ? leave(app) : voting.do(deed)),
    cast: () => voting.cast(),
  };
}
