// Cards of trustees: printed from the only page that shows them, and uncovered while typed if their holder wants to.

for (const button of document.querySelectorAll("[data-print]")) {
  button.classList.remove("hidden");
  button.addEventListener("click", () => window.print());
}

for (const button of document.querySelectorAll("[data-reveal]")) {
  button.classList.remove("hidden");
  button.addEventListener("click", () => {
    const isShown = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(isShown));
    for (const field of button.closest("form")?.querySelectorAll("input.code") ?? []) {
      if (field instanceof HTMLInputElement) field.type = isShown ? "text" : "password";
    }
  });
}
