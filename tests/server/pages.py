"""A look at a page in a browser: what a program can see of who can read and press what stands on it."""

from __future__ import annotations

import gzip
import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from server.web.town.build import PASSWORD

CSS = Path(__file__).resolve().parents[2] / "static" / "css"
WEAR = "worn => Object.assign(document.documentElement.dataset, worn)"
COLOURS = "color-contrast"
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"], "rules": {COLOURS: {"enabled": False}}}
CONTRAST = {"runOnly": {"type": "rule", "values": [COLOURS]}}
LIGHT = {"theme": "light", "contrast": "normal"}
THEMES = {
    "light": LIGHT,
    "dark": {"theme": "dark", "contrast": "normal"},
    "contrast": {"theme": "light", "contrast": "more"},
    "contrast-dark": {"theme": "dark", "contrast": "more"},
}
WIDTHS = {"telephone": {"width": 360, "height": 900}, "desk": {"width": 1440, "height": 900}}
# The contrast of words hangs on their colour, on all that is painted under them, and on how large and heavy they are.
# All themes in one go: nothing is painted between them.
KINDS = """themes => {
  const speaks = one => one.matches("input, select, textarea")
    || [...one.childNodes].some(part => part.nodeType === 3 && part.data.trim());
  let grounds;
  const under = one => {
    if (!grounds.has(one)) {
      const {backgroundColor, backgroundImage, opacity} = getComputedStyle(one);
      const own = [backgroundColor, backgroundImage, opacity].join(" ");
      grounds.set(one, under(one.parentElement) + (own === "rgba(0, 0, 0, 0) none 1" ? "" : own + " / "));
    }
    return grounds.get(one);
  };
  window.kinds = {};
  const words = [...document.querySelectorAll("body *")].filter(speaks);
  for (const [theme, worn] of Object.entries(themes)) {
    Object.assign(document.documentElement.dataset, worn);
    grounds = new Map([[null, ""]]);
    window.kinds[theme] = new Map();
    for (const one of words) {
      if (!one.getClientRects().length) continue;
      const {color, fontSize, fontWeight} = getComputedStyle(one);
      window.kinds[theme].set([color, under(one), fontSize, fontWeight].join(" "), one);
    }
  }
  return Object.entries(window.kinds).map(([theme, kinds]) => [theme, [...kinds.keys()]]);
}"""
MARK = """([theme, worn, kinds]) => {
  Object.assign(document.documentElement.dataset, worn);
  document.querySelectorAll("[data-looked-at]").forEach(one => one.removeAttribute("data-looked-at"));
  kinds.forEach(kind => window.kinds[theme].get(kind).setAttribute("data-looked-at", ""));
}"""
AXE = """async ([options, only]) => {
  if (only && !document.querySelector(only)) return [];  // a part that was drawn anew in the meantime
  const found = await axe.run(only ? {include: [only]} : document, {...options, resultTypes: ["violations"]});
  return found.violations.map(rule => `${rule.id}: ${rule.nodes[0].html.slice(0, 160)}`);
}"""
WATCH = """addEventListener('securitypolicyviolation', (one) =>
  console.error(`policy: ${one.violatedDirective} ${one.sourceFile}:${one.lineNumber}`))"""
# How much jumped after it was seen, and what jumped most: the browser's own measure (CLS). What follows a touch within
# half a second was asked for.
SHIFTS = """() => {
  const alone = one => [one.localName, one.id && "#" + one.id, ...[...one.classList].map(kind => "." + kind)].join("");
  const name = node => {
    const one = node instanceof Element ? node : node?.parentElement;
    return one ? [one.parentElement, one].filter(Boolean).map(alone).join(" > ") : "what is gone again";
  };
  const seen = [];
  const keep = entries => seen.push(...entries.filter(one => !one.hadRecentInput));
  const watch = new PerformanceObserver(list => keep(list.getEntries()));
  watch.observe({type: "layout-shift", buffered: true});
  window.shifted = () => {
    keep(watch.takeRecords());
    const told = seen.splice(0);
    const [worst] = told.toSorted((one, other) => other.value - one.value);
    return [told.reduce((sum, one) => sum + one.value, 0), name(worst?.sources[0]?.node)];
  };
}"""
# What a script draws at once has been drawn after two frames.
SHIFTED = """() => new Promise(tell =>
  requestAnimationFrame(() => requestAnimationFrame(() => tell(window.shifted()))))"""
