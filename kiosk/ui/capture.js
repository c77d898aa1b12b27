/** The screens of a scanner station: what lies here and what became of it; and the camera over a sheet. */

import { Guide } from "../domain/advice.js";
import { button, h, notice, Screen, title } from "./dom.js";
import { Eye } from "./eye.js";
import { Lens } from "./lens.js";

/** Reasons that have a sentence of their own; any other is "not legible". */
const WHY = ["no_code", "no_corners", "too_cropped", "too_blurred", "too_faint", "distorted", "two_sheets", "mirrored", "blank_page", "test_sheet", "spoiled_sheet", "other_vote"];

export class Station extends Screen {
  /** @param {any} view `counts` of photos; `told` and `todo`: what became of them; `state` of the session here; `stop`: why nothing may be taken */
  draw({ t, local, meeting, counts, told, todo, state, stop }) {
    const stat = (n, words, name) => h("div", { class: "stat" }, h("b", { "data-count": name }, String(n)), h("span", null, words));
    const isOpen = state === "open" && !stop;
    return [
      h("header", { class: "ask" }, title(t("photos.title")), h("p", null, local(meeting))),
      h("div", { class: "body", tabindex: "0" },
        h("p", { class: "lead" }, t("photos.lead")),
        h("div", { class: "stats" }, stat(counts.taken, t("photos.saved"), "taken"), stat(counts.arrived, t("photos.arrived"), "arrived"),
          stat(counts.waiting.length, t("photos.waiting"), "waiting"),
          told && [stat(told.read, t("photos.read"), "read"), stat(told.people, t("photos.people"), "people")]),
        this.todo(t, todo, isOpen),
        this.waiting(t, counts.waiting)),
      h("footer", { class: "deed" },
        isOpen
          ? button(t("photos.begin"), { class: "full", icon: "camera", click: () => this.emit("photos") })
          : notice(stop ? "bad" : "", h("p", null, t(stop ? `photos.${stop}` : `photos.closed.${state}`))),
        h("div", { class: "row" }, button(t("rest.operator"), { class: "quiet end", click: () => this.emit("operator") }))),
    ];
  }

  /** Sheets that somebody must take in hand once more, each with its reason and its deed. */
  todo(t, todo, isOpen) {
    const line = ({ seq, deed, why }) => h("li", { class: "row between", "data-odd": String(seq) },
      h("span", null, h("b", { class: "num" }, t("photos.number", { n: seq })), " ", t(`photos.why.${WHY.includes(why) ? why : "other"}`)),
      deed === "again"
        ? isOpen && button(t("photos.again"), { class: "second", icon: "camera", click: () => this.emit("photo-again", { seq }) })
        : button(t("photos.aside"), { class: "second", icon: "done", click: () => this.emit("photo-aside", { seq }) }));
    return todo.length > 0 && h("section", { class: "band" }, h("h2", null, t("photos.todo")), h("p", { class: "soft" }, t("photos.todo.lead")),
      h("ul", { class: "flow plain" }, todo.map(line)));
  }

  waiting(t, numbers) {
    return numbers.length > 0 && h("section", { class: "band" }, h("h2", null, t("photos.list")), h("p", { class: "soft" }, t("photos.list.lead")),
      h("p", { class: "num", "data-waiting": true }, numbers.join(", ")));
  }
}

export class Capture extends Screen {
  /** @param {any} view `saved`: number of the photo that was saved last; `instead`: of the one it is to replace; `trouble`: why one was not */
  draw({ t }) {
    this.video = h("video", { muted: true, playsinline: true, "aria-label": t("photos.view") });
    this.frame = h("div", { class: "scene" }, this.video);
    this.advice = h("p", { class: "say advice", "aria-hidden": "true" });
    this.said = h("p", { class: "hide", role: "status" });
    this.told = h("div", { class: "answer" });
    this.shutter = button(t("photos.take"), { class: "full", icon: "camera", click: () => this.press() });
    queueMicrotask(() => this.open());
    return [
      h("header", { class: "ask" }, title(t("photos.sheet")), h("p", null, t("photos.sheet.lead"))),
      h("div", { class: "body capture" }, h("div", { class: "eye" }, this.frame, this.advice, this.said)),
      h("footer", { class: "deed" }, this.told, h("div", { class: "buttons" },
        button(t("photos.done"), { class: "second", icon: "back", click: () => this.emit("photos-done") }), this.shutter)),
    ];
  }

  /** The picture runs on while words change: only another language draws the screen anew. */
  isSame(before, after) {
    return before.lang === after.lang;
  }

  patch({ t, isSaving, saved, instead, trouble }) {
    this.shutter.disabled = isSaving || !this.lens?.stream;
    if (trouble) this.guide?.leave(this.code);
    if (saved && saved !== this.known) this.keep(saved);
    if (trouble) this.told.replaceChildren(notice("bad", h("p", { "data-trouble": trouble }, t(`photos.not.${trouble}`))));
    else if (instead) this.told.replaceChildren(notice("", h("p", { "data-instead": String(instead) }, t("photos.instead", { n: instead }))));
    else this.told.replaceChildren(...(saved ? [this.kept(t, saved)] : []));
  }

  kept(t, saved) {
    return notice("ok", h("div", { class: "row between" }, h("p", { "data-saved": String(saved) }, t("photos.kept", { n: saved })),
      button(t("photos.again"), { class: "second", icon: "camera", click: () => this.again(saved) })));
  }

  keep(saved) {
    this.known = saved;
    this.guide?.keep(this.code);
    this.eye?.taken();
  }

  again(seq) {
    this.guide?.again();
    this.emit("photo-again", { seq });
  }

  async open() {
    this.close();
    if (!this.isConnected) return;
    const lens = new Lens(this.video, (seen, at) => this.look(seen, at));
    this.guide ??= new Guide();
    this.guide.begin();
    Object.assign(this, { lens, eye: new Eye(this.frame), code: "", known: this.view.saved });
    this.shutter.disabled = true;
    this.advise("starting");
    this.patch(this.view);
    try {
      await lens.start();
      this.shutter.disabled = false;
    } catch {
      lens.stop();
      this.advise("no_camera");
      this.say("no_camera");
    }
  }

  /** @param {import("../domain/seeing.js").Seen} seen @param {number} at */
  look(seen, at) {
    const guided = this.guide.look(seen, at);
    this.eye.show(seen, guided);
    this.advise(guided.shown);
    if (guided.said) this.say(guided.said);
    if (guided.isDue && !this.shutter.disabled) this.press();
  }

  advise(advice) {
    if (this.advice.dataset.advice === advice) return;
    this.advice.dataset.advice = advice;
    this.advice.className = `say advice ${advice === "good" ? "ok" : ""}`;
    this.advice.textContent = this.view.t(`photos.advice.${advice}`);
  }

  /** Politely, and not what passes by: whoever listens is told what stands. */
  say(advice) {
    const words = this.view.t(`photos.advice.${advice}`);
    if (this.said.textContent !== words) this.said.textContent = words;
  }

  press() {
    const { lens } = this;
    this.emit("photo", { take: async () => {
      const { bytes, code } = await lens.take();
      this.code = code;
      return bytes;
    } });
  }

  close() {
    this.lens?.stop();
    this.eye?.close();
  }

  disconnectedCallback() {
    this.close();
  }
}
