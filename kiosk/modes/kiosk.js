/** The kiosk: a person votes by themselves, with a pass, and reads, endorses and writes ideas where the session offers that. */

import { askForOperator } from "../flows/operating.js";
import { leave } from "../flows/presence.js";
import { checkDisk, isFit } from "../flows/readiness.js";
import { Rest } from "../ui/rest.js";
import { offerNow, OFFERS, offersIn } from "./offers.js";

/** @type {import("./modes.js").Mode} */
export const kiosk = {
  name: "kiosk",
  screens: Object.assign({ rest: Rest }, ...OFFERS.map(({ screens }) => screens)),
  types: OFFERS.flatMap(({ types }) => types),
  build: (app) => {
    const step = () => offerNow(app).flow(app).visit.step;
    return {
      view: (stage) => (step() === "rest" ? ["rest", { ...stage.rest(), offers: offersIn(app.pack).map(({ name }) => name) }] : offerNow(app).view(app, stage)),
      presence: () => offerNow(app).presence[step()] ?? step(),
      canLeave: () => !["rest", "saving"].includes(step()),
      canCall: () => step() !== "saving",
      wipe: () => { for (const offer of OFFERS) offer.flow(app).wipe(); },
      home: () => leave(app),
      operator: () => askForOperator(app),
      words: () => offerNow(app).words,
    };
  },
  deeds: (app) => Object.assign(deeds(app), ...OFFERS.map((offer) => offer.deeds(app))),
};

/** What is the same whatever somebody does. @param {import("../flows/app.js").App} app @returns {import("../flows/app.js").Deeds} */
function deeds(app) {
  const flow = () => offerNow(app).flow(app);
  return {
    begin: async ({ lang, offer }) => {
      if (!(await isFit(app))) return checkDisk(app);
      if (offerNow(app).flow(app).visit.step !== "rest") return undefined;
      if (lang) app.comfort.change({ lang });
      const offered = offersIn(app.pack);
      return (offered.find(({ name }) => name === offer) ?? offered[0]).flow(app).begin();
    },
    pass: ({ text }) => flow().givePass(text),
    retype: (deed) => flow().do(deed),
  };
}
