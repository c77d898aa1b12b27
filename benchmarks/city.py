"""A site as large as a city plan: ``python -m benchmarks.city [--scale 1] [--rounds 40] [--json OUT]``.

A fresh installation for each database, filled by ``parvis make-city``; pages asked for through Django's own client:
everything between the request and the last byte, without network and browser. Each round asks for another proposal,
another word, another filter. Besides: all proposals exported, written to nowhere and counted, with the most memory that
this took beyond what the process held before; the same number of proposals read from a CSV and brought in.

``--scaling 0.1,0.5,2`` fills smaller and larger cities as well (SQLite) and tells the medians of their pages.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
WISHED = {"p50_ms": 50, "p95_ms": 120, "import_s": 60, "export_s": 60, "export_peak_mb": 300}
WORDS = ("arbres", "vélos école", "fontaine place", "bibliothèque", "ombre été jardin", "nettoyer la rivière")


def addresses(lot: random.Random) -> dict[str, Callable[[], tuple[bool, str]]]:
    """For each page: whether the office asks, and the address of a round."""
    from server.processes.models import Component

    component = Component.objects.select_related("space").get(kind="proposals")
    space = component.space.get_absolute_url()
    here, office = component.get_absolute_url(), f"/office/{component.space.slug}/proposals/{component.pk}/"
    count = component.proposals.count()
    kinds = [
        f"category={pk}"
        for pk in component.space.taxons.filter(kind="category").values_list("pk", flat=True)
    ] + ["door=paper", "state=none"]  # fmt: skip
    orders = ("", "?sort=-recent", "?sort=-endorsed", "?sort=-endorsed&page=7")
    return {
        "list": lambda: (False, here + lot.choice(orders)),
        "search": lambda: (False, f"{here}?q={lot.choice(WORDS)}"),
        "filter": lambda: (False, f"{here}?{lot.choice(kinds)}&sort=-endorsed"),
        "proposal": lambda: (False, f"{here}{lot.randint(1, count)}/"),
        "space": lambda: (False, space),
        "home": lambda: (False, "/"),
        "backoffice_list": lambda: (True, f"{office}?sort=-endorsed&page={lot.randint(1, 20)}"),
    }


def measure_pages(rounds: int) -> dict[str, dict[str, float]]:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from server.accounts.models import User

    visitor, officer = Client(headers={"accept-language": "fr"}), Client(headers={"accept-language": "fr"})
    officer.force_login(User.objects.create_superuser("root@city.example"))
    found = {}
    for name, address in addresses(random.Random(3)).items():  # noqa: S311 (which page is asked for, no secret)
        seen, queries = [], set()
        for number in range(rounds + 2):
            is_office, path = address()
            client = officer if is_office else visitor
            if number < 2:  # compiles its templates, and counts
                with CaptureQueriesContext(connection) as asked:
                    assert client.get(path).status_code == 200, path
                queries.add(len(asked))
                continue
            started = time.perf_counter()
            client.get(path)
            seen.append(1000 * (time.perf_counter() - started))
        found[name] = {
            "p50_ms": round(statistics.median(seen), 1),
            "p95_ms": round(statistics.quantiles(seen, n=20)[-1], 1),
            "queries": max(queries),
        }
    return found


def measure_export() -> dict[str, float]:
    from server.processes.models import Component
    from server.proposals.exports import as_csv, as_json

    component = Component.objects.get(kind="proposals")
    before, started = _most_memory_mb(), time.perf_counter()
    size = sum(len(part) for write in (as_csv, as_json) for part in write(component))
    took = time.perf_counter() - started
    return {
        "export_s": round(took, 2), "export_mb": round(size / 1e6, 1),
        "export_peak_mb": round(_most_memory_mb() - before, 1),
    }  # fmt: skip


def _most_memory_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure_import() -> dict[str, float]:
    """As many proposals as there are, from a CSV, into a second component."""
    import csv

    from server.processes.models import Component
    from server.proposals.bulk import bring_proposals
    from server.proposals.imports import read_proposals
    from server.proposals.jobs import planned

    here = Component.objects.get(kind="proposals")
    other = Component.objects.create(space=here.space, kind="proposals", title={"fr": "Encore"})
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["title", "text", "identifier", "door"])
    for one in here.proposals.iterator(chunk_size=500):
        writer.writerow([one.title, one.body, one.ref, one.door])
    content = text.getvalue().encode()
    started = time.perf_counter()
    rows = read_proposals(content)
    count = bring_proposals(component=other, brought=planned(other, rows))
    return {"import_s": round(time.perf_counter() - started, 2), "imported": count}


def inside(scale: float, rounds: int, *, is_whole: bool) -> dict[str, Any]:
    """In the environment of one installation: fill and measure."""
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    from server.rehearsal.city import make_city

    call_command("migrate", verbosity=0)
    settings.DEBUG = False
    started = time.perf_counter()
    found: dict[str, Any] = {"rows": make_city(scale=scale, seed=7)}
    found["filled_s"] = round(time.perf_counter() - started, 1)
    _analyse()
    found["pages"] = measure_pages(rounds)
    if is_whole:
        found |= measure_export() | measure_import()
    return found


def _analyse() -> None:
    """As the database does by itself over night: it learns how much there is of what."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def child(database: str, folder: str, scale: float, rounds: int, *, is_whole: bool = True) -> dict[str, Any]:
    own = {"DATABASE_URL": database, "PARVIS_VAR": folder, "LOG_LEVEL": "ERROR"}
    own["DJANGO_SETTINGS_MODULE"] = "server.config.settings"
    command = [sys.executable, "-m", "benchmarks.city", "--inside", "--scale", str(scale), "--rounds", str(rounds)]
    command += [] if is_whole else ["--pages-only"]
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **own}, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def on(database: str, scale: float, rounds: int, *, is_whole: bool = True) -> dict[str, Any]:
    from tools.services import postgres

    with tempfile.TemporaryDirectory(prefix="parvis-city-") as folder:
        if database == "postgres":
            with postgres() as url:
                return child(url, folder, scale, rounds, is_whole=is_whole)
        return child(f"sqlite:///{folder}/db.sqlite3", folder, scale, rounds, is_whole=is_whole)


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="python -m benchmarks.city", description=__doc__)
    made.add_argument("--scale", type=float, default=1.0)
    made.add_argument("--rounds", type=int, default=40)
    made.add_argument("--databases", default="sqlite,postgres")
    made.add_argument("--scaling", default="", help="other scales, divided by commas")
    made.add_argument("--json", type=Path)
    made.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    made.add_argument("--pages-only", action="store_true", help=argparse.SUPPRESS)
    return made


def main() -> int:
    asked = parser().parse_args()
    if asked.inside:
        print(json.dumps(inside(asked.scale, asked.rounds, is_whole=not asked.pages_only)))
        return 0
    found: dict[str, Any] = {}
    for name in filter(None, asked.databases.split(",")):
        found[name] = on(name, asked.scale, asked.rounds)
        print(name, json.dumps(found[name]), flush=True)
    for scale in filter(None, asked.scaling.split(",")):
        pages = on("sqlite", float(scale), asked.rounds, is_whole=False)["pages"]
        found.setdefault("scaling", {})[scale] = {page: told["p50_ms"] for page, told in pages.items()}
        print(scale, json.dumps(found["scaling"][scale]), flush=True)
    if asked.json:
        asked.json.write_text(json.dumps(found, indent=1), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
