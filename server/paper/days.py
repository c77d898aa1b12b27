"""What this room destroys when contests about a vote are over: images, files with serials, what was read on them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet
from django.dispatch import receiver

from server.meetings.models import Session
from server.voting.models import Box
from server.voting.signals import box_destroying

from . import storage
from .models import Adjudication, PrintRun, Reading, ScanBatch, SlipRun


@receiver(box_destroying)
def destroy_paper(box: Box, sessions: list[Session], **_named: Any) -> dict[str, int]:
    """Who looked at an image stays written down, and so does that a decision was taken; not what was on the sheet."""
    batches = ScanBatch.objects.filter(session__in=sessions)
    readings = Reading.objects.filter(Q(box=box) | Q(sheet__run__box=box) | Q(batch__in=batches))
    read = list(readings.values_list("pk", flat=True))
    images = _destroy_files(readings, "image")
    printed = _destroy_files(PrintRun.objects.filter(box=box), "file")
    slips = _destroy_files(SlipRun.objects.filter(Q(box=box) | Q(session__in=sessions)), "file")
    scans = _destroy_files(batches, "file")
    Reading.objects.filter(pk__in=read).update(fingerprint="", scores={}, interpretation={})
    Adjudication.objects.filter(reading__in=read).update(choices={}, note="")
    return {"images": images, "files": printed + slips + scans}


def _destroy_files(rows: QuerySet[Any], column: str) -> int:
    names: Iterable[str] = rows.exclude(**{column: ""}).values_list(column, flat=True)
    gone = 0
    for name in list(names):
        storage.absolute(name).unlink(missing_ok=True)
        gone += 1
    rows.model.objects.filter(pk__in=list(rows.values_list("pk", flat=True))).update(**{column: ""})
    return gone
