// The check of a ballot, drawn in the browser: the choices leave it sealed, or not at all.

import { problems } from "/kiosk/domain/ballot.js";
import { b64u, random } from "/kiosk/domain/bytes.js";
import { plainBallot, seal } from "/kiosk/domain/sealing.js";
import { answerOf, contestOf, isByNumber, marked } from "./answer.js";
import { picked } from "./numbers.js";
import { crossed, listOf, pricer, total } from "./tray.js";

/**
 * @param {HTMLFormElement} form the ballot, which knows the contest, the box and its key
 * @param {HTMLElement} step the hidden second step, with the form that carries the sealed ballot
 */
export function checkHere(form, step) {
  const envelope = /** @type {HTMLFormElement} */ (step.querySelector("form"));
  const titles = { choose: document.title, check: step.dataset.title ?? "" };

  /** @param {boolean} isChecking */
  function turn(isChecking) {
    if (isChecking) draw(form, step);
    step.hidden = !isChecking;
    /** @type {HTMLElement} */ (document.querySelector("[data-choose]")).hidden = isChecking;
    document.title = isChecking ? titles.check : titles.choose;
    scrollTo(0, 0);
    const heading = document.querySelector(isChecking ? "[data-check] h1" : "[data-choose] h1");
    if (heading instanceof HTMLElement) heading.focus();
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const filled = answerOf(form);
    const wrong = filled.wrong ?? problems(contestOf(form), filled.answer)[0];
    complain(wrong);
    if (wrong) return;
    // A new check is a new ballot; a repeated sending of this one is not.
    field(envelope, "token").value = b64u(random(16));
    history.pushState({ step: "check" }, "");
    turn(true);
  });
  step.querySelector("[data-change]")?.addEventListener("click", () => history.back());
  addEventListener("popstate", (event) => turn(event.state?.step === "check"));
  envelope.addEventListener("submit", (event) => {
    event.preventDefault();
    if (envelope.dataset.sending) return;
    envelope.dataset.sending = "yes";
    cast(form, envelope).catch(() => {
      delete envelope.dataset.sending;
      /** @type {HTMLElement} */ (step.querySelector("[data-failed]")).hidden = false;
    });
  });
  addEventListener("pageshow", () => delete envelope.dataset.sending);
}

/** @param {HTMLFormElement} form @param {HTMLFormElement} envelope */
async function cast(form, envelope) {
  const { contest, boxKey, definition, length } = /** @type {Record<string, string>} */ (form.dataset);
  const choices = { [contest]: answerOf(form).answer };
  const sealed = await seal(plainBallot(choices, Number(length)), { boxKey, def: definition });
  field(envelope, "sealed").value = b64u(sealed);
  envelope.submit();
}

/** Say what is wrong in the words that the server would use; nothing wrong takes them away. @param {string} [wrong] */
function complain(wrong) {
  const alarm = document.getElementById("errors");
  if (!alarm) return;
  alarm.hidden = !wrong;
  for (const why of alarm.querySelectorAll("[data-why]")) if (why instanceof HTMLElement) why.hidden = why.dataset.why !== wrong;
  if (wrong) alarm.focus();
}

/** @param {HTMLFormElement} form @param {HTMLElement} step */
function draw(form, step) {
  const rows = isByNumber(form) ? picked(form) : crossed(form);
  const [sum, price] = [total(marked(form)), pricer(form)];
  const list = /** @type {HTMLElement} */ (step.querySelector("[data-picked]"));
  const last = list.querySelector("dt.total");
  while (list.firstElementChild && list.firstElementChild !== last) list.firstElementChild.remove();
  list.prepend(...listOf(rows));
  list.hidden = rows.length === 0;
  /** @type {HTMLElement} */ (step.querySelector("[data-blank]")).hidden = rows.length > 0;
  const [whole, rest] = [step.querySelector("[data-total]"), step.querySelector("[data-rest]")];
  if (whole) whole.textContent = price(sum);
  if (rest) rest.textContent = price(Math.max(Number(form.dataset.limit) - sum, 0));
}

/** @param {HTMLFormElement} form @param {string} name */
function field(form, name) {
  return /** @type {HTMLInputElement} */ (form.elements.namedItem(name));
}
