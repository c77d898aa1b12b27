/**
 * What an operator does at the device, behind the code of the pack: the session, the file, the slip.
 */

import { utf8 } from "../domain/bytes.js";
import { checkExport, exportName, writeExport } from "../domain/exportfile.js";
import { pinFits } from "../domain/pack.js";
import { slipText } from "../domain/receipt.js";
import { headMessage, sign } from "../domain/signing.js";
import { allArrived, countLevels, mayBecome } from "../domain/state.js";
import { setupPanel } from "./preparing.js";
import { askToKeep, checkDisk } from "./readiness.js";

const TRIES = 5;
const WAIT_MS = 60_000;
const READING_MS = 60_000;

export class Operating {
  /**
   * @param {object} parts @param {import("../store/outbox.js").Outbox} parts.outbox
   * @param {() => any} parts.context pack, keys, device, release @param {() => number} parts.now
   */
  constructor(parts) {
    Object.assign(this, parts);
    this.failures = 0;
    this.notBefore = 0;
  }

  /** @param {string} pin @returns {Promise<{ok: boolean, waitS: number}>} five tries, then a minute of patience */
  async enter(pin) {
    const wait = Math.ceil((this.notBefore - this.now()) / 1000);
    if (wait > 0) return { ok: false, waitS: wait };
    if (await pinFits(this.context().pack, pin)) {
      this.failures = 0;
      return { ok: true, waitS: 0 };
    }
    this.failures += 1;
    if (this.failures % TRIES === 0) this.notBefore = this.now() + WAIT_MS;
    return { ok: false, waitS: this.failures % TRIES === 0 ? WAIT_MS / 1000 : 0 };
  }

  /** @param {string} to @throws {import("../store/database.js").NotSaved} */
  async moveSession(to) {
    const { pack, state, stop } = this.context();
    // A device that was stopped opens no more; to pause and close there is a record that its chain should hold.
    if (!mayBecome(state, to) || (stop && to === "open")) return;
    const { id, space } = pack.session;
    const deed = { type: "meeting.state", space, meeting: id, actor: "operator", body: utf8(JSON.stringify({ state: to })) };
    await this.outbox.append([deed], { state: { meeting: id, state: to } });
  }

  /** The first record of a chain. It waits for the first pack, which says which space and meeting it belongs to. */
  async start() {
    const { pack, device, release } = this.context();
    if ((await this.outbox.chain()).seq > 0) return;
    const body = utf8(JSON.stringify({ label: device.label, software: release }));
    await this.outbox.append([{ type: "device.started", space: pack.session.space, meeting: pack.session.id, actor: "operator", body }]);
  }

  /**
   * @param {(epoch: string) => number} refused records of a chain that the server would not take at all
   * @returns {Promise<Figures[]>} of each chain that holds anything, the present one first
   * @typedef {{epoch: string, label: string, isFormer: boolean, counts: object, ballots: number, sync: object}} Figures
   */
  async figures(refused) {
    const held = await this.outbox.chains.all();
    return Promise.all(held.filter(({ chain, isFormer }) => !isFormer || chain.seq > 0).map(async ({ chain, device, sync, isFormer }) => {
      const verdicts = await this.outbox.verdicts(chain.epoch);
      const counts = countLevels(verdicts, chain.seq, sync.listed, refused(chain.epoch));
      return { epoch: chain.epoch, label: device.label, isFormer, counts, ballots: chain.ballots, sync };
    }));
  }

  /**
   * @param {string} [epoch] of an earlier chain; the present one when it is not named
   * @returns {Promise<{name: string, blob: Blob, count: number}>} a file that was read back and compared
   */
  async exportFile(epoch) {
    const { chain, keys, device, installation } = await this.outbox.chains.at(epoch ?? (await this.outbox.chain()).epoch);
    const { release } = this.context();
    const sig = await sign(keys.privateKey, headMessage({ ...chain, logId: installation.logId }));
    const bytes = await writeExport(await this.outbox.records(chain.epoch), { ...chain, sig, version: release });
    const blob = new Blob([bytes], { type: "application/x-ndjson" });
    const fault = await checkExport(new Uint8Array(await blob.arrayBuffer()), chain);
    if (fault) throw new Error(fault);
    return { name: exportName(device.label, chain.seq), blob, count: chain.seq };
  }

