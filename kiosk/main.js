/**
 * The kiosk. This module alone knows everyone: it builds the parts and wires events to calls.
 */

import { hex, random } from "./domain/bytes.js";
import { BadPack, readPack } from "./domain/pack.js";
import { Comfort } from "./ui/comfort.js";
import { listenToKeys } from "./ui/keyboard.js";
import { Scanning } from "./ui/scanning.js";
import { Operating } from "./flows/operating.js";
import { Preparing, troubleOf } from "./flows/preparing.js";
import { Presence } from "./flows/presence.js";
import { Voting } from "./flows/voting.js";
import { Stage } from "./ui/stage.js";
import { Database } from "./store/database.js";
import { Identity } from "./store/identity.js";
import { Outbox } from "./store/outbox.js";
import { SyncLoop } from "./sync/loop.js";
import { currentRelease, Releases } from "./sync/release.js";
import { hasCamera } from "./ui/scanner.js";

const LOCK = "parvis-kiosk";
const ROOM_BYTES = 4 * 1024 * 1024;
const STOPPING = ["missing", "altered", "server_ahead"];
const net = { fetch: (...call) => fetch(...call), origin: location.origin };

/** What this device is and knows; nothing of a person. */
const app = {
  who: null, pack: null, states: {}, alarms: new Set(), broken: false, durable: false, isUp: false, camera: false, release: "unknown",
  link: { up: null, why: "" }, panel: null,
  /** @returns {string} state of the session at this device */
  get state() {
    return this.states[this.pack?.session.id] ?? "prepared";
  },
  get stopped() {
    return this.broken || STOPPING.some((alarm) => this.alarms.has(alarm));
  },
};

const database = new Database(indexedDB);
const outbox = new Outbox(database);
const identity = new Identity(database);
/** Nothing is shown before all is loaded: a rest screen without its meeting would lead an operator into enrolment. */
const render = () => { if (app.isUp) stage.render(); };
const scanning = new Scanning({ document, timer: { set: (work, ms) => setInterval(work, ms), clear: (id) => clearInterval(id) } });
const comfort = new Comfort({ root: document.documentElement, scanning, onChange: render });
const context = () => ({
  pack: app.pack, keys: app.who.keys, device: app.who.device, release: app.release, state: app.stopped ? "closed" : app.state,
});
const voting = new Voting({ outbox, context, onChange: render, onTrouble: checkDisk, onKept: () => loop.wake() });
const operating = new Operating({ outbox, context, now: () => performance.now() });
const preparing = new Preparing({ identity, net });
const loop = new SyncLoop({
  outbox, sender, fetch: net.fetch, onNews: heard,
  timer: { set: (work, ms) => setTimeout(work, ms), clear: (id) => clearTimeout(id) },
});
const releases = new Releases({
  container: navigator.serviceWorker, reload: () => location.reload(),
  onOffline: () => { if (app.panel?.stage === "ready") deeds.readiness(); },
  isIdle: () => app.panel === null && voting.visit.step === "rest" && !["open", "paused"].includes(app.state),
});
const presence = new Presence({
  mode, patience: () => comfort.patience(), onAsk: (left) => stage.ask(left), onEnding: () => stage.render(), onGone: leave,
});
const stage = new Stage({ app, voting, comfort, presence });

/** @returns {"nobody" | "visit" | "busy" | "receipt" | "unsaved" | "panel"} */
function mode() {
  if (app.panel) return ["operator", "pin"].includes(app.panel.kind) ? "panel" : "busy";
  const { step } = voting.visit;
  return { rest: "nobody", pass: "visit", ballot: "visit", review: "visit", saving: "busy" }[step] ?? step;
}

/** The next person finds nothing of the last one. */
function leave() {
  if (voting.visit.step === "saving") return;
  if (app.panel && app.panel.kind !== "setup") app.panel = null;
  comfort.reset();
  stage.lay("");
  stage.ask(null);
  voting.wipe();
  releases.look();
}

/** A write failed: find out whether the disk still keeps anything before the next person is asked in. */
async function checkDisk(error) {
  const estimate = await navigator.storage?.estimate?.().catch(() => null);
  const hasRoom = !estimate?.quota || estimate.quota - estimate.usage > ROOM_BYTES;
  app.broken = error?.code === "lied" || !hasRoom || !(await database.probe(hex(random(8))));
  render();
}

async function sender() {
  if (!app.pack) return null;
  const { logId, serverKey, origin } = app.pack;
  return { chain: await outbox.chain(), keys: app.who.keys, installation: { logId, serverKey, origin }, version: app.release };
}

