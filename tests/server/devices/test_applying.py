"""Store and apply are two steps: in log order, each once, and a record that cannot be applied stops no other (D14)."""

from __future__ import annotations

import json
import random

import pytest
from django.db import OperationalError, transaction
from django.test import TestCase
from django_tasks_db.models import DBTaskResult

from server.cli import main
from server.devices import standings
from server.devices.intake import receive_push
from server.devices.models import Device, Standing
from server.ledger import applying
from server.ledger.models import Record
from server.ledger.tasks import apply_task, apply_what_was_left
from server.meetings.figures import devices_of
from server.rehearsal.kiosk import Kiosk

pytestmark = pytest.mark.django_db


def standing_of(kiosk: Kiosk) -> tuple[str, str, int]:
    found = Standing.objects.get(device__dev=kiosk.dev)
    return found.software, found.state, found.seq


def test_what_a_device_says_of_itself_is_stored_first_and_applied_after(vote):
    kiosk = vote.kiosk()
    with TestCase.captureOnCommitCallbacks() as after:
        receive_push(kiosk.batch())
    assert not Standing.objects.exists()
    assert Record.objects.filter(dev=kiosk.dev).to_apply().count() == 2
    for call in after:
        call()
    assert standing_of(kiosk) == ("python", "open", 2)
    assert not Record.objects.to_apply().exists()
    [device] = devices_of(vote.session)
    assert (device.standing.software, device.standing.state) == ("python", "open")


def orders() -> list[str]:
    return list(DBTaskResult.objects.order_by("enqueued_at").values_list("status", flat=True))


def test_s8_the_order_to_apply_lies_in_the_transaction_that_stored_or_nowhere(vote, settings):
    """So a process that is killed right after the commit has not forgotten it."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    kiosk = vote.kiosk()
    with transaction.atomic():
        receive_push(kiosk.batch())
        assert orders() == ["READY"]
        transaction.set_rollback(True)
    assert orders() == []
    with TestCase.captureOnCommitCallbacks():  # called by nobody
        receive_push(kiosk.batch())
    assert orders() == ["READY"]


def test_s7_what_waits_and_has_lost_its_order_is_ordered_again_once(vote, settings):
    """Its worker was killed, or the database stumbled: whoever works next does not wait for the next push."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    assert not apply_what_was_left()
    receive_push(vote.kiosk().batch())
    assert not apply_what_was_left(), "it has its order"
    DBTaskResult.objects.update(status="RUNNING", worker_ids=["dead"])
    assert apply_what_was_left() and not apply_what_was_left()
    assert orders() == ["RUNNING", "READY"]
    applying.apply_pending()
    DBTaskResult.objects.all().delete()
    assert not apply_what_was_left() and orders() == []


def test_a_sealed_ballot_has_nothing_to_apply_and_wakes_nobody(vote):
    kiosk = vote.kiosk()
    receive_push(kiosk.batch())
    applying.apply_pending()
    kiosk.cast(vote.box.definition_hash, vote.stack[0], {"q1": ["bancs"]})
    with TestCase.captureOnCommitCallbacks() as after:
        receive_push(kiosk.batch(3, 1))
    assert after == [] and Record.objects.get(type="ballot.sealed").is_applied


