// The running total of a ballot. Without this module the same form works; the server checks everything again.

import { money } from "./money.js";

/** @param {HTMLFormElement} form */
function follow(form) {
  const boxes = /** @type {HTMLInputElement[]} */ ([...form.querySelectorAll("input[name=choice]")]);
  const count = /** @type {HTMLElement} */ (form.querySelector("[data-count]"));
  const total = /** @type {HTMLElement} */ (form.querySelector("[data-total]"));
  const hint = /** @type {HTMLElement} */ (form.querySelector("[data-hint]"));
  const envelope = form.querySelector("[data-env]");
  const [most, limit] = [Number(form.dataset.max), Number(form.dataset.limit)];

  function show() {
    const chosen = boxes.filter((box) => box.checked);
    const sum = chosen.reduce((cents, box) => cents + Number(box.dataset.cost), 0);
    const words = chosen.length === 1 ? count.dataset.one : count.dataset.many?.replace("{n}", String(chosen.length));
    const of = most && boxes[0].type === "checkbox" ? " " + count.dataset.of?.replace("{n}", String(most)) : "";
    count.textContent = `${words}${of}`;
    total.hidden = false;
    total.textContent = money(sum, form.dataset.currency ?? "EUR", document.documentElement.lang);
    const isFull = Boolean(most) && chosen.length >= most && boxes[0].type === "checkbox";
    const isOver = Boolean(limit) && sum > limit;
    hint.hidden = !isFull && !isOver;
    hint.textContent = (isOver ? hint.dataset.over : hint.dataset.full) ?? "";
    for (const box of boxes) {
      const isTooDear = Boolean(limit) && !box.checked && sum + Number(box.dataset.cost) > limit;
      if (box.type === "checkbox") box.disabled = !box.checked && (isFull || isTooDear);
    }
    if (envelope) fill(envelope, chosen, limit);
  }
  form.addEventListener("change", show);
  show();
}

/** The bar of the envelope: one piece per project. Widths by SVG attributes, since our policy allows no inline style. */
function fill(place, chosen, limit) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("width", "100%");
  svg.setAttribute("height", "100%");
  let start = 0;
  for (const box of chosen) {
    const share = (Number(box.dataset.cost) / limit) * 100;
    const piece = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    for (const [name, value] of Object.entries({ x: `${start}%`, width: `${Math.max(share - 0.4, 0.2)}%`, height: "100%", class: "piece" })) {
      piece.setAttribute(name, value);
    }
    svg.append(piece);
    start += share;
  }
  place.replaceChildren(svg);
}

const form = document.querySelector("[data-ballot]");
if (form instanceof HTMLFormElement) follow(form);
