/**
 * Is this device fit for a meeting: its disk, its copy of the release, its camera, its pack?
 */

import { hex, random } from "../domain/bytes.js";

const ROOM_BYTES = 4 * 1024 * 1024;
const STORING_MS = 8_000;

/** @returns {Promise<boolean>} whether the browser still has room; where it does not say, the write will tell */
export async function hasRoom() {
  const estimate = await navigator.storage?.estimate?.().catch(() => null);
  return !estimate?.quota || estimate.quota - estimate.usage >= ROOM_BYTES;
}

/**
 * A write failed: find out whether the disk still keeps anything before the next person is asked in.
 * @param {import("./app.js").App} app @param {any} error
 */
export async function checkDisk(app, error) {
  app.broken = error?.code === "lied" || !(await hasRoom()) || !(await keepsWhatItIsGiven(app));
  app.render();
}

/** @param {import("./app.js").App} app @returns {Promise<boolean>} */
function keepsWhatItIsGiven(app) {
  return app.database.probe(hex(random(8)));
}

/**
 * Ask the browser never to erase what lies here. It may refuse; then only a person may open a vote all the same.
 * @param {import("./app.js").App} app
 */
export async function askToKeep(app) {
  app.durable = (await navigator.storage?.persist?.().catch(() => false)) ?? false;
}

const BROWSERS = /(?:Firefox|Edg|OPR|Chrome|Version)\/\d+/;

/**
 * How this device is, as each push says (docs/protocol.md §7): only what the browser tells.
 * @param {import("./app.js").App} app @returns {Promise<import("../sync/push.js").Status>}
 */
export async function statusOf(app) {
  const [battery, estimate] = await Promise.all([
    navigator.getBattery?.().catch(() => null), navigator.storage?.estimate?.().catch(() => null),
  ]);
  const browser = BROWSERS.exec(navigator.userAgent)?.[0];
  return {
    ...(battery ? { battery: Math.round(battery.level * 100), charging: battery.charging } : {}),
    ...(estimate?.quota ? { free_mb: Math.max(0, Math.floor((estimate.quota - estimate.usage) / 1e6)) } : {}),
    alarms: [...app.alarms, ...(app.broken ? ["disk"] : [])], ...(browser ? { browser } : {}),
  };
}

/** @param {import("./app.js").App} app shows the list of what is well and what is not */
export async function checkReadiness(app) {
  const { pack, who, releases } = app;
  await releases.settle(STORING_MS);
  await askToKeep(app);
  const disk = await keepsWhatItIsGiven(app);
  if (disk) app.broken = false;
  app.camera = await app.findCamera();
  const check = (name, good, needed, facts) => ({ name: good ? name : `${name}.none`, good, needed, facts });
  const checks = [
    check("device", true, true, { label: who.device.label }),
    check("pack", Boolean(pack), true, { meeting: pack?.session.meeting, passes: pack?.checks.size ?? 0, boxes: pack?.definitions.length ?? 0 }),
    check("disk", disk, true), check("offline", releases.isOfflineReady(), true), check("durable", app.durable, false),
    check("camera", app.camera, false),
  ];
  app.panel = { kind: "setup", stage: "ready", checks, ready: checks.every(({ good, needed }) => good || !needed) };
}

/** @param {import("./app.js").App} app @returns {import("./app.js").Deeds} */
export function deeds(app) {
  return {
    readiness: async () => {
      await checkReadiness(app);
      app.render();
    },
  };
}
