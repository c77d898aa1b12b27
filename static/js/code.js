// A letter's QR carries its code behind the "#": it reaches this page and never the server's logs.

const code = decodeURIComponent(location.hash.slice(1)).replace(/^code=/, "");
const field = document.querySelector("[data-code-form] input[name=code]");
if (/^[0-9a-z -]{18,30}$/i.test(code) && field instanceof HTMLInputElement) {
  field.value = code;
  const details = field.closest("details");
  if (details) details.open = true;
  // Not left in the address bar, nor in the history of a shared computer.
  history.replaceState(null, "", location.pathname);
  field.focus();
}
