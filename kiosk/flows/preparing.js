/**
 * Setting the device up: enrolment, pack, readiness.
 */

import { readCode } from "../domain/codes.js";
import { UnknownDefinition } from "../domain/definition.js";
import { BadPack, readPack } from "../domain/pack.js";
import { alarmsAfter } from "../domain/state.js";
import { NotSaved } from "../store/database.js";
import { enrol, pullPack, Refused } from "../sync/enrol.js";
import { askToKeep, checkReadiness } from "./readiness.js";

/**
 * @param {string} text what was read or typed: a code, or the address of the organiser's QR
 * @returns {string} the 18 characters, or "" when they are not right
 */
export function enrolmentCode(text) {
  const carried = /#enrol=([0-9A-Za-z-]+)/.exec(text)?.[1] ?? text;
  const read = readCode(carried);
  return read.ok ? read.code : "";
}

/** @param {any} error @returns {{kind: string, code?: string}} which sentence to say */
export function troubleOf(error) {
  if (error instanceof NotSaved) return { kind: "storage" };
  if (error instanceof UnknownDefinition) return { kind: "newer" };
  if (error instanceof BadPack) return { kind: "pack", code: error.code };
  if (!(error instanceof Refused)) return { kind: "other", code: error?.name ?? "error" };
  if (["no_network", "no_answer", "mistyped", "kept"].includes(error.code)) return { kind: error.code };
  if (error.code === "device_revoked") return { kind: "revoked" };
  return { kind: ["enrolment_unknown", "try_again_later"].includes(error.code) ? "expired" : "other", code: error.code };
}

export class Preparing {
  /** @param {{identity: import("../store/identity.js").Identity, net: {fetch: typeof fetch, origin: string}}} parts */
  constructor(parts) {
    Object.assign(this, parts);
  }

  /** @param {string} text @returns {Promise<void>} @throws {Refused | NotSaved} */
  async enrol(text) {
    const code = enrolmentCode(text);
    if (!code) throw new Refused("mistyped");
    const keys = await this.identity.keysFor(code);
    const device = await enrol(code, keys, this.net);
    await this.identity.become(device, keys);
  }

  /**
   * @param {{device: object, keys: object, logId: string}} who
   * @param {(pack: import("../domain/pack.js").Pack) => void} [accept] may throw: a meeting is not changed under a vote
   * @returns {Promise<import("../domain/pack.js").Pack>} @throws {Refused | BadPack | NotSaved}
   */
  async pull({ device, keys, logId }, accept = () => {}) {
    const signed = await pullPack(device, keys, this.net);
    const pack = await readPack(signed, { dev: device.id, logId });
    accept(pack);
    await this.identity.keepPack(signed, pack.logId);
    return pack;
  }
}

/**
 * Loads what lies on the disk. A pack that this release cannot read, or that the disk altered, stops the vote here; it
 * stops nothing else, and above all no sending.
 * @param {import("./app.js").App} app
 */
export async function load(app) {
  const who = await app.identity.load();
  const present = (await app.outbox.chains.all()).find(({ isFormer }) => !isFormer);
  // What was shown may speak of the chain that was.
  const shown = app.who && app.who.device.id !== who?.device.id ? [] : app.alarms;
  const alarms = present ? alarmsAfter(shown, present.sync) : app.alarms;
  // All at once: somebody may be about to touch the screen.
  Object.assign(app, { who, alarms, states: present?.chain.states ?? {}, ...(await keptPack(who)) });
  if (app.pack) app.comfort.offer(app.pack.languages);
}

async function keptPack(who) {
  if (!who?.pack) return { pack: null, packFault: null };
  try {
    return { pack: await readPack(who.pack, { dev: who.device.id, logId: who.logId }), packFault: null };
  } catch (error) {
    return { pack: null, packFault: troubleOf(error) };
  }
}

/** @param {import("./app.js").App} app @returns {{kind: "setup", stage: string, error?: object}} where a device without a meeting goes on */
export function setupPanel({ who, packFault }) {
  if (!who) return { kind: "setup", stage: "code" };
  return packFault ? { kind: "setup", stage: "unreadable", error: packFault } : { kind: "setup", stage: "words" };
}

/**
 * A new pack; a meeting is not changed for another while its vote runs here.
 * @param {import("./app.js").App} app @returns {Promise<import("../domain/records.js").Sealed | null>} the first record of a
 *   chain that began with it
 */
export async function pull(app) {
  const running = Object.keys(app.states).find((session) => ["open", "paused"].includes(app.states[session]));
  await app.preparing.pull(app.who, (pack) => {
    if (running && pack.session.id !== running) throw new BadPack("session_running");
  });
  await load(app);
  const first = await app.operating.start();
  app.loop.wake();
  return first;
}

/** @param {import("./app.js").App} app @returns {import("./app.js").Deeds} */
export function deeds(app) {
  return {
    enrol: ({ text }) => app.tryTo(async () => {
      if (!(await app.operating.mayBeginAnew())) throw new Refused("kept");
      await app.preparing.enrol(text);
      await askToKeep(app);
      await load(app);
      app.amendPanel({ stage: "words" });
    }),
    pull: () => app.tryTo(async () => {
      const first = await pull(app);
      if (app.panel.kind === "setup") await checkReadiness(app, first);
    }, app.panel?.kind === "operator" ? "packError" : "error"),
  };
}
