/** Setting a kiosk up: enrolment code, word pair, meeting, readiness. */

import { spoken } from "../domain/receipt.js";
import { LANGUAGE_NAMES, span } from "../words/messages.js";
import { askAnew } from "./anew.js";
import { CodeField } from "./codefield.js";
import { button, h, icon, lightSign, notice, Screen, title } from "./dom.js";
import { linkWords } from "./operator.js";

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

  ready({ t, checks, light }) {
    const again = () => this.emit("readiness");
    return [
      h("header", { class: "ask" }, title(t(!light ? "setup.working" : light === "red" ? "setup.missing" : "setup.ready")), light && lightSign(t, light)),
      h("div", { class: "body", tabindex: "0" }, h("ul", { class: "lines checks" }, checks.map(({ name, outcome, words }) =>
        h("li", { class: outcome, "data-check": name, "data-outcome": outcome }, icon(SIGNS[outcome]), h("span", null, words))))),
      h("footer", { class: "deed" }, h("div", { class: "buttons" },
        button(t("setup.check.again"), { class: "second", disabled: !light, click: again }), button(t("setup.start"), { click: () => this.emit("home") }))),
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
  unreadable({ t, busy, error, counts, anewRefused, anew }) {
    return [
      h("header", { class: "ask" }, title(t("setup.unreadable"))),
      h("div", { class: "body", tabindex: "0" }, h("p", null, t("setup.unreadable.lead")),
        counts && h("p", null, t("setup.unreadable.kept", { n: counts.saved, arrived: counts.arrived })),
        busy && notice("", t("setup.working")), !busy && trouble(t, error), anewRefused && notice("bad", h("p", null, t("op.anew.no"))), anew && askAnew(t, this.emit.bind(this), anew)),
      h("footer", { class: "deed" }, h("div", { class: "buttons" },
        !anew && button(t("op.anew"), { class: "second", disabled: busy, click: () => this.emit("anew") }),
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

/** What somebody has to do stands first. */
const URGENCY = ["bad", "warn", "running", "unknown", "good"];
const SIGNS = { good: "done", warn: "not", bad: "leave", unknown: "dots", running: "dots" };

/**
 * Where a check can fail in several ways, `why` names the sentence; what nobody can tell is left out, but for the clock.
 * @param {import("../domain/light.js").Check[]} checks @param {{lang: string, t: Function, plain: Function}} words
 * @returns {{name: string, outcome: string, words: string}[]}
 */
export function checkLines(checks, { lang, t, plain }) {
  const shown = checks.filter(({ name, outcome }) => outcome !== "unknown" || name === "clock");
  const inOrder = URGENCY.flatMap((level) => shown.filter(({ outcome }) => outcome === level));
  return inOrder.map(({ name, outcome, why, facts = {} }) => {
    const more = {
      ...facts, meeting: plain(facts.meeting), span: span(lang, Math.max(1, Math.abs(facts.offset ?? 0))), release: spoken(facts.release ?? ""),
      languages: (facts.silent ?? []).map((code) => LANGUAGE_NAMES[code]).join(", "), heard: name === "trip" && outcome === "warn" ? linkWords(t, facts.why) : "",
    };
    const besides = Number.isInteger(facts.ideas) && outcome === "good" ? t("comma") + t("ideas.count", { n: facts.ideas }) : "";
    return { name, outcome, words: t(`setup.check.${name}${outcome === "good" ? "" : `.${why ?? outcome}`}`, more) + besides };
  });
}

function trouble(t, error) {
  return error ? notice("bad", h("p", null, t(`setup.error.${error.kind}`, { code: error.code ?? "" }))) : null;
}
