"""What falls due by date in this room."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.dispatch import receiver

from server.ledger.recovery import current
from server.office.jobs import watched
from server.processes.days import day_begun

from .actions.destroying import destroy_remains
from .actions.untying import UNTIED, untie_rest
from .models import Box

DESTROYED = "box.destroyed"


@receiver(day_begun)
def untie_what_was_left(**_named: Any) -> None:
    """Boxes opened by an earlier release kept what joins ballots to rights; and a moment can be unlucky."""
    for box in Box.objects.filter(state__in=UNTIED, destroyed_at=None).order_by("pk"):
        untie_rest(box=box)


@receiver(day_begun)
def destroy_what_is_due(day: dt.date, **_named: Any) -> None:
    """Boxes one after another: one that cannot be destroyed today must not keep the others.

    Nothing is destroyed while a restored backup is put in order: what it forgot may have put the day off.
    """
    if current() is not None:
        return
    failures = []
    boxes = Box.objects.filter(state=Box.State.CERTIFIED, destroyed_at=None).select_related("component__space")
    for box in boxes.exclude(objections__state="open").order_by("pk"):
        if box.destroy_on is None or box.destroy_on > day:
            continue
        try:
            with watched(kind=DESTROYED, key=box.ref, space=box.space) as tell:
                destroy_remains(box=box, tell=tell)
        except Exception as error:
            failures.append(error)
    if failures:
        raise ExceptionGroup("not everything that is due was destroyed", failures)
