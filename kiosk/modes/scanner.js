/** The scanner station: a volunteer takes photos of the sheets from the ballot box. It holds no person. */

import { askForOperator } from "../flows/operating.js";
import { leave } from "../flows/presence.js";
import { deeds } from "../flows/photographing.js";
import { Capture, Station } from "../ui/capture.js";

/** @type {import("./modes.js").Mode} */
export const scanner = {
  name: "scanner",
  screens: { station: Station, capture: Capture },
  types: ["paper.photo"],
  build: (app) => {
    const { photographing } = app;
    return {
      view: () => {
        const { isOpen, isSaving, saved, instead, trouble, counts, outcomes: told, todo } = photographing;
        if (isOpen) return ["capture", { isSaving, saved, instead, trouble }];
        return ["station", { counts, told, todo, state: app.state, stop: app.stop, meeting: app.pack?.session.meeting }];
      },
      presence: () => (photographing.isSaving ? "busy" : photographing.isOpen ? "station" : "nobody"),
      canLeave: () => false,
      wipe: () => photographing.wipe(),
      home: () => leave(app),
      operator: () => askForOperator(app),
      heard: () => photographing.refresh(),
      tick: () => photographing.tick(),
    };
  },
  deeds,
};
