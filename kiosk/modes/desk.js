/** The desk without network: officers find people, mark them, hand over passes. */

import { leave } from "../flows/presence.js";
import { deeds } from "../flows/desking.js";
import { openPanel } from "../flows/operating.js";
import { setupPanel } from "../flows/preparing.js";
import { DeskDone } from "../ui/deskdone.js";
import { DeskFind } from "../ui/deskfind.js";
import { DeskPerson } from "../ui/deskperson.js";
import { DeskUndo } from "../ui/deskundo.js";
import { DeskWalkIn } from "../ui/deskwalkin.js";

/** While a deed is being written the screen that it was done on stays. */
const SCREEN = { locked: "card", find: "desk-find", person: "desk-person", done: "desk-done", undo: "desk-undo", walkin: "desk-walkin" };

/** @type {import("./modes.js").Mode} */
export const desk = {
  name: "desk",
  screens: { "desk-find": DeskFind, "desk-person": DeskPerson, "desk-done": DeskDone, "desk-undo": DeskUndo, "desk-walkin": DeskWalkIn },
  types: ["desk.marked", "desk.undone", "desk.walk_in"],
  build: (app) => ({
    view: (stage) => view(app, stage),
    presence: () => ({ locked: "nobody", saving: "busy" }[app.desk.at.step] ?? "station"),
    canLeave: () => !["locked", "saving"].includes(app.desk.at.step),
    wipe: () => app.desk.wipe(),
    home: () => { if (!app.desk.card) leave(app); },
    operator: () => openStation(app),
    unlock: (text) => app.desk.unlock(text),
    moved: (state) => app.desk.moved(state),
    heard: () => app.desk.heard(),
    tick: () => app.desk.tick(),
  }),
  deeds,
};

/** @param {import("../flows/app.js").App} app */
function openStation(app) {
  if (app.pack && app.desk.card) return openPanel(app);
  if (!app.pack) app.panel = setupPanel(app);
  return app.render();
}

/** @param {import("../flows/app.js").App} app @param {import("../ui/stage.js").Stage} stage @returns {[string, object]} */
function view(app, stage) {
  const { at, roll } = app.desk;
  const { camera, pack, state, stop } = app;
  const facts = { camera, state, stop, place: stage.place(), hasRoll: Boolean(roll), size: roll?.size ?? 0 };
  const name = SCREEN[at.step === "saving" ? at.from : at.step];
  return [name, { ...facts, ...at, saving: at.step === "saving", hasCards: (pack?.unlock.length ?? 0) > 0, page: `${at.step === "saving" ? at.from : at.step} ${at.stage ?? ""}` }];
}
