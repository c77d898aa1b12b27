// Review by keyboard: digits tick a choice by its number, Enter decides, S skips. The page works without this.

const form = document.querySelector("#decide");
const marks = [...form.querySelectorAll("input[data-number]")];
let typed = "";
let timer = 0;

/** Tick or untick the choice with this number. */
function toggle(number) {
  const mark = marks.find((one) => one.dataset.number === number);
  if (!mark) return;
  mark.checked = !mark.checked;
  mark.focus();
}

/** A digit may be the first of two: it waits for the second only where a longer number exists. */
function digit(key) {
  clearTimeout(timer);
  typed += key;
  const longer = marks.some((one) => one.dataset.number.startsWith(typed) && one.dataset.number !== typed);
  const settle = () => {
    toggle(typed);
    typed = "";
  };
  if (longer) timer = setTimeout(settle, 600);
  else settle();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.id === "note") return;
  if (/^[0-9]$/.test(event.key)) {
    event.preventDefault();
    digit(event.key);
  } else if (event.key === "Enter" && !event.target.closest("a, button, summary")) {
    event.preventDefault();
    if (event.repeat) return;
    if (typed) {
      clearTimeout(timer);
      toggle(typed);
      typed = "";
    } else {
      form.requestSubmit(form.querySelector('button[value="choices"]'));
    }
  } else if (event.key === "s" || event.key === "S") {
    document.querySelector("#skip").click();
  }
});
