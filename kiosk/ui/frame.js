/**
 * What stands around every screen: the band on top when the network is away, the help bar that never moves, and what
 * lies over the screen for a moment: "Are you still there?", the languages, the switches.
 */

import { direction } from "../words/messages.js";
import { button, h, icon, Screen, title } from "./dom.js";
import { PACE_S } from "./scanning.js";

/** @typedef {{t: Function, offline: boolean, trouble: boolean, place: string}} BandView */
export class Band extends Screen {
  /** @param {BandView} view */
  draw({ t, offline, trouble, place }) {
    this.hidden = !offline && !trouble;
    if (this.hidden) return [];
    const words = t(offline ? "band.offline" : "band.trouble");
    return [h("span", { role: "status" }, icon("offline"), words), h("span", { class: "place" }, h("bdi", null, place))];
  }
}

export class HelpBar extends Screen {
  /** @param {any} view `others`: the other languages; `canListen` only where this device has a voice for this one */
  draw({ t, others, size, look, canListen, speaking, canLeave, canCall }) {
    const press = (type, detail) => () => this.emit(type, detail);
    const [other] = others;
    // With one other language a touch changes to it; with more, they are shown.
    const change = others.length > 1 ? press("languages") : press("language", { lang: other?.code });
    return h("div", { class: "help", role: "region", "aria-label": t("help.name"), "data-scan": true },
      other && h("button", { type: "button", "data-deed": "languages", click: change },
        icon("language"), h("b", null, t("help.language")), h("span", null, others.flatMap(({ code, name }, i) =>
          [i > 0 && " · ", h("bdi", { lang: code }, name)]))),
      h("button", { type: "button", click: press("size") }, icon("size"), h("b", null, t("help.size")), h("span", null, t("help.size.of", { n: size }))),
      h("button", { type: "button", click: press("contrast") }, icon("contrast"), h("b", null, t("help.contrast")), h("span", null, t(`help.contrast.${look}`))),
      canListen && h("button", { type: "button", "aria-pressed": String(speaking), click: press("listen") },
        icon("listen"), h("b", null, t(speaking ? "help.quiet" : "help.listen"))),
      h("button", { type: "button", disabled: !canCall, click: press("call") }, icon("hand"), h("b", null, t("help.call"))),
      h("button", { type: "button", disabled: !canLeave, click: press("leave") }, icon("leave"), h("b", null, t("help.leave"))));
  }
}

/** Something over the screen. @param {any[]} parts @param {{class: string, first?: HTMLElement, cancel: () => void}} how */
function over({ first, cancel, ...facts }, ...parts) {
  const dialog = h("dialog", { ...facts, "aria-labelledby": "over-title", cancel: (event) => { event.preventDefault(); cancel(); } }, parts);
  dialog.querySelector("h1").id = "over-title";
  queueMicrotask(() => {
    if (dialog.isConnected && !dialog.open) dialog.showModal();
    (first ?? dialog.querySelector("h1")).focus();
  });
  return dialog;
}

export class Idle extends Screen {
  /** @param {{t: Function, left: number}} view */
  draw({ t, left }) {
    this.left = h("p", { class: "left", id: "over-left" }, t("idle.left", { n: left }));
    const stay = () => this.emit("stay");
    const here = button(t("idle.stay"), { class: "full" });
    this.aloud = h("p", { class: "hide", role: "status" });
    // Touching anywhere is an answer, and only when the touch has ended: nothing beneath may feel it.
    return over({ class: "idle", "aria-describedby": "over-left", first: here, cancel: stay, click: stay }, title(t("idle.title")), this.left, here, this.aloud);
  }

  isSame(before, after) {
    return before.lang === after.lang;
  }

  patch({ t, left }) {
    this.left.textContent = t("idle.left", { n: left });
    // Said aloud every ten seconds; every second would drown the rest.
    if (left % 10 === 0) this.aloud.textContent = this.left.textContent;
  }
}

export class Languages extends Screen {
  /** @param {any} view every language says its own name, and the one on the screen comes last: it means staying */
  draw({ t, lang, choices }) {
    const choose = ({ code, name }) => h("button", { type: "button", class: `act full ${code === lang ? "second" : ""}`, lang: code, dir: direction(code),
      "aria-current": code === lang && "true", click: () => this.emit("language", { lang: code }) }, name);
    return over({ class: "choosing", cancel: () => this.emit("dismiss") }, title(t("language.title")), choices.map(choose));
  }
}

export class Switches extends Screen {
  /** @param {any} view */
  draw({ t }) {
    const choose = (mode) => h("button", { type: "button", class: "act full told", click: () => this.emit("switch", { mode }) },
      h("span", null, t(`switch.${mode}`)), h("small", null, t(`switch.${mode}.how`, { n: PACE_S[mode] ?? 0 })));
    return over({ class: "choosing", cancel: () => this.emit("dismiss") }, title(t("switch.title")), h("p", null, t("switch.lead")),
      ["one", "slow", "two"].map(choose), button(t("switch.none"), { class: "second full", icon: "back", click: () => this.emit("dismiss") }));
  }
}

export class Second extends Screen {
  /** @param {{t: Function}} view */
  draw({ t }) {
    return [h("header", { class: "ask" }, title(t("second.title"))), h("div", { class: "body", tabindex: "0" }, h("p", null, t("second.lead")))];
  }
}
