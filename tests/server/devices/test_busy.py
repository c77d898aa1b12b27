"""A busy database, a full disk, a device that knocks without end: nothing half done, and told when to come again."""

from __future__ import annotations

import errno
import json
import os
import shutil
import sqlite3
import subprocess
import sys

import psycopg
import pytest
from django.core.cache import cache
from django.db import DataError, IntegrityError, InterfaceError, OperationalError
from django.test import RequestFactory

from server.devices import pace
from server.devices.authentic import BadSignature
from server.devices.intake import receive_push
from server.ledger.applying import apply_pending
from server.ledger.models import Record
from server.web.busy import trouble_behind
from server.web.refusals import RefusalMiddleware
from tests.server.race import ROOT
from tests.server.votes import make_vote, push
from tests.slowest import HANGS_S


@pytest.fixture(scope="module")
def on_a_file(migrated_file, tmp_path_factory) -> dict:
    """What ``busy.py`` found on SQLite."""
    folder = tmp_path_factory.mktemp("busy")
    shutil.copy(migrated_file, folder / "db.sqlite3")
    own = {"PARVIS_VAR": str(folder), "DATABASE_URL": f"sqlite:///{folder / 'db.sqlite3'}"}
    command = [sys.executable, "-m", "tests.server.race", "tests.server.devices.busy"]
    environment = {**os.environ, **own, "DJANGO_SETTINGS_MODULE": "server.config.settings"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=HANGS_S)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)


def test_s10_a_database_that_is_held_too_long_is_busy_and_says_when_to_ask_again(on_a_file):
    told = on_a_file["held"]
    assert (told["status"], told["code"], told["is_signed"]) == (503, "busy", False)
    assert int(told["after_s"]) == told["details"]["retry_after_s"] == 5
    assert told["waits_ms"] >= 20_000, "an installation waits itself before it says so"


@pytest.mark.parametrize("how", ["full", "read_only"])
def test_s11_a_full_disk_or_one_that_takes_nothing_is_told_apart(on_a_file, how):
    told = on_a_file[how]
    assert (told["status"], told["code"], told["is_signed"]) == (507, "storage_full", False)
    assert int(told["after_s"]) == told["details"]["retry_after_s"] == 60


def test_s10_nothing_of_a_push_that_failed_is_there_and_the_same_again_is_stored_whole(on_a_file):
    """While somebody else reads an old state, and the file was made smaller."""
    assert on_a_file["is_untouched"]
    assert on_a_file["while_others_read"] == {
        "status": 200, "after_s": None, "code": None, "details": None, "is_signed": True,
    }  # fmt: skip


def raised(kind: type[Exception], cause: BaseException | None) -> Exception:
    """As Django wraps what its database says."""
    error = kind("words")
    error.__cause__ = cause
    return error


def of_sqlite(code: int) -> Exception:
    cause = sqlite3.OperationalError("words")
    cause.sqlite_errorcode = code
    return raised(OperationalError, cause)


def of_postgres(name: str, kind: type[Exception] = OperationalError) -> Exception:
    return raised(kind, getattr(psycopg.errors, name)("words"))


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (of_sqlite(sqlite3.SQLITE_BUSY_SNAPSHOT), "busy"),
        (of_sqlite(sqlite3.SQLITE_LOCKED_SHAREDCACHE), "busy"),
        (of_sqlite(sqlite3.SQLITE_FULL), "storage_full"),
        (of_sqlite(sqlite3.SQLITE_IOERR_WRITE), "storage_full"),
        (of_sqlite(sqlite3.SQLITE_ERROR), None),
        (of_postgres("DeadlockDetected"), "busy"),
        (of_postgres("LockNotAvailable"), "busy"),
        (of_postgres("TooManyConnections"), "busy"),
        (of_postgres("AdminShutdown"), "busy"),
        (of_postgres("ConnectionFailure"), "busy"),
        (of_postgres("DiskFull"), "storage_full"),
        (of_postgres("ReadOnlySqlTransaction", IntegrityError), "storage_full"),
        (of_postgres("UniqueViolation", IntegrityError), None),
        (of_postgres("UndefinedTable", DataError), None),
        (raised(OperationalError, psycopg.OperationalError("connection refused")), "busy"),
        (raised(InterfaceError, psycopg.InterfaceError("the connection is closed")), "busy"),
        (raised(OperationalError, None), None),
        (OSError(errno.ENOSPC, "words"), "storage_full"),
        (OSError(errno.EROFS, "words"), "storage_full"),
        (FileNotFoundError(errno.ENOENT, "words"), None),
        (ValueError("words"), None),
    ],
)
def test_what_the_machine_cannot_do_now_is_told_apart_from_what_is_our_bug(error, code):
    told = trouble_behind(error)
    assert (told and told.code) == code


