"""A database on a file that is held by somebody, is full, or may not be written; see ``tests.server.race``.

Everything is asked over the devices' door, in a process of its own: a disk that is full takes more back than a test's
own transaction would survive.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from typing import Any

from django.conf import settings
from django.db import connection
from django.test import Client

from server.ledger.models import Log, Record
from server.rehearsal.kiosk import Kiosk
from tests.server.votes import make_vote


def run() -> dict[str, Any]:
    vote = make_vote(people=2, passes=4)
    kiosk = vote.kiosk()
    for code in vote.stack:
        kiosk.cast(vote.box.definition_hash, code, {"q1": ["bancs"]})
    before = state()
    found = {"held": held_too_long(kiosk), "full": full(kiosk), "read_only": read_only(kiosk)}
    is_untouched = state() == before
    return found | {"is_untouched": is_untouched, "while_others_read": beside_a_reader(kiosk), "rows": state()[0]}


def state() -> tuple[int, int]:
    return Record.objects.count(), Log.objects.get().size


def push(kiosk: Kiosk) -> dict[str, Any]:
    answer = Client().post("/api/v1/push", kiosk.batch(), content_type="application/x-ndjson")
    told = answer.json()
    facts = {"status": answer.status_code, "after_s": answer.headers.get("Retry-After"), "code": told.get("code")}
    return facts | {"details": told.get("details"), "is_signed": "sig" in told}


def pragma(words: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA {words}")
        return int((cursor.fetchone() or [0])[0])


def held_too_long(kiosk: Kiosk) -> dict[str, Any]:
    """Somebody writes for longer than anyone waits: less long here than in an installation."""
    waits_ms = pragma("busy_timeout")
    pragma("busy_timeout = 50")
    other = sqlite3.connect(settings.DATABASES["default"]["NAME"], isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    told = push(kiosk)
    other.execute("ROLLBACK")
    other.close()
    pragma(f"busy_timeout = {waits_ms}")
    return told | {"waits_ms": waits_ms}


def full(kiosk: Kiosk) -> dict[str, Any]:
    most = pragma("max_page_count")
    pragma(f"max_page_count = {pragma('page_count')}")
    told = push(kiosk)
    pragma(f"max_page_count = {most}")
    return told


def read_only(kiosk: Kiosk) -> dict[str, Any]:
    pragma("query_only = ON")
    told = push(kiosk)
    pragma("query_only = OFF")
    return told


def beside_a_reader(kiosk: Kiosk) -> dict[str, Any]:
    """Somebody reads an old state, somebody makes the file smaller, somebody writes and lets go in time."""
    name = settings.DATABASES["default"]["NAME"]
    reader = sqlite3.connect(name, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM ledger_record").fetchone()
    has_begun = threading.Event()

    def write() -> None:
        writer = sqlite3.connect(name, isolation_level=None)
        writer.execute("VACUUM")
        writer.execute("BEGIN IMMEDIATE")
        has_begun.set()
        time.sleep(0.3)
        writer.execute("ROLLBACK")
        writer.close()

    other = threading.Thread(target=write)
    other.start()
    has_begun.wait()
    told = push(kiosk)
    other.join()
    reader.execute("COMMIT")
    reader.close()
    return told
