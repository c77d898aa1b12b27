/**
 * The roll of a desk without network: who is found, who is easily taken for somebody else, what is known against handing
 * over a pass. Pure. A machine shows; a person chooses. The same rules as at the server (`voting/desk_search.py`,
 * `voting/look_alikes.py`).
 */

import { fromB64u, hex } from "./bytes.js";

export const MOST_SHOWN = 12;
const MANY_OF_ONE_DAY = 500;
const TAKEN_APART = { œ: "oe", æ: "ae", ø: "o", ł: "l", đ: "d", ı: "i", ß: "ss" };

/** @param {string} text @returns {string} without accents, case and hyphens: `Lefèvre-Roux` is `lefevre roux` */
export function fold(text) {
  const lower = text.toLowerCase();
  const plain = /^[\x00-\x7f]*$/.test(lower) ? lower : withoutAccents(lower);
  return plain.replace(/[-'’]/g, " ");
}

/** @param {string} lower @returns {string} */
function withoutAccents(lower) {
  return lower.replace(/[œæøłđıß]/g, (letter) => TAKEN_APART[letter]).normalize("NFKD").replace(/\p{M}/gu, "");
}

/** @param {string} one @param {string} other @returns {boolean} equal but for one character, or two neighbours exchanged */
export function isOneSlip(one, other) {
  const [short, long] = one.length > other.length ? [other, one] : [one, other];
  if (long.length - short.length > 1) return false;
  let start = 0;
  while (start < short.length && short[start] === long[start]) start += 1;
  const [rest, others] = [short.slice(start), long.slice(start)];
  if (rest.length < others.length) return rest === others.slice(1);
  return rest.slice(1) === others.slice(1) || (rest.slice(2) === others.slice(2) && rest[0] === others[1] && rest[1] === others[0]);
}

/**
 * @typedef {object} Person
 * @property {string} key @property {number} roll @property {string} number @property {string} family @property {string} given
 * @property {string} birth YYYY-MM-DD or "" @property {string} address
 * @property {"" | "here" | "elsewhere" | "post" | "online" | "proxy" | "struck"} state as the pack says
 * @property {string} subject @property {string} def of the box that the subject belongs to @property {object[]} votes their titles
 */

export class Roll {
  /** @param {any} raw as `openRoll` gives it */
  constructor(raw) {
    if (raw?.format !== "parvis-desk-roll-1") throw new TypeError("roll");
    this.raw = raw;
    this.takesTwo = raw.takes_two;
    this.rolls = raw.rolls.map(({ id, title }) => ({ id, title }));
    /** @type {{at: [number, number], words: string}[]} in the order of names */
    this.index = raw.rolls.flatMap(({ people }, place) => people.map((row, i) => (
      { at: [place, i], words: fold(`${row[1]} ${row[2]}`), number: row[0].toLowerCase(), birth: row[3] })));
  }

  /** @returns {number} */
  get size() {
    return this.index.length;
  }

  /** @param {[number, number]} at @returns {Person} */
  person([place, i]) {
    const { id, box, boxes, people } = this.raw.rolls[place];
    const [number, family, given, birth, address, state, pseudonym] = people[i];
    return {
      key: `${place}/${i}`, roll: id, number, family, given, birth, address, state, subject: `entry:${hex(fromB64u(pseudonym))}`,
      def: this.raw.boxes[box].def, votes: boxes.map((one) => this.raw.boxes[one].title),
    };
  }

  /**
   * Every word occurs in the name, or begins the number; first who has this very number.
   * @param {string} text @returns {{people: Person[], more: boolean, short: boolean}}
   */
  find(text) {
    const bare = text.replace(/\s/g, "");
    if (bare.length < 2 && !/^\d+$/.test(bare)) return { people: [], more: false, short: bare.length > 0 };
    const typed = text.trim().toLowerCase();
    const words = text.trim().split(/\s+/).slice(0, 6).map((word) => ({ name: fold(word).trim(), number: word.toLowerCase() }));
    const fits = (one) => words.every(({ name, number }) => (name && one.words.includes(name)) || one.number.startsWith(number));
    const found = this.index.filter(fits);
    const exact = found.filter(({ number }) => number === typed);
    const shown = [...exact, ...found.filter(({ number }) => number !== typed)].slice(0, MOST_SHOWN);
    return { people: shown.map(({ at }) => this.person(at)), more: found.length > MOST_SHOWN, short: false };
  }

  /**
   * Who may be taken for this person: all names alike, in whichever order, or one slip apart on the same birthday.
   * @param {Person} person @returns {Person[]} without the person
   */
  alike(person) {
    const inOrder = (words) => words.split(/\s+/).filter(Boolean).sort().join(" ");
    const own = fold(`${person.family} ${person.given}`);
    const ownInOrder = inOrder(own);
    const sameDay = this.index.filter(({ birth }) => birth && birth === person.birth);
    const near = sameDay.length > MANY_OF_ONE_DAY ? [] : sameDay.filter(({ words }) => isOneSlip(own, words) || isOneSlip(ownInOrder, inOrder(words)));
    const same = this.index.filter(({ words }) => words.length === own.length && inOrder(words) === ownInOrder);
    const found = [...new Set([...same, ...near])].map(({ at }) => this.person(at));
    return found.filter(({ key }) => key !== person.key).slice(0, MOST_SHOWN);
  }
}
