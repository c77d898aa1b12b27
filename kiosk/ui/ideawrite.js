/** An idea or a comment is written: its fields, for or against where that is asked, and a name if one wants. */

import { STANCES } from "../domain/ideas.js";
import { button, h, notice, Screen, title } from "./dom.js";
import { aboutLine } from "./ideas.js";
import { hasRoomForKeys, typing } from "./typing.js";

/** Of these a few lines are expected. */
const LONG = ["body", "text"];

export class IdeaWrite extends Screen {
  /** @param {any} view `longest`: characters of each field; `about`: the idea that is commented on */
  draw({ t, lang, kind, about, draft, refusal, longest, asksStance }) {
    const hasKeys = hasRoomForKeys();
    this.fields = Object.fromEntries(Object.entries(longest).map(([name, most]) => [name, this.field(name, most, hasKeys)]));
    for (const [name, field] of Object.entries(this.fields)) field.value = draft[name];
    this.answer = h("div", { class: "answer" });
    const parts = Object.entries(this.fields).map(([name, field]) => h("div", { class: "field" }, h("label", { for: field.id }, t(`ideas.field.${name}`)), field,
      h("p", { class: "soft", id: `${field.id}-how` }, t(`ideas.field.${name}.how`, { n: longest[name] }))));
    if (asksStance) parts.splice(1, 0, this.stances(t, draft.stance));
    this.patch({ t, refusal });
    return [
      h("header", { class: "ask" }, about && aboutLine(about), title(t(`ideas.write.${kind}`)), h("p", null, t(`ideas.write.${kind}.lead`))),
      h("div", { class: "body writing" }, h("div", { class: "flow" }, parts), hasKeys && typing(Object.values(this.fields), { lang, t })),
      h("footer", { class: "deed" }, this.answer, h("div", { class: "buttons" },
        button(t("back"), { class: "second", icon: "back", click: () => this.emit("idea-back") }),
        button(t("ideas.read_again"), { end: "forward", click: () => this.emit("idea-check") }))),
    ];
  }

  field(name, most, hasKeys) {
    // No form, and no names: browsers keep what is sent in forms, to fill it in again.
    const facts = {
      id: `idea-${name}`, dir: "auto", autocomplete: "off", autocorrect: "off", spellcheck: "false", maxlength: String(most),
      inputmode: hasKeys ? "none" : "text", "aria-describedby": `idea-${name}-how`, input: () => this.changed(),
    };
    return LONG.includes(name) ? h("textarea", { rows: "5", ...facts }) : h("input", { type: "text", ...facts });
  }

  /** One of three, the last of which says nothing. */
  stances(t, chosen) {
    this.boxes = STANCES.map((stance) => h("input", { type: "radio", class: "mark", name: "stance", value: stance, autocomplete: "off", change: () => this.changed() }));
    for (const box of this.boxes) box.checked = box.value === chosen;
    return h("div", { class: "flow" }, h("b", { id: "idea-stance" }, t("ideas.field.stance")), h("div", { class: "stances", role: "radiogroup", "aria-labelledby": "idea-stance" },
      this.boxes.map((box) => h("label", { class: "choice" }, box, h("span", { class: "t" }, t(`ideas.stance.${box.value}`))))));
  }

  changed() {
    const written = Object.entries(this.fields).map(([name, field]) => [name, field.value]);
    const stance = this.boxes?.find(({ checked }) => checked)?.value;
    this.emit("idea-words", { draft: { ...Object.fromEntries(written), ...(stance ? { stance } : {}) } });
  }

  isSame(before, after) {
    return before.lang === after.lang;
  }

  patch({ t, refusal }) {
    this.answer.replaceChildren(...(refusal ? [notice("bad", h("p", null, t(`ideas.fault.${refusal}`)))] : []));
    for (const [name, field] of Object.entries(this.fields)) field.parentElement?.classList.toggle("bad", refusal.endsWith(name));
  }
}
