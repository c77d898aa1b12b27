/**
 * A call for help: a sign that the hall can read covers the screen, and the organiser is told where there is network. The
 * draft waits behind it. An operator who comes may note that somebody is helped to vote.
 */

import { helpBody, helperMark, folded, mostHelped } from "../domain/helping.js";
import { utf8 } from "../domain/bytes.js";

export class Helping {
  /** @param {{database: import("../store/database.js").Database, context: () => any}} parts */
  constructor(parts) {
    Object.assign(this, parts);
    /** One after the other: two touches are two, and neither forgets the other's number. @type {Promise<unknown>} */
    this.queue = Promise.resolve();
  }

  /** @returns {Promise<Record<string, number>>} how often each helper helped at this session, by mark */
  async helped() {
    return (await this.database.setting("helped"))?.[this.context().pack.session.id] ?? {};
  }

  /**
   * @param {string} name of the helper; it is not kept @returns {Promise<{refused: "" | "no_help" | "name" | "limit" | "closed", place: number, most: number}>}
   * @throws {import("../store/database.js").NotSaved}
   */
  note(name) {
    const turn = this.queue.then(() => this.noteNow(name));
    this.queue = turn.catch(() => {});
    return turn;
  }

  async noteNow(name) {
    const { pack, state } = this.context();
    const most = mostHelped(pack.definitions);
    const before = await this.helped();
    const mark = await helperMark(pack.k, name);
    const place = (before[mark] ?? 0) + 1;
    const refused = !most ? "no_help" : state === "closed" ? "closed" : !folded(name) ? "name" : place > most ? "limit" : "";
    if (!refused) {
      const all = (await this.database.setting("helped")) ?? {};
      await this.database.putSettings({ helped: { ...all, [pack.session.id]: { ...before, [mark]: place } } });
    }
    return { refused, place, most };
  }

  /** @returns {Promise<import("../domain/records.js").Deed[]>} what the chain is told when the session closes here; earlier it would stand beside a ballot */
  async deedsAtClosing() {
    const { pack } = this.context();
    const helped = await this.helped();
    if (Object.keys(helped).length === 0) return [];
    return [{ type: "help.counted", space: pack.session.space, meeting: pack.session.id, actor: "operator", body: utf8(helpBody(helped)) }];
  }
}

/** @param {import("./app.js").App} app @returns {boolean} somebody at this device waits for a person */
export function isCalling({ panel }) {
  return panel?.kind === "help";
}

/** @param {import("./app.js").App} app @returns {import("./app.js").Deeds} */
export function deeds(app) {
  const show = (panel) => {
    app.panel = panel;
    app.render();
    // The server hears of it with the next push: that is now.
    app.loop.wake();
  };
  return {
    call: () => {
      if (app.panel || !app.mode.canCall?.()) return;
      app.comfort.quiet();
      show({ kind: "help" });
    },
    "call-over": () => { if (app.panel?.isHelp || isCalling(app)) show(null); },
    assisting: () => { if (app.panel?.kind === "operator") show({ kind: "assist", isHelp: true }); },
    attend: () => show({ kind: "pin", isHelp: true }), "call-again": () => show({ kind: "help" }),
    assist: async ({ name }) => {
      try {
        app.amendPanel({ noted: await app.helping.note(name), stuck: false });
      } catch {
        app.amendPanel({ noted: null, stuck: true });
      }
    },
  };
}
