// A letter's QR carries its code behind the "#": it reaches this page and never the server's logs.

const code = decodeURIComponent(location.hash.slice(1));
const field = document.querySelector("[data-code-form] input[name=code]");
if (code && field instanceof HTMLInputElement) {
  field.value = code;
  history.replaceState(null, "", location.pathname);
}