  /**
   * Only a copy that was read back from where it lies counts as exported. It may be of an earlier chain.
   * @param {Blob} file @returns {Promise<"" | "unreadable" | "other" | "older" | "damaged">}
   */
  async checkCopy(file) {
    const bytes = new Uint8Array(await file.arrayBuffer());
    for (const { chain } of await this.outbox.chains.all()) {
      const fault = await checkExport(bytes, chain);
      if (fault === "other") continue;
      const { epoch, seq, head } = chain;
      if (!fault) await this.outbox.chains.amend(epoch, { exported: { epoch, seq, head } });
      return fault;
    }
    return "other";
  }

  /** @returns {Promise<{dev: string, epoch: string, seq: number, head: string, ballots: number, text: string}>} */
  async slip() {
    const chain = await this.outbox.chain();
    const { pack, keys } = this.context();
    const sig = await sign(keys.privateKey, headMessage({ ...chain, logId: pack.logId }));
    return { ...chain, text: slipText({ ...chain, sig }) };
  }

  /** @returns {Promise<boolean>} everything is elsewhere too, so the device may begin anew */
  async mayBeginAnew() {
    const chain = await this.outbox.chain();
    if (!chain) return true;
    const { exported, arrived } = await this.elsewhere(chain);
    return chain.seq === 0 || exported || arrived;
  }

  async elsewhere(chain) {
    const { exported: file } = await this.outbox.chains.at(chain.epoch);
    const verdicts = await this.outbox.verdicts(chain.epoch);
    return { exported: file?.epoch === chain.epoch && file.head === chain.head, arrived: allArrived(verdicts, chain.seq) };
  }
}

/** @param {import("./app.js").App} app */
export async function refreshPanel(app) {
  app.states = (await app.outbox.chain())?.states ?? {};
  if (!showsCounts(app.panel)) return;
  const [present, ...formers] = await app.operating.figures((epoch) => app.loop.walkOf(epoch).refused.size);
  const { counts, ballots, sync } = present;
  if (showsCounts(app.panel)) Object.assign(app.panel, { counts, ballots, formers, serverState: sync.sessionState });
}

function showsCounts(panel) {
  return panel?.kind === "operator" || panel?.stage === "unreadable";
}

async function openPanel(app) {
  app.panel = { kind: "operator", counts: { saved: 0, arrived: 0, listed: 0, help: 0 }, ballots: 0, formers: [] };
  await refreshPanel(app);
  app.render();
}

async function moveSession(app, to, answeredFor) {
  const begins = to === "open" && app.state === "prepared";
  if (begins && !app.durable) await askToKeep(app);
  if (begins && !app.durable && !answeredFor) return app.amendPanel({ unsafe: true });
  let stuck = false;
  try {
    await app.operating.moveSession(to);
  } catch (error) {
    await checkDisk(app, error);
    stuck = true;
  }
  await refreshPanel(app);
  app.amendPanel({ closing: false, unsafe: false, stuck });
  return app.loop.wake();
}

async function giveFile(app, epoch) {
  try {
    const { name, blob, count } = await app.operating.exportFile(epoch);
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    // The browser reads the bytes after the click has returned.
    setTimeout(() => URL.revokeObjectURL(link.href), READING_MS);
    app.amendPanel({ exported: { name, count } });
  } catch {
    app.amendPanel({ exported: { error: true } });
  }
}

/** @param {import("./app.js").App} app @returns {import("./app.js").Deeds} */
export function deeds(app) {
  const { operating } = app;
  const show = (panel) => {
    app.panel = panel;
    app.render();
  };
  return {
    operator: () => show(app.pack ? { kind: "pin" } : setupPanel(app)),
    pin: async ({ pin }) => {
      const { ok, waitS } = await operating.enter(pin);
      if (ok) await openPanel(app);
      else app.amendPanel({ wrong: true, waitS });
    },
    closing: ({ open }) => app.amendPanel({ closing: open }), unsafe: ({ open }) => app.amendPanel({ unsafe: open }),
    session: ({ to, answeredFor = false }) => moveSession(app, to, answeredFor),
    export: ({ epoch }) => giveFile(app, epoch),
    "check-copy": async ({ file }) => {
      const copy = await operating.checkCopy(file);
      app.amendPanel({ exported: { ...app.panel.exported, copy } });
    },
    slip: async ({ open }) => app.amendPanel({ slip: open ? await operating.slip() : null }),
    anew: async () => {
      if (await operating.mayBeginAnew()) show({ kind: "setup", stage: "code" });
      else app.amendPanel({ anewRefused: true });
    },
  };
}
