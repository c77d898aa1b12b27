"""F1's town: who is at work in each schedule, and what the database must say afterwards."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from server.ledger.actions import sign_checkpoint
from server.ledger.applying import is_rebuilt_alike
from server.ledger.models import Checkpoint, Log, Payload, Record
from server.ledger.nodes import count_leaves
from server.operations.archive import BadArchive
from server.operations.models import WorkerSign
from server.operations.restore import prove_log
from server.processes.models import Space
from server.voting.settlement import settle_box
from tests.server.votes import Vote, make_vote, without_guards

from .traffic import Bringer, Device, Traffic, Voter

PEOPLE, PASSES, DEVICES = 20, 40, 2
LONG_FILE = 230  # records: more than one batch
PATIENCE_S = 180


class Town:
    def __init__(self, port: int, rng: random.Random) -> None:
        self.vote: Vote = make_vote(people=PEOPLE, passes=PASSES, regime="pass")
        Space.objects.update(published_at=timezone.now() - timedelta(days=1))
        with without_guards():  # so that the first reply signs another state
            Checkpoint.objects.update(signed_at=timezone.now() - timedelta(days=1))
        self.port, self.rng, self.database = port, rng, connection.vendor
        self.office = self._log_in()
        self.passes: set[str] = set()
        self.people: set[int] = set()
        self.tried: set[int] = set()

    def _log_in(self) -> str:
        """The cookie of somebody of the office."""
        user = self.vote.officer
        user.is_staff = True
        user.save()
        browser = Client()
        browser.force_login(user)
        return browser.cookies[settings.SESSION_COOKIE_NAME].value

    def traffic(self, *, are_people_out: bool, is_long: bool) -> Traffic:
        """New kiosks; and, where people are out, somebody at home and a kiosk without network whose file is brought."""

        def rng() -> random.Random:
            return random.Random(self.rng.random())

        devices = [Device(self.vote, self.port, rng()) for _number in range(DEVICES)]
        if not are_people_out:
            return Traffic(devices)
        alone = Device(self.vote, self.port, rng())
        alone.record(LONG_FILE if is_long else 6)
        bringer = Bringer(self.vote, self.port, self.office, alone.kiosk)
        return Traffic(devices, bringer, Voter(self.vote, self.port, rng()))

    def wait_until_applied(self) -> None:
        _wait_for(lambda: not Record.objects.to_apply().exists())

    @staticmethod
    def moment() -> Any:
        """Now, by the clock of the database."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            return cursor.fetchone()[0]

    # -- what the database must say -----------------------------------------------------------------

    def look(self, traffic: Traffic, since: Any) -> dict[str, int]:
        """After one schedule, everyone answered: what was confirmed, lost, doubled, left between two states.

        since: when the process died, by the clock of the database.
        """
        said = {key: index for device in traffic.devices for key, index in device.confirmed.items()}
        bringer, voter = traffic.bringer, traffic.voter
        brought = {record.id for record in bringer.kiosk.records} if bringer and bringer.is_confirmed else set()
        kiosks = [device.kiosk for device in traffic.devices] + ([bringer.kiosk] if bringer else [])
        made = {record.id for kiosk in kiosks for record in kiosk.records}
        confirmed = said.keys() | brought | (voter.receipts.keys() if voter else set())
        rows = {row.id: row for row in Record.objects.filter(id__in=confirmed | made).select_related("payload")}
        kept = {key for key, row in rows.items() if row.verdict == "accepted" and row.is_applied and not row.is_fork}
        of_kiosks = Record.objects.filter(dev__in=[kiosk.dev for kiosk in kiosks])
        self.passes |= {record.subject for kiosk in kiosks for record in kiosk.records if record.subject}
        self.people |= set(voter.receipts.values()) if voter else set()
        self.tried |= voter.tried if voter else set()
        return {
            "confirmed": len(confirmed),
            "lost": len((confirmed | made) - kept),
            "doubled": of_kiosks.count() - len(made)
            + sum(device.contradictions for device in traffic.devices)
            + sum(rows[key].index != index for key, index in said.items() if key in rows),
            "between": self._between(),
            "locks_left": _locks_left(since),
        }  # fmt: skip

    def _between(self) -> int:
        """How far the log, its rows, what lies beside them and the leaves of the tree are apart (I8)."""
        size, count = Log.objects.get().size, Record.objects.count()
        last = Record.objects.order_by("-index").values_list("index", flat=True).first()
        others = (count, (last or 0) + 1, Payload.objects.count(), count_leaves())
        return sum(abs(size - other) for other in others)

    def account(self, house: Any) -> dict[str, Any]:
        """At the end: one voice a right, a whole tree, rows that the log gives again, no task that nobody does."""
        settled = settle_box(self.vote.box)
        used = len({settled.right_of(ballot) for ballot in settled.ballots})
        return {
            "records": Log.objects.get().size,
            # Of somebody at home who was never answered nobody knows.
            "rights_used": {"least": self._used(self.people), "most": self._used(self.tried), "in_the_log": used},
            "counted": len(settled.settlement.counted),
            "tree_is_whole": _tree_is_whole(),
            "is_rebuilt_alike": is_rebuilt_alike(),
            "tasks_left": _tasks_left(house),
        }

    def _used(self, people: set[int]) -> int:
        return len(self.passes) + len(people)


def _wait_for(is_so: Callable[[], bool], within_s: float = PATIENCE_S) -> bool:
    until = time.monotonic() + within_s
    while not is_so():
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


def _locks_left(since: Any) -> int:
    """Transactions, with whatever they hold, that are older than the death and that nobody has ended since."""
    sql = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND xact_start < %s"

    def left() -> int:
        with connection.cursor() as cursor:
            cursor.execute(sql, [since])
            return int(cursor.fetchone()[0])

    _wait_for(lambda: left() == 0, within_s=2)
    return left()


def _tree_is_whole() -> bool:
    """Every state that was signed, and the one of now, is the root over the headers as they stand."""
    sign_checkpoint()
    try:
        prove_log(apps)
    except BadArchive:
        return False
    return True


def _tasks_left(house: Any) -> int:
    """Tasks that died with their worker, once the worker has been silent for long and a new one has begun (S7)."""
    long_ago = timezone.now() - timedelta(hours=1)
    house.kill("worker")
    house.processes["worker"].wait()
    DBTaskResult.objects.running().update(started_at=long_ago)
    WorkerSign.objects.update(seen_at=long_ago)
    house.start("worker")
    unfinished = DBTaskResult.objects.filter(run_after__lte=timezone.now()).exclude(status__in=["SUCCESSFUL", "FAILED"])
    _wait_for(lambda: not unfinished.exists())
    return unfinished.count()
