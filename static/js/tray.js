// The running total of a ballot, as it is filled in.

import { boxes, marked } from "./answer.js";
import { money } from "./money.js";

/** A price in the form of this page's reader. @param {HTMLFormElement} form @returns {(cents: number) => string} */
export const pricer = (form) => (cents) => money(cents, form.dataset.currency ?? "EUR", document.documentElement.lang);

/** @param {HTMLInputElement[]} boxes @returns {number} cents */
export const total = (boxes) => boxes.reduce((cents, box) => cents + Number(box.dataset.cost), 0);

/**
 * Rows of a list: the name of a choice, and what was given to it.
 * @param {{row: HTMLElement, told: string}[]} picked
 */
export function listOf(picked) {
  return picked.flatMap(({ row, told }) => {
    const [term, amount] = [document.createElement("dt"), document.createElement("dd")];
    // With the language that it says, where the reader's own is missing.
    term.append(...[...(row.querySelector("[data-name]")?.childNodes ?? [])].map((one) => one.cloneNode(true)));
    amount.textContent = told;
    return [term, amount];
  });
}

/** What was crossed, with its price where there are any. @param {HTMLFormElement} form */
export function crossed(form) {
  const price = pricer(form);
  return marked(form).map((box) => ({
    row: /** @type {HTMLElement} */ (box.closest("[data-choice]")),
    told: "priced" in form.dataset ? price(Number(box.dataset.cost)) : "",
  }));
}

/** @param {HTMLFormElement} form */
export function follow(form) {
  const all = boxes(form);
  const isOneOnly = all[0]?.type === "radio";
  const [most, limit] = [isOneOnly ? 0 : Number(form.dataset.max), Number(form.dataset.limit)];
  const price = pricer(form);

  function show() {
    const chosen = marked(form);
    const sum = total(chosen);
    const [isFull, isOver] = [most > 0 && chosen.length >= most, limit > 0 && sum > limit];
    let isBarred = false;
    for (const box of all) {
      const isTooDear = limit > 0 && sum + Number(box.dataset.cost) > limit;
      box.disabled = !isOneOnly && !box.checked && (isFull || isTooDear);
      box.closest(".choice")?.classList.toggle("no", box.disabled);
      isBarred ||= box.disabled;
    }
    tell(form, chosen.length, most);
    listed(form, crossed(form));
    put(form, "[data-total]", price(sum));
    put(form, "[data-rest]", price(Math.max(limit - sum, 0)));
    hint(form, isOver ? "over" : isBarred ? "full" : "");
    const envelope = form.querySelector("[data-env]");
    if (envelope instanceof HTMLElement) fill(envelope, chosen, limit);
  }
  form.querySelectorAll("[data-sums], [data-env]").forEach((part) => part.removeAttribute("hidden"));
  form.addEventListener("change", show);
  // Coming back by the browser's button restores the crosses after this module ran.
  addEventListener("pageshow", show);
  show();
}

/** How many crosses, ranks or dots, of how many. @param {HTMLFormElement} form @param {number} given @param {number} most */
export function tell(form, given, most) {
  const count = form.querySelector("[data-count]");
  if (!(count instanceof HTMLElement)) return;
  const { none, one, many, of } = count.dataset;
  const words = given === 0 ? none : given === 1 ? one : many;
  const rest = most ? " " + (of ?? "").replace("{n}", String(most)) : "";
  count.textContent = (words ?? "").replace("{n}", String(given)) + (given ? rest : "");
}

/** @param {HTMLFormElement} form @param {{row: HTMLElement, told: string}[]} picked */
export function listed(form, picked) {
  const place = form.querySelector("[data-list]");
  if (!(place instanceof HTMLElement)) return;
  place.hidden = picked.length === 0;
  place.replaceChildren(...listOf(picked));
}

/** @param {HTMLFormElement} form @param {string} where @param {string} text */
function put(form, where, text) {
  const place = form.querySelector(where);
  if (place) place.textContent = text;
}

/** @param {HTMLFormElement} form @param {"over" | "full" | "twice" | ""} why */
export function hint(form, why) {
  const place = form.querySelector("[data-hint]");
  if (!(place instanceof HTMLElement)) return;
  place.hidden = why === "";
  place.textContent = why ? (place.dataset[why] ?? "") : "";
}

/** The bar of the envelope: one piece per project. Widths by SVG attributes, since our policy allows no inline style. */
function fill(/** @type {HTMLElement} */ place, /** @type {HTMLInputElement[]} */ chosen, /** @type {number} */ limit) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  let start = 0;
  for (const box of chosen) {
    const share = (Number(box.dataset.cost) / limit) * 100;
    const piece = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    const facts = { x: `${start}%`, width: `${Math.max(share - 0.6, 0.3)}%`, height: "100%", class: "piece" };
    for (const [name, value] of Object.entries(facts)) piece.setAttribute(name, value);
    svg.append(piece);
    start += share;
  }
  place.replaceChildren(svg);
}
