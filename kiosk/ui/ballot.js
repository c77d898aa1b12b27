/** One question: every choice, its mark box, the running total. Marks change in place, so the focus stays. */

import { bounds, totalCost } from "../domain/ballot.js";
import { button, h, icon, notice, s, Screen, title } from "./dom.js";

export class Ballot extends Screen {
  /** @param {any} view */
  draw(view) {
    const { t, contest, at, of } = view;
    this.boxes = new Map();
    this.list = h("div", { class: "list", role: contest.method === "choose-1" ? "radiogroup" : "group", "aria-label": t("ballot.list"),
      keydown: (event) => this.arrows(event) },
    contest.choices.map((choice) => this.choice(view, choice)));
    this.more = h("button", { type: "button", class: "more", hidden: true, tabindex: "-1", click: () => this.further() });
    this.crosses = h("p", { class: "row between", role: "status" });
    this.tray = h("div", { class: "tray" }, this.crosses);
    this.answer = h("div", { class: "answer" });
    const last = at === of;
    this.patch(view);
    this.watch?.disconnect();
    // Either the list scrolls or, where there is little room, the stage; both are heard on their way down.
    document.addEventListener("scroll", this.counting ??= () => this.countHidden(), true);
    this.watch = new ResizeObserver(() => this.countHidden());
    this.watch.observe(this.list);
    return [
      h("header", { class: "ask" },
        h("p", { class: "soft" }, t("step", { at: 2 }), of > 1 ? t("comma") + t("ballot.question", { n: at, of }) : ""),
        title(view.local(contest.title)), h("p", null, rule(view))),
      h("div", { class: "lists" }, this.list, this.more),
      h("footer", { class: "deed" }, this.answer, this.tray, h("div", { class: "buttons" },
        button(t("back"), { class: "second", icon: "back", click: () => this.emit("back") }),
        button(t(last ? "ballot.review" : "ballot.forward"), { end: "forward", click: () => this.emit("forward") }))),
    ];
  }

  disconnectedCallback() {
    this.watch?.disconnect();
    document.removeEventListener("scroll", this.counting, true);
  }

  isSame(before, after) {
    return before.lang === after.lang && before.key === after.key;
  }

  patch(view) {
    const { t, contest, marks, refusal } = view;
    for (const [id, box] of this.boxes) box.checked = marks.includes(id);
    const { words, bar } = total(view);
    // The same line is filled anew, so that its change is read out.
    this.crosses.replaceChildren(...words);
    this.tray.replaceChildren(...[this.crosses, bar].filter(Boolean));
    const { min, max, maxCost } = bounds(contest);
    const facts = { n: refusal === "too_few" ? min : max, limit: view.money(maxCost) };
    this.answer.replaceChildren(...(refusal ? [notice("bad", h("p", null, t(`fault.${refusal}`, facts)))] : []));
    requestAnimationFrame(() => this.countHidden());
  }

  choice({ t, contest, local, plain, money }, choice) {
    const single = contest.method === "choose-1";
    // A cross in a round box can be taken away again by touching it once more; the browser alone would not allow it.
    // In both, the visit decides whether the mark stands, and the box then shows what was decided.
    const box = h("input", { class: "mark", type: single ? "radio" : "checkbox", name: "choice", autocomplete: "off",
      [single ? "click" : "change"]: () => this.emit("mark", { id: choice.id }) });
    this.boxes.set(choice.id, box);
    const number = choice.number ? t("number.project", { n: String(choice.number) }) : "";
    const note = plain(choice.note) ? [number, number && t("comma"), local(choice.note)] : number;
    return h("label", { class: "choice" }, box,
      h("span", { class: "t" }, local(choice.title), note.length > 0 && h("span", { class: "m" }, note)),
      choice.cost > 0 && h("bdi", { class: "p num" }, money(choice.cost)));
  }

