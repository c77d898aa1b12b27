"""How long the server takes for each page of the demo town: ``python -m benchmarks.pages [--rounds 30]``.

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
FRENCH = {"headers": {"accept-language": "fr"}}


def public_addresses() -> dict[str, str]:
    """Every kind of page that anyone reads, by a word for it."""
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


def staff_addresses() -> dict[str, str]:
    """The rooms of an organiser and of a desk, by a word for each."""
    from server.meetings.models import Session
    from server.voting.models import Box

    box, past = Box.objects.get(state="open"), Box.objects.get(state="certified")
    office, one_box = f"/office/{box.space.slug}/", f"/office/boxes/{box.ref}/"
    session = Session.objects.filter(state="open").earliest("pk")
    hall, paper = f"/office/sessions/{session.ref}/", f"/office/paper/{session.ref}/"
    return {
        "office": "/office/",
        "overview of a space": office,
        "space": f"{office}edit/",
        "phases": f"{office}phases/",
        "components": f"{office}components/",
        "budget": f"{office}budget/",
        "project": f"{office}budget/projects/{box.component.budget.projects.earliest('number').pk}/",
        "import of projects": f"{office}budget/import/",
        "rolls": f"{office}rolls/",
        "roll": f"{office}rolls/{box.roll_id}/",
        "ballot boxes": f"{office}boxes/",
        "ballot box": one_box,
        "ballot box, closing": f"{one_box}closing/",
        "ballot box, closed": f"/office/boxes/{past.ref}/closing/",
        "letters": f"{one_box}letters/",
        "meetings": f"{office}meetings/",
        "session": hall,
        "session, closing": f"{hall}closing/",
        "devices": f"{hall}devices/",
        "all devices": f"{office}devices/",
        "print": paper,
        "scans": f"{paper}scans/",
        "review": f"{paper}review/",
        "team": f"{office}team/",
        "log": f"{office}log/",
        "desk": f"/desk/{session.ref}/",
        "desk, found": f"/desk/{session.ref}/?q=fau",
        "my account": "/account/",
        "my votes": "/me/",
    }


def measure(rounds: int) -> list[tuple[str, float, float, int, int]]:
    """``(page, median ms, median ms of work, queries, bytes compressed)`` of each page.

    Work is time of the processor: on a machine that does other things beside, it is the figure that can be compared.
    """
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from server.accounts.models import User

    reader, organiser, rows = Client(**FRENCH), Client(**FRENCH), []
    organiser.force_login(User.objects.get(email="organiser@villeneuve.example"))
    asked_for = [(reader, name, path) for name, path in public_addresses().items()]
    asked_for += [(organiser, f"office: {name}", path) for name, path in staff_addresses().items()]
    for client, name, path in asked_for:
        assert client.get(path).status_code == (404 if name == "not found" else 200), path
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
