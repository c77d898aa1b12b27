/**
 * What comes to this device by hand: the answer of a server that no network reaches.
 */

import { Codes, readAnswers } from "../domain/carried.js";
import { takeCarried } from "../sync/taking.js";
import { openPanel } from "./operating.js";
import { noteAlarms } from "./sending.js";

/**
 * Several answers in one file are for the several chains of a device; some of them may lie elsewhere by now.
 * @param {import("./app.js").App} app @param {import("../domain/carried.js").Signed[]} answers
 * @returns {Promise<{fault: string, epoch?: string, alarm?: string, isListed?: boolean}>} of the best of them
 */
export async function takeAll({ outbox }, answers) {
  const taken = [];
  for (const answer of answers) taken.push(await takeCarried(outbox, answer));
  return taken.find(({ fault }) => !fault) ?? taken.find(({ fault }) => fault !== "other") ?? taken[0] ?? { fault: "unreadable" };
}

/** @param {import("./app.js").App} app @param {import("../domain/carried.js").Signed[]} answers */
async function take(app, answers) {
  const taken = await takeAll(app, answers);
  const all = await app.operating.figures((epoch) => app.loop.walkOf(epoch).refused.size);
  const { counts } = all.find(({ epoch }) => epoch === taken.epoch) ?? all[0];
  if (!taken.fault) await noteAlarms(app);
  app.amendPanel({ taken: { ...taken, counts }, read: 0, of: 0 });
}

/** @param {import("./app.js").App} app @returns {import("./app.js").Deeds} */
export function deeds(app) {
  let codes = new Codes();
  let last = "";
  /** One answer after the other, as a camera sees the same code many times a second. */
  let turn = Promise.resolve();
  const read = async (text) => {
    if (app.panel?.kind !== "answer" || text === last) return;
    last = text;
    const found = await codes.take(text);
    if (typeof found !== "string") return take(app, [found]);
    if (found) return app.amendPanel({ taken: { fault: found }, read: 0, of: 0 });
    return app.amendPanel({ taken: null, read: codes.parts.size, of: codes.of });
  };
  return {
    answer: async ({ open }) => {
      [codes, last] = [new Codes(), ""];
      if (!open) return openPanel(app);
      app.panel = { kind: "answer", read: 0, of: 0, taken: null };
      return app.render();
    },
    "answer-code": ({ text }) => { turn = turn.then(() => read(text)).catch(() => app.amendPanel({ taken: { fault: "unreadable" } })); },
    "answer-file": async ({ file }) => take(app, readAnswers(new Uint8Array(await file.arrayBuffer()))),
  };
}
