/**
 * The kiosk. This module alone knows everyone: it builds the parts and wires events to calls. What each deed does stands
 * in the flow that does it.
 */

import * as adapting from "./flows/adapting.js";
import { App } from "./flows/app.js";
import * as operating from "./flows/operating.js";
import * as preparing from "./flows/preparing.js";
import * as presence from "./flows/presence.js";
import * as readiness from "./flows/readiness.js";
import * as sending from "./flows/sending.js";
import * as starting from "./flows/starting.js";
import * as voting from "./flows/voting.js";
import { Database } from "./store/database.js";
import { Identity } from "./store/identity.js";
import { Outbox } from "./store/outbox.js";
import { SyncLoop } from "./sync/loop.js";
import { currentRelease, Releases } from "./sync/release.js";
import { Comfort } from "./ui/comfort.js";
import { listenToKeys } from "./ui/keyboard.js";
import { hasCamera } from "./ui/scanner.js";
import { Scanning } from "./ui/scanning.js";
import { Stage } from "./ui/stage.js";

const FLOWS = [adapting, operating, preparing, presence, readiness, sending, starting, voting];
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
  app.join({
    database, outbox, identity, scanning, findCamera: hasCamera,
    comfort: new Comfort({ root: document.documentElement, scanning, onChange }),
    voting: new voting.Voting({
      outbox, context, onChange, onTrouble: (error) => readiness.checkDisk(app, error), onKept: () => app.loop.wake(),
    }),
    operating: new operating.Operating({ outbox, context, now: () => performance.now() }),
    preparing: new preparing.Preparing({ identity, net }),
    loop: new SyncLoop({
      outbox, senders: () => sending.senders(app), fetch: net.fetch, onNews: (news) => sending.heard(app, news), timer: timeouts,
    }),
    releases: new Releases({
      container: navigator.serviceWorker, reload: () => location.reload(),
      onOffline: () => { if (app.panel?.stage === "ready") deeds.readiness(); },
      isIdle: () => (app.panel === null || app.panel.stage === "unreadable") && app.voting.visit.step === "rest" && !["open", "paused"].includes(app.state),
    }),
    presence: new presence.Presence({
      mode: () => presence.mode(app), patience: () => app.comfort.patience(), onAsk: (left) => app.stage.ask(left),
      onEnding: () => app.stage.render(), onGone: () => presence.leave(app),
    }),
  });
  const { comfort } = app;
  app.join({ stage: new Stage({ app, comfort, voting: app.voting, presence: app.presence }) });
  return app;
}

function listen() {
  listenToKeys({
    document, scanning: app.scanning, canSwitch: () => presence.mode(app) === "nobody" && app.state === "open" && !app.stop,
    openSwitches: () => { app.stage.lay("switches"); app.scanning.start("slow"); },
  });
  document.addEventListener("deed", ({ detail }) => deeds[detail.type]?.(detail));
  for (const event of ["pointerdown", "keydown"]) document.addEventListener(event, () => app.presence.touch(), true);
  // No menu on a long touch, nothing to drag out of the page, no page kept in the browser's memory.
  for (const event of ["contextmenu", "dragstart"]) document.addEventListener(event, (menu) => menu.preventDefault());
  addEventListener("pagehide", () => { app.voting.wipe(); });
  addEventListener("hashchange", () => { if (presence.mode(app) !== "visit") location.reload(); });
  addEventListener("online", () => app.loop.wake());
  addEventListener("offline", () => app.render());
  globalThis.speechSynthesis?.addEventListener?.("voiceschanged", () => app.render());
}

const app = build();
/** Everything that a screen may say. @type {import("./flows/app.js").Deeds} */
const deeds = Object.assign({}, ...FLOWS.map((flow) => flow.deeds(app)));
listen();
starting.startAlone(app, { findRelease: () => currentRelease(net), enrol: (text) => deeds.enrol({ text }) });
