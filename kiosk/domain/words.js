/**
 * Two words that both screens show when a device is enrolled (docs/protocol.md §6). The kiosk draws them itself, so that
 * a stranger in between, who would have another key, could not make it show the right ones.
 */

import { sha256, utf8 } from "./bytes.js";

/** French and English; the same list as `server/devices/words.py`, which a test compares. */
const WORDS = [
  ["abeille", "bee"], ["arbre", "tree"], ["balcon", "balcony"], ["banc", "bench"],
  ["barque", "boat"], ["cerise", "cherry"], ["chaise", "chair"], ["cheval", "horse"],
  ["ciel", "sky"], ["clé", "key"], ["cloche", "bell"], ["étoile", "star"],
  ["fenêtre", "window"], ["fleur", "flower"], ["forêt", "forest"], ["fromage", "cheese"],
  ["gare", "station"], ["jardin", "garden"], ["lampe", "lamp"], ["livre", "book"],
  ["lune", "moon"], ["maison", "house"], ["montagne", "mountain"], ["moulin", "mill"],
  ["nuage", "cloud"], ["oiseau", "bird"], ["orange", "orange"], ["pain", "bread"],
  ["pont", "bridge"], ["rivière", "river"], ["soleil", "sun"], ["vélo", "bicycle"],
];

/** @param {string} code 18 characters @param {string} publicKey b64u @returns {Promise<number[]>} two places in the list */
export async function wordNumbers(code, publicKey) {
  const digest = await sha256(utf8(code + publicKey));
  return [digest[0] % 32, digest[1] % 32];
}

/** @param {number[]} numbers @param {string} lang @returns {string[]} */
export function pairOfWords(numbers, lang) {
  return numbers.map((number) => WORDS[number][lang === "en" ? 1 : 0]);
}
