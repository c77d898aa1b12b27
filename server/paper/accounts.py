"""The accounts of paper: every sheet printed is somewhere (promise 4).

For one session and box:

    printed = read automatically + decided by people + waiting for people + refused + spoiled + unused + missing

What people typed in is *decided by people*; a sheet of which somebody typed in the first half waits for people.
``missing`` is what remains, below zero when more came back than can be. Each printed sheet is in one place only, by the
first that applies: spoiled, waiting for people, decided by people, read automatically, refused (seen, and no ballot),
not seen. Sheets handed out = passes handed in + replacements of spoiled sheets.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass

from django.db.models import Sum

from server.attachments.models import Named
from server.ledger.models import Record
from server.meetings.models import Session
from server.voting.models import Box, Pass

from . import storage
from .models import KEYED, PrintRun, Reading, Sheet, SheetCount

# Images that are no sheet of the box: the white backs of pages, sheets printed to try out.
NOT_A_SHEET = ("blank_page", "test_sheet")


@dataclass(frozen=True)
class RunAccount:
    """Where the sheets of one print run are. ``unused`` is None until people have counted what came back.

    ``incomplete``: of those that wait, sheets of several pages of which some were never seen (B9).
    """

    number: int
    printed: int
    automatic: int
    adjudicated: int
    waiting: int
    refused: int
    spoiled: int
    unused: int | None
    incomplete: int = 0

    @property
    def missing(self) -> int:
        seen = self.automatic + self.adjudicated + self.waiting + self.refused + self.spoiled
        return self.printed - seen - (self.unused or 0)


def run_accounts(session: Session, box: Box) -> list[RunAccount]:
    """One account per print run that counts; three queries, whatever their number."""
    runs = PrintRun.objects.filter(session=session, box=box, is_test=False, status=PrintRun.Status.READY)
    places: dict[int, dict[str, int]] = {}
    sheets = Sheet.objects.of(session, box).that_count().with_facts()
    rows = sheets.values_list(
        "run_id", "is_spoiled", "is_waiting", "was_decided", "ballot", "was_seen", "is_incomplete"
    )
    for run, *facts, is_incomplete in rows.iterator(chunk_size=5000):
        account = places.setdefault(run, {})
        place = _place(*facts)
        account[place] = account.get(place, 0) + 1
        if is_incomplete and place == "waiting":
            account["incomplete"] = account.get("incomplete", 0) + 1
    return [
        RunAccount(
            number=run.number,
            printed=run.quantity,
            unused=run.unused_count,
            **{name: places.get(run.pk, {}).get(name, 0) for name in ("automatic", "adjudicated", "waiting")},
            **{name: places.get(run.pk, {}).get(name, 0) for name in ("refused", "spoiled", "incomplete")},
        )
        for run in runs
    ]


def _place(is_spoiled: bool, is_waiting: bool, was_decided: bool, ballot: str, was_seen: bool) -> str:
    if is_spoiled:
        return "spoiled"
    if is_waiting:
        return "waiting"
    if ballot:
        return "adjudicated" if was_decided else "automatic"
    return "refused" if was_seen else "not_seen"


def sheet_accounts(session: Session, box: Box) -> dict:
    """The accounts of a session's sheets of one box, as plain numbers; ``runs`` breaks them up by print run.

    exchanged: passes handed in for a sheet in this session (a pass gives a sheet of each of its boxes); replacements:
    for spoiled sheets; refused_images: pages that named this box and are no sheet printed for it here (B3).
    """
    runs = run_accounts(session, box)
    names = ("printed", "automatic", "adjudicated", "waiting", "refused", "spoiled", "missing", "incomplete")
    totals = {name: sum(getattr(run, name) for run in runs) for name in names}
    exchanged = Pass.objects.filter(batch__session=session, is_exchanged=True, is_test=False).count()
    replacements = _replacements(session, box)
    return totals | {
        "unused": sum(run.unused or 0 for run in runs),
        "is_unused_counted": all(run.unused is not None for run in runs),
        "exchanged": exchanged,
        "replacements": replacements,
        "handed_out": exchanged + replacements,
        "test": Sheet.objects.of(session, box).filter(run__is_test=True).count(),
        "refused_images": Reading.objects.in_session(session)
        .not_read()
        .filter(box=box)
        .exclude(reason__in=NOT_A_SHEET)
        .count(),
        "runs": [asdict(run) | {"missing": run.missing} for run in runs],
    }


def _replacements(session: Session, box: Box) -> int:
    """Spoiled sheets for which another was given, from the log, and those that people added by hand."""
    spoiled = Record.objects.filter(type="sheet.spoiled", session_ref=session.ref, definition=box.definition_hash)
    bodies = spoiled.values_list("payload__body", flat=True)
    logged = sum(json.loads(bytes(body)).get("replaced") is True for body in bodies)
    by_hand = SheetCount.objects.filter(session=session, box=box).aggregate(total=Sum("replacements"))["total"]
    return logged + (by_hand or 0)


@dataclass(frozen=True)
class Seen:
    """What is there of a session's sheets beside what people counted by hand (B19). Numbers of sheets and of images.

    in_box: counted by hand, None before; sheets: different ones that were seen or typed in; typed_in: without an image
    of their own that names them; lost: ``(file, page)`` of images whose file is gone; on_their_way: photos that a
    station announced and that are not here.
    """

    in_box: int | None
    sheets: int
    typed_in: int
    lost: list[tuple[str, int]]
    on_their_way: int


def seen_of(session: Session) -> Seen:
    """Looks for the file of every image: a disk may have lost some. After the destruction there is none to look for."""
    seen = Sheet.objects.filter(run__session=session, run__is_test=False, readings__isnull=False).distinct()
    from_paper = seen.exclude(readings__in=Reading.objects.in_session(session).exclude(batch__digest=KEYED))
    images = Reading.objects.in_session(session).exclude(image="").select_related("batch").order_by("batch", "page")
    return Seen(
        in_box=session.hand_counts.get("sheets_in_box"),
        sheets=seen.count(),
        typed_in=from_paper.count(),
        lost=list(_without_file(images)),
        on_their_way=Named.objects.in_session(session.ref).on_their_way().count(),
    )


def _without_file(images: Iterable[Reading]) -> Iterator[tuple[str, int]]:
    for one in images:
        if not storage.absolute(one.image).is_file():
            yield str(one.batch), one.page
