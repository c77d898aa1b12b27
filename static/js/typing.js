// A card beside what is typed in from it: Ctrl Enter keeps it and goes on, Alt + and Alt − change the image's size. An open
// page holds its card. Everything works without this.

import { followZoom, keepHolding } from "./scan.js";

const form = document.querySelector("#decide");

followZoom((event) => event.altKey && !event.ctrlKey && !event.metaKey);
if (form instanceof HTMLFormElement) {
  keepHolding(form);
  form.querySelector("input:not([type=hidden]), textarea")?.focus();
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      if (!event.repeat) form.requestSubmit(form.querySelector("button[value=typed]"));
    } else if (event.target.matches("input:not([type=radio])")) {
      // Enter in a line goes on to the next field, as on paper.
      event.preventDefault();
      const fields = [...form.querySelectorAll("input:not([type=hidden]), textarea, button[value=typed]")];
      fields[fields.indexOf(event.target) + 1]?.focus();
    }
  });
}
