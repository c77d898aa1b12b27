/** What keys do on every screen: Escape goes back, F1 reads aloud, and a lone switch can ask for its way of voting. */

/** @param {{document: Document, scanning: import("./scanning.js").Scanning, canSwitch: () => boolean, openSwitches: () => void, listen: () => void}} parts */
export function listenToKeys({ document, scanning, canSwitch, openSwitches, listen }) {
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") return escape(document, scanning, event);
    if (event.key === "F1") {
      // Whoever does not see the bar below finds this key by touch: it can be marked.
      event.preventDefault();
      return listen();
    }
    // Nothing is chosen yet: whoever has but one switch presses it, and the frame begins to walk.
    const isLost = !document.activeElement?.closest("button, input, dialog");
    if ([" ", "Enter"].includes(event.key) && isLost && canSwitch()) {
      event.preventDefault();
      openSwitches();
    }
    return undefined;
  });
}

function escape(document, scanning, event) {
  if (scanning.mode) {
    event.preventDefault();
    return scanning.stop();
  }
  // An open dialog hears Escape by itself.
  if (!document.querySelector("dialog[open]")) document.querySelector("#stage [data-back]:not(:disabled)")?.click();
  return undefined;
}