SHIFTS_AT_MOST = 0.05
SHEET = re.compile(r"<link\b[^>]*\brel=.?stylesheet\b[^>]*\bhref=\"([^\"]+)")
# Only what can be reached by scrolling sideways: a skip link far above the window does not count.
TOO_WIDE = """() => {
  const sticksOut = one => one.getBoundingClientRect().right > innerWidth + 1 && !one.closest('.scroll');
  if (document.documentElement.scrollWidth <= innerWidth) return [];
  return [...document.querySelectorAll('body *')].filter(sticksOut).slice(0, 3).map(one => one.outerHTML.slice(0, 120));
}"""
# Points of a link's first line or a button, as shares of its width and height, that must lead to it.
COVERED = """() => {
  const points = [[.5, .35], [.5, .5], [.5, .65], [.1, .5], [.9, .5]];
  const found = [];
  const pressed = ["a[href]", "button", "input:not([type=hidden])", "select"].map((one) => `main ${one}`);
  for (const one of document.querySelectorAll(pressed.join())) {
    one.scrollIntoView({ block: "center", behavior: "instant" });
    const box = one.getClientRects()[0];
    if (!box || box.width < 2 || !one.checkVisibility({ visibilityProperty: true })) continue;
    for (const [x, y] of points) {
      const hit = document.elementFromPoint(box.x + box.width * x, box.y + box.height * y);
      if (hit && !one.contains(hit) && !hit.contains(one)) {
        found.push(`${one.outerHTML.slice(0, 120)} under ${hit.outerHTML.slice(0, 60)}`);
        break;
      }
    }
  }
  return found;
}"""


def watch_shifts(page: Any) -> None:
    """Before its first page: keep what moves."""
    page.add_init_script(f"({SHIFTS})()")


def moved(page: Any) -> list[str]:
    """How much moved since the page began or was asked last, with what moved most; nothing where a reader bears it."""
    shift, worst = page.evaluate(SHIFTED)
    return [f"{shift:.3f}, most of it {worst}"] if shift > SHIFTS_AT_MOST else []


def log_in(page: Any, email: str = "organiser@villeneuve.example") -> None:
    page.goto("/accounts/login/")
    page.fill("[name=login]", email)
    page.fill("[name=password]", PASSWORD)
    page.locator("main form").get_by_role("button").click()
    page.wait_for_url(lambda url: "login" not in url)


def listen(page: Any, complaints: list[str]) -> None:
    """Before its first page: collect errors of scripts and of the console, also broken security rules, by address."""
    page.add_init_script(WATCH)
    page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
    page.on("console", lambda told: complaints.append(f"{page.url}: {told.text}") if told.type == "error" else None)


@dataclass
class Findings:
    """What was found by address: faults for WCAG 2.2 A and AA, weak colours by theme, pixels too wide, what lies under
    something else, what moved while it came, what the browser complained of. ``kinds``: whose words were looked at in
    every theme, and need not be once more."""

    faults: dict[str, list[str]] = field(default_factory=dict)
    weak: dict[str, list[str]] = field(default_factory=dict)
    too_wide: dict[str, list[str]] = field(default_factory=dict)
    covered: dict[str, list[str]] = field(default_factory=dict)
    shifted: dict[str, list[str]] = field(default_factory=dict)
    complaints: list[str] = field(default_factory=list)
    kinds: set[str] = field(default_factory=set)

    def prepare(self, page: Any) -> None:
        """Before its first page: hear what the browser complains of, and bring what looks at elements."""
        listen(page, self.complaints)
        watch_shifts(page)
        page.set_viewport_size(WIDTHS["telephone"])
        page.add_init_script(pytest.importorskip("axe_playwright_python.base").AXE_SCRIPT)

    def look(self, page: Any, name: str) -> None:
        """Look the page over without leaving it, as it arrived on a telephone, then on a desk: by every rule, and for
        its colours in every theme. The next page will arrive on a telephone."""
        self.shifted[name] = moved(page)
        self._places(page, f"{name} on a telephone")
        page.evaluate(WEAR, {"size": "4"})
        self.too_wide[f"{name} in the largest text"] = page.evaluate(TOO_WIDE)
        page.evaluate(WEAR, {"size": ""})
        page.set_viewport_size(WIDTHS["desk"])
        self._places(page, f"{name} on a desk")
        self.faults[name] = page.evaluate(AXE, [RULES, ""])
        self._colours(page, name)
        page.set_viewport_size(WIDTHS["telephone"])

    def _places(self, page: Any, name: str) -> None:
        self.too_wide[name] = page.evaluate(TOO_WIDE)
        self.covered[name] = page.evaluate(COVERED)

    def _colours(self, page: Any, name: str) -> None:
        """Each kind of words once in each theme, and once in the colours that a device forces on the page."""
        self._kinds(page, name, THEMES)
        page.emulate_media(forced_colors="active")
        self._kinds(page, name, {"forced": LIGHT})
        page.emulate_media(forced_colors="none")

    def _kinds(self, page: Any, name: str, themes: dict[str, dict[str, str]]) -> None:
        for theme, kinds in page.evaluate(KINDS, themes):
            if new := [kind for kind in kinds if kind not in self.kinds]:
                self.kinds |= set(new)
                page.evaluate(MARK, [theme, themes[theme], new])
                self.weak[f"{name} {theme}"] = page.evaluate(AXE, [CONTRAST, "[data-looked-at]"])


def weight(html: str) -> int:
    """Bytes of a page and its style sheets, compressed."""
    names = [re.sub(r"\.[0-9a-f]{12}\.css$", ".css", one.rpartition("/")[2]) for one in SHEET.findall(html)]
    return len(gzip.compress(html.encode())) + sum(map(_weight_of, names))


@cache
def _weight_of(name: str) -> int:
    return len(gzip.compress((CSS / name).read_bytes()))


def only_found(found: dict[str, list[str]]) -> dict[str, list[str]]:
    return {name: faults for name, faults in found.items() if faults}
