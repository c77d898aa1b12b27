"""Once a day, whichever worker is first, every room is asked to do what falls due."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from server.operations.days import begin_day, begin_hour, day_task
from server.operations.models import Day, Hour
from server.processes.days import day_begun

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked():
    days: list[dt.date] = []

    def note(day, **_named):
        days.append(day)

    day_begun.connect(note)
    yield days
    day_begun.disconnect(note)


def test_a_day_begins_once_and_forgets_the_one_before():
    Day.objects.create(day=timezone.localdate() - dt.timedelta(days=1))
    assert [begin_day(), begin_day()] == [True, False]
    assert [one.day for one in Day.objects.all()] == [timezone.localdate()]


def test_the_next_day_begins_anew(monkeypatch):
    begin_day()
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    monkeypatch.setattr(timezone, "localdate", lambda *_given: tomorrow)
    assert begin_day()


def test_every_room_is_asked_also_behind_one_that_stumbles(asked):
    def stumble(**_named):
        raise OSError("disk")

    receivers, day_begun.receivers = day_begun.receivers, []
    try:
        day_begun.connect(stumble, weak=False)
        day_begun.receivers += receivers
        day_begun.sender_receivers_cache.clear()
        with pytest.raises(OSError):
            day_task.call("2027-05-08")
    finally:
        day_begun.receivers = receivers
        day_begun.sender_receivers_cache.clear()
    assert asked == [dt.date(2027, 5, 8)]


def test_it_is_done_by_the_worker_as_a_task(settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    begin_day()
    assert DBTaskResult.objects.filter(task_path="server.operations.days.day_task").count() == 1


def test_an_hour_begins_once_and_forgets_the_one_before(settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    Hour.objects.create(hour=timezone.now() - dt.timedelta(hours=2))
    assert [begin_hour(), begin_hour()] == [True, False]
    assert Hour.objects.count() == 1
    assert DBTaskResult.objects.filter(task_path="server.operations.days.hour_task").count() == 1
