// A field for a code can be filled by the camera of the device. The reader is the kiosk's own, from where the kiosk has it.
// Without a camera, or without a safe connection, nothing appears: a code is typed, or comes from a scanner that types.

const template = document.querySelector("template[data-camera]");
const BEFORE_CODE = /^.*#code=/s; // a letter's square holds the address of the ballot as well

/** The one camera that is on, and what turns it off. */
let off = () => {};

/** @param {HTMLInputElement} field @param {HTMLTemplateElement} parts @param {typeof import("../../kiosk/ui/scanner.js").Scanner} Scanner */
function offer(field, parts, Scanner) {
  const eye = /** @type {HTMLElement} */ (parts.content.firstElementChild?.cloneNode(true));
  const part = (name) => /** @type {HTMLElement} */ (eye.querySelector(`[data-${name}]`));
  const video = /** @type {HTMLVideoElement} */ (eye.querySelector("video"));
  video.muted = true;
  part("open").addEventListener("click", async () => {
    off();
    const scanner = new Scanner(video, (text) => {
      off();
      field.value = text.replace(BEFORE_CODE, "").trim();
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.focus(); // the return key sends the form, as after a scanner that types
    });
    off = () => {
      scanner.stop();
      show(eye, false);
      off = () => {};
    };
    show(eye, true);
    part("stop").focus(); // the button that was pressed is gone
    try {
      await scanner.start();
    } catch {
      if (scanner.stopped) return; // turned off before it was on: another field may have the camera by now
      off();
      part("open").hidden = true;
      part("none").hidden = false;
      field.focus();
    }
  });
  part("stop").addEventListener("click", () => {
    off();
    part("open").focus();
  });
  field.after(eye);
}

/** @param {HTMLElement} eye @param {boolean} isOpen */
function show(eye, isOpen) {
  for (const one of eye.querySelectorAll("[data-view]")) if (one instanceof HTMLElement) one.hidden = !isOpen;
  const open = eye.querySelector("[data-open]");
  if (open instanceof HTMLElement) open.hidden = isOpen;
}

if (template instanceof HTMLTemplateElement && navigator.mediaDevices) {
  const { Scanner, hasCamera } = await import(template.dataset.camera ?? "");
  if (await hasCamera()) for (const field of document.querySelectorAll("main input.code")) if (field instanceof HTMLInputElement) offer(field, template, Scanner);
  window.addEventListener("pagehide", () => off());
}
