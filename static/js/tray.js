// The running total of a ballot, as it is filled in.

import { money } from "./money.js";

/** A price in the form of this page's reader. @param {HTMLFormElement} form @returns {(cents: number) => string} */
export const pricer = (form) => (cents) => money(cents, form.dataset.currency ?? "EUR", document.documentElement.lang);

/** @param {HTMLFormElement} form @returns {HTMLInputElement[]} every box of the ballot */
const all = (form) => /** @type {HTMLInputElement[]} */ ([...form.querySelectorAll("input[name=choice]")]);

/** @param {HTMLFormElement} form @returns {HTMLInputElement[]} the boxes marked, "none of them" left out */
export const marked = (form) => all(form).filter((box) => box.checked && box.value);

/** @param {HTMLInputElement[]} boxes @returns {number} cents */
export const total = (boxes) => boxes.reduce((cents, box) => cents + Number(box.dataset.cost), 0);

/** What was chosen as rows of a list: name, price. @param {HTMLInputElement[]} boxes @param {(cents: number) => string} price */
export function rows(boxes, price) {
  return boxes.flatMap((box) => {
    const [term, amount] = [document.createElement("dt"), document.createElement("dd")];
    // With the language that it says, where the reader's own is missing.
    term.append(...[...(box.closest("label")?.querySelector("[data-name]")?.childNodes ?? [])].map((one) => one.cloneNode(true)));
    amount.textContent = price(Number(box.dataset.cost));
    return [term, amount];
  });
}

/** @param {HTMLFormElement} form */
export function follow(form) {
  const boxes = all(form);
  const isOneOnly = boxes[0]?.type === "radio";
  const [most, limit] = [isOneOnly ? 0 : Number(form.dataset.max), Number(form.dataset.limit)];
  const price = pricer(form);

  function show() {
    const chosen = marked(form);
    const sum = total(chosen);
    const [isFull, isOver] = [most > 0 && chosen.length >= most, limit > 0 && sum > limit];
    let isBarred = false;
    for (const box of boxes) {
      const isTooDear = limit > 0 && sum + Number(box.dataset.cost) > limit;
      box.disabled = !isOneOnly && !box.checked && (isFull || isTooDear);
      box.closest(".choice")?.classList.toggle("no", box.disabled);
      isBarred ||= box.disabled;
    }
    tell(form, chosen, most);
    list(form, chosen, price);
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

/** How many crosses, of how many. @param {HTMLFormElement} form @param {HTMLInputElement[]} chosen @param {number} most */
function tell(form, chosen, most) {
  const count = form.querySelector("[data-count]");
  if (!(count instanceof HTMLElement)) return;
  const { none, one, many, of } = count.dataset;
  const words = chosen.length === 0 ? none : chosen.length === 1 ? one : many;
  const rest = most ? " " + (of ?? "").replace("{n}", String(most)) : "";
  count.textContent = (words ?? "").replace("{n}", String(chosen.length)) + (chosen.length ? rest : "");
}

/** @param {HTMLFormElement} form @param {HTMLInputElement[]} chosen @param {(cents: number) => string} price */
function list(form, chosen, price) {
  const place = form.querySelector("[data-list]");
  if (!(place instanceof HTMLElement)) return;
  place.hidden = chosen.length === 0;
  place.replaceChildren(...rows(chosen, price));
}

/** @param {HTMLFormElement} form @param {string} where @param {string} text */
function put(form, where, text) {
  const place = form.querySelector(where);
  if (place) place.textContent = text;
}

/** @param {HTMLFormElement} form @param {"over" | "full" | ""} why */
function hint(form, why) {
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
