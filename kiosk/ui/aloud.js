/**
 * Reading aloud, for whoever does not see the screen: each new screen from its top, then what the focus or the frame of a
 * switch stands on, and what changes without being looked for. Any step on interrupts what is being said.
 */

import { hush, speak, wordsOf } from "./voice.js";

const LIVE = "[role=status], [role=alert]";

export class Aloud {
  /**
   * @param {{root: HTMLElement, lang: () => string, t: (key: string) => string}} parts `root`: the stage
   */
  constructor(parts) {
    Object.assign(this, parts, { isOn: false, dialog: null });
    this.watch = new MutationObserver((changes) => this.changed(changes));
    this.root.addEventListener("input", ({ target }) => this.typed(target));
  }

  start() {
    this.isOn = true;
    this.watch.observe(this.root, { childList: true, subtree: true });
  }

  stop() {
    this.isOn = false;
    this.watch.disconnect();
    hush();
  }

  /** A new screen, or the same in another language. */
  screen() {
    if (!this.isOn) return;
    // Said as a whole: its parts are no changes.
    this.watch.takeRecords();
    hush();
    speak(wordsOf(this.root), this.lang());
  }

  /** @param {Element} target what the keyboard or a switch has come to */
  focused(target) {
    // The title takes the focus when its screen opens, and the screen is read from it.
    if (!this.isOn || target.matches("h1")) return;
    const dialog = target.closest("dialog");
    const isNew = dialog && dialog !== this.dialog;
    this.dialog = dialog;
    hush();
    const words = target.matches("button, input") ? [this.nameOf(target)] : wordsOf(target);
    speak([...(isNew ? wordsOf(dialog) : []), ...words], this.lang());
  }

  /** @param {HTMLElement} control @returns {string} what it is called, and how it stands */
  nameOf(control) {
    const choice = control.closest(".choice");
    if (choice) {
      const stands = control.matches("input") ? this.t(control.checked ? "aloud.marked" : "aloud.empty") : "";
      return [choice.innerText, control.ariaLabel, stands].filter(Boolean).join(" ").replace(/\s+/g, " ");
    }
    const label = control.id && this.root.querySelector(`label[for=${control.id}]`);
    return control.ariaLabel ?? (label ? `${label.innerText} ${control.type === "password" ? "" : control.value}` : control.innerText);
  }

  /** @param {HTMLInputElement} field what is secret is not said */
  typed(field) {
    if (!this.isOn || field.type !== "text") return;
    hush();
    speak([field.value.slice(-1)].filter(Boolean), this.lang());
  }

  /** @param {MutationRecord[]} changes a refusal, a running total: said after what is being said */
  changed(changes) {
    const touched = changes.flatMap(({ target, addedNodes }) => [target, ...addedNodes]).filter((node) => node.nodeType === Node.ELEMENT_NODE);
    const live = new Set(touched.flatMap((node) => [node.closest(LIVE), ...node.querySelectorAll(LIVE)]).filter((part) => part?.isConnected));
    speak([...live].map((part) => part.innerText.replace(/\s+/g, " ").trim()).filter(Boolean), this.lang());
  }
}
