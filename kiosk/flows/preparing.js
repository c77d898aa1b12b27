/**
 * Setting the device up: enrolment, pack, readiness.
 */

import { readCode } from "../domain/codes.js";
import { BadPack, readPack } from "../domain/pack.js";
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
  if (error instanceof BadPack) return { kind: "pack", code: error.code };
  if (!(error instanceof Refused)) return { kind: "other", code: error?.name ?? "error" };
  if (["no_network", "no_answer", "mistyped"].includes(error.code)) return { kind: error.code };
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

/** Loads what lies on the disk. @param {import("./app.js").App} app */
export async function load(app) {
  app.who = await app.identity.load();
  app.states = (await app.outbox.chain())?.states ?? {};
  if (!app.who?.pack) return;
  app.pack = await readPack(app.who.pack, { dev: app.who.device.id, logId: app.who.logId });
  app.comfort.offer(app.pack.languages);
}

/** A new pack; a meeting is not changed for another while its vote runs here. @param {import("./app.js").App} app */
export async function pull(app) {
  const running = ["open", "paused"].includes(app.state) && app.pack?.session.id;
  await app.preparing.pull(app.who, (pack) => {
    if (running && pack.session.id !== running) throw new BadPack("session_running");
  });
  await load(app);
  await app.operating.start();
  app.loop.wake();
}

/** @param {import("./app.js").App} app @returns {import("./app.js").Deeds} */
export function deeds(app) {
  return {
    enrol: ({ text }) => app.tryTo(async () => {
      await app.preparing.enrol(text);
      await askToKeep(app);
      await load(app);
      app.amendPanel({ stage: "words" });
    }),
    pull: () => app.tryTo(async () => {
      await pull(app);
      if (app.panel.kind === "setup") await checkReadiness(app);
    }, app.panel?.kind === "operator" ? "packError" : "error"),
  };
}
