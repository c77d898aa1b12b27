"""Whoever cannot vote alone is helped by a person of their choice: only the helper is written down (P13).

No row and no record joins a helper to a person, to a pass or to a ballot. The log hears of it as a number alone, when
the session is reconciled: a line at its moment would stand beside the mark of the person. How many people one helper
may help is frozen with the box.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from server.meetings.models import Session
from server.processes.folding import fold
from server.voting.definitions import Definition
from server.voting.models import Assistance, Box
from server.voting.refusals_proxies import HelperNameMissing, HelpLimit, NoHelp

from .desk import WHILE_OPEN, _note, _sent, locked_session

if TYPE_CHECKING:
    from server.accounts.models import User


def most_helped(frozen: Iterable[Box]) -> int:
    """How many people one helper may help: the least that one of these boxes says; 0 where none says so."""
    return min((n for box in frozen if (n := Definition.of(box).helped_per_helper)), default=0)


@transaction.atomic
def note_help(*, session: Session, name: str, by: User, token: str = "") -> Assistance:
    """Somebody is helped by this person. Raises NoHelp, HelperNameMissing, HelpLimit, SessionNotOpen.

    What the helper did at other sessions of the same boxes is counted too.
    """
    list(Box.objects.select_for_update(of=("self",), no_key=True).filter(sessions=session).order_by("pk"))
    session = locked_session(session, states=WHILE_OPEN)
    most = most_helped(session.boxes.exclude(definition=""))
    if not most:
        raise NoHelp
    name = " ".join(name.split())[:120]
    helper = " ".join(fold(name).split())[:120]
    if not helper:
        raise HelperNameMissing
    sent = _sent("help", session, token)
    if sent.outcome:
        return Assistance.objects.get(pk=sent.outcome)
    sessions = Session.objects.filter(boxes__in=session.boxes.all())
    taken = set(Assistance.objects.filter(session__in=sessions, helper=helper).values_list("place", flat=True))
    place = next((place for place in range(1, most + 1) if place not in taken), 0)
    if not place:
        raise HelpLimit(details={"most": most})
    try:
        with transaction.atomic():
            noted = Assistance.objects.create(session=session, name=name, helper=helper, place=place, most=most)
    except IntegrityError as error:  # the database counts as well
        raise HelpLimit(details={"most": most}) from error
    _note(sent, noted.pk)
    return noted
