/**
 * One person's visit to the ideas, as a pure function of what they did. Like a ballot's visit it lives in one variable:
 * dropping it forgets pass and draft. What is kept is in the records, and on no screen of the next person.
 */

import { hex, random } from "./bytes.js";

/** So many ideas stand on one page of the list. */
export const PER_PAGE = 8;

/**
 * @typedef {object} Ideas one list of the pack (docs/protocol.md §6)
 * @property {number} component @property {Record<string, string>} title @property {string[]} may "propose", "endorse"
 * @property {number} longest_title @property {number} longest_body @property {number} most_endorsements 0: no limit
 * @property {number} of how many there are in all @property {{ref: string, number: number, title: string, text: string, language: string}[]} proposals
 *
 * @typedef {"rest" | "lists" | "list" | "idea" | "pass" | "write" | "check" | "saving" | "done" | "unsaved"} Step
 * @typedef {object} Visit
 * @property {Step} step @property {number} list place of the list among those of the pack @property {number} page of the list
 * @property {string} ref the idea that is read @property {string} voice of the pass; "": none was shown
 * @property {string[]} mine the ideas that this pass stands behind, as far as this device knows
 * @property {"" | "given" | "withdrawn"} saved what was just written
 * @property {string} refusal @property {{title: string, body: string, name: string}} draft
 * @property {string} form drawn when the draft is checked: ten impatient touches are one idea
 * @property {Step} from where a deed was begun that is being written
 */

const EMPTY_DRAFT = { title: "", body: "", name: "" };

/** @returns {Visit} nothing of anybody */
export function emptyVisit() {
  return { step: "rest", list: 0, page: 0, ref: "", voice: "", mine: [], saved: "", refusal: "", draft: EMPTY_DRAFT, form: "", from: "rest" };
}

/**
 * @param {Visit} visit @param {{type: string} & Record<string, any>} deed @returns {Visit} the same object when the deed
 *   means nothing at this step
 */
export function advance(visit, deed) {
  const step = TABLE[visit.step]?.[deed.type];
  return step ? step(visit, deed) : visit;
}

const to = (step) => (visit) => ({ ...visit, step, refusal: "", saved: "" });

/** @type {Record<string, Record<string, (visit: Visit, deed: any) => Visit>>} */
const TABLE = {
  rest: { begin: (visit, { lists }) => ({ ...emptyVisit(), step: lists > 1 ? "lists" : "list" }) },
  lists: { "idea-list": (visit, { list }) => ({ ...to("list")(visit), list, page: 0 }) },
  list: {
    "idea-page": (visit, { page }) => ({ ...visit, page }),
    "idea-read": (visit, { ref }) => ({ ...to("idea")(visit), ref }),
    "idea-write": to("write"), "idea-lists": to("lists"),
  },
  idea: {
    "idea-back": to("list"), ask: to("pass"),
    refuse: (visit, { code }) => ({ ...visit, refusal: code, saved: "" }),
    save: (visit) => ({ ...visit, step: "saving", from: "idea", refusal: "", saved: "" }),
  },
  pass: {
    refuse: (visit, { code }) => ({ ...visit, refusal: code }),
    retype: (visit) => (visit.refusal ? { ...visit, refusal: "" } : visit),
    accept: (visit, { voice, mine }) => ({ ...to("idea")(visit), voice, mine }),
    "idea-back": to("idea"),
  },
  write: {
    "idea-words": (visit, { draft }) => ({ ...visit, draft, refusal: "" }),
    "idea-back": to("list"),
    "idea-check": (visit, { ideas }) => checked(visit, ideas),
  },
  check: { "idea-back": to("write"), save: (visit) => ({ ...visit, step: "saving", from: "check" }) },
  saving: {
    endorsed: (visit, { mine, saved }) => ({ ...visit, step: "idea", mine, saved }),
    written: (visit) => ({ ...visit, step: "done", draft: EMPTY_DRAFT, form: "" }),
    unsaved: (visit, { code }) => ({ ...emptyVisit(), step: "unsaved", refusal: code }),
  },
  done: { "idea-back": to("list") },
  unsaved: {},
};

/** @param {Visit} visit @param {Ideas} ideas @returns {Visit} */
function checked(visit, ideas) {
  const [wrong] = draftProblems(visit.draft, ideas);
  return wrong ? { ...visit, refusal: wrong } : { ...to("check")(visit), form: hex(random(16)) };
}

/**
 * @param {Visit["draft"]} draft @param {Ideas} ideas
 * @returns {("no_title" | "no_body" | "long_title" | "long_body")[]} what keeps it from being sent, the first thing first
 */
export function draftProblems(draft, ideas) {
  const { title, body } = trimmed(draft);
  const found = { no_title: !title, long_title: title.length > ideas.longest_title, no_body: !body, long_body: body.length > ideas.longest_body };
  return Object.keys(found).filter((name) => found[name]);
}

/** @param {Visit["draft"]} draft @returns {Visit["draft"]} as it is sent: the title and the name are one line each */
export function trimmed({ title, body, name }) {
  const line = (words) => words.split(/\s+/u).filter(Boolean).join(" ");
  return { title: line(title), body: body.trim(), name: line(name) };
}

/**
 * What a pass stands behind, by this device's own records in their order.
 * @param {{type: string, subject: string, proposal: string}[]} deeds @param {string} voice @returns {string[]}
 */
export function standsBehind(deeds, voice) {
  const mine = new Set();
  for (const { type, subject, proposal } of deeds) {
    if (subject !== `voice:${voice}`) continue;
    if (type === "endorsement.given") mine.add(proposal);
    else mine.delete(proposal);
  }
  return [...mine];
}

/**
 * @param {Visit} visit @param {Ideas[]} lists @returns {boolean} whether this pass may endorse one more in this list. An
 *   idea that the pack does not hold counts where there is but one list: nobody knows to which other it would belong
 */
export function hasRoom({ mine, list }, lists) {
  const { most_endorsements: most, proposals } = lists[list];
  if (!most) return true;
  const refs = new Set(proposals.map(({ ref }) => ref));
  return mine.filter((ref) => lists.length === 1 || refs.has(ref)).length < most;
}

/** @param {Ideas} ideas @returns {number} at least 1 */
export function pagesIn({ proposals }) {
  return Math.max(1, Math.ceil(proposals.length / PER_PAGE));
}
