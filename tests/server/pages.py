"""Every page of the town in a browser, found by its links: one list for all that looks pages over."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from server.web.town.build import PASSWORD

CSS = Path(__file__).resolve().parents[2] / "static" / "css"
LINKS = """[...document.querySelectorAll('main a[href], nav a[href], .foot a[href]')]
  .filter(a => a.host === location.host).map(a => a.pathname)"""
WEAR = "worn => Object.assign(document.documentElement.dataset, worn)"
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}
CONTRAST = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
# The fourth theme, contrast at night, has the colours of the third turned around: its pairs are measured in the sheets.
THEMES = {"dark": {"theme": "dark", "contrast": "normal"}, "contrast": {"theme": "light", "contrast": "more"}}
# What is read by machines or taken away, and what is said to a person once.
NO_PAGE = re.compile(r"\.(ics|csv|zip|json|jsonl|pdf|pb|py|sig|svg|txt|xlsx|cbor)$|/file/$|/files/|/logout/")
NOT_OURS = re.compile(r"^/(office|desk|kiosk|api|static)/")
ROOMS = ["/office/", "/office/budget-du-centre/", "/office/budget-des-ecoles/"]


def kind_of(address: str) -> str:
    """Pages that differ by a number or a name only are of one kind; boxes and sessions follow their state."""
    return re.sub(r"[0-9a-f]{64}|[0-9]", "", address.replace("-des-ecoles", "-du-centre"))


def crawl(page: Any, starts: list[str], *, staff: bool = False, depth: int = 2) -> Iterator[str]:
    """Go to every kind of page within so many clicks, and give its address while one is there."""
    seen, queue = {kind_of(start) for start in starts}, [(start, 0) for start in starts]
    for address, clicks in queue:
        answer = page.goto(address)
        assert answer.status == 200, (address, answer.status)
        links = page.evaluate(LINKS) if clicks < depth else []
        yield address
        for link in links:
            is_wanted = link.startswith(("/office/", "/desk/")) if staff else not NOT_OURS.match(link)
            if is_wanted and not NO_PAGE.search(link) and kind_of(link) not in seen:
                seen.add(kind_of(link))
                queue.append((link, clicks + 1))


def log_in(page: Any, email: str = "organiser@villeneuve.example") -> None:
    page.goto("/accounts/login/")
    page.fill("[name=login]", email)
    page.fill("[name=password]", PASSWORD)
    page.locator("main form").get_by_role("button").click()
    page.wait_for_url(lambda url: "login" not in url)


@dataclass
class Findings:
    """What was found by address: faults for WCAG 2.2 A and AA, weak colours by theme, pixels too wide, bytes."""

    faults: dict[str, list[str]] = field(default_factory=dict)
    weak: dict[str, list[str]] = field(default_factory=dict)
    too_wide: dict[str, list[str]] = field(default_factory=dict)
    weights: dict[str, int] = field(default_factory=dict)

    def look(self, page: Any, name: str) -> None:
        """Look the page over: in light by every rule, in the other themes for its colours, on a narrow window."""
        axe = pytest.importorskip("axe_playwright_python.base").AXE_SCRIPT
        page.evaluate(axe)
        self.faults[name] = violations(page, RULES)
        for theme, worn in THEMES.items():
            page.evaluate(WEAR, worn)
            self.weak[f"{name} {theme}"] = violations(page, CONTRAST)
        page.set_viewport_size({"width": 360, "height": 740})
        self.too_wide[name] = page.evaluate(TOO_WIDE)
        page.evaluate(WEAR, {"size": "4"})
        self.too_wide[f"{name} in the largest text"] = page.evaluate(TOO_WIDE)
        page.set_viewport_size({"width": 1024, "height": 800})
        self.weights[name] = weight(page)


# Only what can be reached by scrolling sideways: a skip link far above the window does not count.
TOO_WIDE = """() => {
  const sticksOut = one => one.getBoundingClientRect().right > innerWidth + 1 && !one.closest('.scroll');
  if (document.documentElement.scrollWidth <= innerWidth) return [];
  return [...document.querySelectorAll('body *')].filter(sticksOut).slice(0, 3).map(one => one.outerHTML.slice(0, 120));
}"""


def violations(page: Any, options: dict[str, Any]) -> list[str]:
    found = page.evaluate("options => axe.run({...options, resultTypes: ['violations']})", options)["violations"]
    return [f"{rule['id']}: {rule['nodes'][0]['html'][:160]}" for rule in found]


def weight(page: Any) -> int:
    """Bytes of the page and its style sheets, compressed."""
    sheets = page.evaluate("[...document.querySelectorAll('link[rel=stylesheet]')].map(one => one.href)")
    html = page.content().encode()
    files = [(CSS / re.sub(r"\.[0-9a-f]{12}\.css$", ".css", one.rpartition("/")[2])).read_bytes() for one in sheets]
    return sum(len(gzip.compress(text)) for text in [html, *files])


def only_found(found: dict[str, list[str]]) -> dict[str, list[str]]:
    return {name: faults for name, faults in found.items() if faults}
