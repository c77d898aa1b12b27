/**
 * One person's visit to the ideas, as a pure function of what they did. Like a ballot's visit it lives in one variable:
 * dropping it forgets pass and drafts. What is kept is in the records, and on no screen of the next person.
 */

import { hex, random } from "./bytes.js";

/** So many ideas stand on one page of the list. */
export const PER_PAGE = 8;

/**
 * @typedef {object} Ideas one list of the pack (docs/protocol.md §6)
 * @property {number} component @property {Record<string, string>} title @property {string[]} may "propose", "endorse", "comment"
 * @property {number} longest_title @property {number} longest_body @property {number} most_endorsements 0: no limit
 * @property {number} longest_comment @property {boolean} asks_stance whether a comment is for, against or neither
 * @property {number} of how many there are in all @property {{ref: string, number: number, title: string, text: string, language: string}[]} proposals
 *
 * @typedef {"rest" | "lists" | "list" | "idea" | "pass" | "write" | "check" | "saving" | "done" | "unsaved"} Step
 * @typedef {object} Visit
 * @property {Step} step @property {number} list place of the list among those of the pack @property {number} page of the list
 * @property {string} ref the idea that is read @property {string} voice of the pass; "": none was shown
 * @property {string[]} mine the ideas that this pass stands behind, as far as this device knows
 * @property {"" | "given" | "withdrawn"} saved what was just written
 * @property {string} refusal @property {string} about the idea that is commented on; "": an idea is written
 * @property {Record<string, Draft>} drafts by what they are about
 * @property {string} form drawn when the draft is checked: ten impatient touches are one deed
 * @property {Step} from where a deed was begun that is being written
 *
 * @typedef {{title: string, body: string, text: string, stance: string, name: string}} Draft
 */

/** @type {Draft} */
const EMPTY_DRAFT = { title: "", body: "", text: "", stance: "neutral", name: "" };
/** In the order in which they are asked. */
export const STANCES = ["for", "against", "neutral"];

/**
 * What people write. Something else to write is one entry here, beside its words (`ideas.*.<kind>`).
 *
 * @typedef {object} Writing
 * @property {string} kind its name here @property {Step} before where one comes from
 * @property {string[]} needs fields that may not be empty @property {string} told the field that is the text
 * @property {(ideas: Ideas) => Record<string, number>} fields by name, in their order, the characters of each
 * @property {(ideas: Ideas) => boolean} asksStance
 * @property {(draft: Draft, facts: {component: number, lang: string, about: string, form: string}) => {type: string, subject: string, facts: object}} deed
 *   the record that it becomes (docs/protocol.md §5)
 *
 * @type {Record<"idea" | "comment", Writing>}
 */
const WRITINGS = {
  idea: {
    kind: "idea", before: "list", needs: ["title", "body"], told: "body", asksStance: () => false,
    fields: ({ longest_title: title, longest_body: body }) => ({ title, body, name: 120 }),
    deed: ({ title, body, name }, { component, lang }) => ({ type: "proposal.version", subject: "", facts: { component, title, body, language: lang, name } }),
  },
  comment: {
    kind: "comment", before: "idea", needs: ["text"], told: "text", asksStance: ({ asks_stance: asks }) => asks,
    fields: ({ longest_comment: text }) => ({ text, name: 80 }),
    deed: ({ text, stance, name }, { lang, about, form }) => ({
      type: "comment.written", subject: `comment:${form}`,
      facts: { ref: form, subject: { kind: "proposal", ref: about }, parent: "", text, language: lang, stance, author: { kind: "person", name } },
    }),
  },
};

/** @param {Visit} visit @returns {Writing} what is being written */
export function writingOf({ about }) {
  return about ? WRITINGS.comment : WRITINGS.idea;
}

/** @param {Visit} visit @returns {Draft} */
export function draftOf({ drafts, about }) {
  return drafts[about] ?? EMPTY_DRAFT;
}

/** @returns {Visit} nothing of anybody */
export function emptyVisit() {
  return { step: "rest", list: 0, page: 0, ref: "", voice: "", mine: [], saved: "", refusal: "", about: "", drafts: {}, form: "", from: "rest" };
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
const write = (aboutOf) => (visit) => ({ ...to("write")(visit), about: aboutOf(visit) });

/** @type {Record<string, Record<string, (visit: Visit, deed: any) => Visit>>} */
const TABLE = {
  rest: { begin: (visit, { lists }) => ({ ...emptyVisit(), step: lists > 1 ? "lists" : "list" }) },
  lists: { "idea-list": (visit, { list }) => ({ ...to("list")(visit), list, page: 0 }) },
  list: {
    "idea-page": (visit, { page }) => ({ ...visit, page }),
    "idea-read": (visit, { ref }) => ({ ...to("idea")(visit), ref }),
    "idea-write": write(() => ""), "idea-lists": to("lists"),
  },
  idea: {
    "idea-back": to("list"), ask: to("pass"), "idea-write": write(({ ref }) => ref),
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
    "idea-words": (visit, { draft }) => ({ ...visit, drafts: { ...visit.drafts, [visit.about]: { ...draftOf(visit), ...draft } }, refusal: "" }),
    "idea-back": (visit) => to(writingOf(visit).before)(visit),
    "idea-check": (visit, { ideas }) => checked(visit, ideas),
  },
  check: { "idea-back": to("write"), save: (visit) => ({ ...visit, step: "saving", from: "check" }) },
  saving: {
    endorsed: (visit, { mine, saved }) => ({ ...visit, step: "idea", mine, saved }),
    written: (visit) => ({ ...visit, step: "done", drafts: { ...visit.drafts, [visit.about]: EMPTY_DRAFT }, form: "" }),
    unsaved: (visit, { code }) => ({ ...emptyVisit(), step: "unsaved", refusal: code }),
  },
  done: { "idea-back": to("list") },
  unsaved: {},
};

/** @param {Visit} visit @param {Ideas} ideas @returns {Visit} */
function checked(visit, ideas) {
  const [wrong] = draftProblems(draftOf(visit), writingOf(visit), ideas);
  return wrong ? { ...visit, refusal: wrong } : { ...to("check")(visit), form: hex(random(16)) };
}

/**
 * @param {Draft} draft @param {Writing} writing @param {Ideas} ideas
 * @returns {string[]} what keeps it from being sent, the first thing first: "no_" or "long_", and the field
 */
export function draftProblems(draft, { fields, needs }, ideas) {
  const words = trimmed(draft);
  return Object.entries(fields(ideas)).flatMap(([name, most]) => [
    ...(needs.includes(name) && !words[name] ? [`no_${name}`] : []), ...(words[name].length > most ? [`long_${name}`] : []),
  ]);
}

/** @param {Draft} draft @returns {Draft} as it is sent: the title and the name are one line each */
export function trimmed({ title, body, text, stance, name }) {
  const line = (words) => words.split(/\s+/u).filter(Boolean).join(" ");
  return { title: line(title), body: body.trim(), text: text.trim(), stance, name: line(name) };
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
