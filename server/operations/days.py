"""A worker sees that a day has begun and has what falls due done as a task: once, whichever worker is first."""

from __future__ import annotations

import datetime as dt
import logging

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from server.processes.days import day_begun

from .models import Day

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


@task()
def day_task(day: str) -> None:
    """Ask every room, the next one also where one stumbles. What failed is tried again tomorrow, and is in the log."""
    failures = []
    for receiver, outcome in day_begun.send_robust(sender=Day, day=dt.date.fromisoformat(day)):
        if isinstance(outcome, Exception):
            log.error("a room could not do what is due", extra={"what": receiver.__module__}, exc_info=outcome)
            failures.append(outcome)
    if failures:
        raise failures[0]
