// The section "let this browser count everything again": buttons, progress, one clear sentence at the end.

import { dropped, fetchFiles, readFiles } from "./gather.js";
import { verify } from "./verify.js";

const section = /** @type {HTMLElement} */ (document.querySelector("[data-verify]"));
const number = new Intl.NumberFormat(document.documentElement.lang || "en");

/** @param {string} name @returns {HTMLElement} */
const part = (name) => /** @type {HTMLElement} */ (section.querySelector(`[data-${name}]`));

/** @type {Map<string, string>} */
const words = new Map();
for (const one of /** @type {HTMLTemplateElement} */ (part("words")).content.querySelectorAll("[data-word]")) {
  words.set(one.getAttribute("data-word") ?? "", one.textContent ?? "");
}

/** A sentence of the page, with its facts put in. @param {string} code @param {Record<string, string | number>} [facts] */
function say(code, facts = {}) {
  return (words.get(code) ?? code).replace(/\{(\w+)\}/g, (whole, name) => {
    const fact = facts[name];
    return typeof fact === "number" ? number.format(fact) : (fact ?? whole);
  });
}

let isBusy = false;

/** @param {boolean} now */
function setBusy(now) {
  isBusy = now;
  part("running").hidden = !now;
  section.setAttribute("aria-busy", String(now));
  for (const button of section.querySelectorAll("button")) button.disabled = now;
}

/** @param {string} code @param {number} done @param {number} whole */
function tell(code, done, whole) {
  part("doing").textContent = say(`doing_${code}`, { part: done, whole });
  const bar = /** @type {HTMLProgressElement} */ (section.querySelector("progress"));
  bar.max = Math.max(whole, 1);
  bar.value = done;
}

/** @param {boolean} isRight @param {string} sentence @param {string} [why] */
function conclude(isRight, sentence, why = "") {
  const verdict = part("verdict");
  verdict.classList.toggle("right", isRight);
  verdict.classList.toggle("wrong", !isRight);
  part("sentence").textContent = sentence;
  part("first").textContent = why;
  part("first").hidden = !why;
  verdict.hidden = false;
  verdict.focus();
}

/** @param {import("./desk.js").Problem} problem */
const where = ({ place, code, facts }) => say("where", { place, why: say(code, facts) });

/** @param {HTMLElement} list @param {string[]} lines */
function fill(list, lines) {
  list.replaceChildren(...lines.map((line) => {
    const item = document.createElement("li");
    item.textContent = line;
    return item;
  }));
}

/** @param {Awaited<ReturnType<typeof verify>>} found */
function show({ isRight, problems, steps, fingerprint }) {
  fill(part("problems"), problems.map(({ place, code, facts }) => `${place} – ${say(code, facts)}`));
  part("found").hidden = isRight || problems.length < 2;
  fill(part("steps"), steps.map(({ code, facts }) => {
    const short = typeof facts.hash === "string" ? { ...facts, hash: facts.hash.slice(0, 16) } : facts;
    return say(code, short);
  }));
  part("key").textContent = fingerprint || "–";
  part("report").hidden = false;
  conclude(isRight, say(isRight ? "right" : "wrong"), isRight ? "" : where(problems[0]));
}

/** @param {() => Promise<Map<string, Uint8Array>>} gather @param {string} failed the sentence when that fails */
async function check(gather, failed) {
  if (isBusy) return;
  setBusy(true);
  part("verdict").hidden = true;
  part("report").hidden = true;
  try {
    const files = await gather();
    if (files.size === 0) throw new Error("empty");
    const kept = keptText.value.trim();
    show(await verify(files, tell, kept ? [kept] : []));
  } catch {
    conclude(false, say(failed));
  } finally {
    setBusy(false);
  }
}

/** What somebody kept: typed, pasted, or read from a file. */
const keptText = /** @type {HTMLTextAreaElement} */ (part("kept"));
const keptFile = /** @type {HTMLInputElement} */ (section.querySelector('[data-input="kept"]'));
section.querySelector('[data-choose="kept"]')?.addEventListener("click", () => keptFile.click());
keptFile.addEventListener("change", async () => {
  const [file] = keptFile.files ?? [];
  keptFile.value = "";
  if (file) keptText.value = await file.text();
});

const base = (section.dataset.files ?? "").slice(0, -1);
part("go").addEventListener("click", () => check(() => fetchFiles(base, (done, whole) => tell("fetch", done, whole)), "fetch_failed"));
for (const kind of ["files", "folder"]) {
  const input = /** @type {HTMLInputElement} */ (section.querySelector(`[data-input="${kind}"]`));
  section.querySelector(`[data-choose="${kind}"]`)?.addEventListener("click", () => input.click());
  input.addEventListener("change", async () => {
    const chosen = [...(input.files ?? [])];
    input.value = ""; // the same files may be chosen again
    if (chosen.length) await check(() => readFiles(chosen), "read_failed");
  });
}
const drop = part("drop");
for (const name of ["dragover", "dragleave", "drop"]) {
  drop.addEventListener(name, (event) => {
    event.preventDefault();
    drop.classList.toggle("over", name === "dragover");
  });
}
drop.addEventListener("drop", (event) => {
  const { dataTransfer } = /** @type {DragEvent} */ (event);
  if (!dataTransfer) return;
  const files = dropped(dataTransfer);
  check(async () => readFiles(await files), "read_failed");
});
part("without").hidden = true;
part("ui").hidden = false;
