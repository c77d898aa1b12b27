"""What every test has: a folder of its own for keys and files, and services on request."""

from __future__ import annotations

import fcntl
import gc
import os
import secrets
import shutil
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from unittest import mock
from urllib.parse import urlsplit

import pytest
from django.core.cache import cache
from django.db import connection

from tests.databases import migrate, new_database
from tests.factories import (
    QUICK_HASHERS,
    _past_vote_once,
    _town_once,
    ground,
    own_copy,
    standing_past_vote,
    standing_town,
    vote,
    vote_once,
)
from tests.slowest import pytest_terminal_summary as pytest_terminal_summary
from tools.dev import chromium
from tools.services import ServiceMissing, free_port, postgres, redis

__all__ = [
    "_past_vote_once",
    "_town_once",
    "ground",
    "own_copy",
    "standing_past_vote",
    "standing_town",
    "vote",
    "vote_once",
]
# Most of what tests make is freed without the collector, which otherwise takes a tenth of their time.
gc.set_threshold(100_000, 50, 100)
ROOT = Path(__file__).resolve().parents[1]
# What a page is given to become as it should: machines are busy.
PATIENCE_MS = 15_000
# Files that go where others go: two look at the filled town.
# The others want a PostgreSQL with tables, made once.
TOGETHER = {
    "tests/server/web/test_hostile_browser.py": "tests/server/web/test_every_page_browser.py",
    **{f"tests/server/{room}/test_races.py": "races" for room in ("devices", "paper", "post", "voting")},
    "tests/house/test_faults.py": "races",
}
# Cases of a table that are tried on the second database too.
CASES_AGAIN = 3


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--only-with-database", action="store_true", help="leave out tests that touch no row")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    """The tests of a file in one process, and those of files that share what takes long to build."""
    from xdist.scheduler import LoadFileScheduling

    class Together(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = super()._split_scope(nodeid)
            return TOGETHER.get(file, file)

    return Together(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Long files first.

    On the second database, tests without any would say the same again, and so would most values of a table of cases:
    what differs is the statement, which the first of them send.
    """
    items.sort(key=lambda item: item.get_closest_marker("long") is None)
    if config.getoption("--only-with-database"):
        seen: Counter[str] = Counter()
        kept, left = [], []
        for item in items:
            seen[case := item.nodeid.partition("[")[0]] += 1
            has_rows = item.get_closest_marker("django_db") or "db" in item.fixturenames
            (kept if has_rows and seen[case] <= CASES_AGAIN else left).append(item)
        config.hook.pytest_deselected(items=left)
        items[:] = kept


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path: Path) -> Path:
    """Keys, scans and results of one test are no other test's."""
    settings.PARVIS_VAR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.PASSWORD_HASHERS = QUICK_HASHERS
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    cache.clear()  # the log-ins counted for one test are no other test's either
    return tmp_path


@pytest.fixture(scope="session", autouse=True)
def not_waiting_for_the_disk() -> Iterator[None]:
    """What is tested is what is written and when, not the disk of the test machine; PostgreSQL is told the same."""
    with mock.patch("os.fsync"):
        yield


@pytest.fixture(scope="session", autouse=True)
def emptied_between_tests() -> None:
    """Tests with transactions of their own empty the tables between them, which the guards would refuse."""
    from django.core.management.commands.flush import Command

    from server.voting.guards import lower_guards

    empty = Command.handle

    def handle(self: Command, **options: object) -> None:
        lower_guards(str(options["database"]))
        empty(self, **options)

    Command.handle = handle  # type: ignore[method-assign]


def _or_skip(words: str) -> None:
    """What is missing on a developer's machine is skipped aloud; where everything is required, it fails."""
    if os.environ.get("REQUIRE_SERVICES"):
        pytest.fail(words)
    pytest.skip(words)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL of this test run, with an empty database. Where all parts of the tests run, they share one."""
    if url := os.environ.get("PARVIS_TEST_POSTGRES"):
        yield url
        return
    try:
        with postgres() as url:
            yield url
    except ServiceMissing as missing:
        _or_skip(str(missing))


@contextmanager
def _made_once(tmp_path_factory, name: str) -> Iterator[tuple[Path, bool]]:
    """A folder for all workers, and whether it is to be filled: whoever comes first fills it, and the others wait.

    Where all parts of the tests run, it is the same for all of them.
    """
    own = tmp_path_factory.getbasetemp()
    shared = Path(os.environ.get("PARVIS_TEST_SHARED") or (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own))
    folder = shared / name
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder, not (folder / "done").exists()
        (folder / "done").touch()


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory) -> Path:
    """The tables of an empty installation, to copy: to make them takes longer than most of what is done with them."""
    with _made_once(tmp_path_factory, "migrated") as (folder, is_new):
        if is_new:
            migrate(f"sqlite:///{folder / 'db.sqlite3'}", folder)
    return folder / "db.sqlite3"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    request, tmp_path_factory, django_db_modify_db_settings_parallel_suffix
) -> Iterator[None]:
    """The database of the tests begins as a copy of the tables; there is nothing left for Django to make."""
    if connection.vendor == "sqlite":
        with (
            closing(sqlite3.connect(request.getfixturevalue("migrated_file"))) as tables,
            closing(sqlite3.connect(connection.creation._get_test_db_name(), uri=True)) as memory,
        ):
            tables.backup(memory)
            yield  # in memory a database lasts as long as somebody holds it: Django lets go of it between two steps
    else:
        connection.settings_dict["TEST"]["TEMPLATE"] = _tables_of(os.environ["DATABASE_URL"], tmp_path_factory)
        yield


def _tables_of(url: str, tmp_path_factory) -> str:
    """The name of a database with the tables of an empty installation, on the server behind ``url``."""
    with _made_once(tmp_path_factory, f"tables-{urlsplit(url).port}") as (folder, is_new):
        if is_new:
            migrate(new_database(url, "tables"), folder)
    return "tables"


@pytest.fixture(scope="session")
def migrated_postgres(postgres_url: str, tmp_path_factory) -> str:
    """The same on PostgreSQL: the name of a database that others are made after."""
    return _tables_of(postgres_url, tmp_path_factory)


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    try:
        with redis() as url:
            yield url
    except ServiceMissing as missing:
        _or_skip(str(missing))


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The whole Chromium, for what hangs on a device, a camera or a disk; skipped aloud without, failed where it is
    required."""
    path = chromium()
    if not path:
        if os.environ.get("REQUIRE_E2E"):
            pytest.fail("there is no Chromium: set CHROMIUM")
        pytest.skip("there is no Chromium: set CHROMIUM")
    return path


