/** Preparing a device anew: a word that nobody types by chance, and two persons by name (D21). */

import { button, h, notice } from "./dom.js";

/**
 * @param {Function} t @param {(deed: string, facts?: object) => void} emit
 * @param {{wrong: boolean}} asked `wrong`: the last answer was not enough @returns {HTMLElement}
 */
export function askAnew(t, emit, { wrong }) {
  const field = (id, label) => h("div", { class: "field" }, h("label", { for: id }, label), h("input", { id, type: "text", autocomplete: "off", maxlength: "80" }));
  const word = t("op.anew.word");
  const fields = [field("anew-word", t("op.anew.type", { word })), field("anew-1", t("letting.name.1")), field("anew-2", t("letting.name.2"))];
  const send = () => {
    const [typed, ...names] = fields.map((one) => one.querySelector("input").value.trim());
    emit("anew-sure", { isMeant: typed.toLocaleLowerCase() === word.toLocaleLowerCase(), names });
  };
  return h("div", { class: "flow", "data-anew": true }, h("p", null, t("op.anew.sure")), fields, wrong && notice("bad", h("p", null, t("op.anew.wrong", { word }))),
    h("div", { class: "row" }, button(t("op.anew.yes"), { class: "small stop", click: send }),
      button(t("op.anew.back"), { class: "small second", "data-safe": true, click: () => emit("anew-over") })));
}
