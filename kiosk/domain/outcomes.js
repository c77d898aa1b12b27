/**
 * What the server says has become of the photos that arrived (docs/protocol.md §7, `photos`): how many are read, and which
 * sheets somebody must take in hand once more. What it does not say is not known.
 */

/**
 * @typedef {{seq: number, deed: "again" | "aside", why: string}} Odd a photo by the number of its record: take it again, or put
 *   the sheet aside; `why`: a code of `printouts/read/refusals.py` or of the server's judging
 * @typedef {{reading: number, read: number, people: number, odd: Odd[]}} Told `people`: a person looks at the image
 */

const isCount = (told) => Number.isInteger(told) && told >= 0;
const DEEDS = ["again", "aside"];

/** @param {any} told as it stands in a reply @returns {Told | null} null: the server says nothing of photos */
export function readOutcomes(told) {
  if (!told || ![told.reading, told.read, told.people].every(isCount) || !Array.isArray(told.odd)) return null;
  const odd = told.odd.filter((one) => Array.isArray(one) && isCount(one[0]) && DEEDS.includes(one[1]) && typeof one[2] === "string");
  return { reading: told.reading, read: told.read, people: told.people, odd: odd.map(([seq, deed, why]) => ({ seq, deed, why })) };
}

/**
 * What is left to do at the table: what was taken again since is done, and so is what somebody put aside.
 * @param {Told | null} told @param {number[]} done numbers of photos @returns {Odd[]}
 */
export function leftToDo(told, done) {
  return (told?.odd ?? []).filter(({ seq }) => !done.includes(seq));
}
