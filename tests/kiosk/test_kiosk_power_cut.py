"""Power cuts (rows D5, D6): the browser is killed at any moment; whatever a person was told is saved must be there.

And a camera, since it needs a browser of its own too.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("playwright.sync_api")
sys.path.insert(0, str(Path(__file__).parent))

from fake_server import Town, serve, sha256
from kiosk_page import FLAGS, Kiosk, contest, wait_for
from playwright.sync_api import Browser, Playwright, expect

from tests.film import camera_that_sees

pytestmark = [pytest.mark.e2e, pytest.mark.long]

CUTS = int(os.environ.get("PARVIS_POWER_CUTS", "10"))  # 200 are a figure of faults.md, for a quiet hour
HURRIED = 35  # passes for what a person in a hurry can vote between two cuts, and more

# A person in a great hurry: votes with one pass after the other, and says aloud what the screen showed as saved.
HURRY = """async (codes) => {
  const sees = async (selector) => {
    for (;;) {
      const found = document.querySelector(selector);
      if (found && !found.disabled) return found;
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  };
  for (const code of codes) {
    (await sees(".begin")).click();
    const field = await sees("#code");
    field.value = code;
    field.dispatchEvent(new Event("input"));
    (await sees("pv-pass .deed .act:last-child")).click();
    (await sees(".choice input")).click();
    (await sees("pv-ballot .deed .act:last-child")).click();
    (await sees(".cast")).click();
    console.log("saved " + (await sees("pv-receipt .qr")).dataset.text);
    (await sees("pv-receipt .deed .act:last-child")).click();
  }
}"""


@contextlib.contextmanager
def browser_of_its_own(playwright: Playwright, chromium: str, profile: Path) -> Iterator[tuple[Browser, subprocess.Popen]]:
    """A browser whose process we hold, on a profile that outlives it."""
    port = profile / "DevToolsActivePort"
    port.unlink(missing_ok=True)
    own = ["--headless=new", "--remote-debugging-port=0", f"--user-data-dir={profile}"]
    process = subprocess.Popen(
        [chromium, *FLAGS, *own, "about:blank"],
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        end = time.monotonic() + 20
        while not (port.exists() and port.read_text().count("\n")):
            assert time.monotonic() < end and process.poll() is None, "the browser does not start"
            time.sleep(0.02)
        browser = playwright.chromium.connect_over_cdp(f"http://127.0.0.1:{port.read_text().split()[0]}")
        yield browser, process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def test_whatever_was_shown_as_saved_is_there_after_the_power_is_cut(
    playwright: Playwright, chromium_path: str, tmp_path: Path
) -> None:
    town = Town([contest()], passes=CUTS * HURRIED)
    server = serve(town)
    chance = random.Random(5)
    confirmed: list[str] = []
    codes = iter(town.codes)
    for cut in range(CUTS + 1):
        with browser_of_its_own(playwright, chromium_path, tmp_path) as (browser, process):
            kiosk = Kiosk(browser.contexts[0], town)
            kiosk.page.set_viewport_size({"width": 768, "height": 1024})
            if cut == 0:
                kiosk.ready()
            town.mood = "portal"  # nothing leaves the device: it holds the last copy
            kiosk.open()
            expect(kiosk.page.locator(".begin").first).to_be_visible()
            if cut == CUTS:
                town.mood = "well"
                kiosk.operator()
                kiosk.press("Envoyer maintenant")
                expect(kiosk.page.locator("[data-link=up]")).to_be_visible()
                assert kiosk.page.locator("[data-alarm]").count() == 0, "no alarm about the chain"
                break
            kiosk.page.on("console", lambda said: confirmed.extend(re.findall(r"saved (.+)", said.text)))
            hurried, before = [next(codes) for _ in range(HURRIED)], len(confirmed)
            kiosk.page.evaluate(f"(codes) => {{ ({HURRY})(codes); }}", hurried)
            if cut % 2:  # a busy machine would always be cut off before anything is saved
                wait_for(lambda told=before: len(confirmed) > told, kiosk, seconds=30)
            kiosk.page.wait_for_timeout(chance.randint(150, 900))
            os.killpg(process.pid, signal.SIGKILL)
    server.shutdown()
    arrived = {sha256(json.loads(line)["header"].encode()) for line in town.records.values()}
    promised = {url.split("/receipt/")[1].split("?")[0] for url in confirmed}
    assert len(promised) >= CUTS // 2, "votes were cast between the cuts"
    assert promised <= arrived, f"{len(promised - arrived)} of {len(promised)} confirmed ballots are lost"
    assert sorted(town.records) == list(range(1, len(town.records) + 1)), "one chain, no gap"
    subjects = [subject for line in town.records.values() if (subject := json.loads(line)["subject"])]
    assert len(set(subjects)) == len(subjects), "no pass twice"


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
