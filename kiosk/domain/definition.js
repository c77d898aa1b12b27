/**
 * Reading frozen definitions (docs/protocol.md §3). Their hash is over the bytes as received, so the text is kept
 * beside what was read from it.
 */

import { hash, utf8 } from "./bytes.js";

/**
 * @typedef {{id: string, number: number, title: Record<string, string>, note?: Record<string, string>, cost: number}} Choice
 * @typedef {{id: string, title: Record<string, string>, method: "approval" | "choose-1" | "knapsack", min: number,
 *   max: number, max_cost: number, choices: Choice[]}} Contest
 * @typedef {{def: string, title: Record<string, string>, space: string, doors: string[], currency: string,
 *   contests: Contest[], boxKey: string, sealedLength: number}} Definition
 */

const METHODS = ["approval", "choose-1", "knapsack"];

/** A definition that this software cannot offer faithfully; showing half of it would be worse than none. */
export class UnknownDefinition extends Error {}

/** @param {string} text @returns {Promise<Definition>} */
export async function readDefinition(text) {
  const frozen = JSON.parse(text);
  if (frozen.format !== "parvis-definition-1") throw new UnknownDefinition(`format ${frozen.format}`);
  const strange = frozen.contests.find((contest) => !METHODS.includes(contest.method));
  if (strange) throw new UnknownDefinition(`method ${strange.method}`);
  return {
    def: await hash(utf8(text)), title: frozen.title, space: frozen.space, doors: frozen.doors,
    currency: frozen.currency, contests: frozen.contests, boxKey: frozen.box_key, sealedLength: frozen.sealed_length,
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
