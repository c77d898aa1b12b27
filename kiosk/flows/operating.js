/**
 * What an operator does at the device, behind the code of the pack: the session, the file, the slip.
 */

import { exportLine } from "../domain/attachments.js";
import { utf8 } from "../domain/bytes.js";
import { checkExport, exportName, markNumbers, writeExport } from "../domain/exportfile.js";
import { areTwo } from "../domain/letting.js";
import { pinFits } from "../domain/pack.js";
import { slipText } from "../domain/receipt.js";
import { readCard } from "../domain/unlock.js";
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
   * @param {() => Promise<import("../domain/records.js").Deed[]>} [parts.atClosing] what is told with the end of the session
   */
  constructor(parts) {
    Object.assign(this, { atClosing: async () => [] }, parts);
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
    const before = to === "closed" ? await this.atClosing() : [];
    await this.outbox.append([...before, deed], { state: { meeting: id, state: to } });
  }

  /**
   * The first record of a chain. It waits for the first pack, which says which space and meeting it belongs to.
   * @returns {Promise<import("../domain/records.js").Sealed | null>} null: the chain had begun
   */
  async start() {
    const { pack, device, release } = this.context();
    if ((await this.outbox.chain()).seq > 0) return null;
    const body = utf8(JSON.stringify({ label: device.label, software: release }));
    const [first] = await this.outbox.append([{ type: "device.started", space: pack.session.space, meeting: pack.session.id, actor: "operator", body }]);
    return first;
  }

  /**
   * A record that changes nothing and never counts, to see how one fares. Only before the session opens here: later,
   * whoever knew when it was written would know which ballots came before it.
   * @returns {Promise<import("../domain/records.js").Sealed | null>} null: not now @throws {import("../store/database.js").NotSaved}
   */
  async writeTest() {
    const { pack, state, stop } = this.context();
    if (state !== "prepared" || stop) return null;
    const { id, space } = pack.session;
    const [record] = await this.outbox.append([{ type: "device.tested", space, meeting: id, actor: "operator", body: utf8("{}") }]);
    return record;
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
    const { chain, keys, device, installation, sync } = await this.outbox.chains.at(epoch ?? (await this.outbox.chain()).epoch);
    const { release } = this.context();
    // A file is always whole, from number 1.
    if (chain.gone) throw new Error("gone");
    const files = await this.outbox.attachments.of(chain.epoch);
    const records = await this.outbox.records(chain.epoch);
    const signed = (seq, head) => sign(keys.privateKey, headMessage({ ...chain, seq, head, logId: installation.logId }));
    const marks = await Promise.all(markNumbers(chain.seq).map(async (seq) => [seq, await signed(seq, records[seq - 1].id)]));
    const sig = await signed(chain.seq, chain.head);
    const bytes = await writeExport(records, { ...chain, sig, version: release, publicKey: keys.publicKey, marks, seen: sync.seen }, files.length);
    const lines = [];
    // One after the other: the browser may put what it has of a Blob on its disk.
    for (const { sha256 } of files) lines.push(new Blob([exportLine(sha256, await this.outbox.attachments.bytes(sha256))]));
    const blob = new Blob([bytes, ...lines], { type: "application/x-ndjson" });
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

  /** @returns {Promise<boolean>} */
  async holdsRecords() {
    return ((await this.outbox.chain())?.seq ?? 0) > 0;
  }

  /**
   * Two persons have this device prepared anew: their names stay with the chain that it leaves (D21).
   * @param {string[]} names @returns {Promise<boolean>} false where it holds the last copy of something by now
   */
  async leave(names) {
    if (!(await this.mayBeginAnew())) return false;
    const { epoch } = await this.outbox.chain();
    await this.outbox.chains.amend(epoch, { left: { names } });
    return true;
  }

  async elsewhere(chain) {
    const { exported: file } = await this.outbox.chains.at(chain.epoch);
    const verdicts = await this.outbox.verdicts(chain.epoch);
    const files = await this.outbox.attachments.of(chain.epoch);
    const arrived = allArrived(verdicts, chain.seq) && files.every(({ whole }) => whole);
    return { exported: file?.epoch === chain.epoch && file.head === chain.head, arrived };
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

/** Whoever asks for the panel of a kiosk says that they may. @param {import("./app.js").App} app */
export function askForOperator(app) {
  // Where there are cards the pack holds no PIN.
  app.panel = app.pack ? { kind: app.pack.unlock.length > 0 ? "card" : "pin" } : setupPanel(app);
  app.render();
}

/** @param {import("./app.js").App} app @param {string} text from the camera or the keys */
async function enterByCard(app, text) {
  const card = await readCard(text, app.pack.session.id);
  if (card && app.pack.unlock.some(({ id }) => id === card.id)) return openPanel(app);
  return app.amendPanel({ error: card ? "other" : "mistyped" });
}

/** The operator's panel, for whoever typed the code. @param {import("./app.js").App} app */
export async function openPanel(app) {
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
  app.mode.moved?.(app.state);
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
    operator: () => app.mode.operator(),
    pin: async ({ pin }) => {
      const { ok, waitS } = await operating.enter(pin);
      if (ok && app.panel?.isHelp) show({ kind: "assist", isHelp: true });
      else if (ok) await openPanel(app);
      // A number, so that a second wrong one is said again.
      else app.amendPanel({ wrong: operating.failures, waitS });
    },
    unlock: ({ text }) => (app.panel ? enterByCard(app, text) : app.mode.unlock(text)),
    closing: ({ open }) => app.amendPanel({ closing: open }), unsafe: ({ open }) => app.amendPanel({ unsafe: open }),
    session: ({ to, answeredFor = false }) => moveSession(app, to, answeredFor),
    export: ({ epoch }) => giveFile(app, epoch),
    "check-copy": async ({ file }) => {
      const copy = await operating.checkCopy(file);
      app.amendPanel({ exported: { ...app.panel.exported, copy } });
    },
    slip: async ({ open }) => app.amendPanel({ slip: open ? await operating.slip() : null }),
    anew: async () => {
      if (!(await operating.mayBeginAnew())) app.amendPanel({ anewRefused: true });
      else if (await operating.holdsRecords()) app.amendPanel({ anewRefused: false, anew: { wrong: false } });
      else show({ kind: "setup", stage: "code" });
    },
    "anew-over": () => app.amendPanel({ anew: null }),
    "anew-sure": async ({ isMeant, names }) => {
      if (!app.panel?.anew) return;
      if (!isMeant || !areTwo(names)) app.amendPanel({ anew: { wrong: true } });
      else if (await operating.leave(names)) show({ kind: "setup", stage: "code" });
      else app.amendPanel({ anewRefused: true, anew: null });
    },
  };
}
