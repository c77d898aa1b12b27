// A short word on what was just done, at the foot of the window. It stays until somebody closes it.

/** @returns {HTMLElement} their place, made once, so that screen readers know it before anything is said in it */
function place() {
  const found = document.querySelector(".toasts[data-live]");
  if (found instanceof HTMLElement) return found;
  const made = document.createElement("div");
  made.className = "toasts";
  made.dataset.live = "";
  made.setAttribute("role", "status");
  document.body.append(made);
  return made;
}

/** @param {string} text what to say; the same words are not said twice at once */
export function tell(text) {
  const shown = place();
  for (const one of shown.children) if (one.firstChild?.textContent === text) one.remove();
  const [item, close] = [document.createElement("p"), document.createElement("button")];
  item.className = "toast";
  close.className = "link";
  close.type = "button";
  close.textContent = "×";
  close.setAttribute("aria-label", document.body.dataset.close ?? "×");
  close.addEventListener("click", () => item.remove());
  item.append(text, close);
  shown.append(item);
}

// What carries data-copy copies it, and says data-told. It is hidden until this module runs.
for (const button of document.querySelectorAll("button[data-copy]")) {
  if (!(button instanceof HTMLButtonElement) || !navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy ?? "");
    tell(button.dataset.told ?? "");
  });
}
place();
