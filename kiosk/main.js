/**
 * The kiosk. This module alone knows everyone: it builds the parts and wires events to calls. What each deed does stands
 * in the flow that does it.
 */

import * as adapting from "./flows/adapting.js";
import { App } from "./flows/app.js";
import * as carrying from "./flows/carrying.js";
import { Desk } from "./flows/desk.js";
import * as helping from "./flows/helping.js";
import { Ideas } from "./flows/ideas.js";
import * as letting from "./flows/letting.js";
import * as operating from "./flows/operating.js";
import * as preparing from "./flows/preparing.js";
import * as presence from "./flows/presence.js";
import * as readiness from "./flows/readiness.js";
import * as sending from "./flows/sending.js";
import * as starting from "./flows/starting.js";
import { Photographing } from "./flows/photographing.js";
import { Voting } from "./flows/voting.js";
import { buildModes, MODES } from "./modes/modes.js";
import { Database } from "./store/database.js";
import { Identity } from "./store/identity.js";
import { Outbox } from "./store/outbox.js";
import { SyncLoop } from "./sync/loop.js";
import { currentRelease, Releases } from "./sync/release.js";
import { Aloud } from "./ui/aloud.js";
import { Comfort } from "./ui/comfort.js";
import { watchFingers } from "./ui/fingers.js";
import { listenToKeys } from "./ui/keyboard.js";
import { hasCamera, trialOfCamera } from "./ui/scanner.js";
import { Scanning } from "./ui/scanning.js";
import { Stage } from "./ui/stage.js";
import { voiceFor } from "./ui/voice.js";
import { say } from "./words/messages.js";

/** Sending reads and signs: it waits until the person sees that their vote is saved. */
const ONCE_SHOWN_MS = 100;
const FLOWS = [adapting, carrying, helping, letting, operating, preparing, presence, readiness, sending, starting, ...Object.values(MODES)];
const net = { fetch: (...call) => fetch(...call), origin: location.origin };
const intervals = { set: (work, ms) => setInterval(work, ms), clear: (id) => clearInterval(id) };
const timeouts = { set: (work, ms) => setTimeout(work, ms), clear: (id) => clearTimeout(id) };

/** @returns {App} with all its parts */
function build() {
  const app = new App();
  const context = () => app.context();
  const onChange = () => app.render();
  const database = new Database(indexedDB);
  const [outbox, identity] = [new Outbox(database), new Identity(database)];
  const scanning = new Scanning({ document, timer: intervals });
  const lang = () => app.comfort.lang;
  const aloud = new Aloud({ root: document.getElementById("stage"), lang, t: (key) => say(lang(), key) });
  app.join({
    database, outbox, identity, scanning, net, findCamera: hasCamera, tryCamera: trialOfCamera, hasVoice: (lang) => voiceFor(lang) !== null,
    comfort: new Comfort({ root: document.documentElement, scanning, aloud, onChange }),
    voting: new Voting({
      outbox, context, onChange, onTrouble: (error) => readiness.checkDisk(app, error), onKept: () => setTimeout(() => app.loop.wake(), ONCE_SHOWN_MS),
    }),
    ideas: new Ideas({
      outbox, context, lang, onChange, onTrouble: (error) => readiness.checkDisk(app, error), onKept: () => setTimeout(() => app.loop.wake(), ONCE_SHOWN_MS),
    }),
    photographing: new Photographing({
      database, outbox, context, onChange, ask: () => app.loop.wake(), onTrouble: (error) => readiness.checkDisk(app, error), onKept: () => app.loop.wake(),
    }),
    helping: new helping.Helping({ database, context }),
    operating: new operating.Operating({ outbox, context, now: () => performance.now(), atClosing: () => app.helping.deedsAtClosing() }),
    desk: new Desk(app, () => Date.now()),
    preparing: new preparing.Preparing({ identity, net }),
    loop: new SyncLoop({
      outbox, senders: () => sending.senders(app), fetch: net.fetch, onNews: (news) => sending.heard(app, news), timer: timeouts,
    }),
    releases: new Releases({
      container: navigator.serviceWorker, fetch: net.fetch, reload: () => location.reload(),
      onOffline: () => { if (app.panel?.stage === "ready") readiness.checkReadiness(app, app.panel.written); },
      isIdle: () => (app.panel === null || app.panel.stage === "unreadable") && app.mode.presence() === "nobody" && !["open", "paused"].includes(app.state),
    }),
    presence: new presence.Presence({
      mode: () => presence.mode(app), patience: () => app.comfort.patience(), onAsk: (left) => app.stage.ask(left),
      onEnding: () => app.stage.render(), onGone: () => presence.leave(app),
    }),
  });
  const { comfort } = app;
  const screens = Object.assign({}, ...Object.values(MODES).map((mode) => mode.screens));
  app.join({ modes: buildModes(app) });
  app.join({ stage: new Stage({ app, comfort, presence: app.presence, screens }) });
  return app;
}

function listen() {
  watchFingers(document);
  listenToKeys({
    document, scanning: app.scanning, canSwitch: () => app.mode === app.modes.kiosk && presence.mode(app) === "nobody" && app.state === "open" && !app.stop,
    openSwitches: () => { app.stage.lay("switches"); app.scanning.start("slow"); }, listen: () => deeds.listen(),
  });
  document.addEventListener("focusin", ({ target }) => app.comfort.aloud.focused(target));
  document.addEventListener("deed", ({ detail }) => deeds[detail.type]?.(detail));
  for (const event of ["pointerdown", "keydown"]) document.addEventListener(event, () => app.presence.touch(), true);
  // No menu on a long touch, nothing to drag out of the page or into it, no page kept in the browser's memory.
  for (const event of ["contextmenu", "dragstart", "dragover", "drop"]) document.addEventListener(event, (menu) => menu.preventDefault());
  addEventListener("pagehide", () => { app.mode.wipe(); });
  addEventListener("hashchange", () => { if (!["visit", "station"].includes(presence.mode(app))) location.reload(); });
  addEventListener("online", () => app.loop.wake());
  addEventListener("offline", () => app.render());
  globalThis.speechSynthesis?.addEventListener?.("voiceschanged", () => app.render());
}

const app = build();
/** Everything that a screen may say. @type {import("./flows/app.js").Deeds} */
const deeds = Object.assign({}, ...FLOWS.map((flow) => flow.deeds(app)));
listen();
starting.startAlone(app, { findRelease: () => currentRelease(net), enrol: (text) => deeds.enrol({ text }) });
