// The office: what can be ticked is counted, forms warn before they are lost, and a preview (previews.js) follows what is typed.
// Everything works without: lists are ticked one by one, previews come by a button.

import { isTouched } from "./previews.js";

// -- Ticked rows ---------------------------------------------------------------------------------------

/** The boxes of a list that belong to one form of deeds. @param {HTMLFormElement} form @returns {HTMLInputElement[]} */
function ticks(form) {
  return [...form.elements].filter(
    (one) => one instanceof HTMLInputElement && one.type === "checkbox" && one.name === "pick",
  );
}

for (const form of document.querySelectorAll("form[data-bulk-all]")) {
  if (!(form instanceof HTMLFormElement) || !ticks(form).length) continue;
  const told = form.querySelector("[data-bulk]");
  const whole = document.createElement("label");
  whole.className = "row tick";
  const box = document.createElement("input");
  box.type = "checkbox";
  const words = document.createElement("span");
  words.textContent = form.dataset.bulkAll ?? "";
  whole.append(box, words);
  form.prepend(whole);
  const count = () => {
    const marked = ticks(form).filter((one) => one.checked).length;
    box.checked = marked === ticks(form).length;
    box.indeterminate = marked > 0 && !box.checked;
    if (told instanceof HTMLElement && told.dataset.bulk) {
      told.textContent = marked ? told.dataset.bulk.replace("{n}", String(marked)) : (told.dataset.none ?? "");
    }
  };
  box.addEventListener("change", () => {
    for (const one of ticks(form)) one.checked = box.checked;
    count();
  });
  document.addEventListener("change", (event) => {
    if (event.target instanceof HTMLInputElement && event.target.form === form) count();
  });
  count();
}

// -- What was typed and not sent -----------------------------------------------------------------------

for (const form of document.querySelectorAll("form[data-unsaved]")) {
  if (!(form instanceof HTMLFormElement)) continue;
  // A form that came back with errors is not saved either.
  let isChanged = form.querySelector(".err") !== null || isTouched(form);
  form.addEventListener("input", () => {
    isChanged = true;
  });
  form.addEventListener("submit", () => {
    isChanged = false;
  });
  window.addEventListener("beforeunload", (event) => {
    if (isChanged) event.preventDefault();
  });
}
