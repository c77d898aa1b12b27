// An image of a sheet, larger and smaller; and where one decides about it, the keyboard: digits tick a choice by its
// number, Enter decides, I says invalid, S skips. An open page holds its sheet. Everything works without this.

const RENEW_MS = 60_000;
const ZOOMS = [1, 1.5, 2, 3];
const form = document.querySelector("#decide");
const scan = document.querySelector("[data-scan]");
let zoom = 0;

/** Show the image by one step larger (1) or smaller (-1); the place that was in the middle stays there. */
function scale(step) {
  const view = scan?.querySelector(".window");
  const next = ZOOMS[zoom + step];
  if (!view || !next) return;
  const [x, y] = [view.scrollLeft + view.clientWidth / 2, view.scrollTop + view.clientHeight / 2];
  const ratio = next / ZOOMS[zoom];
  zoom += step;
  view.classList.toggle("is-larger", zoom > 0);
  view.querySelector("img").style.inlineSize = `${next * 100}%`;
  view.scrollTo(x * ratio - view.clientWidth / 2, y * ratio - view.clientHeight / 2);
}

/** Say every minute that somebody still looks; say on the page when the sheet is another's by now. */
function keepHolding() {
  const token = form.elements.namedItem("csrfmiddlewaretoken").value;
  setInterval(async () => {
    const answer = await fetch(form.dataset.hold, { method: "POST", headers: { "X-CSRFToken": token } }).catch(() => null);
    if (answer) form.querySelector("[data-lost]").hidden = answer.status !== 409;
  }, RENEW_MS);
}

/** Digits typed one after the other tick the choice of that number. */
class Digits {
  constructor() {
    this.marks = [...form.querySelectorAll("input[data-number]")];
    this.typed = "";
    this.timer = 0;
  }

  /** A digit may be the first of several: it waits for the next only where a longer number exists. */
  take(key) {
    clearTimeout(this.timer);
    this.typed += key;
    const isStart = (one) => one.dataset.number.startsWith(this.typed) && one.dataset.number !== this.typed;
    if (this.marks.some(isStart)) this.timer = setTimeout(() => this.settle(), 600);
    else this.settle();
  }

  /** Tick or untick; whether there was anything to settle. */
  settle() {
    clearTimeout(this.timer);
    const mark = this.marks.find((one) => one.dataset.number === this.typed);
    const had = this.typed !== "";
    this.typed = "";
    if (mark) {
      mark.checked = !mark.checked;
      mark.focus();
    }
    return had;
  }
}

function press(outcome) {
  form.requestSubmit(form.querySelector(`button[value="${outcome}"]`));
}

function listen() {
  const digits = new Digits();
  document.addEventListener("keydown", (event) => {
    const isTyping = event.target.matches("#note, input[type=number]");
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Enter" && !event.target.closest("a, button, summary")) {
      event.preventDefault();
      if (!event.repeat && !digits.settle()) press("choices");
    } else if (isTyping) {
      return;
    } else if (/^[0-9]$/.test(event.key) && digits.marks.length) {
      event.preventDefault();
      digits.take(event.key);
    } else if (/^i$/i.test(event.key)) {
      press("invalid");
    } else if (/^s$/i.test(event.key)) {
      form.querySelector("#skip").click();
    }
  });
}

const buttons = scan?.querySelector("[data-zoom]");
if (buttons) {
  buttons.hidden = false;
  buttons.querySelector("[data-larger]").addEventListener("click", () => scale(1));
  buttons.querySelector("[data-smaller]").addEventListener("click", () => scale(-1));
  document.addEventListener("keydown", (event) => {
    if (event.target.matches("#note, input[type=number]") || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "+") scale(1);
    if (event.key === "-") scale(-1);
  });
}
if (form?.dataset.hold) keepHolding();
if (form) listen();
