"""A worker sees that a day or an hour has begun and has what is due done as a task: once, whichever is first."""

from __future__ import annotations

import datetime as dt
import logging
from typing import Any

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from server.processes.days import day_begun, hour_begun

from .models import Day, Hour

log = logging.getLogger(__name__)


@transaction.atomic
def begin_day() -> bool:
    """Queue what is to be done today, unless somebody did; says whether it was this call."""
    today = timezone.localdate()
    _day, is_new = Day.objects.get_or_create(day=today)
    if is_new:
        Day.objects.filter(day__lt=today).delete()
        day_task.enqueue(today.isoformat())
    return is_new


@transaction.atomic
def begin_hour() -> bool:
    """Queue what is to be done in this hour, unless somebody did; says whether it was this call."""
    hour = timezone.now().replace(minute=0, second=0, microsecond=0)
    _hour, is_new = Hour.objects.get_or_create(hour=hour)
    if is_new:
        Hour.objects.filter(hour__lt=hour).delete()
        hour_task.enqueue()
    return is_new


@task()
def day_task(day: str) -> None:
    """Ask every room, the next one also where one stumbles. What failed is tried again tomorrow, and is in the log."""
    _raise_first(day_begun.send_robust(sender=Day, day=dt.date.fromisoformat(day)))


@task()
def hour_task() -> None:
    """The same every hour."""
    _raise_first(hour_begun.send_robust(sender=Hour))


def _raise_first(outcomes: list[tuple[Any, Any]]) -> None:
    failures = []
    for receiver, outcome in outcomes:
        if isinstance(outcome, Exception):
            log.error("a room could not do what is due", extra={"what": receiver.__module__}, exc_info=outcome)
            failures.append(outcome)
    if failures:
        raise failures[0]
