"""A large roll at a desk without network: how long a card takes to open it, and a search to show somebody.

    python -m benchmarks.station --people 50000 --json OUT

The server's part (rows, pseudonyms, sealing) on SQLite in memory; the desk's in Chromium, from the last character
of the card to the first screen, and from a typed letter to the list. Raw times, each as often as ``--rounds`` says;
``cpu`` is what the page's own thread worked meanwhile, for a machine that has other work.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "kiosk")]
FAMILIES = ["Lefèvre", "Martin", "Dupré", "Wojciechowska", "Nguyen", "Benali", "Roux", "Garcia", "Petit", "Moreau"]
GIVEN = ["Zoé", "Anne", "Łucja", "Karim", "Minh", "Barthélemy", "Inès", "Paul", "Œdipe", "Camille"]
SEARCHES = ["mar", "lefevre zoe", "49999", "nguyen 2", "zzz"]
# From the event of a key to the next frame that shows what was found.
SEARCH = """async (words) => {
  const field = document.querySelector("#find");
  const start = performance.now();
  field.value = words;
  field.dispatchEvent(new Event("input"));
  while (!document.querySelector(".found").childElementCount || document.querySelector("pv-desk-find").view.q !== words)
    await new Promise((resolve) => setTimeout(resolve, 1));
  await new Promise((resolve) => requestAnimationFrame(resolve));
  return Math.round(performance.now() - start);
}"""
UNLOCK = """async (card) => {
  const field = document.querySelector("#code");
  field.value = card;
  field.dispatchEvent(new Event("input"));
  const start = performance.now();
  document.querySelector("pv-card .deed .act:last-child").click();
  while (!document.querySelector("pv-desk-find")) await new Promise((resolve) => setTimeout(resolve, 1));
  return Math.round(performance.now() - start);
}"""


def people(count: int) -> list[list[str]]:
    draw = random.Random(29)
    rows = []
    for number in range(count):
        family = f"{draw.choice(FAMILIES)}-{draw.choice(FAMILIES)} {draw.randrange(1000)}"
        birth = f"{draw.randrange(1930, 2008)}-{draw.randrange(1, 13):02}-{draw.randrange(1, 29):02}"
        rows.append([f"{number:05}", family, draw.choice(GIVEN), birth, f"{draw.randrange(200)}, rue de la Halle", ""])
    return sorted(rows, key=lambda row: row[1:3])


def at_desk(count: int, rounds: int) -> dict[str, Any]:
    from desk_town import Desk, DeskTown
    from fake_server import serve
    from playwright.sync_api import sync_playwright

    from tools.dev import chromium

    town = DeskTown(people=people(count))
    server = serve(town)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        desk = Desk(browser.new_context(viewport={"width": 1280, "height": 800}, locale="fr-FR"), town)
        desk.page.set_default_timeout(120_000)
        desk.ready()
        session = desk.context.new_cdp_session(desk.page)
        session.send("Performance.enable", {"timeDomain": "threadTicks"})

        def timed(code: str, words: str) -> list[int]:
            """[ms by the clock, ms of the page's thread]"""
            before = _worked(session)
            took = desk.page.evaluate(code, words)
            return [took, round((_worked(session) - before) * 1000)]

        found: dict[str, Any] = {"unlock_ms": [], "search_ms": {words: [] for words in SEARCHES}}
        for _round in range(rounds):
            for words in SEARCHES:
                found["search_ms"][words].append(timed(SEARCH, words))
            desk.deed("Verrouiller")
            desk.title("Déverrouiller")
            desk.context.set_offline(True)
            found["unlock_ms"].append(timed(UNLOCK, town.cards[0].text))
        found["browser"] = browser.version
        browser.close()
    server.shutdown()
    return found


def _worked(session: Any) -> float:
    metrics = {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}
    return float(metrics["TaskDuration"])


def at_server(count: int) -> dict[str, Any]:
    """Rows → sealed roll, as each pack of a desk asks for it."""
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "server.config.settings")
    os.environ["DATABASE_URL"] = "sqlite://:memory:"
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from server.voting.actions import make_unlock_card
    from server.voting.desk_pack import sealed_roll
    from server.voting.models import RollEntry
    from tests.server.votes import make_vote

    vote = make_vote()
    columns = ("number", "family_name", "given_name", "birth_date", "address")
    lines = [RollEntry(roll=vote.box.roll, **dict(zip(columns, row, strict=False))) for row in people(count)]
    RollEntry.objects.bulk_create(lines, batch_size=2000, ignore_conflicts=True)
    make_unlock_card(session=vote.session, label="Desk", by=None)
    times = []
    for _round in range(3):
        start = time.perf_counter(), time.process_time()
        desk, _unlock = sealed_roll(vote.session, dev="ab" * 32, version=1)
        times.append([round((time.perf_counter() - start[0]) * 1000), round((time.process_time() - start[1]) * 1000)])
    return {"people": RollEntry.objects.count(), "sealed_bytes": len(desk["sealed"]), "pack_ms": times}


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.station", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("--people", type=int, default=50_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args()
    report = {
        "people": chosen.people,
        "desk": at_desk(chosen.people, chosen.rounds),
        "server": at_server(chosen.people),
    }
    text = json.dumps(report, indent=1, ensure_ascii=False)
    if chosen.json:
        chosen.json.write_text(text + "\n")
    print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
