/**
 * What this device is and knows, and the parts it is made of; nothing of a person.
 */

import { stopOf } from "../domain/state.js";
import { troubleOf } from "./preparing.js";

/**
 * What somebody at the device asks for, by name: the event of a screen carries the name as `type`, with its facts.
 * @typedef {Record<string, (deed: any) => unknown>} Deeds
 */

export class App {
  /** @type {{device: import("../store/identity.js").Device, keys: import("../store/identity.js").Keys, logId: string} | null} */
  who = null;
  /** @type {import("../domain/pack.js").Pack | null} */
  pack = null;
  /** Why the pack on the disk cannot be read by this release; null: it can, or there is none. @type {{kind: string, code?: string} | null} */
  packFault = null;
  /** @type {Record<string, string>} state of each session, as this device's own records say */
  states = {};
  /** @type {Set<string>} */
  alarms = new Set();
  broken = false;
  durable = false;
  isUp = false;
  camera = false;
  /** The light of the last look and what kept it from green. @type {{light: string, checks: string[], clock_s?: number} | null} */
  readiness = null;
  release = "unknown";
  /** @type {{up: boolean | null, why: string}} */
  link = { up: null, why: "" };
  /** @type {any} what an operator sees; null: the device belongs to whoever stands before it */
  panel = null;

  /**
   * The parts, once they are built: each may ask another through here.
   * @param {{modes: Record<string, import("../modes/modes.js").Part>, database: import("../store/database.js").Database, outbox: import("../store/outbox.js").Outbox,
   *   identity: import("../store/identity.js").Identity, comfort: import("../ui/comfort.js").Comfort,
   *   scanning: import("../ui/scanning.js").Scanning, stage: import("../ui/stage.js").Stage,
   *   voting: import("./voting.js").Voting, ideas: import("./ideas.js").Ideas, desk: import("./desk.js").Desk, photographing: import("./photographing.js").Photographing,
   *   operating: import("./operating.js").Operating, helping: import("./helping.js").Helping,
   *   preparing: import("./preparing.js").Preparing, presence: import("./presence.js").Presence,
   *   loop: import("../sync/loop.js").SyncLoop, releases: import("../sync/release.js").Releases,
   *   findCamera: () => Promise<boolean>, tryCamera: () => Promise<"none" | "silent" | "sees">, hasVoice: (lang: string) => boolean,
   *   net: {fetch: typeof fetch, origin: string}}} parts
   */
  join(parts) {
    Object.assign(this, parts);
  }

  /** @returns {string} state of the session at this device */
  get state() {
    return this.states[this.pack?.session.id] ?? "prepared";
  }

  /** @returns {import("../modes/modes.js").Part} what this device is for; before it is enrolled, and in a mode that this release does not know, a kiosk */
  get mode() {
    return this.modes[this.who?.device.mode] ?? this.modes.kiosk;
  }

  /** @returns {"" | "out" | "away"} nobody may vote here until a person has looked */
  get stop() {
    return stopOf(this.alarms, this.broken);
  }

  /** @returns {{pack: any, keys: any, device: any, release: string, state: string, stop: string}} as it is now */
  context() {
    const { pack, who, release, state, stop } = this;
    return { pack, keys: who.keys, device: who.device, release, state, stop };
  }

  /** Nothing is shown before all is loaded: a rest screen without its meeting would lead an operator into enrolment. */
  render() {
    if (this.isUp) this.stage.render();
  }

  /** The operator may have left while something was still being written. @param {Partial<object>} facts */
  amendPanel(facts) {
    if (this.panel) this.panel = { ...this.panel, ...facts };
    this.render();
  }

  /** How it ended is told where it began; whoever has gone on to something else is not bothered with it. @param {() => Promise<void>} work @param {string} [where] */
  async tryTo(work, where = "error") {
    const kind = this.panel?.kind;
    const tell = (facts) => (this.panel?.kind === kind ? this.amendPanel(facts) : this.render());
    tell({ busy: true, error: null, packError: null });
    try {
      await work();
    } catch (error) {
      tell({ [where]: troubleOf(error) });
    }
    tell({ busy: false });
  }
}
