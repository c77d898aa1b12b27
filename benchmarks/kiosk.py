"""A kiosk that holds much: ``python -m benchmarks.kiosk [--records 20000] [--taps 40] [--starts 5] [--json OUT]``.

The whole Chromium, headless, on a persistent profile, before the small server of the kiosk's tests. The records are
ballots that were never sent, written by the kiosk's own outbox, as on an evening without network. Measured, with the
page's processor throttled four times:

- from the tap on "cast" to the screen "Saved on this device", in milliseconds: once the receipt stands in the page, and
  the frame after is drawn;
- a start of the whole browser without network, from the beginning of the navigation, which the service worker answers,
  to the rest screen that asks people in: the first one after all of them were written, and later ones; throttled, and
  as fast as the machine is.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import statistics
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

from benchmarks.faults.__main__ import commit

RECORDS, TAPS, STARTS, SLOWER = 20_000, 40, 5, 4
WISHED_TAP_MS, WISHED_START_MS = 100, 1_500
NARROW = {"width": 768, "height": 1024}
KIOSK_TESTS = str(Path(__file__).resolve().parents[1] / "tests" / "kiosk")

# By the kiosk's own functions, many in one transaction.
FILL = """async ([count, stride]) => {
  const [{ Database }, { Outbox }, { hex, random }] = await Promise.all(
    ["store/database.js", "store/outbox.js", "domain/bytes.js"].map((name) => import(`/kiosk/${name}`)));
  const outbox = new Outbox(new Database(indexedDB));
  const pack = JSON.parse((await outbox.database.setting("pack")).pack);
  const about = { type: "ballot.sealed", space: pack.session.space, meeting: pack.session.id, def: "0".repeat(64) };
  while ((await outbox.chain()).seq < count) {
    const now = await outbox.chain();
    const uses = Array.from({ length: Math.min(stride, count - now.seq) }, () => hex(random(16)));
    const deeds = uses.map((use) => ({ ...about, subject: `use:${use}`, body: random(593) }));
    await outbox.append(deeds, { form: hex(random(16)), spends: uses.map((use) => `${about.def}/${use}`) });
  }
  return (await outbox.chain()).seq;
}"""
TAP = """async () => {
  const cast = document.querySelector(".cast");
  const shown = new Promise((resolve) => {
    new MutationObserver((_all, watch) => {
      if (!document.querySelector("pv-receipt h1")) return;
      watch.disconnect();
      requestAnimationFrame(() => setTimeout(() => resolve(performance.now())));
    }).observe(document.getElementById("stage"), { childList: true, subtree: true });
  });
  const tapped = performance.now();
  cast.click();
  return (await shown) - tapped;
}"""
READY = """{
  const look = () => {
    if (!document.querySelector("pv-rest .begin")) return setTimeout(look, 2);
    return requestAnimationFrame(() => { window.readyAt ??= performance.now(); });
  };
  look();
}"""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.kiosk", description=__doc__)
    parser.add_argument("--records", type=int, default=RECORDS)
    parser.add_argument("--taps", type=int, default=TAPS)
    parser.add_argument("--starts", type=int, default=STARTS)
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    chosen = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "server.config.settings")
    sys.path.insert(0, KIOSK_TESTS)
    with tempfile.TemporaryDirectory(prefix="parvis-kiosk-") as folder:
        os.environ |= {"PARVIS_VAR": folder, "DEBUG": "1"}
        import django

        django.setup()
        figures = measure(Path(folder), chosen.records, chosen.taps, chosen.starts)
    text = json.dumps(figures, indent=1)
    print(text)
    if chosen.json:
        chosen.json.write_text(text + "\n")
    return 0


def measure(folder: Path, records: int, taps: int, starts: int) -> dict[str, Any]:
    from fake_server import Town, serve
    from kiosk_page import contest
    from playwright.sync_api import expect, sync_playwright

    from tools.dev import chromium

    expect.set_options(timeout=120_000)
    town = Town([contest()], passes=taps + 1)
    server = serve(town)
    with sync_playwright() as playwright:
        stand = Stand(playwright, chromium(), folder / "profile", town)
        held = stand.fill(records)
        server.shutdown()
        first = stand.start(SLOWER)
        tapped, version = stand.tap(taps)
        throttled = [stand.start(SLOWER) for _start in range(starts)]
        free = [stand.start(1) for _start in range(starts)]
    return {
        "commit": commit(),
        "browser": version,
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}",
        "records": held,
        "throttled": SLOWER,
        "tap_to_saved_ms": told(tapped),
        "cold_start_ms": {"first": round(first), "throttled": told(throttled), "free": told(free)},
        "as_wished": {
            "tap": statistics.median(tapped) < WISHED_TAP_MS,
            "cold_start": statistics.median(throttled) < WISHED_START_MS,
        },
    }


def told(values: list[float]) -> dict[str, float]:
    ranked = sorted(values)
    worst = ranked[min(len(ranked) - 1, int(len(ranked) * 0.95))]
    return {"n": len(ranked), "median": round(statistics.median(ranked)), "p95": round(worst), "max": round(ranked[-1])}


class Stand:
    """One kiosk on one disk, in one life of the browser after the other."""

    def __init__(self, playwright: Any, chromium: str, profile: Path, town: Any) -> None:
        self.playwright, self.chromium, self.profile, self.town = playwright, chromium, profile, town
        self.profile.mkdir()

    def browser(self) -> Any:
        from power_cut import browser_of_its_own

        return browser_of_its_own(self.playwright, self.chromium, self.profile)

    def page(self, browser: Any, slower: int = 1) -> Any:
        from kiosk_page import Kiosk

        kiosk = Kiosk(browser.contexts[0], self.town)
        kiosk.page.set_default_timeout(300_000)
        kiosk.page.set_viewport_size(NARROW)
        if slower > 1:
            cdp = kiosk.context.new_cdp_session(kiosk.page)
            cdp.send("Emulation.setCPUThrottlingRate", {"rate": slower})
        return kiosk

    def fill(self, records: int) -> int:
        with self.browser() as (browser, process):
            kiosk = self.page(browser).ready()
            self.town.mood = "portal"
            # A page of the same origin that is no kiosk: there is one writer.
            kiosk.page.goto(f"{self.town.origin}/kiosk/release.json")
            held = kiosk.page.evaluate(FILL, [records, 200])
            leave(browser, process)
        return held

    def tap(self, taps: int) -> tuple[list[float], str]:
        """Milliseconds of each, and the browser. Nobody is as quick: what else is at work then is at work too."""
        found = []
        with self.browser() as (browser, process):
            kiosk = self.page(browser, SLOWER).open()
            for code in self.town.codes[:taps]:
                kiosk.to_review(code, random.Random(code).randrange(10))
                found.append(kiosk.page.evaluate(TAP))
                kiosk.press("Terminé")
            version = browser.version
            leave(browser, process)
        return found, version

    def start(self, slower: int) -> float:
        with self.browser() as (browser, process):
            kiosk = self.page(browser, slower)
            kiosk.page.add_init_script(READY)
            kiosk.open()
            ready = kiosk.page.wait_for_function("() => window.readyAt").json_value()
            leave(browser, process)
        return ready


def leave(browser: Any, process: subprocess.Popen) -> None:
    """Closed as one closes it: what the browser writes on the way is written."""
    from playwright.sync_api import Error

    with suppress(Error):
        browser.new_browser_cdp_session().send("Browser.close")
    with suppress(subprocess.TimeoutExpired):
        process.wait(timeout=20)


if __name__ == "__main__":
    sys.exit(main())
