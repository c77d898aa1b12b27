/**
 * What the sending loop is given, and what becomes of what it hears.
 */

import { refreshPanel } from "./operating.js";
import { pull } from "./preparing.js";
import { mode } from "./presence.js";
import { statusOf } from "./readiness.js";

/** @param {import("./app.js").App} app @returns {Promise<import("../sync/push.js").Sender | null>} null: no pack yet */
export async function sender(app) {
  if (!app.pack) return null;
  const { logId, serverKey, origin } = app.pack;
  const [chain, status] = await Promise.all([app.outbox.chain(), statusOf(app)]);
  return { chain, keys: app.who.keys, installation: { logId, serverKey, origin }, version: app.release, status };
}

/** @param {import("./app.js").App} app @param {{up: boolean | null, why: string}} news from the sending loop */
export async function heard(app, news) {
  app.link = { up: news.up ?? app.link.up, why: news.why };
  const sync = await app.database.setting("sync");
  if (sync?.alarm) app.alarms.add(sync.alarm);
  if (news.up && sync.packVersion > app.pack.version && mode(app) === "nobody") await pull(app).catch(() => {});
  await refreshPanel(app);
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
