// An image of a sheet, larger and smaller; and where one decides about it, the keyboard: digits tick a choice by its
// number, Enter decides, I says invalid, S skips. An open page holds its sheet. Everything works without this.

import { followZoom, keepHolding } from "./scan.js";

const form = document.querySelector("#decide");

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

followZoom((event) => {
  return !event.target.matches("#note, input[type=number]") && !event.ctrlKey && !event.metaKey && !event.altKey;
});
if (form?.dataset.hold) keepHolding(form);
if (form) listen();
