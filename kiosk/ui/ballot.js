/** One question: every choice, what marks it, the running total. Marks change in place, so the focus stays. */

import { chosenIn, isSingle } from "../domain/ballot.js";
import { button, h, icon, notice, Screen, title } from "./dom.js";
import { rowOf } from "./rows.js";
import { fault, OTHERS, rule, total } from "./total.js";

export class Ballot extends Screen {
  /** @param {any} view */
  draw(view) {
    const { t, contest, at, of } = view;
    this.rows = contest.choices.map((choice, i) => rowOf(view, choice, (value) => this.mark(i, value), i));
    this.list = h("div", { class: `list ${contest.method}`, role: isSingle(contest) ? "radiogroup" : "group", "aria-label": t("ballot.list"),
      keydown: (event) => this.arrows(event) },
    this.rows.map(({ element }) => element));
    this.more = h("button", { type: "button", class: "more", hidden: true, tabindex: "-1", click: () => this.further() });
    this.crosses = h("p", { class: "row between", role: "status" });
    // So much can be marked that taking it away mark by mark would take long.
    this.clear = OTHERS.includes(contest.method) && button(t("ballot.clear"), { class: "second small clear", click: () => this.wipe() });
    this.bar = h("div", { class: "bar" });
    // How many dots are left is never hidden, however little room there is.
    this.tray = h("div", { class: contest.method === "dots" ? "tray kept" : "tray" }, this.clear ? h("div", { class: "row between" }, this.crosses, this.clear) : this.crosses, this.bar);
    this.touched = null;
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
    const { contest, marks, refusal } = view;
    for (const row of this.rows) row.show(marks);
    const { words, bar } = total(view);
    // The same line is filled anew, so that its change is read out.
    this.crosses.replaceChildren(...words, ...(refusal ? [] : this.told(view)));
    this.bar.replaceChildren(...(bar ? [bar] : []));
    if (this.clear) this.clear.setAttribute("aria-disabled", String(chosenIn(contest, marks).length === 0));
    this.answer.replaceChildren(...(refusal ? [notice("bad", h("p", null, fault(view)))] : []));
    requestAnimationFrame(() => this.countHidden());
  }

  /** What was touched last and how it stands now, for whoever does not see it. */
  told({ t, contest, marks, plain }) {
    const row = this.rows[this.touched];
    if (!row?.told) return [];
    return [h("span", { class: "hide" }, t("ballot.told", { title: plain(contest.choices[this.touched].title), how: row.told(marks) }))];
  }

  /** The visit decides whether the mark stands. Refused once more, it changes nothing, and the browser's own mark goes. */
  mark(place, value) {
    const before = this.view;
    this.touched = place;
    this.emit("mark", { id: before.contest.choices[place].id, value });
    if (this.view === before) for (const row of this.rows) row.show(before.marks);
  }

  wipe() {
    this.touched = null;
    this.emit("clear");
  }

  /** Arrow keys walk through the boxes as Tab does; radio boxes do so by themselves, and would mark while walking. */
  arrows(event) {
    const here = document.activeElement;
    const row = this.rows.findIndex(({ controls }) => controls.includes(here));
    if (row < 0) return undefined;
    if (event.key === "Enter") {
      event.preventDefault();
      return here.click();
    }
    const next = this.beside(row, this.rows[row].controls.indexOf(here), event.key);
    if (next === null) return undefined;
    event.preventDefault();
    return next?.focus();
  }

  /** @returns {HTMLElement | null | undefined} null: the key is no arrow; undefined: nothing lies that way */
  beside(row, column, key) {
    const [down, right] = [{ ArrowDown: 1, ArrowUp: -1 }[key] ?? 0, { ArrowRight: 1, ArrowLeft: -1 }[key] ?? 0];
    if (!down && !right) return null;
    const { controls } = this.rows[row];
    if (right && controls.length > 1) return controls[column + (document.documentElement.dir === "rtl" ? -right : right)];
    return this.rows[row + down + right]?.controls[column];
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
    // Once it stood there it keeps its place: at the end of the list no row moves under a finger.
    this.more.hidden &&= hidden === 0;
    this.more.classList.toggle("spent", hidden === 0);
    this.more.replaceChildren(icon("down"), this.view.t("ballot.more", { n: hidden }));
  }
}
