/**
 * Reading frozen definitions (docs/protocol.md §3). Their hash is over the bytes as received, so the text is kept
 * beside what was read from it.
 */

import { hash, utf8 } from "./bytes.js";

/**
 * @typedef {{id: string, number: number, title: Record<string, string>, note?: Record<string, string>, cost: number}} Choice
 * @typedef {{id: string, title: Record<string, string>, method: "approval" | "choose-1" | "knapsack" | "ranked" | "score" | "dots" | "yes-no",
 *   min: number, max: number, max_cost: number, points?: number, per_choice?: number, choices: Choice[]}} Contest
 *   `points` and `per_choice` only where the method has them
 * @typedef {{def: string, title: Record<string, string>, space: string, doors: string[], currency: string,
 *   contests: Contest[], boxKey: string, sealedLength: number, perHelper: number}} Definition
 */

/** The numbers that each method needs besides `min`, `max` and `max_cost`: whole, and at least 1. */
const METHODS = { approval: [], "choose-1": [], knapsack: [], ranked: [], score: ["points"], dots: ["points", "per_choice"], "yes-no": [] };
/** Of what is given points each point of a scale is a box of its own. */
export const MOST_POINTS = 100;

/** A definition that this software cannot offer faithfully; showing half of it would be worse than none. */
export class UnknownDefinition extends Error {}

/** @param {Contest} contest @returns {boolean} this software knows its method, and the numbers that it needs are there */
function isOffered(contest) {
  const numbers = Object.hasOwn(METHODS, contest.method) ? METHODS[contest.method] : null;
  return Boolean(numbers?.every((name) => Number.isInteger(contest[name]) && contest[name] >= 1 && contest[name] <= MOST_POINTS));
}

/** @param {string} text @returns {Promise<Definition>} */
export async function readDefinition(text) {
  const frozen = JSON.parse(text);
  if (frozen.format !== "parvis-definition-1") throw new UnknownDefinition(`format ${frozen.format}`);
  const strange = frozen.contests.find((contest) => !isOffered(contest));
  if (strange) throw new UnknownDefinition(`method ${strange.method}`);
  return {
    def: await hash(utf8(text)), title: frozen.title, space: frozen.space, doors: frozen.doors,
    currency: frozen.currency, contests: frozen.contests, boxKey: frozen.box_key, sealedLength: frozen.sealed_length,
    perHelper: frozen.help?.per_helper ?? 0,
  };
}

/**
 * The pages of a form: one contest each, in the order of the definitions.
 * @param {Definition[]} definitions @returns {{definition: Definition, contest: Contest, key: string}[]}
 */
export function pagesOf(definitions) {
  return definitions.flatMap((definition) =>
    definition.contests.map((contest) => ({ definition, contest, key: `${definition.def}/${contest.id}` })));
}
