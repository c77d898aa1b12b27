"""D17, D18: nothing of the last person, on the screen, in history, in storage, or in the memory of the page."""

from __future__ import annotations

import json

import pytest

pytest.importorskip("playwright.sync_api")

from fake_server import Town
from kiosk_page import PROJECTS, Kiosk, Open, contest
from playwright.sync_api import expect

pytestmark = pytest.mark.e2e
LEAVING = {
    "finished": lambda kiosk: [kiosk.press(one) for one in ("Relire mon bulletin", "Déposer mon bulletin", "Terminé")],
    "left": lambda kiosk: kiosk.press("Tout effacer et partir"),
    "gone": lambda kiosk: kiosk.page.clock.run_for(77_000),
}  # fmt: skip
IN_STORAGE = """async () => JSON.stringify([
  { ...localStorage }, { ...sessionStorage }, document.cookie, history.state, location.href, document.title,
  navigation.entries().map((one) => one.url),
  await Promise.all(
    (await caches.keys()).map(async (name) => (await (await caches.open(name)).keys()).map((one) => one.url)),
  ),
])"""


def memory_of(kiosk: Kiosk) -> str:
    """What the page holds in memory, after everything that nobody holds was thrown away."""
    session = kiosk.context.new_cdp_session(kiosk.page)
    session.send("HeapProfiler.enable")
    session.send("HeapProfiler.collectGarbage")
    chunks: list[str] = []
    session.on("HeapProfiler.addHeapSnapshotChunk", lambda event: chunks.append(event["chunk"]))
    session.send("HeapProfiler.takeHeapSnapshot", {"reportProgress": False})
    session.detach()
    return "".join(chunks)


@pytest.mark.parametrize("way", LEAVING)
def test_d17_whoever_comes_next_finds_nothing_wherever_they_look(opened: Open, way: str) -> None:
    """D17, D18: finished, left or gone; then what is on the screen, behind it, and after going back and reloading."""
    kiosk = opened(Town([contest()])).ready()
    page, code = kiosk.page, kiosk.town.codes[0]
    page.clock.install()
    page.reload()
    entries = page.evaluate("() => history.length")
    kiosk.press("Touchez pour commencer")
    page.locator("#code").fill(code)
    kiosk.press("Continuer")
    kiosk.choices().nth(2).click()
    use = kiosk.town.uses[code]
    if way == "left":
        assert use in memory_of(kiosk), "the search sees what is held now"
    LEAVING[way](kiosk)
    expect(page.locator("pv-rest")).to_be_visible()
    assert page.evaluate("() => history.length") == entries
    grouped = "-".join(code[i : i + 4] for i in range(0, 18, 4))
    held = memory_of(kiosk)
    # A ballot that was cast lies sealed on the disk with its pass's use value: that is what is sent.
    secrets = [code, grouped] if way == "finished" else [code, grouped, use]
    assert not [secret for secret in secrets if secret in held], "in memory"
    kept = page.evaluate(IN_STORAGE) + json.dumps({**kiosk.stored(), "settings": [], "used": [], "records": []})
    for secret in (code, grouped, use, PROJECTS[2][1]):
        assert secret not in kept and secret not in page.content()
    for move in (page.go_back, page.go_forward, page.reload):
        move()
        assert not [secret for secret in (code, grouped, use, PROJECTS[2][1]) if secret in page.content()]
    expect(page.locator("pv-rest")).to_be_visible()
    expect(page.locator("dialog, [data-scanned]")).to_have_count(0)
    kiosk.press("Touchez pour commencer")
    expect(page.locator("#code")).to_have_value("")
