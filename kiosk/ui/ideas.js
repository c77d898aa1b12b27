/** Ideas to read, to endorse and to comment on: the lists, one list page by page, one idea, what one wrote once more, and that it is saved. */

import { button, h, icon, isRepeated, notice, Screen, title } from "./dom.js";

/** A deed that lies where the one was that led here, and is not done by its second tap. */
class Answered extends Screen {
  /** @param {string} type */
  once(type) {
    const since = performance.now();
    return (event) => { if (!isRepeated(event, since)) this.emit(type); };
  }
}

/** What a person wrote keeps its own language and the direction of its letters. */
function theirs(words, lang) {
  return h("bdi", { lang }, words);
}

/** @param {{title: string, language: string}} idea that something is said about */
export function aboutLine({ title: words, language }) {
  return h("p", { class: "soft" }, theirs(words, language));
}

export class IdeasLists extends Screen {
  /** @param {any} view */
  draw({ t, local, lists }) {
    return [
      h("header", { class: "ask" }, title(t("ideas.lists"))),
      h("div", { class: "body found" }, lists.map(({ title: words, of }, list) => h("button", { type: "button", class: "person", click: () => this.emit("idea-list", { list }) },
        h("span", { class: "name" }, local(words)), h("span", { class: "soft" }, t("ideas.count", { n: of }))))),
      h("footer", { class: "deed" }, h("div", { class: "buttons" }, button(t("back"), { class: "second", icon: "back", click: () => this.emit("leave") }))),
    ];
  }
}

export class Ideas extends Screen {
  /** @param {any} view */
  draw({ t, local, title: words, ideas, at, pages, held, of, may, hasLists }) {
    const canWrite = may.includes("propose");
    const lead = [held > 0 && t(may.includes("endorse") ? "ideas.lead" : "ideas.lead.read"), of > held && t("ideas.some", { n: held, of })].filter(Boolean);
    return [
      h("header", { class: "ask" }, title(local(words)), lead.length > 0 && h("p", null, lead.join(" "))),
      h("div", { class: "body found" }, held === 0 && h("p", { class: "lead" }, t("ideas.none")), ideas.map((idea) => this.line(idea, t))),
      h("footer", { class: "deed" },
        pages > 1 && h("div", { class: "row between turning", role: "group", "aria-label": t("ideas.pages") },
          button(t("ideas.before"), { class: "second small", icon: "back", disabled: at === 0, click: () => this.emit("idea-page", { page: at - 1 }) }),
          h("span", { role: "status" }, t("ideas.page", { at: at + 1, of: pages })),
          button(t("ideas.after"), { class: "second small", end: "forward", disabled: at === pages - 1, click: () => this.emit("idea-page", { page: at + 1 }) })),
        h("div", { class: "buttons" },
          button(t(hasLists ? "ideas.lists.back" : "ideas.leave"), { class: "second", icon: "back", click: () => this.emit(hasLists ? "idea-lists" : "leave") }),
          canWrite && button(t("ideas.write"), { click: () => this.emit("idea-write") }))),
    ];
  }

  line({ ref, number, title: words, language, isMine }, t) {
    return h("button", { type: "button", class: "person", "data-ref": ref, click: () => this.emit("idea-read", { ref }) },
      h("span", { class: "soft" }, t("ideas.number", { n: number })), h("span", { class: "name" }, theirs(words, language)),
      isMine && h("span", { class: "mine" }, icon("done"), t("ideas.mine")));
  }
}

export class Idea extends Answered {
  /** @param {any} view `most`: ideas that each pass may stand behind; 0: no limit */
  draw({ t, idea, may, most, saved, refusal, isMine, saving }) {
    const said = saved ? notice("ok", h("h2", null, t("level.saved")), h("p", null, t(`ideas.saved.${saved}`)))
      : refusal ? notice("bad", h("p", null, t(`ideas.refused.${refusal}`, { n: most }))) : isMine && notice("", h("p", null, t("ideas.mine.so")));
    const deeds = [
      button(t("ideas.all"), { class: "second", icon: "back", disabled: saving, click: () => this.emit("idea-back") }),
      may.includes("comment") && button(t("ideas.comment"), { class: may.includes("endorse") ? "second" : "", disabled: saving, click: this.once("idea-write") }),
      may.includes("endorse") && button(t(isMine ? "ideas.unendorse" : "ideas.endorse"), { class: isMine ? "second" : "", disabled: saving, click: this.once("idea-endorse") }),
    ].filter(Boolean);
    return [
      h("header", { class: "ask" }, h("p", { class: "soft" }, t("ideas.number", { n: idea.number })), title(theirs(idea.title, idea.language))),
      h("div", { class: "body told", tabindex: "0" }, idea.text.split(/\n+/u).filter(Boolean).map((part) => h("p", { dir: "auto", lang: idea.language }, part))),
      h("footer", { class: "deed" }, saving ? notice("", t("review.saving")) : said,
        h("div", { class: `buttons of${deeds.length}` }, deeds)),
    ];
  }
}

export class IdeaCheck extends Answered {
  /** @param {any} view */
  draw({ t, lang, kind, about, heading, words, name, stance, saving }) {
    return [
      h("header", { class: "ask" }, title(t("ideas.check")), h("p", null, t("ideas.check.lead"))),
      h("div", { class: "body told review", tabindex: "0" }, about && aboutLine(about), heading && h("h2", null, theirs(heading, lang)),
        stance && h("p", null, h("span", { class: "state" }, t(`ideas.stance.${stance}`))),
        words.split(/\n+/u).filter(Boolean).map((part) => h("p", { dir: "auto" }, part)),
        h("p", { class: "soft" }, name ? [t("ideas.by"), " ", theirs(name, lang)] : t("ideas.by.nobody"))),
      h("footer", { class: "deed" }, saving && notice("", t("review.saving")), h("div", { class: "buttons" },
        button(t("ideas.change"), { class: "second", icon: "back", disabled: saving, click: () => this.emit("idea-back") }),
        button(t(`ideas.send.${kind}`), { class: "cast", disabled: saving, click: this.once("idea-send") }))),
    ];
  }
}

export class IdeaDone extends Answered {
  /** @param {any} view */
  draw({ t, kind, left }) {
    this.left = h("p", { class: "soft", "aria-hidden": "true" }, t("receipt.wiped", { n: left }));
    return [
      h("header", { class: "ask" }, title(t("receipt.title"))),
      h("div", { class: "body", tabindex: "0" }, notice("ok", h("p", null, t(`ideas.done.${kind}`)), h("p", null, t(`ideas.done.${kind}.later`)))),
      h("footer", { class: "deed" }, this.left, h("div", { class: "buttons" },
        button(t("ideas.all"), { class: "second", icon: "back", click: () => this.emit("idea-back") }),
        button(t("receipt.done"), { click: this.once("leave") }))),
    ];
  }

  isSame(before, after) {
    return before.lang === after.lang;
  }

  patch({ t, left }) {
    this.left.textContent = t("receipt.wiped", { n: left });
  }
}
