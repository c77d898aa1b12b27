/** What may be deleted here, and what is missing for it, chain by chain, in words. */

import { areTwo } from "../domain/letting.js";
import { button, h, icon, notice, Screen, title } from "./dom.js";

export class Letting extends Screen {
  /** @param {any} view */
  draw({ t, place, chains, failed, ...rest }) {
    return [
      h("header", { class: "ask" }, title(t("letting.title")), h("p", null, h("bdi", null, place))),
      h("div", { class: "body operator", tabindex: "0" }, h("p", null, t("letting.lead")), failed && notice("bad", h("p", null, t("letting.failed"))),
        chains.length === 0 && h("p", null, t("letting.nothing")), chains.map((chain) => this.chain({ t, ...rest }, chain))),
      h("footer", { class: "deed" }, button(t("answer.back"), { class: "second full", icon: "back", click: () => this.emit("letting", { open: false }) })),
    ];
  }

  chain({ t, sure, done }, { epoch, label, count, allowed, missing, daysLeft, gone }) {
    const isGone = gone && count === 0;
    const lines = missing.map((name) => h("li", { class: "open", "data-missing": name }, icon("not"), h("span", null, t(`letting.missing.${name}`, { n: daysLeft }))));
    return h("section", { class: "band", "data-chain": epoch }, h("h2", null, h("bdi", null, label)),
      isGone && notice("ok", h("p", { "data-gone": gone.seq }, t("letting.gone", { n: gone.seq }), gone.names.length > 0 && [" ", t("letting.gone.by", { names: gone.names.join(", ") })])),
      !isGone && h("p", null, t("letting.holds", { n: count })),
      !isGone && !allowed && [h("p", null, h("b", null, t("letting.no"))), h("ul", { class: "lines checks" }, lines)],
      !isGone && missing.length > 0 && missing.includes("exported") && this.waiver(t, epoch),
      allowed && (sure === epoch
        ? notice("bad", h("p", null, t("letting.sure", { n: count })), h("div", { class: "row" },
          button(t("letting.yes"), { class: "small stop", click: () => this.emit("let-go", { epoch }) }),
          button(t("letting.keep"), { class: "small second", "data-safe": true, click: () => this.emit("letting-sure", { epoch: "" }) })))
        : [h("p", null, t("letting.allowed")), h("div", { class: "row" }, button(t("letting.delete"), { class: "small second", click: () => this.emit("letting-sure", { epoch }) }))]),
      done === epoch && !isGone && notice("bad", h("p", null, t("letting.failed"))));
  }

  /** Without a file two persons answer for it, by name. */
  waiver(t, epoch) {
    const field = (n) => h("div", { class: "field" }, h("label", { for: `waive-${n}-${epoch}` }, t(`letting.name.${n}`)),
      h("input", { id: `waive-${n}-${epoch}`, type: "text", autocomplete: "off", maxlength: "80" }));
    const fields = [field(1), field(2)];
    const names = () => fields.map((one) => one.querySelector("input").value.trim());
    const told = h("div");
    const send = () => {
      if (areTwo(names())) return this.emit("waive", { epoch, names: names() });
      return told.replaceChildren(notice("bad", h("p", null, t("letting.names"))));
    };
    return h("details", null, h("summary", null, t("letting.waive")), h("div", { class: "flow" }, h("p", null, t("letting.waive.lead")), fields, told,
      h("div", { class: "row" }, button(t("letting.waive.yes"), { class: "small second", click: send }))));
  }
}
