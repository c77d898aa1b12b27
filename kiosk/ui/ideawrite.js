/** An idea is written: a sentence, a text, and a name if one wants. */

import { button, h, notice, Screen, title } from "./dom.js";
import { hasRoomForKeys, typing } from "./typing.js";

export class IdeaWrite extends Screen {
  /** @param {any} view `longest`: characters of each field */
  draw({ t, lang, draft, refusal, longest }) {
    const hasKeys = hasRoomForKeys();
    // No form, and no names: browsers keep what is sent in forms, to fill it in again.
    const facts = (name) => ({
      id: `idea-${name}`, dir: "auto", autocomplete: "off", autocorrect: "off", spellcheck: "false", maxlength: String(longest[name]),
      inputmode: hasKeys ? "none" : "text", "aria-describedby": `idea-${name}-how`, input: () => this.changed(),
    });
    this.fields = { title: h("input", { type: "text", ...facts("title") }), body: h("textarea", { rows: "5", ...facts("body") }), name: h("input", { type: "text", ...facts("name") }) };
    for (const [name, field] of Object.entries(this.fields)) field.value = draft[name];
    this.answer = h("div", { class: "answer" });
    this.patch({ t, refusal });
    return [
      h("header", { class: "ask" }, title(t("ideas.write.title")), h("p", null, t("ideas.write.lead"))),
      h("div", { class: "body writing" },
        h("div", { class: "flow" }, Object.entries(this.fields).map(([name, field]) => h("div", { class: "field" }, h("label", { for: field.id }, t(`ideas.field.${name}`)), field,
          h("p", { class: "soft", id: `${field.id}-how` }, t(`ideas.field.${name}.how`, { n: longest[name] }))))),
        hasKeys && typing(Object.values(this.fields), { lang, t })),
      h("footer", { class: "deed" }, this.answer, h("div", { class: "buttons" },
        button(t("back"), { class: "second", icon: "back", click: () => this.emit("idea-back") }),
        button(t("ideas.read_again"), { end: "forward", click: () => this.emit("idea-check") }))),
    ];
  }

  changed() {
    const written = Object.entries(this.fields).map(([name, field]) => [name, field.value]);
    this.emit("idea-words", { draft: Object.fromEntries(written) });
  }

  isSame(before, after) {
    return before.lang === after.lang;
  }

  patch({ t, refusal }) {
    this.answer.replaceChildren(...(refusal ? [notice("bad", h("p", null, t(`ideas.fault.${refusal}`)))] : []));
    for (const [name, field] of Object.entries(this.fields)) field.parentElement?.classList.toggle("bad", refusal.endsWith(name));
  }
}