def test_many_pushes_wake_the_worker_once(vote, settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    for kiosk in (vote.kiosk(), vote.kiosk()):
        with TestCase.captureOnCommitCallbacks(execute=True):
            receive_push(kiosk.batch())
    assert DBTaskResult.objects.filter(task_path=apply_task.module_path).count() == 1
    assert Record.objects.to_apply().count() == 4


def test_d14_one_poisoned_record_among_a_hundred_is_quarantined_and_the_others_are_applied(vote):
    kiosk = vote.kiosk()
    while len(kiosk.records) < 50:
        kiosk.move(random.Random(len(kiosk.records)).choice(("open", "paused")))
    poison = kiosk._add("device.started", b'{"label": 5}')
    while len(kiosk.records) < 100:
        kiosk.move("open")
    receive_push(kiosk.batch())
    assert applying.apply_pending() == 100
    record = Record.objects.get(pk=poison.id)
    assert (record.verdict, record.reason, record.first_verdict) == ("quarantined", "malformed", "accepted")
    assert Record.objects.filter(dev=kiosk.dev, verdict="accepted", is_applied=True).count() == 99
    assert standing_of(kiosk) == ("python", "open", 100)
    kiosk.move("closed")
    receive_push(kiosk.batch(101, 1))
    applying.apply_pending()
    assert standing_of(kiosk) == ("python", "closed", 101)


def test_d14_a_bug_of_ours_is_told_apart_and_tried_again_by_a_release_that_knows_better(vote, monkeypatch):
    kiosk = vote.kiosk()
    receive_push(kiosk.batch())

    def broken(_record, _body):
        raise KeyError("nobody thought of this")

    monkeypatch.setitem(applying.APPLIERS, "meeting.state", broken)
    assert applying.apply_pending() == 2
    assert Record.objects.get(dev=kiosk.dev, seq=2).reason == "not_applied"
    monkeypatch.setitem(applying.APPLIERS, "meeting.state", standings.move)
    assert (applying.try_again(), applying.apply_pending()) == (1, 1)
    assert standing_of(kiosk) == ("python", "open", 2)
    assert not Record.objects.filter(verdict="quarantined").exists()


class Killed(BaseException):
    """The process ends here."""


@pytest.mark.parametrize(("place", "at_once"), [(0, 1), (1, 1), (3, 1), (1, 2), (3, 2), (3, 100)])
def test_s7_a_worker_killed_between_two_records_leaves_each_applied_or_not_and_is_gone_on_with(
    vote, place, at_once, monkeypatch
):
    monkeypatch.delitem(applying.FOLDERS, standings.move)  # else there is nothing between two of a kind
    kiosk = vote.kiosk()
    kiosk.move("paused"), kiosk.move("closed")
    receive_push(kiosk.batch())
    save, count = standings._save, iter(range(99))

    def dies(*about):
        bell = save(*about)
        if next(count) == place:
            raise Killed  # the row is written, and the transaction is not yet committed
        return bell

    monkeypatch.setattr(applying, "AT_ONCE", at_once)
    monkeypatch.setattr(standings, "_save", dies)
    with pytest.raises(Killed):
        applying.apply_pending()
    kept = place // at_once * at_once
    assert Record.objects.filter(dev=kiosk.dev, is_applied=True).count() == kept
    assert sum(one.seq for one in Standing.objects.all()) == kept
    assert applying.apply_pending() == 4 - kept
    assert standing_of(kiosk) == ("python", "closed", 4)


def test_s7_records_of_a_kind_are_applied_together_or_none_of_them(vote, monkeypatch):
    kiosks = [vote.kiosk(), vote.kiosk()]
    for kiosk in kiosks:
        kiosk.move("closed"), kiosk.move("open")
        receive_push(kiosk.batch())
    save, count = standings._save, iter(range(99))

    def dies(*about):
        bell = save(*about)
        if next(count) == 3:
            raise Killed
        return bell

    monkeypatch.setattr(standings, "_save", dies)
    with pytest.raises(Killed):
        applying.apply_pending()
    assert not Standing.objects.exists() and Record.objects.to_apply().count() == 8
    assert applying.apply_pending() == 8
    assert [standing_of(kiosk) for kiosk in kiosks] == [("python", "closed", 4)] * 2


def test_of_many_records_of_one_space_its_pages_are_told_once(vote, monkeypatch):
    rung = []
    monkeypatch.setattr(applying, "ring", lambda *bell: rung.append(bell))
    for kiosk in (vote.kiosk(), vote.kiosk()):
        receive_push(kiosk.batch())
    assert applying.apply_pending() == 4
    assert rung == [(vote.box.space.pk, "devices")]


def test_a_database_that_stumbles_makes_no_record_wrong(vote, monkeypatch):
    kiosk = vote.kiosk()
    receive_push(kiosk.batch())
    monkeypatch.setitem(applying.APPLIERS, "device.started", lambda *_: (_ for _ in ()).throw(OperationalError("busy")))
    with pytest.raises(OperationalError):
        applying.apply_pending()
    assert Record.objects.filter(dev=kiosk.dev, verdict="accepted", is_applied=False).count() == 2


def test_records_are_applied_in_the_order_of_the_log(vote, monkeypatch):
    kiosks = [vote.kiosk(), vote.kiosk()]
    for kiosk in kiosks:
        kiosk.move("paused")
    seen = []
    for type_ in ("device.started", "meeting.state"):
        monkeypatch.setitem(applying.APPLIERS, type_, lambda record, _body: seen.append(record.index))
    for first in (1, 2, 3):
        for kiosk in kiosks:
            receive_push(kiosk.batch(first, 1))
    applying.apply_pending()
    assert seen == sorted(seen) and len(seen) == 6


def test_applied_twice_nothing_changes_and_the_log_gives_the_same_rows(vote, capsys):
    """S22, also where a gap made a later record come first."""
    kiosk = vote.kiosk()
    for state in ("paused", "open", "closed", "open"):
        kiosk.move(state)
    for first, count in ((1, 1), (4, 3), (2, 2)):
        receive_push(kiosk.batch(first, count))
    applying.apply_pending()
    before = Standing.objects.values_list("software", "state", "seq", "began").get()
    assert before[:3] == ("python", "closed", 6)
    for record in Record.objects.filter(dev=kiosk.dev).order_by("index").select_related("payload"):
        applying.APPLIERS[record.type](record, bytes(record.payload.body))
    assert Standing.objects.values_list("software", "state", "seq", "began").get() == before
    assert applying.apply_pending() == 0
    assert main(["rebuild", "--check"]) == 0
    Standing.objects.update(state="open")
    assert main(["rebuild", "--check"]) == 1
    assert Standing.objects.get().state == "open"
    assert main(["rebuild"]) == 0 and Standing.objects.get().state == "closed"
    assert main(["rebuild", "--check"]) == 0
    assert "other rows" in capsys.readouterr().out


def test_what_waits_or_is_in_quarantine_is_not_applied_and_applied_once_it_takes_its_place(vote, capsys):
    kiosk = vote.kiosk()
    kiosk.move("closed")
    receive_push(kiosk.batch(3, 1))
    assert main(["apply"]) == 0
    assert not Standing.objects.exists()
    receive_push(kiosk.batch(1, 2))
    assert main(["apply", "--again"]) == 0
    assert standing_of(kiosk) == ("python", "closed", 3)
    assert "applied: 3" in capsys.readouterr().out


def test_what_the_server_writes_itself_has_no_second_step(vote):
    """Sessions open and close by the office: those records are of the same types, and not a device's."""
    assert Record.objects.filter(type="meeting.state").exists() and not Record.objects.to_apply().exists()
    assert applying.rebuild() == 0
    assert not Record.objects.filter(verdict="quarantined").exists()


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"[" * 9000, b'{"label": "A"}', b'{"state": "open"}', b"\xff"])
def test_a_beginning_that_says_nothing_sensible_is_quarantined(vote, body):
    kiosk = Kiosk()
    kiosk.pack, real = vote.kiosk().pack, vote.kiosks[-1]
    real.records = []
    real._add("device.started", body)
    receive_push(real.batch())
    applying.apply_pending()
    assert list(Record.objects.filter(dev=real.dev).values_list("verdict", "reason")) == [("quarantined", "malformed")]
    assert Device.objects.get(dev=real.dev).standings.count() == 0


def test_a_name_too_long_for_its_column_is_cut(vote):
    kiosk = vote.kiosk()
    kiosk.records = []
    kiosk._add("device.started", json.dumps({"label": "é" * 400, "software": "f" * 400}).encode())
    receive_push(kiosk.batch())
    applying.apply_pending()
    found = Standing.objects.get()
    assert (len(found.label), len(found.software)) == (60, 64)