@pytest.fixture(scope="session")
def playwright(chromium_path: str):
    """The one Playwright of the run. A second one in the same process refuses to start, so nobody starts their own."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright, chromium_path: str):
    """One light Chromium for the run. Each test makes a context of its own."""
    switches = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
    switches += ["--disable-background-networking", "--disable-component-update"]
    started = playwright.chromium.launch(executable_path=chromium(is_light=True) or chromium_path, args=switches)
    yield started
    started.close()


class LiveSite:
    """Our own server in a process of its own, with a folder of its own; as in production, but for letters, limits and
    the second factor of staff. ``static``: the collected files."""

    def __init__(self, folder: Path, port: int, static: Path) -> None:
        self.folder, self.port, self.static = folder, port, static
        self.url = f"http://localhost:{self.port}"
        self.environment = {
            **os.environ,
            "DEBUG": "0",
            "SECRET_KEY": secrets.token_hex(32),
            "ALLOWED_HOSTS": "localhost,127.0.0.1",
            "EMAIL_URL": "dummymail://",
            "PARVIS_VAR": str(folder),
            "PARVIS_STATIC": str(static),
            "PARVIS_ORIGIN": self.url,
            "DATABASE_URL": f"sqlite:///{folder / 'db.sqlite3'}",
            "PARVIS_NO_RATE_LIMITS": "1",
            "PARVIS_STAFF_MFA": "0",
            "LOG_LEVEL": "WARNING",
        }
        self.process: subprocess.Popen[bytes] | None = None

    def copied_to(self, folder: Path) -> LiveSite:
        """The same town once more. The copies take turns at one port, because the town's own addresses name it."""
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        site = LiveSite(folder, self.port, self.static)
        site.environment["SECRET_KEY"] = self.environment["SECRET_KEY"]
        return site

    def manage(self, *words: str) -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", *words], cwd=ROOT, env=self.environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    def start(self) -> None:
        command = [sys.executable, "-m", "server.cli", "serve", "--port", str(self.port)]
        log = (self.folder / "server.log").open("wb")
        self.process = subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=log, stderr=log)
        for _attempt in range(300):
            self._is_still_there()
            with suppress(OSError, HTTPException), closing(HTTPConnection("localhost", self.port, timeout=10)) as asked:
                asked.request("GET", "/healthz")
                if asked.getresponse().status == 200:
                    return
            time.sleep(0.1)
        raise AssertionError("the server did not start")

    def _is_still_there(self) -> None:
        assert self.process is None or self.process.poll() is None, (self.folder / "server.log").read_text()[-3000:]

    def stop(self) -> None:
        if self.process is not None:
            self._is_still_there()
            self.process.terminate()
            self.process.wait(timeout=20)
            self.process = None


@pytest.fixture(scope="session")
def static_files(tmp_path_factory) -> Path:
    """All files of all pages, collected."""
    with _made_once(tmp_path_factory, "static") as (folder, is_new):
        if is_new:
            own = {**os.environ, "PARVIS_STATIC": str(folder / "files")}
            command = [sys.executable, "manage.py", "collectstatic", "--noinput", "-v", "0"]
            subprocess.run(command, cwd=ROOT, env=own, check=True)
    return folder / "files"


@pytest.fixture(scope="session")
def loaded_town(tmp_path_factory, migrated_file: Path, static_files: Path) -> LiveSite:
    """The demo town, loaded once and never served: loading takes long."""
    site = LiveSite(tmp_path_factory.mktemp("town"), free_port(), static_files)
    shutil.copy(migrated_file, site.folder / "db.sqlite3")
    site.manage("load_town")
    return site


@pytest.fixture(scope="module")
def live_site(loaded_town: LiveSite, tmp_path_factory) -> Iterator[LiveSite]:
    """The real application with the demo town: a copy for each file of tests, for what is done there stays."""
    site = loaded_town.copied_to(tmp_path_factory.mktemp("site"))
    site.start()
    yield site
    site.stop()
