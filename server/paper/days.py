"""What this room destroys when contests about a vote are over: images, files with serials, what was read on them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet
from django.dispatch import receiver

from server.attachments.actions import destroy_files
from server.meetings.models import Session
from server.office.telling import Tell, silent
from server.voting.models import Box
from server.voting.signals import box_destroying

from . import storage
from .models import Adjudication, Keying, PrintRun, Reading, ScanBatch, SlipRun

TELL_EVERY = 50  # files


@receiver(box_destroying)
def destroy_paper(box: Box, sessions: list[Session], tell: Tell = silent, **_named: Any) -> dict[str, int]:
    """Who looked at an image stays written down, and so does that a decision was taken; not what was on the sheet."""
    batches = ScanBatch.objects.filter(session__in=sessions)
    readings = Reading.objects.filter(Q(box=box) | Q(sheet__run__box=box) | Q(batch__in=batches))
    read = list(readings.values_list("pk", flat=True))
    of_box = Q(box=box) | Q(session__in=sessions)
    rows = (readings, PrintRun.objects.filter(box=box), SlipRun.objects.filter(of_box), batches)
    images, printed, slips, scans = _destroy_all(rows, tell)
    photos = destroy_files(session.ref for session in sessions)  # those that were set aside and never read
    Reading.objects.filter(pk__in=read).update(fingerprint="", scores={}, interpretation={})
    Adjudication.objects.filter(reading__in=read).update(choices={}, note="")
    Keying.objects.filter(sheet__run__box=box).update(choices={})
    return {"images": images, "files": printed + slips + scans + photos}


def _destroy_all(sorts: Iterable[QuerySet[Any]], tell: Tell) -> list[int]:
    """The files that these rows name, and how many of each sort there were."""
    named = [(rows, _column(rows), list(_names(rows))) for rows in sorts]
    gone, of = 0, sum(len(names) for _rows, _name, names in named)
    for rows, column, names in named:
        for name in names:
            storage.absolute(name).unlink(missing_ok=True)
            gone += 1
            if gone % TELL_EVERY == 0 or gone == of:
                tell(gone, of)
        rows.model.objects.filter(pk__in=list(rows.values_list("pk", flat=True))).update(**{column: ""})
    return [len(names) for _rows, _name, names in named]


def _column(rows: QuerySet[Any]) -> str:
    return "image" if rows.model is Reading else "file"


def _names(rows: QuerySet[Any]) -> Iterable[str]:
    column = _column(rows)
    return rows.exclude(**{column: ""}).values_list(column, flat=True)
