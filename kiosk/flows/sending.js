/**
 * What the sending loop is given, and what becomes of what it hears.
 */

import { alarmsAfter } from "../domain/state.js";
import { refreshPanel } from "./operating.js";
import { pull } from "./preparing.js";
import { mode } from "./presence.js";
import { statusOf } from "./readiness.js";

/**
 * @param {import("./app.js").App} app
 * @returns {Promise<(import("../sync/push.js").Sender & {isFormer: boolean})[]>} one for each chain on the disk that has
 *   somebody to go to, which it has from the first pack on
 */
export async function senders(app) {
  const [held, status] = await Promise.all([app.outbox.chains.all(), statusOf(app)]);
  return held.filter(({ installation }) => installation).map(({ chain, keys, installation, isFormer }) => (
    { chain, keys, installation, isFormer, version: app.release, status: { ...status, chain: isFormer ? "former" : "main" } }));
}

/** What the last answer to the present chain warns of. @param {import("./app.js").App} app @returns {Promise<any>} where sending stands */
export async function noteAlarms(app) {
  const [present] = await app.outbox.chains.all().catch(() => []);
  // The device may have been enrolled anew while this was read: then it is the chain that was, and `load` has looked.
  if (present && present.chain.dev === app.who?.device.id) app.alarms = alarmsAfter(app.alarms, present.sync);
  return present?.sync;
}

/** @param {import("./app.js").App} app @param {{up: boolean | null, why: string}} news from the sending loop */
export async function heard(app, news) {
  app.link = { up: news.up ?? app.link.up, why: news.why };
  const sync = await noteAlarms(app);
  if (news.up && app.pack && sync?.packVersion > app.pack.version && ["nobody", "station"].includes(mode(app))) await pull(app).catch(() => {});
  // Another release may read what this one cannot.
  if (app.packFault) app.releases.look();
  await refreshPanel(app);
  await app.mode.heard?.();
  app.render();
}

/** @param {import("./app.js").App} app @returns {import("./app.js").Deeds} */
export function deeds(app) {
  return {
    sync: async () => {
      await app.loop.wakeAnew();
      await refreshPanel(app);
      app.render();
    },
  };
}
