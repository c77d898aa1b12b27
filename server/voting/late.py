"""Ballots that came late: what people may still decide about, and what is never opened any more.

Until its box is reconciled, people take a late ballot in, and it is opened with all others of the box. Afterwards what
counts is fixed: a ballot that comes then is kept sealed and told as a number, beside the number of ballots by which
another result was away (``margin``). See ``docs/decisions/0017-late-ballots-are-told-not-opened.md``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from server.ledger.installation import installation
from server.ledger.models import Record

from .definitions import Definition
from .intake_rules import OVER
from .margin import margin_of_result
from .models import Box

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from server.ledger.querysets import RecordQuerySet
    from server.meetings.models import Session


def settled_definitions() -> QuerySet[Box, str]:
    """Definitions of the boxes that take nothing in any more."""
    return Box.objects.filter(state__in=OVER).values_list("definition_hash", flat=True)


def waiting_for_people(rows: RecordQuerySet) -> RecordQuerySet:
    """Of these records the late ballots about which people can still decide."""
    return rows.undecided().exclude(definition__in=settled_definitions())


def never_opened(box: Box) -> RecordQuerySet:
    """Ballots that came once the box was reconciled. Whether each has a right was never asked: at most so many."""
    rows = Record.objects.of_box(box.definition_hash).undecided()
    return rows if box.state in OVER else rows.none()


def never_opened_in(session: Session) -> RecordQuerySet:
    """The same for one session, over all its boxes."""
    return Record.objects.in_session(session.ref).undecided().filter(definition__in=settled_definitions())


@dataclass(frozen=True)
class TooLate:
    """``count`` ballots came too late, ``since`` of them after the certification; ``margin`` as in ``margin``, or None.

    ``told``: how many the addenda to the result speak of; ``None`` where no addendum does.
    """

    count: int
    since: int
    margin: int | None
    told: int | None

    @property
    def could_change(self) -> bool:
        """Whether so many ballots could have changed which projects are funded."""
        return self.margin is not None and self.count >= self.margin

    @property
    def is_told(self) -> bool:
        """Whether an addendum speaks of all that came after the certification."""
        return not self.since or self.told == self.count


def too_late(box: Box) -> TooLate:
    """Of a box with a result. Asked anew each time: a kiosk may be found years later."""
    rows = never_opened(box)
    if not (count := rows.count()):
        return TooLate(0, 0, margin_of(box), None)
    at = certified_at_index(box)
    told = (
        box.addenda.exclude(late=None)
        .exclude(published_at=None)
        .order_by("-number")
        .values_list("late", flat=True)
        .first()
    )
    return TooLate(
        count=count,
        since=rows.filter(index__gt=at).count() if at is not None else 0,
        margin=margin_of(box),
        told=told,
    )


def certified_at_index(box: Box) -> int | None:
    """Where the log says that the result was certified: what stands behind it came later."""
    rows = Record.objects.of_box(box.definition_hash).filter(type="box.certified", dev=installation().dev)
    return rows.values_list("index", flat=True).first()


def margin_of(box: Box) -> int | None:
    """Of the certified result; None where no number of ballots could have changed it, or there is none yet."""
    return margin_of_result(Definition.of(box).facts, box.result["contests"][0]) if box.result else None