def test_a_page_says_the_same_as_a_machine_is_told_and_the_operator_hears_of_it(db, caplog):
    page = RefusalMiddleware(lambda _request: None).process_exception(
        RequestFactory().get("/"), of_postgres("DiskFull")
    )
    assert (page.status_code, page["Retry-After"]) == (507, "60") and b"<h1" in page.content
    assert [record.what for record in caplog.records] == ["storage_full"]


class TestPace:
    @pytest.fixture
    def kiosk(self, db, settings):
        settings.PARVIS_MOST_PUSHES = 3
        vote = make_vote()
        vote.kiosk()
        return vote.kiosk()

    def test_s21_one_device_that_knocks_without_end_is_asked_to_wait_and_no_other(self, client, kiosk, monkeypatch):
        def push(content: bytes):
            return client.post("/api/v1/push", content, content_type="application/x-ndjson")

        monkeypatch.setattr(pace.time, "time", lambda: 1_000_000_045.0)  # 25 s into its minute
        assert [push(kiosk.batch()).status_code for _time in range(5)] == [200, 200, 200, 429, 429]
        told = push(kiosk.batch())
        assert (told["Retry-After"], told.json()["code"]) == ("35", "too_many_pushes")
        kiosk.move("paused")
        assert push(kiosk.batch()).status_code == 429 and not Record.objects.filter(id=kiosk.records[-1].id).exists()
        monkeypatch.setattr(pace.time, "time", lambda: 1_000_000_080.0)
        assert push(kiosk.batch()).status_code == 200
        assert Record.objects.filter(id=kiosk.records[-1].id).exists()

    def test_who_only_speaks_of_a_device_uses_up_nothing_of_it(self, kiosk):
        other = kiosk.batch().replace(b'"sig": "', b'"sig": "AA', 1)
        for _time in range(4):
            with pytest.raises((BadSignature, pace.Refusal)):
                receive_push(other)
        receive_push(kiosk.batch())

    def test_no_record_waits_for_a_cache_that_is_away(self, kiosk, monkeypatch):
        def away(*_about: object) -> None:
            raise ConnectionError

        monkeypatch.setattr(cache, "add", away)
        for _time in range(5):
            receive_push(kiosk.batch())

    def test_s21_when_very_much_waits_to_be_applied_a_signed_reply_asks_for_a_pause(self, kiosk, monkeypatch, settings):
        settings.PARVIS_MOST_PUSHES = 0

        def asked() -> int:
            return push(kiosk, kiosk.batch(1))["retry_after_s"]

        monkeypatch.setattr("server.devices.intake.apply_soon", lambda: None)
        monkeypatch.setattr(pace, "APPLIED_PER_S", 4)
        monkeypatch.setattr(pace, "LONGEST_PAUSE_S", 5)
        monkeypatch.setattr(pace, "MANY_WAIT", 8)
        monkeypatch.setattr(pace, "KEPT_S", 1e-6)
        assert asked() == 0
        while len(kiosk.records) < 8:
            kiosk.move("open")
        assert asked() == 2
        while len(kiosk.records) < 40:
            kiosk.move("open")
        assert asked() == 5, "the longest, and not more is counted"
        apply_pending()
        assert asked() == 0
