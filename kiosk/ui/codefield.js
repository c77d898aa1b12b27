/**
 * A code by camera or by hand: the field, the keys, the picture of the camera. Used for passes and for enrolment.
 */

import { display, normalise, PASS, symbols } from "../domain/codes.js";
import { button, h, notice } from "./dom.js";
import { keypad } from "./keypad.js";
import { Scanner } from "./scanner.js";

export class CodeField {
  /**
   * @param {object} how @param {Function} how.t @param {string} how.label @param {boolean} how.camera @param {string} [how.typed]
   * @param {number} [how.length] characters of the code @param {(typed: string) => void} how.onChange @param {(text: string) => void} how.onRead what the camera saw
   */
  constructor({ t, label, camera, typed = "", length = PASS, onChange, onRead }) {
    Object.assign(this, { t, length, onChange, onRead });
    this.input = h("input", {
      id: "code", class: "code", type: "text", dir: "ltr", inputmode: "text", autocomplete: "off", autocapitalize: "characters",
      autocorrect: "off", spellcheck: "false", maxlength: "60", enterkeyhint: "done", "aria-describedby": "code-count",
      input: () => this.changed(),
    });
    this.count = h("p", { id: "code-count", class: "soft" });
    this.field = h("div", { class: "field" }, h("label", { for: "code" }, label), this.input, this.count);
    this.eye = h("div", { class: "eye" });
    this.keys = keypad(this.input, symbols(), { name: t("pass.keys"), erase: t("pass.erase"), changed: () => this.changed() });
    this.parts = [camera && this.eye, this.field, this.keys];
    this.input.value = typed;
    if (camera) this.offerCamera();
    this.changed();
  }

  /** @returns {string} */
  get value() {
    return this.input.value;
  }

  changed() {
    this.input.value = display(this.input.value, this.length);
    this.count.textContent = this.t(this.length === PASS ? "pass.seen" : "card.seen", { n: normalise(this.input.value).length });
    this.onChange(this.input.value);
  }

  offerCamera() {
    this.eye.replaceChildren(button(this.t("pass.camera"), { class: "second", icon: "camera", click: () => this.openCamera() }));
  }

  async openCamera() {
    const video = h("video", { muted: true, playsinline: true, "aria-label": this.t("pass.camera.view") });
    this.scanner = new Scanner(video, (text) => this.onRead(text));
    this.eye.replaceChildren(video, button(this.t("pass.camera.stop"), { class: "second small", click: () => this.closeCamera() }));
    try {
      await this.scanner.start();
    } catch {
      this.scanner?.stop();
      this.eye.replaceChildren(notice("bad", this.t("pass.camera.none")));
    }
  }

  closeCamera() {
    this.stop();
    this.offerCamera();
  }

  /** Leaves no picture and no sign behind. */
  stop() {
    this.scanner?.stop();
    this.scanner = null;
    this.input.value = "";
  }
}
