/**
 * What a person may do by themselves at a kiosk. An offer is one entry here: what the pack must hold for it, its screens,
 * the types of records it writes, its deeds, and the flow that holds the visit. The rest screen shows what is offered; a
 * visit belongs to one of them at a time.
 *
 * @typedef {object} Offer
 * @property {string} name of the words on the rest screen: `offer.<name>`
 * @property {(pack: import("../domain/pack.js").Pack) => boolean} isIn whether this pack offers it
 * @property {Record<string, typeof HTMLElement>} screens @property {string[]} types
 * @property {(app: import("../flows/app.js").App) => Flow} flow
 * @property {(app: import("../flows/app.js").App, stage: import("../ui/stage.js").Stage) => [string, object]} view
 * @property {Record<string, string>} presence who is there at a step that is no step of `flows/presence.js` by itself
 * @property {string} [words] before a key of the tables where this offer has words of its own
 * @property {(app: import("../flows/app.js").App) => import("../flows/app.js").Deeds} deeds
 *
 * @typedef {{visit: {step: string}, begin: () => void, do: (deed: any) => void, givePass: (text: string) => Promise<void>, wipe: () => void}} Flow
 */

import * as ideas from "../flows/ideas.js";
import * as voting from "../flows/voting.js";
import { Ballot } from "../ui/ballot.js";
import { Idea, IdeaCheck, IdeaDone, Ideas, IdeasLists } from "../ui/ideas.js";
import { IdeaWrite } from "../ui/ideawrite.js";
import { Pass } from "../ui/pass.js";
import { Receipt, Unsaved } from "../ui/receipt.js";
import { Review } from "../ui/review.js";

/** @type {Offer[]} the first is what a kiosk is for where nothing is offered */
export const OFFERS = [
  {
    name: "vote",
    isIn: ({ definitions }) => definitions.length > 0,
    screens: { pass: Pass, ballot: Ballot, review: Review, receipt: Receipt, unsaved: Unsaved },
    types: ["ballot.sealed"],
    flow: (app) => app.voting,
    view: (app, stage) => stage.visitView(app.voting.visit),
    presence: { rest: "nobody", pass: "visit", ballot: "visit", review: "visit", saving: "busy" },
    deeds: voting.deeds,
  },
  {
    name: "ideas",
    isIn: (pack) => pack.ideas.length > 0,
    screens: { "ideas-lists": IdeasLists, ideas: Ideas, idea: Idea, "idea-write": IdeaWrite, "idea-check": IdeaCheck, "idea-done": IdeaDone },
    types: ["proposal.version", "endorsement.given", "endorsement.withdrawn", "comment.written"],
    flow: (app) => app.ideas,
    view: (app) => ideas.viewOf(app),
    presence: { rest: "nobody", lists: "visit", list: "visit", idea: "visit", pass: "visit", write: "visit", check: "visit", saving: "busy", done: "receipt" },
    words: "ideas",
    deeds: ideas.deeds,
  },
];

/** @param {import("../domain/pack.js").Pack | null} pack @returns {Offer[]} at least one */
export function offersIn(pack) {
  const found = pack ? OFFERS.filter((offer) => offer.isIn(pack)) : [];
  return found.length > 0 ? found : OFFERS.slice(0, 1);
}

/** @param {import("../flows/app.js").App} app @returns {Offer} whose visit it is; at rest, the first that is offered */
export function offerNow(app) {
  return OFFERS.find((offer) => offer.flow(app).visit.step !== "rest") ?? offersIn(app.pack)[0];
}
