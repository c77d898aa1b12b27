// The tray of a ballot where each project gets a rank, points or dots, as it is filled in.

import { answerOf, contestOf, inWords, numbersOf, ranksOf, rowsOf } from "./answer.js";
import { hint, listed, tell } from "./tray.js";

/** @param {HTMLFormElement} form */
export function followNumbers(form) {
  const contest = contestOf(form);
  for (const button of form.querySelectorAll("button.step")) button.removeAttribute("hidden");

  function show() {
    const numbers = numbersOf(form);
    const sum = [...numbers.values()].reduce((all, number) => all + (number || 0), 0);
    const isDots = contest.method === "dots";
    tell(form, isDots ? sum : numbers.size, isDots ? contest.points : contest.method === "ranked" ? ranksOf(form) : contest.max);
    listed(form, picked(form));
    const isTwice = answerOf(form).wrong === "rank_twice";
    hint(form, isTwice ? "twice" : isDots && sum > contest.points ? "over" : "");
    for (const row of rowsOf(form)) showRow(row, numbers, sum);
  }

  /** @param {HTMLElement} row @param {Map<string, number>} numbers @param {number} sum */
  function showRow(row, numbers, sum) {
    const number = numbers.get(row.dataset.choice ?? "");
    row.classList.toggle("given", number !== undefined);
    const same = [...numbers.values()].filter((other) => other === number).length;
    const select = row.querySelector("select");
    if (select) select.setAttribute("aria-invalid", String(number !== undefined && same > 1));
    for (const button of row.querySelectorAll("button.step")) {
      if (!(button instanceof HTMLButtonElement)) continue;
      const isMore = button.dataset.step === "1";
      const isFull = (number ?? 0) >= contest.per_choice || sum >= contest.points;
      // Not disabled, which would take the focus from whoever presses it: a press that changes nothing is harmless.
      button.setAttribute("aria-disabled", String(isMore ? isFull : !number));
    }
  }

  form.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("button.step") : null;
    if (!(button instanceof HTMLButtonElement)) return;
    const field = button.parentElement?.querySelector("input");
    if (!field || button.getAttribute("aria-disabled") === "true") return;
    field.value = String(Math.max(0, Number(field.value || 0) + Number(button.dataset.step)));
    show();
  });
  form.addEventListener("input", show);
  form.addEventListener("change", show);
  // Coming back by the browser's button restores what was given after this module ran.
  addEventListener("pageshow", show);
  show();
}

/**
 * What was given, as rows of a list: a ranking from its first, the rest as on the ballot.
 * @param {HTMLFormElement} form @returns {{row: HTMLElement, told: string}[]}
 */
export function picked(form) {
  const numbers = numbersOf(form);
  const rows = rowsOf(form).filter((row) => numbers.has(row.dataset.choice ?? ""));
  const number = (/** @type {HTMLElement} */ row) => numbers.get(row.dataset.choice ?? "") ?? 0;
  if (form.dataset.method === "ranked") rows.sort((a, b) => number(a) - number(b));
  return rows.map((row) => ({ row, told: inWords(form, row.dataset.choice ?? "", number(row)) }));
}
