// Live parts of staff pages: a bell rings, and each part is asked for again. Without a socket they are asked for by the
// clock, and with one too, more rarely: nothing is shown that was only rung (S23).
//
// <main-ish element data-live-space="7">  names the space whose bell is heard
// <section data-live-src="/office/…/live/">  is replaced by what that address answers

const POLL_MS = 15_000;
const SURE_MS = 60_000; // with a socket: a ring may be lost, and a dead line looks like a quiet one
const GATHER_MS = 400; // many bells at once are one question
const LONGEST_WAIT_MS = 60_000;
const FORBIDDEN = 4403;

let isHeard = false;
let timer = 0;
let attempts = 0;
let askedAt = Date.now();

/** @returns {HTMLElement[]} */
function parts() {
  return [...document.querySelectorAll("[data-live-src]")].filter((part) => part instanceof HTMLElement);
}

/** Somebody types or has a choice open here: their words are not taken away. @param {HTMLElement} part */
function isInUse(part) {
  const focused = document.activeElement;
  return part.contains(focused) && focused instanceof HTMLElement && focused.matches("input, textarea, select");
}

/** @param {HTMLElement} part */
async function refetch(part) {
  const answer = await fetch(part.dataset.liveSrc ?? "", { headers: { "X-Live": "1" }, cache: "no-store" });
  // A redirect leads to the log-in page; the next deed of the person will meet it.
  if (!answer.ok || answer.redirected) return;
  const text = await answer.text();
  if (part.dataset.liveText === text || isInUse(part)) return;
  const focusedId = part.contains(document.activeElement) ? document.activeElement?.id : "";
  const opened = [...part.querySelectorAll("details[open][id]")].map((details) => details.id);
  const template = document.createElement("template");
  template.innerHTML = text;
  part.replaceChildren(template.content);
  part.dataset.liveText = text;
  for (const id of opened) part.querySelector(`#${CSS.escape(id)}`)?.setAttribute("open", "");
  if (focusedId) document.getElementById(focusedId)?.focus();
}

async function refetchAll() {
  timer = 0;
  askedAt = Date.now();
  await Promise.allSettled(parts().map(refetch));
}

function ask() {
  if (!timer) timer = window.setTimeout(refetchAll, GATHER_MS);
}

/** @param {string} space */
function listen(space) {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  const socket = new WebSocket(`${scheme}://${location.host}/ws/spaces/${space}/`);
  socket.addEventListener("open", () => {
    isHeard = true;
    attempts = 0;
    ask(); // what rang while nobody listened
  });
  socket.addEventListener("message", ask);
  socket.addEventListener("close", (event) => {
    isHeard = false;
    if (event.code === FORBIDDEN) return;
    attempts += 1;
    const wait = Math.min(LONGEST_WAIT_MS, 1000 * 2 ** Math.min(attempts, 6)) * (0.5 + Math.random() / 2);
    window.setTimeout(() => listen(space), wait);
  });
}

const space = document.querySelector("[data-live-space]")?.getAttribute("data-live-space");
if (parts().length) {
  if (space) listen(space); // public pages have no bell, only the clock
  window.setInterval(() => {
    if (!document.hidden && (!isHeard || Date.now() - askedAt >= SURE_MS)) ask();
  }, POLL_MS);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) ask();
  });
}
