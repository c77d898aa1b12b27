/**
 * What stands around every screen: the band on top when the network is away, the help bar that never moves, the
 * question "Are you still there?".
 */

import { h, icon, Screen, title } from "./dom.js";

/** @typedef {{t: Function, offline: boolean, trouble: boolean, place: string}} BandView */
export class Band extends Screen {
  /** @param {BandView} view */
  draw({ t, offline, trouble, place }) {
    this.hidden = !offline && !trouble;
    if (this.hidden) return [];
    const words = t(offline ? "band.offline" : "band.trouble");
    return [h("span", { role: "status" }, icon("offline"), words), h("span", { class: "place" }, place)];
  }
}

export class HelpBar extends Screen {
  /** Drawn anew at every change; the key that was pressed keeps the focus. */
  show(view) {
    const at = [...this.querySelectorAll("button")].indexOf(document.activeElement);
    super.show(view);
    if (at >= 0) this.querySelectorAll("button")[at]?.focus();
  }

  /** @param {any} view `other` is the language one touch away; `canListen` only where this device has a voice for it */
  draw({ t, other, size, contrast, canListen, speaking, canLeave }) {
    const press = (type, detail) => () => this.emit(type, detail);
    return h("div", { class: "help", role: "group", "aria-label": t("help.name") },
      other && h("button", { type: "button", click: press("language", { lang: other.code }) },
        icon("language"), t("help.language"), h("span", { lang: other.code }, other.name)),
      h("button", { type: "button", click: press("size") }, icon("size"), t("help.size"), h("span", null, t("help.size.of", { n: size }))),
      h("button", { type: "button", "aria-pressed": String(contrast), click: press("contrast") }, icon("contrast"), t("help.contrast")),
      canListen && h("button", { type: "button", "aria-pressed": String(speaking), click: press("listen") },
        icon("listen"), t(speaking ? "help.quiet" : "help.listen")),
      h("button", { type: "button", disabled: !canLeave, click: press("leave") }, icon("leave"), t("help.leave")));
  }
}

export class Idle extends Screen {
  /** @param {{t: Function, left: number}} view */
  draw({ t, left }) {
    this.left = h("p", { class: "left" }, t("idle.left", { n: left }));
    const stay = h("button", { type: "button", class: "act", click: () => this.emit("stay") }, t("idle.stay"));
    const dialog = h("dialog", { class: "idle", cancel: (event) => event.preventDefault() },
      title(t("idle.title")), this.left, stay);
    queueMicrotask(() => {
      if (dialog.isConnected && !dialog.open) dialog.showModal();
      stay.focus();
    });
    return dialog;
  }

  isSame(before, after) {
    return before.lang === after.lang;
  }

  patch({ t, left }) {
    this.left.textContent = t("idle.left", { n: left });
  }
}

export class Second extends Screen {
  /** @param {{t: Function}} view */
  draw({ t }) {
    return [h("header", { class: "ask" }, title(t("second.title"))), h("div", { class: "body" }, h("p", null, t("second.lead")))];
  }
}
