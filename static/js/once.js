// A form that takes its time: sent once, with a word that it is under way.

for (const form of document.querySelectorAll("form[data-once]")) {
  form.addEventListener("submit", (event) => {
    if (form instanceof HTMLFormElement && form.dataset.isSent) {
      event.preventDefault();
      return;
    }
    if (form instanceof HTMLFormElement) form.dataset.isSent = "1";
    form.querySelector("button")?.setAttribute("aria-disabled", "true");
    document.querySelector("[data-busy]")?.classList.remove("hidden");
  });
}

// Back from the next page, the form can be sent again.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-once]")) form.removeAttribute("data-is-sent");
});
