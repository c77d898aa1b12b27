/**
 * Letting go of what was kept: an operator reads which conditions are missing, two persons may answer for a file that
 * does not exist, and when all hold, what was kept is deleted. Nothing else here or anywhere deletes.
 */

import { mayDelete } from "../domain/letting.js";
import { emptyChain } from "../store/emptying.js";
import { openPanel } from "./operating.js";
import { checkDisk } from "./readiness.js";

/**
 * @param {import("../store/outbox.js").Outbox} outbox
 * @returns {Promise<{epoch: string, label: string, isFormer: boolean, allowed: boolean, missing: string[], daysLeft: number,
 *   count: number, gone: import("../store/emptying.js").Gone | null}[]>} each chain that holds or held anything
 */
export async function standings(outbox) {
  const held = await outbox.chains.all();
  return Promise.all(held.filter(({ chain }) => chain.seq > 0).map(async ({ chain, device, isFormer, ...kept }) => ({
    epoch: chain.epoch, label: device.label, isFormer, count: chain.seq - (chain.gone?.seq ?? 0), gone: chain.gone ?? null,
    ...mayDelete(await known(outbox, { chain, ...kept })),
  })));
}

/** What a decision about this chain rests on. @returns {Promise<import("../domain/letting.js").Kept>} */
async function known(outbox, held) {
  const { epoch } = held.chain;
  return { ...held, verdicts: await outbox.verdicts(epoch), files: await outbox.attachments.of(epoch) };
}

/**
 * Asked once more at the last moment: what holds on the screen may hold no longer.
 * @param {import("../store/outbox.js").Outbox} outbox @param {string} epoch @returns {Promise<boolean>} whether it was done
 * @throws {import("../store/database.js").NotSaved}
 */
export async function letGo(outbox, epoch) {
  const { chain, ...kept } = await outbox.chains.at(epoch);
  if (!mayDelete(await known(outbox, { chain, ...kept })).allowed) return false;
  const isRead = kept.exported?.head === chain.head;
  await emptyChain(outbox, chain, { seq: chain.seq, head: chain.head, time: kept.sync.heard.time, names: isRead ? [] : kept.waived.names });
  return true;
}

async function show(app, facts = {}) {
  app.panel = { kind: "letting", chains: await standings(app.outbox), sure: "", ...facts };
  app.render();
}

/** @param {import("./app.js").App} app @returns {import("./app.js").Deeds} */
export function deeds(app) {
  const isHere = () => app.panel?.kind === "letting";
  return {
    letting: ({ open }) => (open ? show(app) : openPanel(app)),
    "letting-sure": ({ epoch }) => isHere() && app.amendPanel({ sure: epoch }),
    waive: async ({ epoch, names }) => {
      if (!isHere()) return;
      const { chain } = await app.outbox.chains.at(epoch);
      await app.outbox.chains.amend(epoch, { waived: { names, head: chain.head } });
      await show(app);
    },
    "let-go": async ({ epoch }) => {
      if (!isHere()) return;
      try {
        await show(app, { done: await letGo(app.outbox, epoch) ? epoch : "" });
      } catch (error) {
        await checkDisk(app, error);
        await show(app, { failed: true });
      }
    },
  };
}