/** @param {{up: boolean | null, why: string}} news from the sending loop */
async function heard(news) {
  app.link = { up: news.up ?? app.link.up, why: news.why };
  const sync = await database.setting("sync");
  if (sync?.alarm) app.alarms.add(sync.alarm);
  if (news.up && sync.packVersion > app.pack.version && mode() === "nobody") await pull().catch(() => {});
  await refreshPanel();
  render();
}

/** Ask the browser never to erase what lies here. It may refuse; then only a person may open a vote all the same. */
async function askToKeep() {
  app.durable = (await navigator.storage?.persist?.().catch(() => false)) ?? false;
}

/** Loads what lies on the disk. */
async function load() {
  app.who = await identity.load();
  app.states = (await outbox.chain())?.states ?? {};
  if (!app.who?.pack) return;
  app.pack = await readPack(app.who.pack, { dev: app.who.device.id, logId: app.who.logId });
  comfort.offer(app.pack.languages);
}

/** A new pack; a meeting is not changed for another while its vote runs here. */
async function pull() {
  const running = ["open", "paused"].includes(app.state) && app.pack?.session.id;
  await preparing.pull(app.who, (pack) => {
    if (running && pack.session.id !== running) throw new BadPack("session_running");
  });
  await load();
  await operating.start();
  loop.wake();
}

async function readiness() {
  const { pack, who } = app;
  await releases.settle(8_000);
  await askToKeep();
  const disk = await database.probe(hex(random(8)));
  if (disk) app.broken = false;
  app.camera = await hasCamera();
  const check = (name, good, needed, facts) => ({ name: good ? name : `${name}.none`, good, needed, facts });
  const checks = [
    check("device", true, true, { label: who.device.label }),
    check("pack", Boolean(pack), true, { meeting: pack?.session.meeting, passes: pack?.checks.size ?? 0, boxes: pack?.definitions.length ?? 0 }),
    check("disk", disk, true), check("offline", releases.isOfflineReady(), true), check("durable", app.durable, false),
    check("camera", app.camera, false),
  ];
  app.panel = { kind: "setup", stage: "ready", checks, ready: checks.every(({ good, needed }) => good || !needed) };
}

/** The operator may have left while something was still being written. @param {Partial<object>} facts */
function panel(facts) {
  if (app.panel) app.panel = { ...app.panel, ...facts };
  render();
}

/** @param {() => Promise<void>} work @param {string} [where] */
async function tryTo(work, where = "error") {
  panel({ busy: true, error: null, packError: null });
  try {
    await work();
  } catch (error) {
    panel({ [where]: troubleOf(error) });
  }
  panel({ busy: false });
}

async function refreshPanel() {
  app.states = (await outbox.chain())?.states ?? {};
  if (app.panel?.kind !== "operator") return;
  const { counts, ballots, sync } = await operating.figures(loop.refused.size);
  if (app.panel?.kind === "operator") Object.assign(app.panel, { counts, ballots, serverState: sync.sessionState });
}

async function openOperator() {
  app.panel = { kind: "operator", counts: { saved: 0, arrived: 0, listed: 0, help: 0 }, ballots: 0 };
  await refreshPanel();
  render();
}

