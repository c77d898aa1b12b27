// Seal the ballot in the browser, so that what is cast reaches the server sealed. One tap, one ballot: the form's token
// makes a repeated sending the same deed.

import { b64u } from "/kiosk/domain/bytes.js";
import { plainBallot, seal } from "/kiosk/domain/sealing.js";

const form = document.querySelector("[data-cast]");
if (form instanceof HTMLFormElement && globalThis.crypto?.subtle) {
  const told = form.querySelector("[data-sealed-here]");
  if (told instanceof HTMLElement) told.hidden = false;
  form.querySelector("[data-sealed-there]")?.remove();
  form.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (!(button instanceof HTMLButtonElement) || button.value !== "cast") return;
    event.preventDefault();
    if (form.dataset.sending) return;
    form.dataset.sending = "yes";
    cast(form).catch(() => {
      delete form.dataset.sending;
      const words = document.createElement("p");
      words.setAttribute("role", "alert");
      words.className = "alarm";
      words.textContent = form.dataset.failed ?? "";
      form.prepend(words);
    });
  });
}

/** @param {HTMLFormElement} form */
async function cast(form) {
  const inputs = /** @type {HTMLInputElement[]} */ ([...form.querySelectorAll("input[name=choice]")]);
  const { contest, boxKey, definition, length } = /** @type {Record<string, string>} */ (form.dataset);
  const choices = { [contest]: inputs.map((input) => input.value) };
  const sealed = await seal(plainBallot(choices, Number(length)), { boxKey, def: definition });
  inputs.forEach((input) => input.remove());
  hidden(form, "sealed", b64u(sealed));
  hidden(form, "step", "cast");
  form.submit();
}

/** @param {HTMLFormElement} form @param {string} name @param {string} value */
function hidden(form, name, value) {
  const input = document.createElement("input");
  input.type = "hidden";
  input.name = name;
  input.value = value;
  form.append(input);
}
