/** The operator's panel: the session at this device, what the device keeps, export, slip, device. */

import { spoken } from "../domain/receipt.js";
import { askAnew } from "./anew.js";
import { button, h, lightSign, notice, Screen, title } from "./dom.js";
import { drawQr } from "./qr.js";

export class Operator extends Screen {
  /** @param {any} view */
  draw(view) {
    const { t, slip } = view;
    if (slip) return this.slip(view);
    return [
      h("header", { class: "ask" }, title(t("op.title")), h("p", null, h("bdi", null, view.place))),
      h("div", { class: "body operator", tabindex: "0" },
        view.alarms.map((alarm) => notice("bad", h("p", { "data-alarm": alarm }, t(`alarm.${alarm}`)))),
        !view.durable && notice("bad", h("h2", null, view.t("op.unsafe.title")), h("p", null, view.t("op.unsafe")), this.unsafe(view)),
        this.session(view), this.counts(view), this.helping(view), this.file(view), this.formers(view), this.device(view)),
      h("footer", { class: "deed" }, button(t("op.leave"), { class: "second full", icon: "back", click: () => this.emit("home") })),
    ];
  }

  /** Nobody opens such a vote without having read what may happen. */
  unsafe({ t, unsafe }) {
    return unsafe && h("div", { class: "flow" }, h("p", null, h("b", null, t("op.unsafe.ask"))), h("div", { class: "row" },
      button(t("op.unsafe.yes"), { class: "small stop", click: () => this.emit("session", { to: "open", answeredFor: true }) }),
      button(t("op.unsafe.no"), { class: "small second", "data-safe": true, click: () => this.emit("unsafe", { open: false }) })));
  }

  session({ t, state, next, closing, unsafe, hint, stuck }) {
    const go = (to) => () => this.emit("session", { to });
    const word = (to) => t(to === "open" && state === "paused" ? "op.again" : `op.to.${to}`);
    return h("section", { class: "band" }, h("h2", null, t("op.session")),
      h("p", null, h("strong", { class: "state" }, t(`op.state.${state}`))),
      stuck && notice("bad", h("p", null, t("op.stuck"))), hint && notice("", h("p", null, t("op.hint.closed"))),
      closing
        ? notice("bad", h("p", null, t("op.close.sure")), h("div", { class: "row" },
          button(t("op.close.yes"), { class: "small stop", click: go("closed") }),
          button(t("op.close.no"), { class: "small second", "data-safe": true, click: () => this.emit("closing", { open: false }) })))
        : !unsafe && h("div", { class: "row" }, next.map((to) => button(word(to), {
          class: `small ${to === "open" ? "" : "second"}`, click: to === "closed" ? () => this.emit("closing", { open: true }) : go(to) }))));
  }

  counts({ t, counts, ballots, link }) {
    const row = (level, more) => h("div", { class: "stat" }, h("b", { "data-count": level }, String(counts[level])), h("span", null, t(`level.${level}`)), more);
    const said = link.up === null ? t("op.link.none") : link.up ? t("op.link.up") : linkWords(t, link.why);
    return h("section", { class: "band" }, h("h2", null, t("op.counts")),
      h("div", { class: "stats" }, row("saved", h("span", null, t("op.counts.ballots", { n: ballots }))), row("arrived"), row("listed"), row("help")),
      h("p", { "data-link": link.up === null ? "none" : link.up ? "up" : link.why }, h("b", null, t("op.last")), " – ", said),
      h("div", { class: "row" }, button(t("op.sync"), { class: "small second", click: () => this.emit("sync") }),
        button(t("answer.title"), { class: "small second", click: () => this.emit("answer", { open: true }) })));
  }

  /** Before somebody begins; during a visit the same is reached by the call for help. */
  helping({ t, notesHelp, state }) {
    return notesHelp && state !== "closed" && h("section", { class: "band" }, h("h2", null, t("op.help")),
      h("div", { class: "row" }, button(t("op.help.note"), { class: "small second", click: () => this.emit("assisting") })));
  }

