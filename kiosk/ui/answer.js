/** An answer of the server that somebody carried here: shown to the camera code by code, or chosen as a file. */

import { button, h, notice, Screen, title } from "./dom.js";
import { Scanner } from "./scanner.js";

export class Answer extends Screen {
  /** @param {any} view `read` and `of`: codes so far; `taken`: what became of the last answer */
  draw({ t, camera, place }) {
    this.scanner?.stop();
    this.said = h("div", { class: "answer flow" });
    this.eye = h("div", { class: "eye" });
    this.tell(this.view);
    const choose = h("input", { type: "file", class: "hide", tabindex: "-1", "aria-hidden": "true", accept: ".json", change: () => {
      if (choose.files[0]) this.emit("answer-file", { file: choose.files[0] });
      choose.value = "";
    } });
    if (camera) this.offerCamera(t);
    return [
      h("header", { class: "ask" }, title(t("answer.title")), h("p", null, h("bdi", null, place))),
      h("div", { class: "body", tabindex: "0" }, h("p", null, t(camera ? "answer.lead" : "answer.lead.file")), this.said, camera && this.eye,
        h("div", { class: "row" }, choose, button(t("answer.file"), { class: "small second", click: () => choose.click() }))),
      h("footer", { class: "deed" }, button(t("answer.back"), { class: "second full", icon: "back", click: () => this.emit("answer", { open: false }) })),
    ];
  }

  isSame(before, after) {
    return before.lang === after.lang && before.camera === after.camera;
  }

  patch(view) {
    this.tell(view);
  }

  tell({ t, read, of, taken }) {
    const good = taken && !taken.fault;
    this.said.replaceChildren(...[
      of > 0 && notice("", h("p", { "data-codes": `${read}/${of}` }, t("answer.codes", { n: read, of }))),
      taken?.fault && notice("bad", h("p", { "data-answer": taken.fault }, t(`answer.bad.${taken.fault}`))),
      good && notice("ok", h("p", { "data-answer": "good" }, t("answer.good", { n: taken.counts.saved, arrived: taken.counts.arrived, listed: taken.counts.listed, help: taken.counts.help }))),
      good && !taken.isListed && notice("", h("p", null, t("answer.unlisted"))),
      good && taken.alarm && notice("bad", h("p", { "data-alarm": taken.alarm }, t(`alarm.${taken.alarm}`))),
    ].filter(Boolean));
  }

  offerCamera(t) {
    this.eye.replaceChildren(button(t("answer.camera"), { class: "second", icon: "camera", click: () => this.openCamera(t) }));
  }

  async openCamera(t) {
    const video = h("video", { muted: true, playsinline: true, "aria-label": t("pass.camera.view") });
    this.scanner = new Scanner(video, (text) => this.emit("answer-code", { text }));
    this.eye.replaceChildren(video, button(t("pass.camera.stop"), { class: "second small", click: () => { this.scanner.stop(); this.offerCamera(t); } }));
    try {
      await this.scanner.start();
    } catch {
      this.scanner.stop();
      this.eye.replaceChildren(notice("bad", t("pass.camera.none")));
    }
  }

  disconnectedCallback() {
    this.scanner?.stop();
  }
}
