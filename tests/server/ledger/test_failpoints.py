"""Failpoints, and what must not be heard of work that a cut took back (S8). The cuts themselves are figure F1."""

from __future__ import annotations

import pytest
from django.core import mail
from django.test import Client, TestCase
from django_tasks_db.models import DBTaskResult

from benchmarks.faults.house import failpoints_of_the_code
from server.devices.intake import receive_push
from server.devices.models import Device, Standing
from server.ledger import failpoints
from server.ledger.models import Chain, Checkpoint, Log, Record
from server.ledger.tasks import apply_task
from server.web import live
from tests.server.votes import make_vote

QUEUE = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}


class Cut(BaseException):
    """The process ends here."""


@pytest.fixture
def points(monkeypatch, tmp_path):
    """A bench that is at work; ``arm`` it."""

    def die() -> None:
        raise Cut

    monkeypatch.setattr(failpoints, "FOLDER", str(tmp_path))
    monkeypatch.setattr(failpoints, "die", die)
    monkeypatch.setattr(failpoints, "_visited", set())

    def arm(name: str, passes: int = 1) -> None:
        (tmp_path / "armed").write_text(f"{name} {passes} {tmp_path.name}-{name}")

    return arm


def test_a_failpoint_kills_once_at_the_pass_that_is_asked_for_and_tells_who_came_by(points, tmp_path):
    points("log.locked", passes=3)
    for name in ("log.locked", "log.records", "log.locked", "log.records"):
        failpoints.failpoint(name)
    with pytest.raises(Cut):
        failpoints.failpoint("log.locked")
    for _time in range(5):
        failpoints.failpoint("log.locked")
    assert (tmp_path / "visited").read_text().split() == ["log.locked", "log.records"]


@pytest.mark.django_db
def test_without_a_bench_a_failpoint_is_passed(monkeypatch):
    monkeypatch.setattr(failpoints, "_pass", None)  # calling it would fail
    failpoints.failpoint("log.locked")
    with TestCase.captureOnCommitCallbacks() as after:
        failpoints.failpoint_on_commit("log.locked")
    assert after == []


BEFORE_COMMIT = {
    "log.locked", "log.records", "log.payloads", "log.written", "append.before_commit", "push.before_commit",
    "apply.claimed", "apply.applied", "apply.before_commit",
}  # fmt: skip
AFTER = {
    "push.committed", "push.before_reply", "import.between", "import.before_reply", "checkpoint.before_commit",
    "apply.begun", "apply.committed",
}  # fmt: skip


def test_each_failpoint_is_known_to_lie_inside_a_transaction_or_after_one():
    """Whoever adds one says which, and the rest of this file, or F1, then holds for it too."""
    assert set(failpoints_of_the_code()) == BEFORE_COMMIT | AFTER


@pytest.mark.django_db
def test_s8_of_work_that_is_rolled_back_nothing_is_heard_and_nothing_stays(points, monkeypatch, caplog, settings):
    """No bell, no letter, no order for the background, no line of the log; and the same again is done and heard."""
    settings.TASKS = QUEUE
    vote, rung = make_vote(), []
    kiosk = vote.kiosk()
    monkeypatch.setattr(live, "_ring", lambda *what: rung.append(what))

    def rows() -> list:
        tables = (Record, Chain, Log, Standing, Checkpoint, DBTaskResult)
        return [list(model.objects.order_by("pk").values()) for model in tables] + list(Device.objects.values())

    def push() -> None:
        # No answer: it is the view that gives one, and it is never reached.
        Client().post("/api/v1/push", kiosk.batch(), content_type="application/x-ndjson")

    deeds = {"append": lambda: vote.online(0, "bancs"), "apply": apply_task.func}
    # Applying comes last: what is pushed stays new until then.
    for name in sorted(BEFORE_COMMIT, key=lambda name: (name.startswith("apply"), name)):
        if name == "apply.applied":
            receive_push(kiosk.batch())
        before = rows()
        mail.outbox, rung[:] = [], []
        caplog.clear()
        points(name)
        with pytest.raises(Cut), TestCase.captureOnCommitCallbacks(execute=True):
            deeds.get(name.partition(".")[0], push)()
        assert (rung, mail.outbox, caplog.messages) == ([], [], []), name
        assert rows() == before, name
    with TestCase.captureOnCommitCallbacks(execute=True):
        deeds["append"](), apply_task.func()
    assert rung and Standing.objects.get(device__dev=kiosk.dev).state == "open"
