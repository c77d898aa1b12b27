// Someone is quicker than the network: "Check my ballot" was pressed before the module that seals had come. Sent now,
// the choices would reach the server in clear. The tap waits for the module, or until it is sure that none comes.

(() => {
  /** @type {SubmitEvent | null} */
  let waiting = null;

  function hold(/** @type {SubmitEvent} */ event) {
    if (!(event.target instanceof HTMLFormElement) || !("ballot" in event.target.dataset)) return;
    event.preventDefault();
    event.stopPropagation();
    waiting = event;
  }

  function release() {
    removeEventListener("submit", hold, true);
    const held = waiting;
    waiting = null;
    if (held?.target instanceof HTMLFormElement) held.target.requestSubmit(held.submitter);
  }

  addEventListener("submit", hold, true);
  document.addEventListener("ballot-ready", release, { once: true });
  // Every script has come or failed by now.
  addEventListener("load", release, { once: true });
})();
