/**
 * Is this device fit for a meeting? Its disk, its copy of the release, its meeting, what it can see and say, and the way
 * of a record there and back: looked at before a meeting, and shown as one light.
 */

import { hex, random } from "../domain/bytes.js";
import { batteryCheck, clockCheck, faultsOf, lightOf, NO_ROOM, packCheck, spaceCheck, tripCheck, voicesCheck } from "../domain/light.js";
import { readPack } from "../domain/pack.js";
import { clockOffset } from "../sync/clock.js";
import { isCalling } from "./helping.js";

const STORING_MS = 8_000;

/** @returns {Promise<StorageEstimate | null>} null: this browser does not say */
async function estimateOf() {
  return (await navigator.storage?.estimate?.().catch(() => null)) ?? null;
}

/** @returns {Promise<any>} null: this browser does not say */
async function batteryOf() {
  return (await navigator.getBattery?.().catch(() => null)) ?? null;
}

/** @returns {Promise<boolean>} whether the browser still has room; where it does not say, the write will tell */
async function hasRoom() {
  const estimate = await estimateOf();
  return !estimate?.quota || estimate.quota - estimate.usage >= NO_ROOM;
}

/**
 * Something failed: find out whether the disk still keeps anything, and what it was given, before the next person is
 * asked in.
 * @param {import("./app.js").App} app @param {any} error
 */
export async function checkDisk(app, error) {
  if (await app.outbox.isGone().catch(() => false)) app.alarms.add("missing");
  app.broken = ["full", "lied"].includes(error?.code) || !(await hasRoom()) || !(await keepsWhatItIsGiven(app));
  app.render();
}

/** Before somebody is asked in: room, and the chain where it was. @param {import("./app.js").App} app @returns {Promise<boolean>} */
export async function isFit(app) {
  const [room, gone] = await Promise.all([hasRoom(), app.outbox.isGone().catch(() => true)]);
  return room && !gone;
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
 * How this device is, as each push says (docs/protocol.md §7): only what the browser tells, and what was last checked.
 * @param {import("./app.js").App} app @returns {Promise<import("../sync/push.js").Status>}
 */
export async function statusOf(app) {
  const [battery, estimate] = await Promise.all([batteryOf(), estimateOf()]);
  const browser = BROWSERS.exec(navigator.userAgent)?.[0];
  return {
    ...(battery ? { battery: Math.round(battery.level * 100), charging: battery.charging } : {}),
    ...(estimate?.quota ? { free_mb: Math.max(0, Math.floor((estimate.quota - estimate.usage) / 1e6)) } : {}),
    alarms: [...app.alarms, ...(app.broken ? ["disk"] : [])], ...(browser ? { browser } : {}), ...app.readiness,
    ...(isCalling(app) ? { help: true } : {}),
  };
}

/** @param {import("./app.js").App} app @returns {Promise<import("../domain/light.js").Check[]>} all but the way of the record */
async function look(app) {
  const { pack, who, releases } = app;
  await releases.settle(STORING_MS);
  await askToKeep(app);
  const [disk, isWhole, estimate, battery, offset, camera, isReadable] = await Promise.all([
    keepsWhatItIsGiven(app), releases.isWhole(), estimateOf(), batteryOf(), clockOffset(who.logId || pack?.logId, app.net), app.tryCamera(), canReadPack(app),
  ]);
  if (disk) app.broken = false;
  app.camera = camera !== "none";
  return [
    { name: "device", outcome: "good", facts: { label: who.device.label } }, packCheck(pack, isReadable),
    { name: "disk", outcome: disk ? "good" : "bad" }, spaceCheck(estimate), { name: "durable", outcome: app.durable ? "good" : "warn" },
    { name: "release", outcome: isWhole ? "good" : "bad", facts: { release: app.release } }, clockCheck(offset), batteryCheck(battery),
    { name: "camera", outcome: camera === "sees" ? "good" : "warn", why: camera }, voicesCheck(pack?.languages ?? [], app.hasVoice),
  ];
}

/** The meeting is read once more from the disk: a start without network finds no other. @param {import("./app.js").App} app */
async function canReadPack(app) {
  const who = await app.identity.load();
  try {
    return Boolean(await readPack(who.pack, { dev: who.device.id, logId: who.logId }));
  } catch {
    return false;
  }
}

/**
 * A record goes there and back: kept on the disk, read back, sent, answered under the installation's signature.
 * @param {import("./app.js").App} app @param {import("../domain/records.js").Sealed | null} written one that was written for it
 * @returns {Promise<import("../domain/light.js").Check>}
 */
async function travel(app, written) {
  const { outbox, loop } = app;
  let seq;
  try {
    ({ seq } = written ?? await unanswered(app) ?? await app.operating.writeTest() ?? await outbox.chain());
  } catch {
    return { name: "trip", outcome: "bad", why: "disk" };
  }
  const { epoch } = await outbox.chain();
  const answer = async () => (await outbox.verdicts(epoch)).find((verdict) => verdict.seq === seq);
  // The first call may have found a round on its way that had set out without this record.
  for (let i = 0; i < 2 && !(await answer()); i += 1) await loop.wakeAnew();
  return tripCheck(await answer(), seq, app.link.why);
}

/** Without network the same record waits on: looking ten times does not make ten. @param {import("./app.js").App} app */
async function unanswered({ outbox }) {
  const { epoch, seq } = await outbox.chain();
  const last = (await outbox.verdicts(epoch)).find((verdict) => verdict.seq === seq);
  return seq > 0 && !last ? { seq } : null;
}

/**
 * Shows the light: first with what is here, then with what came back. What was found is told to the organiser.
 * @param {import("./app.js").App} app @param {import("../domain/records.js").Sealed | null} [written]
 */
export async function checkReadiness(app, written = null) {
  const found = await look(app);
  // Whoever has gone on meanwhile is not called back.
  const show = (checks, isStillThere) => {
    const light = lightOf(checks);
    app.readiness = { light, checks: faultsOf(checks), ...clockIn(checks) };
    if (isStillThere) app.panel = { kind: "setup", stage: "ready", checks, light, written };
    app.render();
  };
  show([...found, { name: "trip", outcome: "running" }], app.panel?.kind === "setup");
  show([...found, await travel(app, written)], app.panel?.stage === "ready");
  app.loop.wake();
}

function clockIn(checks) {
  const offset = checks.find(({ name }) => name === "clock")?.facts?.offset;
  return offset === undefined ? {} : { clock_s: offset };
}

/** @param {import("./app.js").App} app @returns {import("./app.js").Deeds} */
export function deeds(app) {
  return {
    readiness: () => {
      app.panel = { kind: "setup", stage: "ready", checks: [], light: "" };
      app.render();
      return checkReadiness(app);
    },
  };
}
