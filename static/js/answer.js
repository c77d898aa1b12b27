// What is filled in on a ballot, read as the answer that is sealed (docs/protocol.md §3). The server reads the same fields.

/** @param {HTMLFormElement} form @returns {boolean} whether each project gets a rank, points or dots */
export const isByNumber = (form) => ["ranked", "score", "dots"].includes(form.dataset.method ?? "");

/** @param {HTMLFormElement} form @returns {HTMLInputElement[]} the boxes of a ballot with crosses */
export const boxes = (form) => /** @type {HTMLInputElement[]} */ ([...form.querySelectorAll("input[name=choice]")]);

/** @param {HTMLFormElement} form @returns {HTMLInputElement[]} the boxes marked, "none of them" left out */
export const marked = (form) => boxes(form).filter((box) => box.checked && box.value);

/** @param {HTMLFormElement} form @returns {HTMLElement[]} the row of each choice */
export const rowsOf = (form) => /** @type {HTMLElement[]} */ ([...form.querySelectorAll("[data-choice]")]);

/**
 * The frozen contest, as far as the browser needs it.
 * @param {HTMLFormElement} form
 */
export function contestOf(form) {
  const { contest, method, min, max, limit, points, perChoice } = /** @type {Record<string, string>} */ (form.dataset);
  const choices = rowsOf(form).map((row) => ({ id: row.dataset.choice ?? "", cost: Number(row.dataset.cost) }));
  const bounds = { min: Number(min), max: Number(max), max_cost: Number(limit) };
  return { id: contest, method, ...bounds, points: Number(points), per_choice: Number(perChoice), choices };
}

/** @param {HTMLFormElement} form @returns {number} ranks on the ballot */
export function ranksOf(form) {
  const contest = contestOf(form);
  return contest.max || contest.choices.length;
}

/**
 * Choice → rank, points or dots; NaN for what is no whole number. None given is not there.
 * @param {HTMLFormElement} form @returns {Map<string, number>}
 */
export function numbersOf(form) {
  /** @type {Map<string, number>} */
  const numbers = new Map();
  for (const [name, value] of new FormData(form)) {
    if (!name.startsWith("at:") || value === "") continue;
    const number = /^\d{1,4}$/.test(String(value).trim()) ? Number(value) : NaN;
    if (number !== 0 || form.dataset.method !== "dots") numbers.set(name.slice(3), number);
  }
  // A field of numbers that holds something else is sent empty.
  for (const field of form.querySelectorAll("input[type=number]")) {
    if (field instanceof HTMLInputElement && field.validity.badInput) numbers.set(field.name.slice(3), NaN);
  }
  return numbers;
}

/**
 * @param {HTMLFormElement} form
 * @returns {{answer: string[] | Record<string, number>, wrong?: string}} wrong: what no answer could say
 */
export function answerOf(form) {
  if (!isByNumber(form)) return { answer: marked(form).map((box) => box.value) };
  const numbers = numbersOf(form);
  if ([...numbers.values()].some(Number.isNaN)) return { answer: [], wrong: "out_of_range" };
  if (form.dataset.method !== "ranked") return { answer: Object.fromEntries(numbers) };
  const ranks = [...numbers.values()].sort((a, b) => a - b);
  const answer = [...numbers].sort((a, b) => a[1] - b[1]).map(([id]) => id);
  if (ranks.some((rank) => rank < 1 || rank > ranksOf(form))) return { answer, wrong: "out_of_range" };
  if (new Set(ranks).size < ranks.length) return { answer, wrong: "rank_twice" };
  return { answer, wrong: ranks.some((rank, place) => rank !== place + 1) ? "rank_missing" : undefined };
}

/**
 * A rank, points or dots in words, as the ballot itself says them.
 * @param {HTMLFormElement} form @param {string} id @param {number} number
 */
export function inWords(form, id, number) {
  const field = form.elements.namedItem(`at:${id}`);
  if (field instanceof HTMLSelectElement) return field.selectedOptions[0]?.text ?? "";
  const isOne = new Intl.PluralRules(document.documentElement.lang).select(number) === "one";
  return ((isOne ? form.dataset.unitOne : form.dataset.unitMany) ?? "{n}").replace("{n}", String(number));
}
