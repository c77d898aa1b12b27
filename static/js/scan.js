// An image of paper, larger and smaller; and an open page that says every minute that somebody still looks.

const RENEW_MS = 60_000;
const ZOOMS = [1, 1.5, 2, 3];

/**
 * Show the buttons of the image, and listen for + and −.
 * @param {(event: KeyboardEvent) => boolean} isMeant whether a key is meant for the image
 */
export function followZoom(isMeant) {
  const scan = document.querySelector("[data-scan]");
  const buttons = scan?.querySelector("[data-zoom]");
  if (!scan || !buttons) return;
  let zoom = 0;
  /** By one step larger (1) or smaller (-1); the place that was in the middle stays there. */
  const scale = (step) => {
    const view = scan.querySelector(".window");
    const next = ZOOMS[zoom + step];
    if (!view || !next) return;
    const [x, y] = [view.scrollLeft + view.clientWidth / 2, view.scrollTop + view.clientHeight / 2];
    const ratio = next / ZOOMS[zoom];
    zoom += step;
    view.classList.toggle("is-larger", zoom > 0);
    view.querySelector("img").style.inlineSize = `${next * 100}%`;
    view.scrollTo(x * ratio - view.clientWidth / 2, y * ratio - view.clientHeight / 2);
  };
  buttons.removeAttribute("data-waits");
  buttons.querySelector("[data-larger]").addEventListener("click", () => scale(1));
  buttons.querySelector("[data-smaller]").addEventListener("click", () => scale(-1));
  document.addEventListener("keydown", (event) => {
    const step = { "+": 1, "-": -1, "−": -1 }[event.key];
    if (!step || !isMeant(event)) return;
    event.preventDefault();
    scale(step);
  });
}

/** Say every minute that somebody still looks; say on the page when it is another's by now. @param {HTMLFormElement} form */
export function keepHolding(form) {
  const token = form.elements.namedItem("csrfmiddlewaretoken").value;
  setInterval(async () => {
    const answer = await fetch(form.dataset.hold, { method: "POST", headers: { "X-CSRFToken": token } }).catch(() => null);
    if (answer) form.querySelector("[data-lost]").hidden = answer.status !== 409;
  }, RENEW_MS);
}
