"""Power cuts (rows D5, D6, D11): the browser is killed at any moment; whatever a person was told is saved is there.

And a camera, since it needs a browser of its own too.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import sys
from pathlib import Path

import pytest

pytest.importorskip("playwright.sync_api")
sys.path.insert(0, str(Path(__file__).parent))

from fake_server import PIN, Town, serve, sha256, unb64u
from kiosk_page import FLAGS, Kiosk, contest, wait_for
from playwright.sync_api import Playwright, expect
from power_cut import Hurry, browser_of_its_own, cut, missing

from tests.film import camera_that_sees
from tools.dev import chromium

pytestmark = [pytest.mark.e2e, pytest.mark.long]

CUTS = int(os.environ.get("PARVIS_POWER_CUTS", "4"))  # 200 are a figure of faults.md, for a quiet hour
HURRIED = 35  # passes for what a person in a hurry can vote between two cuts, and more


def test_whatever_was_shown_as_saved_is_there_after_the_power_is_cut(
    playwright: Playwright, chromium_path: str, tmp_path: Path
) -> None:
    town = Town([contest()], passes=CUTS * HURRIED)
    server = serve(town)
    chance = random.Random(5)
    hurry = Hurry()
    codes = iter(town.codes)
    for life in range(CUTS + 1):
        with browser_of_its_own(playwright, chromium_path, tmp_path) as (browser, process):
            kiosk = Kiosk(browser.contexts[0], town)
            kiosk.page.set_viewport_size({"width": 768, "height": 1024})
            if life == 0:
                kiosk.ready()
            town.mood = "portal"  # nothing leaves the device: it holds the last copy
            kiosk.open()
            expect(kiosk.page.locator("#stage > *")).to_be_visible()
            assert missing(kiosk, hurry.ids) == []
            if life == CUTS:
                town.mood = "well"
                kiosk.operator()
                kiosk.press("Envoyer maintenant")
                expect(kiosk.page.locator("[data-link=up]")).to_be_visible()
                assert kiosk.page.locator("[data-alarm]").count() == 0, "no alarm about the chain"
                break
            hurry.listen(kiosk)
            hurry.begin(kiosk, [next(codes) for _ in range(HURRIED)], pin=PIN if life % 2 else "")
            # A busy machine would always be cut off before anything is saved.
            hurry.until_cut(kiosk, life % 2, chance)
            cut(process)
    server.shutdown()
    arrived = {sha256(json.loads(line)["header"].encode()) for line in town.records.values()}
    promised = set(hurry.ids)
    assert len(promised) >= CUTS // 2, "votes were cast between the cuts"
    assert promised <= arrived, f"{len(promised - arrived)} of {len(promised)} confirmed ballots are lost"
    assert sorted(town.records) == list(range(1, len(town.records) + 1)), "one chain, no gap"
    bodies = {seq: json.loads(line)["body"] for seq, line in town.records.items()}
    moves = {seq: json.loads(unb64u(bodies[seq]))["state"] for seq, _state in hurry.moves}
    assert moves == dict(hurry.moves) and len(moves) >= CUTS // 2, "what an operator saw is in the chain"
    subjects = [subject for line in town.records.values() if (subject := json.loads(line)["subject"])]
    assert len(set(subjects)) == len(subjects), "no pass twice"


def test_a_copy_of_the_profile_opens_in_another_build_of_the_browser(
    playwright: Playwright, chromium_path: str, tmp_path: Path
) -> None:
    """D11: what one build kept the other reads, and goes on. They may be of one version, which a test cannot choose."""
    other = chromium(is_light=True)
    if not other or Path(other).resolve() == Path(chromium_path).resolve():
        pytest.skip("there is one build of Chromium here")
    town = Town([contest()])
    server = serve(town)
    with browser_of_its_own(playwright, chromium_path, tmp_path / "first") as (browser, process):
        kiosk = Kiosk(browser.contexts[0], town).ready()
        town.mood = "portal"
        receipts = [kiosk.vote(code, 0) for code in town.codes[:2]]
        cut(process)
    shutil.copytree(tmp_path / "first", tmp_path / "second", ignore=shutil.ignore_patterns("Singleton*"))
    with browser_of_its_own(playwright, other, tmp_path / "second") as (browser, _process):
        kiosk = Kiosk(browser.contexts[0], town).open()
        expect(kiosk.page.locator(".begin").first).to_be_visible()
        assert missing(kiosk, [url.split("/receipt/")[1].split("?")[0] for url in receipts]) == []
        town.mood = "well"
        kiosk.vote(town.codes[2], 1)
        wait_for(lambda: len(town.records) == 5, kiosk)
        assert not town.former and "quarantined" not in str(kiosk.stored()["verdicts"])
    server.shutdown()


def test_a_pass_is_read_by_the_camera_without_network(
    playwright: Playwright, chromium_path: str, tmp_path: Path
) -> None:
    town = Town([contest()])
    server = serve(town)
    camera = camera_that_sees(town.codes[0], tmp_path)
    browser = playwright.chromium.launch(executable_path=chromium_path, args=[*FLAGS, *camera])
    try:
        kiosk = Kiosk(browser.new_context(locale="fr-FR", permissions=["camera"]), town).ready()
        kiosk.context.set_offline(True)
        kiosk.press("Touchez pour commencer")
        kiosk.press("Lire avec la caméra")
        expect(kiosk.page.locator("pv-ballot")).to_be_visible(timeout=15_000)
        assert kiosk.page.locator("video").count() == 0
        assert kiosk.errors == []
        assert not any("://" in path for path in town.requests)
    finally:
        browser.close()
        server.shutdown()
