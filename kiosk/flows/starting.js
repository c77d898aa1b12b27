/**
 * The start: one writer, what lies on the disk, the first screen.
 */

import { askToKeep } from "./readiness.js";
import { load, setupPanel, troubleOf } from "./preparing.js";

const LOCK = "parvis-kiosk";

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
  app.release = await findRelease();
  app.camera = await app.findCamera();
  await askToKeep(app);
  await load(app);
  const found = await app.outbox.verify();
  if (found) app.alarms.add(found);
  const code = codeInAddress();
  if (!app.pack) app.panel = setupPanel(app);
  if (app.who && code && !app.packFault) app.panel = { kind: "setup", stage: "enrolled" };
  app.isUp = true;
  app.render();
  setInterval(() => app.presence.tick(), 1000);
  if (app.pack) await app.operating.start();
  app.loop.wake();
  lookAtTheRest(app).catch(() => {});
  if (!app.who && code) await enrol(code);
}

/** What lay whole at an earlier start is hashed again while nobody waits. @param {import("./app.js").App} app */
async function lookAtTheRest(app) {
  const chain = await app.outbox.chain();
  if (!chain) return;
  const found = await app.outbox.recheck(chain.epoch, () => new Promise((resolve) => (globalThis.requestIdleCallback ?? setTimeout)(resolve)));
  if (!found) return;
  app.alarms = new Set([...app.alarms, found]);
  app.render();
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
