"""Cutting the power of a kiosk in use: a browser whose process we hold, and people in a great hurry before it.

The test of the suite does so a few times, F2 of the bench 200 times. SIGKILL ends every process of the browser between
two instructions; what a disk itself loses when its current is cut no process can play.
"""

from __future__ import annotations

import contextlib
import os
import random
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from kiosk_page import FLAGS, Kiosk, wait_for
from playwright.sync_api import Browser, Playwright

PATIENCE_S = 120

# Everything is done by the buttons that people touch, and what the screen then shows as saved is said aloud.
TOUCHES = """
  const sees = async (selector) => {
    for (;;) {
      const found = document.querySelector(selector);
      if (found && !found.disabled) return found;
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  };
  const type = (field, text) => { field.value = text; field.dispatchEvent(new Event("input")); };
  const chain = () => new Promise((resolve) => {
    const opening = indexedDB.open("parvis-kiosk");
    opening.onsuccess = () => {
      const asked = opening.result.transaction("settings").objectStore("settings").get("chain");
      asked.onsuccess = () => { opening.result.close(); resolve(asked.result); };
    };
  });
"""
# Votes with one pass after the other.
VOTES = """
  for (const code of codes) {
    (await sees(".begin")).click();
    type(await sees("#code"), code);
    (await sees("pv-pass .deed .act:last-child")).click();
    (await sees(".choice input")).click();
    (await sees("pv-ballot .deed .act:last-child")).click();
    (await sees(".cast")).click();
    console.log("saved " + (await sees("pv-receipt .qr")).dataset.text);
    (await sees("pv-receipt .deed .act:last-child")).click();
  }
"""
# An operator pauses the session and opens it again. What the panel shows is a record of the chain, by its number.
MOVES = """
  (await sees("pv-rest .quiet.end")).click();
  type(await sees("#pin"), pin);
  (await sees("pv-pin .deed .act:last-child")).click();
  const other = async (before) => {
    while ((await sees("pv-operator .state")).textContent === before) {
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  };
  for (let back = false; ; back = true) {
    const before = (await sees("pv-operator .state")).textContent;
    const was = Object.values((await chain()).states)[0];
    if (back && was === "open") break;
    (await sees("pv-operator .band .row button")).click();
    await other(before);
    const now = await chain();
    console.log(`moved ${now.seq} ${Object.values(now.states)[0]}`);
  }
  (await sees("pv-operator .deed .act")).click();
"""
MISSING = """(ids) => new Promise((resolve) => {
  const opening = indexedDB.open("parvis-kiosk");
  opening.onsuccess = () => {
    if (!opening.result.objectStoreNames.contains("records")) return resolve(ids);
    opening.result.transaction("records").objectStore("records").getAll().onsuccess = ({ target }) => {
      opening.result.close();
      const kept = new Set(target.result.map(({ id }) => id));
      resolve(ids.filter((id) => !kept.has(id)));
    };
  };
})"""


@contextlib.contextmanager
def browser_of_its_own(
    playwright: Playwright, chromium: str, profile: Path
) -> Iterator[tuple[Browser, subprocess.Popen]]:
    """A browser whose process we hold, on a profile that outlives it."""
    profile.mkdir(exist_ok=True)
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
        end = time.monotonic() + 60
        while not (port.exists() and port.read_text().count("\n")):
            assert time.monotonic() < end and process.poll() is None, "the browser does not start"
            time.sleep(0.02)
        browser = playwright.chromium.connect_over_cdp(f"http://127.0.0.1:{port.read_text().split()[0]}")
        yield browser, process
    finally:
        cut(process)


def cut(process: subprocess.Popen) -> None:
    """The whole browser, at once."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


class Hurry:
    """What people were told on the screens of a kiosk, over all its lives."""

    def __init__(self) -> None:
        self.receipts: list[str] = []
        self.moves: list[tuple[int, str]] = []

    def listen(self, kiosk: Kiosk) -> None:
        def heard(text: str) -> None:
            self.receipts += re.findall(r"^saved (.+)", text)
            self.moves += [(int(seq), state) for seq, state in re.findall(r"^moved (\d+) (\w+)", text)]

        kiosk.page.on("console", lambda said: heard(said.text))

    @property
    def ids(self) -> list[str]:
        """The records that were confirmed to voters, as their receipts name them."""
        return [url.split("/receipt/")[1].split("?")[0] for url in self.receipts]

    def begin(self, kiosk: Kiosk, codes: list[str], pin: str = "") -> None:
        """People come one after the other, and nobody waits for them here; with a PIN, an operator comes first."""
        deeds = TOUCHES + (MOVES if pin else "") + VOTES
        kiosk.page.evaluate(f"([codes, pin]) => {{ (async () => {{ {deeds} }})(); }}", [codes, pin])

    def until_cut(self, kiosk: Kiosk, told: int, chance: random.Random) -> None:
        """Wait until so many more were told that their vote is saved, and then for any moment.

        Raises AssertionError with what the screen says when nobody is told anything any more.
        """
        wanted = len(self.receipts) + told
        while (now := len(self.receipts)) < wanted:
            try:
                wait_for(lambda before=now: len(self.receipts) > before, kiosk, seconds=PATIENCE_S)
            except AssertionError as error:
                raise AssertionError(f"after {now}: {kiosk.page.locator('body').inner_text()}") from error
        kiosk.page.wait_for_timeout(chance.randint(0, 600))


def missing(kiosk: Kiosk, ids: list[str]) -> list[str]:
    """Which of these records do not lie on the disk of the kiosk."""
    return kiosk.page.evaluate(MISSING, ids)
