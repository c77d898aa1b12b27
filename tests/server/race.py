"""Eight real processes do the same deed at the same instant: forked workers, each with a connection of its own.

A race is a module with ``run()``, which sets a vote up, calls ``all_at_once`` and returns what came out. Its tests ask
``outcome_of`` for a fixture: it runs ``python -m tests.server.race MODULE`` once on PostgreSQL and once on SQLite, each
with a fresh database.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import django
import pytest

from tests.databases import new_database
from tests.slowest import HANGS_S

ROOT = Path(__file__).resolve().parents[2]
PROCESSES = 8
context = multiprocessing.get_context("fork")


def outcome_of(module: str) -> Any:
    """A fixture: what the race of this module found on a database of its own."""

    @pytest.fixture(scope="module", params=["postgresql", "sqlite"])
    def outcome(request, tmp_path_factory) -> dict[str, Any]:
        folder = tmp_path_factory.mktemp("race")
        url = f"sqlite:///{folder / 'db.sqlite3'}"
        if request.param == "postgresql":
            like = request.getfixturevalue("migrated_postgres")
            url = new_database(request.getfixturevalue("postgres_url"), module.replace(".", "_"), like)
        else:
            shutil.copy(request.getfixturevalue("migrated_file"), folder / "db.sqlite3")
        own = {"PARVIS_VAR": str(folder), "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "server.config.settings"}
        command = [sys.executable, "-m", "tests.server.race", module]
        done = subprocess.run(
            command, cwd=ROOT, env={**os.environ, **own}, capture_output=True, text=True, timeout=HANGS_S
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return json.loads(done.stdout)

    return outcome


def all_at_once(deed: Callable[[int], object]) -> Counter[str]:
    """How often each answer came: the result as text, or the code of the refusal."""
    from django.db import connections

    connections.close_all()
    barrier, answers = context.Barrier(PROCESSES), context.SimpleQueue()
    workers = [context.Process(target=_one, args=(number, deed, barrier, answers)) for number in range(PROCESSES)]
    for worker in workers:
        worker.start()
    found = Counter(answers.get() for _worker in workers)
    for worker in workers:
        worker.join()
    return found


def _one(number: int, deed: Callable[[int], object], barrier, answers) -> None:
    from django.db import connection

    from server.web.refusals import Refusal

    connection.close()
    connection.ensure_connection()
    barrier.wait()
    try:
        answers.put(str(deed(number)))
    except Refusal as refusal:
        answers.put(f"refused {refusal.code}")
    except Exception as error:
        answers.put(f"bug {error!r}")
    finally:
        connection.close()


def main(module: str) -> None:
    django.setup()
    json.dump(import_module(module).run(), sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1])
