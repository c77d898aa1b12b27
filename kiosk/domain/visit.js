/**
 * One person's visit, from the first touch to the wiped screen, as a pure function of what they did.
 *
 * The visit lives in one variable of main.js and nowhere else: dropping it forgets everything. A draft is no
 * contribution; the pass is spent only when its record is durable.
 */

import { hex, random } from "./bytes.js";
import { emptyAnswer, problems, touch } from "./ballot.js";

/**
 * @typedef {"rest" | "pass" | "ballot" | "review" | "saving" | "receipt" | "unsaved"} Step
 * @typedef {object} Visit
 * @property {Step} step
 * @property {string} form drawn when the form opens: ten impatient touches are one deed
 * @property {string} use the pass's use value @property {{definition: object, contest: object, key: string}[]} pages
 * @property {number} page @property {Record<string, import("./ballot.js").Answer>} marks by page key @property {string} refusal
 * @property {{id: string, url: string}[]} receipts
 */

/** @returns {Visit} nothing of anybody */
export function emptyVisit() {
  return { step: "rest", form: "", use: "", pages: [], page: 0, marks: {}, refusal: "", receipts: [] };
}

/**
 * @param {Visit} visit @param {{type: string} & Record<string, any>} deed @returns {Visit} the same object when the deed
 *   means nothing at this step
 */
export function advance(visit, deed) {
  const step = TABLE[visit.step]?.[deed.type];
  return step ? step(visit, deed) : visit;
}

const begin = () => ({ ...emptyVisit(), step: "pass" });

/** @type {Record<string, Record<string, (visit: Visit, deed: any) => Visit>>} */
const TABLE = {
  rest: { begin },
  pass: {
    refuse: (visit, { code }) => ({ ...visit, refusal: code }),
    retype: (visit) => (visit.refusal ? { ...visit, refusal: "" } : visit),
    accept: (visit, { use, pages }) =>
      ({ ...visit, step: "ballot", refusal: "", form: hex(random(16)), use, pages, page: 0, marks: {} }),
  },
  ballot: {
    mark: (visit, { id, value }) => marked(visit, (contest, marks) => touch(contest, marks, id, value)),
    clear: (visit) => marked(visit, (contest) => ({ marks: emptyAnswer(contest), refused: "" })),
    back: (visit) => (visit.page > 0 ? { ...visit, page: visit.page - 1, refusal: "" } : visit),
    forward,
  },
  review: {
    change: (visit, { page }) => ({ ...visit, step: "ballot", page, refusal: "" }),
    cast: (visit) => ({ ...visit, step: "saving" }),
  },
  saving: {
    saved: (visit, { receipts }) => ({ ...emptyVisit(), step: "receipt", receipts }),
    unsaved: (visit, { code }) => ({ ...emptyVisit(), step: "unsaved", refusal: code }),
  },
  receipt: {},
  unsaved: {},
};

/** @param {Visit} visit @param {(contest: object, marks: object) => {marks: object, refused: string}} change @returns {Visit} */
function marked(visit, change) {
  const { contest, key } = visit.pages[visit.page];
  const { marks, refused } = change(contest, visit.marks[key] ?? emptyAnswer(contest));
  return { ...visit, marks: { ...visit.marks, [key]: marks }, refusal: refused };
}

/** @param {Visit} visit @returns {Visit} */
function forward(visit) {
  const { contest, key } = visit.pages[visit.page];
  const [wrong] = problems(contest, visit.marks[key] ?? emptyAnswer(contest));
  if (wrong) return { ...visit, refusal: wrong };
  const last = visit.page === visit.pages.length - 1;
  return last ? { ...visit, step: "review", refusal: "" } : { ...visit, page: visit.page + 1, refusal: "" };
}
