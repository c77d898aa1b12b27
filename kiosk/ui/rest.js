/** The rest screen: the plate of the meeting, the three doors, one deed. */

import { button, doorSign, h, notice, Screen, title } from "./dom.js";
import { square } from "./square.js";

export class Rest extends Screen {
  /** @param {any} view `state` of the session; `stop`: why nobody may vote here; `invitations`: the deed in every language of the meeting; `offers`: what it may be */
  draw({ t, local, town, meeting, label, state, stop, invitations, doors, offers }) {
    const open = state === "open" && !stop;
    const isOne = offers.length === 1;
    const begin = () => this.emit("begin");
    return [
      h("div", { class: "body rest", click: open && isOne ? begin : null },
        h("div", { class: "plate" }, h("span", { class: "arch" }, town), h("span", { class: "name" }, title(local(meeting)))),
        label && h("p", { class: "lead" }, local(label)),
        doors.length > 0 && h("div", { class: "doors", role: "group", "aria-label": t("rest.doors") },
          doors.map((door) => h("span", { class: "door" }, doorSign(door), t(`door.${door}`))))),
      square(),
      h("footer", { class: "deed" },
        open
          ? h("div", { class: isOne ? "begins" : "begins by2" }, invitations.map(({ lang, dir, words }) => offers.map((offer) =>
            h("button", { type: "button", class: "act begin", lang, dir, click: () => this.emit("begin", { lang, offer }) }, words(isOne ? "rest.begin" : `offer.${offer}`)))))
          : this.shut({ t, state, stop }),
        h("div", { class: "row between" }, open && button(t("rest.switch"), { class: "quiet", "data-deed": "switches", icon: "switch", click: () => this.emit("switches") }), button(t("rest.operator"), { class: "quiet end", click: () => this.emit("operator") }))),
    ];
  }

  shut({ t, state, stop }) {
    if (stop) return notice("bad", h("h2", null, t(`rest.${stop}`)), h("p", null, t("rest.out.do")));
    return notice("", h("p", null, t(`rest.closed.${state}`)));
  }
}