/** Everything that a screen may say. */
const deeds = {
  begin: async ({ lang }) => {
    const estimate = await navigator.storage?.estimate?.().catch(() => null);
    if (estimate?.quota && estimate.quota - estimate.usage < ROOM_BYTES) return checkDisk({ code: "full" });
    if (lang) comfort.change({ lang });
    return voting.do({ type: "begin" });
  },
  pass: ({ text }) => voting.givePass(text), retype: (deed) => voting.do(deed),
  mark: (deed) => voting.do(deed), forward: (deed) => voting.do(deed), change: (deed) => voting.do(deed),
  back: (deed) => (voting.visit.page === 0 ? leave() : voting.do(deed)),
  cast: () => voting.cast(), leave, stay: () => presence.answer(), longer: () => presence.longer(),
  language: ({ lang }) => { if (stage.laid === "languages") stage.lay(""); comfort.change({ lang }); }, size: () => comfort.nextSize(),
  contrast: () => comfort.nextLook(), listen: () => comfort.listen(stage.root),
  languages: () => stage.lay("languages"), switches: () => stage.lay("switches"), dismiss: () => stage.lay(""),
  switch: ({ mode: how }) => { stage.lay(""); scanning.start(how); },
  home: () => { app.panel = null; leave(); render(); },

  enrol: ({ text }) => tryTo(async () => {
    await preparing.enrol(text);
    await askToKeep();
    await load();
    panel({ stage: "words" });
  }),
  pull: () => tryTo(async () => {
    await pull();
    if (app.panel.kind === "setup") await readiness();
  }, app.panel?.kind === "operator" ? "packError" : "error"),
  readiness: async () => { await readiness(); render(); },

  operator: () => { app.panel = { kind: app.pack ? "pin" : "setup", stage: app.who ? "words" : "code" }; render(); },
  pin: async ({ pin }) => {
    const { ok, waitS } = await operating.enter(pin);
    if (ok) await openOperator();
    else panel({ wrong: true, waitS });
  },
  closing: ({ open }) => panel({ closing: open }), unsafe: ({ open }) => panel({ unsafe: open }),
  session: async ({ to, answeredFor = false }) => {
    const begins = to === "open" && app.state === "prepared";
    if (begins && !app.durable) await askToKeep();
    if (begins && !app.durable && !answeredFor) return panel({ unsafe: true });
    const failed = await operating.moveSession(to).then(() => false, checkThenTrue);
    await refreshPanel();
    panel({ closing: false, unsafe: false, stuck: failed });
    return loop.wake();
  },
  sync: async () => { await loop.wakeAnew(); await refreshPanel(); render(); },
  export: () => exportFile(),
  "check-copy": async ({ file }) => {
    const copy = await operating.checkCopy(file);
    panel({ exported: { ...app.panel.exported, copy } });
  },
  slip: async ({ open }) => panel({ slip: open ? await operating.slip() : null }),
  anew: async () => {
    if (await operating.mayBeginAnew()) { app.panel = { kind: "setup", stage: "code" }; render(); } else panel({ anewRefused: true });
  },
};

async function checkThenTrue(error) {
  await checkDisk(error);
  return true;
}

async function exportFile() {
  try {
    const { name, blob, count } = await operating.exportFile();
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    // The browser reads the bytes after the click has returned.
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    panel({ exported: { name, count } });
  } catch {
    panel({ exported: { error: true } });
  }
}

/** A code in the address is taken out of it at once: it opens an enrolment. */
function codeInAddress() {
  const code = /^#enrol=(.+)$/.exec(location.hash)?.[1] ?? "";
  if (code) history.replaceState(null, "", location.pathname);
  return code;
}

async function start() {
  releases.start();
  app.release = await currentRelease(net);
  app.camera = await hasCamera();
  await askToKeep();
  await load();
  const found = await outbox.verify();
  if (found) app.alarms.add(found);
  const code = codeInAddress();
  if (!app.who) app.panel = { kind: "setup", stage: "code" };
  else if (code) app.panel = { kind: "setup", stage: "enrolled" };
  else if (!app.pack) app.panel = { kind: "setup", stage: "words" };
  app.isUp = true;
  render();
  setInterval(() => presence.tick(), 1000);
  if (app.pack) await operating.start();
  loop.wake();
  if (!app.who && code) await deeds.enrol({ text: code });
}

function listen() {
  listenToKeys({
    document, scanning, canSwitch: () => mode() === "nobody" && app.state === "open" && !app.stopped,
    openSwitches: () => { stage.lay("switches"); scanning.start("slow"); },
  });
  document.addEventListener("deed", ({ detail }) => deeds[detail.type]?.(detail));
  for (const event of ["pointerdown", "keydown"]) document.addEventListener(event, () => presence.touch(), true);
  // No menu on a long touch, nothing to drag out of the page, no page kept in the browser's memory.
  for (const event of ["contextmenu", "dragstart"]) document.addEventListener(event, (menu) => menu.preventDefault());
  addEventListener("pagehide", () => { voting.wipe(); });
  addEventListener("hashchange", () => { if (mode() !== "visit") location.reload(); });
  addEventListener("online", () => loop.wake());
  addEventListener("offline", render);
  speechSynthesisReady();
}

function speechSynthesisReady() {
  globalThis.speechSynthesis?.addEventListener?.("voiceschanged", render);
}

/** One writer: a second window waits, and takes over if the first one dies. */
async function main() {
  listen();
  const free = await navigator.locks.request(LOCK, { ifAvailable: true }, async (lock) => {
    if (!lock) return false;
    await start().catch(startFailed);
    return new Promise(() => {});
  });
  if (free !== false) return;
  Object.assign(app, { isUp: true, panel: { kind: "second" } });
  render();
  navigator.locks.request(LOCK, async () => {
    Object.assign(app, { isUp: false, panel: null });
    await start().catch(startFailed);
    return new Promise(() => {});
  });
}

function startFailed(error) {
  Object.assign(app, { isUp: true, panel: { kind: "setup", stage: "code", error: troubleOf(error) } });
  render();
}

main();
