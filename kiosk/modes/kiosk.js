/** The kiosk: a person votes by themselves, with a pass. */

import { askForOperator } from "../flows/operating.js";
import { leave } from "../flows/presence.js";
import { deeds } from "../flows/voting.js";
import { Ballot } from "../ui/ballot.js";
import { Pass } from "../ui/pass.js";
import { Receipt, Unsaved } from "../ui/receipt.js";
import { Rest } from "../ui/rest.js";
import { Review } from "../ui/review.js";

const PRESENCE = { rest: "nobody", pass: "visit", ballot: "visit", review: "visit", saving: "busy" };

/** @type {import("./modes.js").Mode} */
export const kiosk = {
  name: "kiosk",
  screens: { rest: Rest, pass: Pass, ballot: Ballot, review: Review, receipt: Receipt, unsaved: Unsaved },
  types: ["ballot.sealed"],
  build: (app) => ({
    view: (stage) => stage.visitView(app.voting.visit),
    presence: () => PRESENCE[app.voting.visit.step] ?? app.voting.visit.step,
    canLeave: () => !["rest", "saving"].includes(app.voting.visit.step),
    canCall: () => app.voting.visit.step !== "saving",
    wipe: () => app.voting.wipe(),
    home: () => leave(app),
    operator: () => askForOperator(app),
  }),
  deeds,
};
