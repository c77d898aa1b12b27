"""F8: disks of kiosks that are full, emptied, closed, or that lie: nobody is told "saved" falsely (D3, D4, D8, D9).

A kiosk in the whole Chromium, before the small server of its tests, on which somebody has voted. In each trial one
fault strikes, while the next person casts or between two starts; then the disk is read by another page, which no fault
touches. Due is an alarm wherever the device can no longer be trusted: nobody is asked in any more (or the device asks
to be prepared anew, where all was taken). Where the browser only closed the connection, the kiosk opens it again and
the vote must be kept: no alarm is due, and none where a disk that is nearly full still kept the vote.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FIGURE = (
    "quota exhausted, storage evicted, connection closed, write that lies: 200 trials, 0 false “saved”, every alarm"
)
TRIALS = 200
SMALL = {"trials": 17}
WIDE = {"width": 1080, "height": 1920}
KIOSK_TESTS = str(Path(__file__).resolve().parents[2] / "tests" / "kiosk")
if KIOSK_TESTS not in sys.path:
    sys.path.insert(0, KIOSK_TESTS)

# Another database of the same origin takes what room there is; random bytes, for the browser compresses.
FILL = """async () => {
  const db = await new Promise((resolve) => {
    const opening = indexedDB.open("filler", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("bytes", { autoIncrement: true });
    opening.onsuccess = () => resolve(opening.result);
  });
  const put = (bytes) => new Promise((resolve) => {
    const tx = db.transaction("bytes", "readwrite");
    tx.objectStore("bytes").put(bytes);
    tx.oncomplete = () => resolve(true);
    tx.onabort = () => resolve(false);
  });
  const filled = (size) => {
    const bytes = new Uint8Array(size);
    for (let at = 0; at < size; at += 65536) crypto.getRandomValues(bytes.subarray(at, Math.min(size, at + 65536)));
    return bytes;
  };
  for (let size = 1 << 20; size >= 1 << 8; size >>= 1) while (await put(filled(size)));
  db.close();
}"""
PUT = """() => {
  const real = IDBObjectStore.prototype.put;
  IDBObjectStore.prototype.put = function (...what) {
    return %s ? this.get("nothing is stored") : real.apply(this, what);
  };
}"""
GET = """() => {
  const real = Object.getOwnPropertyDescriptor(IDBRequest.prototype, "result");
  Object.defineProperty(IDBRequest.prototype, "result", { get() {
    const found = real.get.call(this);
    return %s;
  } });
}"""
# The browser closes the connections of the page, and says so.
CLOSE = "() => { for (const db of window.opened) { db.close(); db.onclose?.(new Event('close')); } }"
BARRED = """() => {
  for (const db of window.opened) db.close();
  IDBFactory.prototype.open = () => { throw new Error("barred"); };
}"""
LATER = """() => new Promise((resolve) => {
  const opening = indexedDB.open("parvis-kiosk", 100 + Math.floor(Math.random() * 1e6));
  opening.onsuccess = () => { opening.result.close(); resolve(); };
})"""
DELETE = "() => new Promise((resolve) => { indexedDB.deleteDatabase('parvis-kiosk').onsuccess = resolve; })"
# An older copy of the same disk: the last record is not there yet, and all that the chain says fits.
OLDER = """() => new Promise((resolve) => {
  const opening = indexedDB.open("parvis-kiosk");
  opening.onsuccess = () => {
    const tx = opening.result.transaction(["settings", "records", "verdicts"], "readwrite");
    const [settings, records, verdicts] = ["settings", "records", "verdicts"].map((name) => tx.objectStore(name));
    settings.get("chain").onsuccess = ({ target: { result: chain } }) => {
      for (const store of [records, verdicts]) store.delete([chain.epoch, chain.seq]);
      records.get([chain.epoch, chain.seq - 1]).onsuccess = ({ target: { result: before } }) => {
        settings.put({ ...chain, seq: before.seq, head: before.id, ballots: chain.ballots - 1 }, "chain");
        settings.get("sync").onsuccess = ({ target: { result: sync } }) => {
          settings.put({ ...sync, next: before.seq + 1 }, "sync");
        };
        settings.delete("checked");
      };
    };
    tx.oncomplete = () => { opening.result.close(); resolve(); };
  };
})"""
TAMPER = """() => new Promise((resolve) => {
  const opening = indexedDB.open("parvis-kiosk");
  opening.onsuccess = () => {
    const tx = opening.result.transaction(["settings", "records"], "readwrite");
    const records = tx.objectStore("records");
    tx.objectStore("settings").get("chain").onsuccess = ({ target: { result: { epoch, seq } } }) => {
      records.get([epoch, seq]).onsuccess = ({ target: { result: record } }) => { %s; };
    };
    tx.oncomplete = () => { opening.result.close(); resolve(); };
  };
})"""


@dataclass(frozen=True)
class Fault:
    """``is_due``: an alarm; None: unless the vote was kept. ``at_start``: it strikes between two starts of the page,
    not while somebody casts. ``leaves_whole``: after a reload the same kiosk serves the next trial."""

    kind: str
    strike: Callable[[Any, Any], Any]
    is_due: bool | None = True
    at_start: bool = False
    leaves_whole: bool = False


def in_page(script: str) -> Callable[[Any, Any], Any]:
    return lambda _bench, kiosk: kiosk.page.evaluate(script)


def elsewhere(script: str) -> Callable[[Any, Any], Any]:
    """In another page of the same origin."""
    return lambda bench, kiosk: bench.other(kiosk, script)


OLDER_DISK = elsewhere(OLDER)
FAULTS: dict[str, Fault] = {
    "full at the review": Fault("quota", lambda bench, kiosk: bench.fill(kiosk), is_due=None),
    "full before the visit": Fault("quota", lambda bench, kiosk: bench.fill(kiosk), is_due=None, at_start=True),
    "all taken, page open": Fault("evicted", lambda bench, kiosk: bench.evict(kiosk, "all")),
    "databases taken, page open": Fault("evicted", lambda bench, kiosk: bench.evict(kiosk, "indexeddb")),
    "all taken, page closed": Fault("evicted", lambda bench, kiosk: bench.evict(kiosk, "all"), at_start=True),
    "an older disk than the server knows": Fault("evicted", OLDER_DISK, at_start=True),
    "connection closed": Fault("closed", in_page(CLOSE), is_due=False, leaves_whole=True),
    "version changed by another page": Fault("closed", elsewhere(LATER), is_due=False, leaves_whole=True),
    "database deleted by another page": Fault("closed", elsewhere(DELETE)),
    "closed and not to be opened": Fault("closed", in_page(BARRED), leaves_whole=True),
    "no put stores": Fault("lies", in_page(PUT % "true"), leaves_whole=True),
    "no record is stored": Fault("lies", in_page(PUT % "this.name === 'records'")),
    "no head is stored": Fault("lies", in_page(PUT % "this.name === 'settings'"), leaves_whole=True),
    "no spent pass is stored": Fault("lies", in_page(PUT % "this.name === 'used'"), leaves_whole=True),
    "a record is read otherwise": Fault(
        "reads", in_page(GET % "found?.line ? { ...found, line: found.line.replace('subject', 'Subject') } : found"),
        leaves_whole=True,
    ),
    "the last record is altered": Fault(
        "reads", elsewhere(TAMPER % "records.put({ ...record, line: record.line.replace('v', 'w') })"), at_start=True
    ),
    "the last record is gone": Fault("reads", elsewhere(TAMPER % "records.delete([epoch, seq])"), at_start=True),
}  # fmt: skip


def run(seed: int, trials: int = TRIALS) -> tuple[bool, dict[str, Any]]:
    from playwright.sync_api import expect, sync_playwright

    from tools.dev import chromium

    rng = random.Random(seed)
    names = list(FAULTS) * (trials // len(FAULTS)) + rng.sample(list(FAULTS), trials % len(FAULTS))
    rng.shuffle(names)
    expect.set_options(timeout=60_000)
    with sync_playwright() as playwright:
        bench = Bench(playwright, chromium(), rng)
        for name in names:
            bench.play(name, FAULTS[name])
        bench.browser.close()
    counts = bench.account(len(names))
    return is_passed(counts, trials), counts


class Bench:
    """One browser; a town, a server and a profile for each kiosk, which serves until a fault has ruined it."""

    def __init__(self, playwright: Any, path: str, rng: random.Random) -> None:
        from kiosk_page import FLAGS

        self.browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        self.rng, self.counts = rng, Counter[str]()
        self.by_kind: Counter[str] = Counter()
        self.failures: list[str] = []
        self.kiosk: Any = None
        self.server: Any = None

    def ready(self) -> Any:
        """A kiosk on which somebody has voted, and whose server has it."""
        from fake_server import Town, serve
        from kiosk_page import WATCH, Kiosk, contest, wait_for

        if self.kiosk is None:
            town = Town([contest()], passes=60)
            self.server = serve(town)
            context = self.browser.new_context(viewport=WIDE, locale="fr-FR")
            context.add_init_script(WATCH)
            self.kiosk = Kiosk(context, town)
            self.kiosk.page.set_default_timeout(60_000)
            self.kiosk.ready()
            self.codes = iter(town.codes)
        self.kiosk.vote(next(self.codes), 0)
        wait_for(lambda: len(self.kiosk.town.records) == len(self.kiosk.stored()["records"]), self.kiosk, seconds=60)
        return self.kiosk

    def leave(self) -> None:
        self.kiosk.context.close()
        self.server.shutdown()
        self.kiosk = None

    # -- faults ------------------------------------------------------------------------------------

    def other(self, kiosk: Any, script: str, *facts: Any) -> Any:
        """Done, or read, by a page of the same origin that is no kiosk and that no fault touched."""
        page = kiosk.context.new_page()
        page.goto(f"{kiosk.town.origin}/kiosk/release.json")
        found = page.evaluate(script, *facts)
        page.close()
        return found

    def fill(self, kiosk: Any) -> None:
        origin = kiosk.town.origin
        cdp = kiosk.context.new_cdp_session(kiosk.page)
        usage = cdp.send("Storage.getUsageAndQuota", {"origin": origin})["usage"]
        room = self.rng.randint(0, 2_000_000)
        cdp.send("Storage.overrideQuotaForOrigin", {"origin": origin, "quotaSize": usage + room})
        self.other(kiosk, FILL)

    def evict(self, kiosk: Any, what: str) -> None:
        cdp = kiosk.context.new_cdp_session(kiosk.page)
        cdp.send("Storage.clearDataForOrigin", {"origin": kiosk.town.origin, "storageTypes": what})

    # -- one trial ---------------------------------------------------------------------------------

    def play(self, name: str, fault: Fault) -> None:
        from power_cut import MISSING

        kiosk = self.ready()
        # Nothing leaves the device, but for what only the server can notice.
        kiosk.town.mood = "well" if fault.strike is OLDER_DISK else "portal"
        told = self.at_start(kiosk, fault) if fault.at_start else self.while_casting(kiosk, fault)
        is_false = bool(told) and bool(self.other(kiosk, MISSING, [told]))
        is_due = not told if fault.is_due is None else fault.is_due
        is_alarmed = is_due and self.is_stopped(kiosk)
        is_lost = fault.is_due is False and not told
        self.by_kind[fault.kind] += 1
        self.counts.update(
            told=bool(told), false_saved=is_false, alarms_due=is_due, alarms=is_alarmed, not_kept=is_lost
        )
        if is_false or is_due != is_alarmed or is_lost:
            self.failures.append(name)
        if fault.leaves_whole:
            kiosk.town.mood = "well"
            kiosk.open()
        else:
            self.leave()

    def at_start(self, kiosk: Any, fault: Fault) -> str:
        """The id of what the next person is told is saved by a kiosk that starts on such a disk; empty: nothing."""
        kiosk.page.goto(f"{kiosk.town.origin}/kiosk/release.json")
        fault.strike(self, kiosk)
        kiosk.open()
        kiosk.page.locator("#stage > *").wait_for()
        if self.is_stopped(kiosk, within_s=3):
            return ""
        with suppress(Exception):  # nobody is asked in any more
            kiosk.to_review(next(self.codes), 0)
            return self.cast(kiosk)
        return ""

    def while_casting(self, kiosk: Any, fault: Fault) -> str:
        kiosk.to_review(next(self.codes), 0)
        fault.strike(self, kiosk)
        return self.cast(kiosk)

    def cast(self, kiosk: Any) -> str:
        page = kiosk.page
        # Where everything is taken the page may have begun anew before anybody can press.
        with suppress(Exception):
            page.locator(".cast").click(timeout=5_000)
        page.locator("pv-receipt, pv-unsaved, pv-setup").wait_for()
        if page.locator("pv-receipt").count() == 0:
            self.press_last(page, "pv-unsaved")
            return ""
        url = page.locator(".qr").get_attribute("data-text") or ""
        self.press_last(page, "pv-receipt")
        return url.split("/receipt/")[1].split("?")[0]

    def press_last(self, page: Any, screen: str) -> None:
        last = page.locator(f"{screen} .deed .act").last
        if last.count():
            last.click()

    def is_stopped(self, kiosk: Any, within_s: float = 20) -> bool:
        """Nobody is asked in: the rest screen says why, or the device asks to be prepared."""
        from playwright.sync_api import Error

        out = kiosk.page.get_by_text("Cette borne ne peut plus rien enregistrer").or_(kiosk.page.locator("pv-setup"))
        try:
            out.first.wait_for(timeout=within_s * 1000)
        except Error:
            return False
        return True

    def account(self, trials: int) -> dict[str, Any]:
        names = ("told", "false_saved", "alarms_due", "alarms", "not_kept")
        return {
            "trials": trials,
            "faults": len(FAULTS),
            "by_kind": dict(sorted(self.by_kind.items())),
            **{name: int(self.counts[name]) for name in names},
            "failed": dict(Counter(self.failures)),
        }


def is_passed(counts: dict[str, Any], trials: int) -> bool:
    return (
        counts["trials"] == trials
        and counts["false_saved"] == counts["not_kept"] == 0
        and counts["alarms"] == counts["alarms_due"] > 0
    )
