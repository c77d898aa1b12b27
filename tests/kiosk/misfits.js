/**
 * What is wrong with the screen as it stands, for a test: an expression, evaluated in the page. Nothing runs out sideways,
 * no text is cut or spills out of its control, no two words lie on each other, everything can be brought into sight, and
 * what is to be touched is at least `least` pixels wide and high.
 */
async (least) => {
  await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  const scope = document.querySelector("dialog[open]") ?? document.body;
  const all = [...scope.querySelectorAll("*")].filter((e) => e.checkVisibility() && !e.closest(".hide, noscript") && !e.parentElement.closest("svg"));
  const told = [];
  const tell = (fault, element) => told.push(`${fault}: ${element.outerHTML.slice(0, 110)}`);
  const layer = (e) => e.closest(".deed, .more, .typing, dialog, pv-help, pv-band") ?? document.body;
  // A face reserves room above and below its letters; what may not touch is the ink.
  const inked = ({ left, right, top, bottom, height }) => ({ left, right, top: top + height * 0.24, bottom: bottom - height * 0.2 });
  const meet = (a, b) => a.left < b.right - 2 && b.left < a.right - 2 && a.top < b.bottom - 2 && b.top < a.bottom - 2;

  for (const e of all) {
    const { left, right } = e.getBoundingClientRect();
    if (left < -1 || right > innerWidth + 1) tell("beyond the edge", e);
    if (e.scrollWidth > e.clientWidth + 1 && e.clientWidth && (e.matches("input.code") || getComputedStyle(e).overflowX !== "visible")) tell("runs out sideways", e);
  }

  const leaves = all.filter((e) => [...e.childNodes].some((node) => node.nodeType === 3 && node.data.trim()));
  const lines = leaves.map((e) => {
    const range = document.createRange();
    range.selectNodeContents(e);
    return { e, layer: layer(e), rects: [...range.getClientRects()].filter((rect) => rect.width > 1).map(inked) };
  });
  for (const { e, rects } of lines) {
    const holder = e.closest("button, .choice, .say, .plate .name, .state");
    const room = holder?.getBoundingClientRect();
    if (room && rects.some((rect) => rect.left < room.left - 2 || rect.right > room.right + 2 || rect.top < room.top - 3 || rect.bottom > room.bottom + 3)) tell("spills out", e);
  }
  for (let i = 0; i < lines.length; i += 1) {
    for (let j = i + 1; j < lines.length; j += 1) {
      const [one, other] = [lines[i], lines[j]];
      if (one.layer !== other.layer || one.e.contains(other.e) || other.e.contains(one.e)) continue;
      if (one.rects.some((a) => other.rects.some((b) => meet(a, b)))) tell(`lies on ${other.e.outerHTML.slice(0, 50)}`, one.e);
    }
  }

  const controls = all.filter((e) => e.matches("button, .choice, input:not(.mark)"));
  for (const e of controls) {
    const { width, height } = e.getBoundingClientRect();
    if (Math.min(width, height) < least - 0.5) tell(`only ${Math.round(width)} × ${Math.round(height)}`, e);
  }
  for (const e of new Set([...controls.filter((control) => !control.disabled), ...leaves])) {
    if (e.matches(".more") || e.closest("button[disabled]")) continue;
    e.scrollIntoView({ block: "center", inline: "nearest" });
    const { left, width, top, height } = e.getBoundingClientRect();
    const middle = Math.max(top, 0) + (Math.min(top + height, innerHeight) - Math.max(top, 0)) / 2;
    const hit = document.elementFromPoint(left + width / 2, middle);
    if (!hit || !(e.contains(hit) || hit.contains(e))) tell("cannot be brought into sight", e);
  }
  for (const e of all) e.scrollTop = 0;
  return told;
}