  /** Arrow keys walk through the boxes as Tab does; radio boxes do so by themselves, and would mark while walking. */
  arrows(event) {
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    const boxes = [...this.boxes.values()];
    if (event.key === "Enter" && boxes.includes(document.activeElement)) {
      event.preventDefault();
      return document.activeElement.click();
    }
    if (!step) return undefined;
    const next = boxes[boxes.indexOf(document.activeElement) + step];
    event.preventDefault();
    return next?.focus();
  }

  further() {
    const scrolls = this.list.scrollHeight > this.list.clientHeight + 1 ? this.list : this.parentElement;
    scrolls.scrollBy({ top: (this.foot() - scrolls.getBoundingClientRect().top) * 0.7 });
  }

  /** The foot of what can be seen: the list's own, or that of the tray where the whole screen scrolls under it. */
  foot() {
    const [list, tray] = [this.list, this.tray.parentElement].map((part) => part.getBoundingClientRect());
    const isBelow = tray.left < list.right && tray.right > list.left;
    return isBelow ? Math.min(list.bottom, tray.top) : list.bottom;
  }

  countHidden() {
    if (!this.list.isConnected) return;
    const foot = this.foot();
    const hidden = [...this.list.children].filter((row) => {
      const { top, height } = row.getBoundingClientRect();
      return top + height * 0.6 > foot;
    }).length;
    this.more.hidden = hidden === 0;
    this.more.replaceChildren(icon("down"), this.view.t("ballot.more", { n: hidden }));
  }
}

/** @returns {string} the bounds in words */
function rule({ t, contest, money }) {
  const { min, max, maxCost } = bounds(contest);
  const words = [];
  if (contest.method === "choose-1") words.push(t("ballot.one"));
  else if (min && max && min === max) words.push(t("ballot.exact", { n: max }));
  else if (min && max) words.push(t("ballot.range", { min, max }));
  else if (max) words.push(t("ballot.max", { n: max }));
  else if (min) words.push(t("ballot.min", { n: min }));
  else words.push(t("ballot.any"));
  if (maxCost) words.push(t("ballot.limit", { limit: money(maxCost) }));
  words.push(t("ballot.blank.may"));
  return words.join(" ");
}

/** @returns {{words: Node[], bar: Node | null}} crosses and money, and the envelope that fills */
function total({ t, contest, marks, money }) {
  const { max, maxCost } = bounds(contest);
  const sum = totalCost(contest, marks);
  const crosses = max ? t("ballot.marks.of", { n: marks.length, max }) : t("ballot.marks", { n: marks.length });
  const spent = maxCost ? [h("bdi", { class: "sum" }, money(sum)), ` ${t("ballot.spent", { limit: money(maxCost) })}`]
    : sum ? [h("bdi", { class: "sum" }, money(sum))] : [];
  const words = [h("b", null, crosses), h("span", null, spent)];
  return { words, bar: maxCost ? envelope(contest, marks, maxCost, t("ballot.spent.label", { sum: money(sum), limit: money(maxCost) })) : null };
}

/** Each chosen project takes its share of the envelope; plain and striped in turn, so that parts show without colour. */
function envelope(contest, marks, limit, label) {
  let x = 0;
  const parts = contest.choices.filter((choice) => marks.includes(choice.id)).map((choice, i) => {
    const width = (choice.cost / limit) * 1000;
    const part = [
      s("rect", { x, y: 0, width, height: 40, class: `part p${i % 3}` }),
      s("path", { d: `M${x + width} 0v40`, class: "gap" }),
    ];
    x += width;
    return part;
  });
  return s("svg", { class: "env", viewBox: "0 0 1000 40", preserveAspectRatio: "none", role: "img", "aria-label": label },
    s("defs", null, stripes("stripes", 45), stripes("stripes-up", 90)), parts);
}

function stripes(id, angle) {
  return s("pattern", { id, width: 8, height: 8, patternUnits: "userSpaceOnUse", patternTransform: `rotate(${angle})` },
    s("rect", { width: 8, height: 8, class: "paper" }), s("rect", { width: 5, height: 8, class: "enamel" }));
}
