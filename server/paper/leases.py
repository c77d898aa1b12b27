"""Who looks at which sheet just now: two people never sit at one (B17). Each function is one deed.

A person holds one sheet of a session at a time, with all its images: a decision about one of them settles the others.
The hold lasts ``LEASE`` and is renewed by an open page (``keep``); it only keeps others from being *given* the sheet. A
decision that comes after it ran out still counts, unless somebody else holds the sheet by then.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from server.meetings.models import Session
from server.web.live import ring

from .models import Reading, ReviewLease, Sheet
from .refusals import HeldByAnother, NothingToDecide

if TYPE_CHECKING:
    from server.accounts.models import User

LEASE = timedelta(minutes=5)  # without JavaScript nothing renews it: long enough to look at a sheet and decide


def take_next(*, session: Session, by: User, after: int = 0) -> Reading | None:
    """Hold the first image behind ``after`` that waits for this person, or the first of all; None where there is none.

    Of several people who ask at the same instant each gets a sheet of their own. A sheet with a page missing is offered
    to nobody: whoever decided would be asked again when the page comes. It is named among the incomplete ones.
    """
    tried: set[int] = set()
    while True:
        asked = Reading.objects.in_session(session).for_person(by).of_whole_sheets()
        rows = asked.held_by_nobody_but(by).exclude(sheet__in=tried).order_by("pk")
        reading = rows.filter(pk__gt=after).first() or rows.first()
        if reading is None:
            return None
        try:
            return take(reading=reading, by=by)
        except (HeldByAnother, NothingToDecide):  # somebody was quicker
            tried.add(reading.sheet_id)


@transaction.atomic
def take(*, reading: Reading, by: User) -> Reading:
    """Hold this image, and its sheet. Raises NothingToDecide, HeldByAnother."""
    sheet = _locked(reading)
    if not Reading.objects.filter(pk=reading.pk).for_person(by).exists():
        raise NothingToDecide
    require_free(sheet, by)
    session = reading.batch.session
    ReviewLease.objects.in_session(session).filter(holder=by).exclude(sheet=sheet).delete()
    ReviewLease.objects.update_or_create(sheet=sheet, defaults={"holder": by, "until": timezone.now() + LEASE})
    ring(session.meeting.space_id, "review")
    return reading


@transaction.atomic
def keep(*, reading: Reading, by: User) -> None:
    """The page is still open: hold on. Raises HeldByAnother; NothingToDecide where the image is settled meanwhile."""
    mine = ReviewLease.objects.standing().filter(sheet=reading.sheet_id, holder=by)
    if not mine.update(until=timezone.now() + LEASE):
        take(reading=reading, by=by)


@transaction.atomic
def let_go(*, reading: Reading, by: User) -> None:
    """Somebody else may look. Again, it changes nothing."""
    if reading.sheet_id is None:
        return
    if ReviewLease.objects.filter(sheet=reading.sheet_id, holder=by).delete()[0]:
        ring(reading.batch.session.meeting.space_id, "review")


def require_free(sheet: Sheet, by: User) -> None:
    """The sheet is locked. Raises HeldByAnother."""
    if ReviewLease.objects.standing().filter(sheet=sheet).exclude(holder=by).exists():
        raise HeldByAnother


def end(sheet: Sheet) -> None:
    """What was to be said is said; the sheet is locked."""
    ReviewLease.objects.filter(sheet=sheet).delete()


def _locked(reading: Reading) -> Sheet:
    if reading.sheet_id is None:
        raise NothingToDecide
    return Sheet.objects.select_for_update(of=("self",), no_key=True).get(pk=reading.sheet_id)
