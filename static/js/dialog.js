// Questions that stop for an answer: what carries data-opens="<id>" opens that <dialog>. Escape and "go back" close it, and
// the browser gives the focus back. Without JavaScript a link leads to the page that asks the same.

addEventListener("click", (event) => {
  const opener = event.target instanceof Element ? event.target.closest("[data-opens]") : null;
  if (!(opener instanceof HTMLElement) || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const dialog = document.getElementById(opener.dataset.opens ?? "");
  if (!(dialog instanceof HTMLDialogElement)) return;
  event.preventDefault();
  dialog.showModal();
});
