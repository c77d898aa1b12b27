"""A site as large as a city plan: ``python -m benchmarks.city [--scale 1] [--rounds 40] [--json OUT]``.

A fresh installation for each database, filled by ``parvis make-city``; then, one after another, pages asked for through
Django's own client: everything between the request and the last byte, without network and browser. Each round asks for
another proposal, another word, another filter. Besides: all proposals exported, written to nowhere and counted, with
the most memory that this took beyond what the process held before; the same number of proposals read from a CSV and
brought in.

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
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
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


def fill(scale: float) -> dict[str, Any]:
    """In the environment of one installation: its tables, and a city of this size in them."""
    from django.core.management import call_command

    from server.rehearsal.city import make_city

    call_command("migrate", verbosity=0)
    started = time.perf_counter()
    rows = make_city(scale=scale, seed=7)
    _settle()
    return {"rows": rows, "filled_s": round(time.perf_counter() - started, 1)}


def measure(rounds: int, *, is_whole: bool) -> dict[str, Any]:
    """As in production: a debugging Django notes down each question and how long it took."""
    from django.conf import settings

    settings.DEBUG = False
    found: dict[str, Any] = {"pages": measure_pages(rounds)}
    return found | measure_export() | measure_import() if is_whole else found


def _settle() -> None:
    """As the database does by itself within minutes of so many new rows, or over night.

    It learns how much there is of what. PostgreSQL notes besides which rows everybody may see: until its autovacuum
    came by, a count reads each row beside its entry in the index.
    """
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)" if connection.vendor == "postgresql" else "ANALYZE")


@dataclass(frozen=True)
class City:
    """An installation with a database of its own, for as long as the benchmark runs."""

    database: str
    folder: str
    scale: float

    def run(self, *words: str) -> dict[str, Any]:
        """What this module prints as the last line in a process of its own, inside of that installation."""
        own = {"DATABASE_URL": self.database, "PARVIS_VAR": self.folder, "LOG_LEVEL": "ERROR"}
        own["DJANGO_SETTINGS_MODULE"] = "server.config.settings"
        command = [sys.executable, "-m", "benchmarks.city", "--inside", "--scale", str(self.scale), *words]
        environment = {**os.environ, **own}
        done = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True)
        return json.loads(done.stdout.splitlines()[-1])


@contextmanager
def city(database: str, scale: float) -> Iterator[City]:
    from tools.services import postgres

    with tempfile.TemporaryDirectory(prefix="parvis-city-") as folder, ExitStack() as services:
        (Path(folder) / "static").mkdir()
        url = f"sqlite:///{folder}/db.sqlite3"
        yield City(services.enter_context(postgres()) if database == "postgres" else url, folder, scale)


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="python -m benchmarks.city", description=__doc__)
    made.add_argument("--scale", type=float, default=1.0)
    made.add_argument("--rounds", type=int, default=40)
    made.add_argument("--databases", default="sqlite,postgres")
    made.add_argument("--scaling", default="", help="other scales, divided by commas")
    made.add_argument("--json", type=Path)
    for word in ("inside", "fill", "pages-only"):
        made.add_argument(f"--{word}", action="store_true", help=argparse.SUPPRESS)
    return made


def compare(asked: argparse.Namespace) -> dict[str, Any]:
    """Everything is filled first, two at a time, and then measured, one after another, with nothing beside it.

    The largest are filled first, so that neither of the two waits long for the other.
    """
    wanted = [(name, asked.scale) for name in asked.databases.split(",") if name]
    wanted += [("sqlite", float(scale)) for scale in asked.scaling.split(",") if scale]
    with ExitStack() as open_cities:
        cities = [open_cities.enter_context(city(*one)) for one in wanted]
        with ThreadPoolExecutor(2) as pool:
            by_size = sorted(cities, key=lambda one: -one.scale)
            filled = dict(zip(by_size, pool.map(lambda one: one.run("--fill"), by_size), strict=True))
        print("filled; measuring", flush=True)
        found: dict[str, Any] = {"rows": filled[cities[0]]["rows"]}
        for (name, scale), one in zip(wanted, cities, strict=True):
            is_whole = scale == asked.scale and name not in found
            seen = one.run("--rounds", str(asked.rounds), *([] if is_whole else ["--pages-only"]))
            if is_whole:
                found[name] = seen | {"filled_s": filled[one]["filled_s"]}
            else:
                medians = {page: times["p50_ms"] for page, times in seen["pages"].items()}
                found.setdefault("scaling", {})[f"{scale:g}"] = medians
            print(name, scale, json.dumps(seen), flush=True)
    return found


def main() -> int:
    asked = parser().parse_args()
    if asked.inside:
        import django

        django.setup()
        told = fill(asked.scale) if asked.fill else measure(asked.rounds, is_whole=not asked.pages_only)
        print(json.dumps(told))
        return 0
    found = compare(asked)
    if asked.json:
        asked.json.write_text(json.dumps(found, indent=1), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
