// The ballot in the browser: running total, check and sealing. Without this module the same form works, through the
// server. Only where the browser can seal does it draw the check; else it would promise what it cannot keep.

import { isByNumber } from "./answer.js";
import { checkHere } from "./check.js";
import { followNumbers } from "./numbers.js";
import { follow } from "./tray.js";

const form = document.querySelector("[data-ballot]");
const step = document.querySelector("[data-check]");
if (form instanceof HTMLFormElement && step instanceof HTMLElement) {
  if (isByNumber(form)) followNumbers(form);
  else follow(form);
  if (globalThis.crypto?.subtle) checkHere(form, step);
  document.dispatchEvent(new Event("ballot-ready"));
}
