/** Setting a kiosk up: enrolment code, word pair, meeting, readiness. */

import { CodeField } from "./codefield.js";
import { button, h, icon, notice, Screen, title } from "./dom.js";

export class Setup extends Screen {
  /** @param {any} view `stage` is "code", "words", "ready", "enrolled", "unreadable" or "failed" */
  draw(view) {
    // Another language or text size does not cost what was typed.
    this.typed = this.field?.value ?? "";
    this.field?.stop();
    this.field = null;
    const { code, words, ready, enrolled, unreadable, failed } = this;
    return { code, words, ready, enrolled, unreadable, failed }[view.stage].call(this, view);
  }

  isSame(before, after) {
    return before.lang === after.lang && before.stage === "code" && after.stage === "code" && before.camera === after.camera;
  }

  code({ t, camera, busy, error }) {
    this.go = button(t("setup.enrol"), { class: "full", click: () => this.emit("enrol", { text: this.field.value }) });
    this.field = new CodeField({ t, label: t("setup.code"), camera, typed: this.typed, onChange: () => {}, onRead: (text) => this.emit("enrol", { text }) });
    this.answer = h("div", { class: "answer" });
    this.patch({ t, busy, error });
    return [
      h("header", { class: "ask" }, title(t("setup.title")), h("p", null, t("setup.lead"))),
      h("form", { class: "body passing", autocomplete: "off", submit: (event) => { event.preventDefault(); this.go.click(); } }, this.answer, this.field.parts),
      h("footer", { class: "deed" }, this.go),
    ];
  }

  patch({ t, busy, error }) {
    this.go.disabled = busy;
    this.answer.replaceChildren(...[busy && notice("", t("setup.working")), !busy && trouble(t, error)].filter(Boolean));
  }

  words({ t, device, words, busy, error }) {
    return [
      h("header", { class: "ask" }, title(h("bdi", null, device.label)), h("p", null, t("setup.words"))),
      h("div", { class: "body", tabindex: "0" }, h("p", { class: "giant", translate: "no" }, h("bdi", { dir: "ltr" }, words.join(" "))), h("p", { class: "soft" }, t("setup.words.no")),
        busy && notice("", t("setup.working")), trouble(t, error)),
      h("footer", { class: "deed" }, button(t("setup.pull"), { class: "full", disabled: busy, click: () => this.emit("pull") })),
    ];
  }

  ready({ t, checks, ready }) {
    return [
      h("header", { class: "ask" }, title(t(ready ? "setup.ready" : "setup.missing"))),
      h("div", { class: "body", tabindex: "0" }, h("ul", { class: "lines checks" }, checks.map(({ good, needed, words }) =>
        h("li", { class: good ? "good" : needed ? "bad" : "open" }, icon(good ? "done" : "not"), h("span", null, words))))),
      h("footer", { class: "deed" }, button(t("setup.start"), { class: "full", click: () => this.emit("home") })),
    ];
  }

  enrolled({ t, device }) {
    return [
      h("header", { class: "ask" }, title(t("setup.title"))),
      h("div", { class: "body", tabindex: "0" }, h("p", null, t("setup.enrolled", { label: device.label }))),
      h("footer", { class: "deed" }, button(t("setup.start"), { class: "full", click: () => this.emit("home") })),
    ];
  }

  /** A meeting is here that this release cannot read. What was kept goes on being sent, and no key is exchanged for another. */
  unreadable({ t, busy, error, counts, anewRefused }) {
    return [
      h("header", { class: "ask" }, title(t("setup.unreadable"))),
      h("div", { class: "body", tabindex: "0" }, h("p", null, t("setup.unreadable.lead")),
        counts && h("p", null, t("setup.unreadable.kept", { n: counts.saved, arrived: counts.arrived })),
        busy && notice("", t("setup.working")), !busy && trouble(t, error), anewRefused && notice("bad", h("p", null, t("op.anew.no")))),
      h("footer", { class: "deed" }, h("div", { class: "buttons" },
        button(t("op.anew"), { class: "second", disabled: busy, click: () => this.emit("anew") }),
        button(t("setup.again"), { disabled: busy, click: () => this.emit("pull") }))),
    ];
  }

  failed({ t, error }) {
    return [
      h("header", { class: "ask" }, title(t("setup.failed"))),
      h("div", { class: "body", tabindex: "0" }, trouble(t, error), h("p", null, t("setup.failed.lead"))),
      h("footer", { class: "deed" }, button(t("setup.restart"), { class: "full", click: () => this.emit("restart") })),
    ];
  }

  disconnectedCallback() {
    this.field?.stop();
  }
}

function trouble(t, error) {
  return error ? notice("bad", h("p", null, t(`setup.error.${error.kind}`, { code: error.code ?? "" }))) : null;
}
