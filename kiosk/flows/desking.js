/** What somebody at the desk asks for, screen by screen. */

import { hex, random } from "../domain/bytes.js";

/** @param {import("./app.js").App} app @returns {import("./app.js").Deeds} */
export function deeds(app) {
  const desk = () => app.desk;
  const back = (done = "") => desk().go({ step: "find", q: "", found: null, done });
  return {
    "desk-find": ({ q }) => desk().find(q),
    "desk-open": ({ key }) => desk().open(key),
    "desk-mark": ({ key }) => desk().mark(key),
    "desk-back": () => back(),
    "desk-undo": ({ person }) => desk().go({ step: "undo", person, form: hex(random(16)), stage: "reason", error: "", reason: "", note: "" }),
    "desk-reason": ({ reason, note }) => desk().go({ ...desk().at, reason, note, stage: "pass", error: "" }),
    "desk-pass": ({ text }) => takePass(desk(), text),
    "desk-second": ({ text }) => takeSecond(desk(), text),
    "desk-walk-in": () => desk().go({ step: "walkin", form: hex(random(16)), stage: "about", rolls: desk().roll?.rolls ?? [], about: null, error: "" }),
    "desk-about": ({ about }) => desk().go({ ...desk().at, about, stage: "pass", error: "" }),
  };
}

/** @param {import("./desk.js").Desk} desk @param {string} text of the pass that came back, or that is handed over */
async function takePass(desk, text) {
  const { at } = desk;
  const found = await desk.readPass(text);
  if (desk.at !== at) return undefined;
  if (found.error) return desk.go({ ...at, error: found.error });
  if (at.step === "walkin") return desk.enter(at.about, found.use);
  if (desk.roll?.takesTwo) return desk.go({ ...at, use: found.use, stage: "second", error: "" });
  return desk.undo({ ...at, use: found.use, second: "" });
}

/** @param {import("./desk.js").Desk} desk @param {string} text of a colleague's card; "": nobody else is here, people decide */
async function takeSecond(desk, text) {
  const { at } = desk;
  const found = text ? await desk.readSecond(text) : { second: "" };
  if (desk.at !== at) return undefined;
  return found.error ? desk.go({ ...at, error: found.error }) : desk.undo({ ...at, second: found.second });
}
