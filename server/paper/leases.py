"""Who looks at which sheet just now (``holding``). Each function is one deed.

A person holds one sheet of a session at a time, with all its images: a decision about one of them settles the others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from server.meetings.models import Session
from server.web.live import ring

from .holding import Holding, first_that_is_free
from .models import Reading, ReviewLease, Sheet
from .refusals import HeldByAnother, NothingToDecide

if TYPE_CHECKING:
    from server.accounts.models import User

HELD = Holding(ReviewLease, of="sheet", by_another=HeldByAnother)
require_free, end = HELD.require_free, HELD.end


def take_next(*, session: Session, by: User, after: int = 0) -> Reading | None:
    """Hold the first image behind ``after`` that waits for this person, or the first of all; None where there is none.

    A sheet with a page missing is offered to nobody: whoever decided would be asked again when the page comes. It is
    named among the incomplete ones.
    """
    asked = Reading.objects.in_session(session).for_person(by).of_whole_sheets()
    return first_that_is_free(
        lambda tried: asked.held_by_nobody_but(by).exclude(sheet__in=tried).order_by("pk"),
        lambda reading: take(reading=reading, by=by),
        key="sheet_id",
        after=after,
        late=(HeldByAnother, NothingToDecide),
    )


@transaction.atomic
def take(*, reading: Reading, by: User) -> Reading:
    """Hold this image, and its sheet. Raises NothingToDecide, HeldByAnother."""
    sheet = _locked(reading)
    if not Reading.objects.filter(pk=reading.pk).for_person(by).exists():
        raise NothingToDecide
    session = reading.batch.session
    HELD.begin(sheet, by, beside=ReviewLease.objects.in_session(session))
    ring(session.meeting.space_id, "review")
    return reading


@transaction.atomic
def keep(*, reading: Reading, by: User) -> None:
    """The page is still open: hold on. Raises HeldByAnother; NothingToDecide where the image is settled meanwhile."""
    if not HELD.renew(reading.sheet_id, by):
        take(reading=reading, by=by)


@transaction.atomic
def let_go(*, reading: Reading, by: User) -> None:
    """Somebody else may look. Again, it changes nothing."""
    if reading.sheet_id is not None and HELD.let_go(reading.sheet_id, by):
        ring(reading.batch.session.meeting.space_id, "review")


def _locked(reading: Reading) -> Sheet:
    if reading.sheet_id is None:
        raise NothingToDecide
    return Sheet.objects.select_for_update(of=("self",), no_key=True).get(pk=reading.sheet_id)
