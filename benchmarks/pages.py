"""How long the server takes for each public page of the demo town: ``python -m benchmarks.pages [--rounds 30]``.

A fresh installation in a folder of its own (SQLite), the demo town loaded, pages asked for through Django's own client:
everything between the request and the last byte, without network and browser. Prints a table and ``ok`` where every
median is under ``LIMIT_MS``; the first answer of each page, which compiles its templates, is not measured.
"""

from __future__ import annotations

import argparse
import io
import os
import statistics
import sys
import tempfile
import time
import zlib

LIMIT_MS = 50


def addresses() -> dict[str, str]:
    """Every kind of public page, by a word for it."""
    from server.budgets.models import Project
    from server.ledger.models import Record
    from server.meetings.models import Meeting
    from server.voting.models import Box

    running, past = Box.objects.get(state="open"), Box.objects.get(state="certified")
    space, box, counted = running.space.get_absolute_url(), running.get_absolute_url(), past.get_absolute_url()
    return {
        "home": "/",
        "search": "/search/?q=carmes",
        "space": space,
        "space with a result": past.space.get_absolute_url(),
        "projects": f"{space}projects/",
        "projects, narrowed": f"{space}projects/?q=arbres&sort=-cost",
        "project": Project.objects.filter(budget__component__space=running.space).earliest("number").get_absolute_url(),
        "meeting": Meeting.objects.filter(space=running.space).earliest("pk").get_absolute_url(),
        "calendar of a space": f"{space}meetings.ics",
        "way to the ballot": box,
        "result": f"{counted}result/",
        "check the result": f"{counted}check/",
        "receipt": f"/receipt/{Record.objects.filter(type='ballot.sealed').earliest('pk').id}/",
        "find a receipt": "/receipt/",
        "how it works": "/about/",
        "contact": "/contact/",
        "accessibility": "/accessibility/",
        "not found": "/nothing/",
    }


def measure(rounds: int) -> list[tuple[str, float, float, int, int]]:
    """``(page, median ms, median ms of work, queries, bytes compressed)`` of each page.

    Work is time of the processor: on a machine that does other things beside, it is the figure that can be compared.
    """
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client, rows = Client(headers={"accept-language": "fr"}), []
    for name, path in addresses().items():
        client.get(path)
        with CaptureQueriesContext(connection) as asked:
            content = client.get(path).content
        queries, seen, worked = len(asked), [], []
        for _round in range(rounds):
            started, busy = time.perf_counter(), time.process_time()
            client.get(path)
            seen.append(1000 * (time.perf_counter() - started))
            worked.append(1000 * (time.process_time() - busy))
        size = len(zlib.compress(content, 6))
        rows.append((name, statistics.median(seen), statistics.median(worked), queries, size))
    return rows


def prepare(folder: str) -> None:
    os.environ |= {"PARVIS_VAR": folder, "DATABASE_URL": f"sqlite:///{folder}/db.sqlite3", "LOG_LEVEL": "ERROR"}
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "server.config.settings")
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("load_town", stdout=io.StringIO())
    # As where people vote: nothing is kept for whoever debugs.
    settings.DEBUG = False


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=30)
    rounds = arguments.parse_args().rounds
    with tempfile.TemporaryDirectory(prefix="parvis-pages-") as folder:
        prepare(folder)
        rows = measure(rounds)
    print("| page | median ms | of it work | queries | HTML, compressed |\n|---|---|---|---|---|")
    for name, median, work, queries, size in rows:
        print(f"| {name} | {median:.1f} | {work:.1f} | {queries} | {size / 1000:.1f} kB |")
    is_fast = all(median < LIMIT_MS for _name, median, *_rest in rows)
    print(f"\n{'ok' if is_fast else 'too slow'}: every median under {LIMIT_MS} ms is wished for, {rounds} rounds each")
    return 0 if is_fast else 1


if __name__ == "__main__":
    sys.exit(main())
