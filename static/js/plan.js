// A point on the plan of the town, by a touch or by the arrow keys. Without this, it is given in degrees.

/**
 * Where a point of the picture lies on the earth, and back.
 * @param {string} facts west, north, and metres of a degree of longitude and of latitude
 */
export function earthOf(facts) {
  const [west, north, metresEast, metresNorth] = facts.split(" ").map(Number);
  return {
    /** @param {number} x @param {number} y metres @returns {[string, string]} latitude and longitude */
    degrees: (x, y) => [(north - y / metresNorth).toFixed(5), (west + x / metresEast).toFixed(5)],
    /** @param {number} latitude @param {number} longitude @returns {[number, number]} metres */
    metres: (latitude, longitude) => [(longitude - west) * metresEast, (north - latitude) * metresNorth],
  };
}

const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** @param {HTMLElement} field */
function follow(field) {
  const svg = field.querySelector("svg");
  const point = svg?.querySelector("circle");
  const [latitude, longitude] = ["latitude", "longitude"].map((name) => field.querySelector(`[name=${name}]`));
  const clear = field.querySelector("[data-plan-clear]");
  if (!svg || !point || !(latitude instanceof HTMLInputElement) || !(longitude instanceof HTMLInputElement)) return;
  const earth = earthOf(field.dataset.plan ?? "");
  const { width, height } = svg.viewBox.baseVal;
  const show = () => {
    const isSet = latitude.value !== "" && longitude.value !== "";
    point.setAttribute("visibility", isSet ? "visible" : "hidden");
    clear?.toggleAttribute("hidden", !isSet);
    if (!isSet) return;
    const [x, y] = earth.metres(Number(latitude.value), Number(longitude.value));
    point.setAttribute("cx", String(x));
    point.setAttribute("cy", String(y));
  };
  const put = (x, y) => {
    const within = (value, most) => Math.min(Math.max(value, 0), most);
    [latitude.value, longitude.value] = earth.degrees(within(x, width), within(y, height));
    for (const input of [latitude, longitude]) input.dispatchEvent(new Event("input", { bubbles: true }));
  };
  svg.addEventListener("click", (event) => {
    const matrix = svg.getScreenCTM();
    if (!matrix) return;
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix.inverse());
    put(at.x, at.y);
  });
  svg.addEventListener("keydown", (event) => {
    const step = STEPS[event.key];
    if (!step) return;
    event.preventDefault();
    const isSet = latitude.value !== "" && longitude.value !== "";
    const [x, y] = isSet ? earth.metres(Number(latitude.value), Number(longitude.value)) : [width / 2, height / 2];
    const far = (event.shiftKey ? 0.05 : 0.01) * width;
    put(x + step[0] * far, y + step[1] * far);
  });
  clear?.addEventListener("click", () => {
    latitude.value = longitude.value = "";
    show();
    svg.focus();
  });
  for (const input of [latitude, longitude]) input.addEventListener("input", show);
  svg.setAttribute("tabindex", "0");
  field.querySelector("[data-plan-says]")?.removeAttribute("hidden");
  show();
}

if (globalThis.document) {
  for (const field of document.querySelectorAll("[data-plan]")) if (field instanceof HTMLElement) follow(field);
}
