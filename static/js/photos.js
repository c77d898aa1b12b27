// Photos of sheets with the camera of this device, for whoever reads scans. What is seen and advised is the kiosk's own,
// from where the kiosk has it: one set of eyes for the tablet in the hall and the laptop of the office.

import { Sending } from "./photosending.js";
import { Shelf } from "./photoshelf.js";

const page = document.querySelector("#photos");
const words = document.querySelector("template[data-words]");

class Taking {
  /** @param {HTMLElement} root @param {{Lens: any, Guide: any, Eye: any}} kiosk its modules */
  constructor(root, kiosk) {
    Object.assign(this, { root, kiosk, lens: null, guide: new kiosk.Guide(), isSaving: false, last: 0, instead: 0 });
    this.form = /** @type {HTMLFormElement} */ (root.querySelector("form"));
    this.video = /** @type {HTMLVideoElement} */ (root.querySelector("video"));
    this.video.muted = true;
    this.eye = new kiosk.Eye(this.part("scene"));
    this.shelf = new Shelf(root.dataset.session ?? "");
    this.sending = new Sending({ shelf: this.shelf, form: this.form, became: root.dataset.became ?? "", onNews: (news) => this.hear(news) });
  }

  /** @param {string} name @returns {HTMLElement} */
  part(name) {
    return /** @type {HTMLElement} */ (this.root.querySelector(`[data-${name}]`));
  }

  async begin() {
    this.root.hidden = false;
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.take();
    });
    this.part("again").addEventListener("click", () => this.again(this.last));
    this.part("stop").addEventListener("click", () => this.stop());
    this.part("start").addEventListener("click", () => this.start());
    window.addEventListener("pagehide", () => this.stop());
    window.addEventListener("online", () => this.sending.wake());
    await this.shelf.tidy().catch(() => {});
    await this.count();
    this.sending.wake();
    await this.start();
  }

  async start() {
    const lens = new this.kiosk.Lens(this.video, (seen, at) => this.look(seen, at));
    this.lens = lens;
    this.guide.begin();
    this.show(true);
    this.advise("starting");
    try {
      await lens.start();
      /** @type {HTMLButtonElement} */ (this.part("take")).disabled = false;
    } catch {
      if (this.lens === lens) this.stop("no_camera");
    }
  }

  /** @param {string} [why] */
  stop(why = "off") {
    this.lens?.stop();
    this.lens = null;
    this.eye.close();
    this.show(false);
    this.advise(why);
    this.part("said").textContent = say(why);
  }

  /** @param {boolean} isOn */
  show(isOn) {
    /** @type {HTMLButtonElement} */ (this.part("take")).disabled = true;
    this.part("stop").hidden = !isOn;
    this.part("start").hidden = isOn;
  }

  look(seen, at) {
    const guided = this.guide.look(seen, at);
    this.eye.show(seen, guided);
    this.advise(guided.shown);
    const said = guided.said && say(guided.said);
    if (said && this.part("said").textContent !== said) this.part("said").textContent = said;
    if (guided.isDue && !this.isSaving) this.take();
  }

  /** @param {string} advice */
  advise(advice) {
    const place = this.part("advice");
    if (place.dataset.advice === advice) return;
    place.dataset.advice = advice;
    place.classList.toggle("ok", advice === "good");
    place.textContent = say(advice);
  }

  /** One photo, on the disk of this device before anybody is told. A second press meanwhile takes none (D19). */
  async take() {
    if (this.isSaving || !this.lens) return;
    this.isSaving = true;
    const { instead } = this;
    let code = "";
    try {
      const taken = await this.lens.take();
      ({ code } = taken);
      const number = await this.keep(taken.bytes);
      this.guide.keep(code);
      this.eye.taken();
      Object.assign(this, { last: number, instead: 0 });
      this.part("kept").textContent = say("kept", number);
      this.part("again").hidden = false;
      if (instead) await this.settle(instead);
      this.sending.wake();
    } catch {
      this.guide.leave(code);
      this.part("kept").textContent = say("not_kept");
    }
    this.isSaving = false;
    await this.count();
  }

  /** @param {Uint8Array} bytes @returns {Promise<number>} its number */
  async keep(bytes) {
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    const photo = [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    const known = await this.shelf.one(photo);
    if (known) return known.number; // the very same picture: it is kept, or has arrived
    const number = Math.max(0, ...(await this.shelf.all()).map((taken) => taken.number)) + 1;
    await this.shelf.put({ photo, session: this.shelf.session, number, bytes, outcome: "", why: "", isDone: false });
    return number;
  }

  /** @param {number} number of the photo whose sheet is shown once more */
  again(number) {
    this.guide.again();
    this.instead = number;
    this.part("again").hidden = true;
    this.part("kept").textContent = say("instead", number);
    if (!this.lens) this.start();
  }

  /** @param {number} number nothing is left to do about this photo */
  async settle(number) {
    const taken = (await this.shelf.all()).find((one) => one.number === number);
    if (taken) await this.shelf.put({ ...taken, isDone: true });
    await this.count();
  }

  /** @param {{kind: string}} news */
  hear({ kind }) {
    const place = this.part("trouble");
    place.hidden = !kind;
    place.textContent = kind ? say(kind) : "";
    this.count();
  }

  async count() {
    const taken = await this.shelf.all().catch(() => []);
    const arrived = taken.filter(({ bytes }) => !bytes);
    const of = (outcome) => arrived.filter((one) => one.outcome === outcome).length;
    const counts = { taken: taken.length, waiting: taken.length - arrived.length, arrived: arrived.length, read: of("read"), people: of("people") };
    for (const [name, count] of Object.entries(counts)) {
      const place = this.root.querySelector(`[data-count=${name}]`);
      if (place) place.textContent = String(count);
    }
    const odd = taken.filter(({ outcome, isDone }) => ["again", "aside", "refused"].includes(outcome) && !isDone);
    this.part("odd").hidden = odd.length === 0;
    this.part("odd-list").replaceChildren(...odd.map((one) => this.line(one)));
  }

  /** @param {import("./photoshelf.js").Taken} taken a sheet that somebody must take in hand once more */
  line({ number, outcome, why }) {
    const line = document.createElement("li");
    const button = Object.assign(document.createElement("button"), { type: "button", className: "act second small" });
    const isAgain = outcome === "again";
    button.textContent = say(isAgain ? "take_again" : "put_aside");
    button.addEventListener("click", () => (isAgain ? this.again(number) : this.settle(number)));
    line.className = "row between";
    line.append(Object.assign(document.createElement("span"), { textContent: `${say("number", number)} ${why}` }), button);
    return line;
  }
}

/** @param {string} name @param {number} [n] */
function say(name, n) {
  const place = words instanceof HTMLTemplateElement ? words.content.querySelector(`[data-word=${name}]`) : null;
  return (place?.textContent ?? "").replace("{n}", String(n ?? ""));
}

if (page instanceof HTMLElement) {
  const lens = new URL(page.dataset.lens ?? "", document.baseURI);
  const [{ Lens }, { Eye }, { Guide }] = await Promise.all([import(lens.href), import(new URL("eye.js", lens).href), import(new URL("../domain/advice.js", lens).href)]);
  await new Taking(page, { Lens, Eye, Guide }).begin();
}
