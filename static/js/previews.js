// A form with data-previewed shows in [data-preview] what it would make, while somebody types. Without this, a button does.

const PAUSE_MS = 400;

/** Whether somebody typed before this script came. @param {HTMLFormElement} form */
export function isTouched(form) {
  return [...form.elements].some((one) => {
    if (one instanceof HTMLInputElement && /^(checkbox|radio)$/.test(one.type)) return one.checked !== one.defaultChecked;
    return (one instanceof HTMLInputElement || one instanceof HTMLTextAreaElement) && one.value !== one.defaultValue;
  });
}

/** @param {HTMLFormElement} form @param {HTMLElement} place */
function follow(form, place) {
  let timer = 0;
  let turn = 0;
  const ask = async () => {
    const mine = ++turn;
    const content = new FormData(form);
    content.set("preview", "1");
    try {
      const answer = await fetch(form.action, { method: "POST", body: content, headers: { "X-Preview": "1" } });
      // An answer that is older than the newest question says what is no longer typed.
      if (!answer.ok || answer.redirected || mine !== turn) return;
      const template = document.createElement("template");
      template.innerHTML = await answer.text();
      place.replaceChildren(template.content);
    } catch {
      // Without network the last preview stays; the form itself will say so when it is sent.
    }
  };
  form.addEventListener("input", () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(ask, PAUSE_MS);
  });
  form.querySelector("[name=preview]")?.setAttribute("hidden", "");
  if (isTouched(form)) ask();
}

for (const place of document.querySelectorAll("[data-preview]")) {
  const form = document.querySelector("form[data-previewed]");
  if (form instanceof HTMLFormElement && place instanceof HTMLElement) follow(form, place);
}
