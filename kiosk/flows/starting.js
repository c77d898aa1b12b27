/**
 * The start: one writer, what lies on the disk, the first screen.
 */

import { askToKeep } from "./readiness.js";
import { load, setupPanel, troubleOf } from "./preparing.js";
import { mode } from "./presence.js";

const LOCK = "parvis-kiosk";
const LOOK_AGAIN_MS = 1_000;

/**
 * One writer: a second window waits, and takes over if the first one dies.
 * @param {import("./app.js").App} app @param {{findRelease: () => Promise<string>, enrol: (text: string) => unknown}} how
 */
export async function startAlone(app, how) {
  const hold = async () => {
    await start(app, how).catch((error) => startFailed(app, error));
    return new Promise(() => {});
  };
  const free = await navigator.locks.request(LOCK, { ifAvailable: true }, (lock) => (lock ? hold() : false));
  if (free !== false) return;
  Object.assign(app, { isUp: true, panel: { kind: "second" } });
  app.render();
  navigator.locks.request(LOCK, () => {
    Object.assign(app, { isUp: false, panel: null });
    return hold();
  });
}

/** @param {import("./app.js").App} app */
async function start(app, { findRelease, enrol }) {
  app.releases.start();
  // Asked at once, and waited for once there is a screen: a browser may take its time to look for cameras.
  const about = Promise.all([findRelease(), app.findCamera(), askToKeep(app)]);
  const [found] = await Promise.all([app.outbox.verify(), load(app)]);
  if (found) app.alarms.add(found);
  const code = codeInAddress();
  if (!app.pack) app.panel = setupPanel(app);
  if (app.who && code && !app.packFault) app.panel = { kind: "setup", stage: "enrolled" };
  app.isUp = true;
  app.render();
  setInterval(() => { app.presence.tick(); app.mode.tick?.(); }, 1000);
  [app.release, app.camera] = await about;
  app.render();
  if (app.pack) await app.operating.start();
  app.loop.wake();
  lookAtTheRest(app).catch(() => {});
  if (!app.who && code) await enrol(code);
}

/** All that lies on the disk is counted and hashed while nobody is here. @param {import("./app.js").App} app */
async function lookAtTheRest(app) {
  const chain = await app.outbox.chain();
  if (!chain) return;
  const found = await app.outbox.recheck(chain, () => untilIdle(app));
  if (!found) return;
  app.alarms = new Set([...app.alarms, found]);
  app.render();
}

/** @param {import("./app.js").App} app */
async function untilIdle(app) {
  while (!["nobody", "station"].includes(mode(app))) await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  await new Promise((resolve) => (globalThis.requestIdleCallback ?? setTimeout)(resolve));
}

/** A code in the address is taken out of it at once: it opens an enrolment. */
function codeInAddress() {
  const code = /^#enrol=(.+)$/.exec(location.hash)?.[1] ?? "";
  if (code) history.replaceState(null, "", location.pathname);
  return code;
}

/** What went wrong at the start opens no enrolment: what lies on the disk may be all there is. @param {import("./app.js").App} app @param {any} error */
function startFailed(app, error) {
  Object.assign(app, { isUp: true, panel: { kind: "setup", stage: "failed", error: troubleOf(error) } });
  app.render();
  app.loop.wake();
}

/** @returns {import("./app.js").Deeds} */
export function deeds() {
  return { restart: () => location.reload() };
}
