/**
 * A finger lies on the glass for a tenth of a second. What is drawn anew meanwhile would take the button from under it,
 * and the touch would be lost: so drawing waits until it is lifted, and what it did is done.
 */

/** A finger of which nobody says that it was lifted holds up nothing for longer. */
const LONGEST_MS = 1_500;

const waiting = new Map();
let isDown = false;
let end = 0;

/** @returns {boolean} */
export function areDown() {
  return isDown;
}

/** @param {object} whose of several the last one counts @param {() => void} work once no finger is down */
export function afterwards(whose, work) {
  waiting.set(whose, work);
}

/** @param {object} whose is as it should be by now */
export function forget(whose) {
  waiting.delete(whose);
}

function lift() {
  isDown = false;
  const works = [...waiting.values()];
  waiting.clear();
  for (const work of works) work();
}

/** @param {Document} document */
export function watchFingers(document) {
  const liftIn = (ms) => {
    clearTimeout(end);
    end = setTimeout(lift, ms);
  };
  document.addEventListener("pointerdown", () => { isDown = true; liftIn(LONGEST_MS); }, true);
  // What the touch does is drawn at once; what waited comes after it.
  document.addEventListener("click", () => { isDown = false; }, true);
  for (const event of ["pointerup", "pointercancel"]) document.addEventListener(event, () => liftIn(0), true);
}