  file({ t, exported }) {
    const choose = h("input", { type: "file", class: "hide", tabindex: "-1", "aria-hidden": "true", accept: ".ndjson", change: () => {
      if (choose.files[0]) this.emit("check-copy", { file: choose.files[0] });
    } });
    const told = exported && (exported.error
      ? notice("bad", h("p", null, t("op.export.failed")))
      : notice("ok", h("p", null, t("op.export.made", { name: exported.name, n: exported.count })),
        h("div", { class: "row" }, choose, button(t("op.export.check"), { class: "small second", click: () => choose.click() }))));
    const copy = exported?.copy !== undefined && (exported.copy === ""
      ? notice("ok", h("p", { "data-copy": "good" }, t("op.export.good"))) : notice("bad", h("p", { "data-copy": exported.copy }, t(`op.export.bad.${exported.copy}`))));
    return h("section", { class: "band" }, h("h2", null, t("op.export")),
      h("div", { class: "row" }, button(t("op.export"), { class: "small second", click: () => this.emit("export") }),
        button(t("op.slip"), { class: "small second", click: () => this.emit("slip", { open: true }) })), told, copy);
  }

  /** What was kept under earlier enrolments is still here, is still sent, and can be taken away. */
  formers({ t, formers }) {
    return formers.length > 0 && h("section", { class: "band" }, h("h2", null, t("op.former")), h("p", null, t("op.former.lead")),
      formers.map(({ epoch, label, counts, sync }) => h("div", { class: "flow", "data-former": epoch },
        h("p", null, h("b", null, h("bdi", null, label)), " – ", t("op.former.counts", { n: counts.saved, arrived: counts.arrived, listed: counts.listed, help: counts.help })),
        sync.alarm && notice("bad", h("p", { "data-alarm": sync.alarm }, t(`alarm.${sync.alarm}`))),
        h("div", { class: "row" }, button(t("op.former.export", { label }), { class: "small second", click: () => this.emit("export", { epoch }) })))));
  }

  device({ t, release, packVersion, packError, anewRefused, anew, light }) {
    return h("section", { class: "band" }, h("h2", null, t("op.more")), light && lightSign(t, light),
      h("p", null, t("op.pack.done", { n: packVersion }), " ", t("op.version", { release: spoken(release) })),
      // Whoever checks the release compares this with /kiosk/release.json, on a device of their own.
      h("p", { class: "mono release", dir: "ltr", translate: "no" }, grouped(release)),
      packError && notice("bad", h("p", null, t(`setup.error.${packError.kind}`, { code: packError.code ?? "" }))),
      anewRefused && notice("bad", h("p", null, t("op.anew.no"))),
      h("div", { class: "row" }, button(t("op.readiness"), { class: "small second", click: () => this.emit("readiness") }),
        button(t("op.pack"), { class: "small second", click: () => this.emit("pull") }),
        button(t("letting.title"), { class: "small second", click: () => this.emit("letting", { open: true }) }),
        !anew && button(t("op.anew"), { class: "small second", click: () => this.emit("anew") })),
      anew && askAnew(t, this.emit.bind(this), anew));
  }

  slip({ t, slip, place }) {
    const fact = (key, value) => [h("dt", null, t(`op.slip.${key}`)), h("dd", { class: "mono", dir: "ltr" }, value)];
    return [
      h("header", { class: "ask" }, title(t("op.slip")), h("p", null, h("bdi", null, place))),
      h("div", { class: "body slip", tabindex: "0" }, h("p", null, t("op.slip.lead")), drawQr(slip.text, t("op.slip")),
        h("dl", { class: "facts" }, fact("ballots", String(slip.ballots)), fact("seq", String(slip.seq)), fact("head", grouped(slip.head)),
          fact("epoch", grouped(slip.epoch)), fact("device", grouped(slip.dev)))),
      h("footer", { class: "deed" }, h("div", { class: "buttons" },
        button(t("op.slip.close"), { class: "second", icon: "back", click: () => this.emit("slip", { open: false }) }),
        button(t("op.slip.print"), { click: () => globalThis.print() }))),
    ];
  }
}

/** @param {string} hex @returns {string} in fours, for reading aloud */
function grouped(hex) {
  return (hex.match(/.{1,4}/g) ?? []).join(" ");
}

/** @param {Function} t @param {string} why nothing was heard @returns {string} */
export function linkWords(t, why) {
  if (!why) return t("op.link.none");
  return ["no_network", "no_answer", "storage", "busy", "storage_full", "too_many_pushes"].includes(why) ? t(`op.link.${why}`) : t("op.link.other", { code: why });
}
