"""X5 through the offline door: whatever text a pack brings, it is text on every screen of the kiosk."""

from __future__ import annotations

import json

import pytest

pytest.importorskip("playwright.sync_api")

from fake_server import PIN, Town
from kiosk_page import Kiosk, Open, ballots, contest, wait_for

pytestmark = pytest.mark.e2e

SCRIPT = "</bdi></h1><script>alert(1)</script><svg/onload=alert(2)><img src=x onerror=alert(3)>\"'--{{7*7}}${7*7}"
TURNED = "\u202egnp.exe\u2066 zero\u200bwidth \u05d0\u05d1"
LONG = "Le lavoir du bas " * 60_000  # a million characters
UNBROKEN = "x" * 5_000
TEXTS = (SCRIPT, TURNED, LONG, UNBROKEN)

WATCH = """
window.broken = [];
document.addEventListener("securitypolicyviolation", (event) => window.broken.push(event.violatedDirective));
"""


class HostileTown(Town):
    """Every text that people of the town may type is hostile."""

    def enrol(self, asked: dict) -> tuple[int, dict]:
        status, answer = super().enrol(asked)
        if status == 200:
            self.device["label"] = answer["device"]["label"] = SCRIPT + TURNED
        return status, answer

    def pack(self, path: str, authorization: str) -> tuple[int, dict]:
        status, answer = super().pack(path, authorization)
        pack = json.loads(answer["pack"])
        both = {"fr": SCRIPT + TURNED, "en": SCRIPT + TURNED}
        pack |= {"town": SCRIPT, "session": pack["session"] | {"label": both, "meeting": both}}
        text = json.dumps(pack)
        return status, {"pack": text, "sig": self.key.sign(b"parvis-pack-1\n" + text.encode())}


def hostile() -> HostileTown:
    asked = contest() | {"title": {"fr": SCRIPT + TURNED, "en": SCRIPT}}
    for choice, words in zip(asked["choices"], TEXTS, strict=False):
        choice |= {"title": {"fr": words, "en": words}, "note": {"fr": words[:200], "en": words[:200]}}
    return HostileTown([asked])


def is_clean(kiosk: Kiosk) -> None:
    """Nothing ran, nothing was made of the texts, and the screen is no wider than the tablet."""
    assert kiosk.page.evaluate("window.broken") == []
    made = "img, script:not([src]), svg[onload], [onerror], [onload]"
    assert kiosk.page.locator(f"body >> css={made}").count() == 0
    assert kiosk.page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert kiosk.errors == []


def test_x5_text_of_a_pack_is_text_on_every_screen(opened: Open) -> None:
    kiosk = opened(hostile())
    page, dialogs = kiosk.page, []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    page.add_init_script(WATCH)
    kiosk.ready()
    is_clean(kiosk)
    kiosk.context.set_offline(True)
    page.reload()
    kiosk.give_pass(kiosk.town.codes[0])
    kiosk.sees("<script>alert(1)</script>")
    kiosk.sees("{{7*7}}${7*7}")
    is_clean(kiosk)
    for place in range(2):
        kiosk.choices().nth(place).click()
    kiosk.press("Relire mon bulletin")
    kiosk.title("Votre bulletin")
    kiosk.sees("<svg/onload=alert(2)>")
    is_clean(kiosk)
    kiosk.press("Déposer mon bulletin")
    kiosk.title("Enregistré sur cet appareil")
    is_clean(kiosk)
    kiosk.press("Terminé")
    kiosk.press("Opérateur")
    page.locator("#pin").fill(PIN)
    kiosk.press("Entrer")
    kiosk.title("Opérateur")
    is_clean(kiosk)
    kiosk.context.set_offline(False)
    wait_for(lambda: ballots(kiosk.town) == [{"v": 1, "choices": {"q1": ["4", "5"]}}], kiosk)
    assert dialogs == []


def test_x5_x22_a_text_that_turns_direction_turns_nothing_but_itself(opened: Open) -> None:
    """The cost behind a hostile title reads as it does behind a plain one."""
    kiosk = opened(hostile())
    kiosk.ready()
    kiosk.give_pass(kiosk.town.codes[0])
    sits = """() => [...document.querySelectorAll(".choice")].slice(0, 5).map((row) => {
      const title = row.querySelector("b, .t, bdi");
      const held = [...row.querySelectorAll("bdi")].filter((one) => one.textContent.includes("\\u202e"));
      return {plain: !row.textContent.includes("\\u202e"), isolated: held.length > 0, seen: title !== null};
    })"""
    rows = kiosk.page.evaluate(sits)
    assert [row["plain"] for row in rows] == [True, False, True, True, True]
    assert rows[1]["isolated"], "a title or note with a mark of direction stands in an isolated element"
    costs = kiosk.page.locator(".choice .p").all_inner_texts()
    assert [cost[-1] for cost in costs] == ["€"] * len(costs)
