"""The four steps that close a ballot box, each with what it does and what still stands in its way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from server.ledger.models import Record, Verdict
from server.meetings.models import Session
from server.office.models import Approval

from .actions import certify_box, close_online, close_voting, open_box, reconcile_box
from .models import Box, Challenge, WalkIn


@dataclass(frozen=True)
class Deed:
    """``reached``: the state of the box once it is done; ``before``: the state in which it can be done."""

    name: str
    action: Callable[..., Box]
    before: str
    reached: str
    title: Any
    meaning: Any
    done: Any
    is_long: bool = False  # done in the background, with its progress shown


DEEDS = (
    Deed(
        "close",
        close_voting,
        Box.State.OPEN,
        Box.State.CLOSED,
        gettext_lazy("Close the vote"),
        gettext_lazy("No more ballots online. Sheets from the ballot boxes of closed sessions can still be read."),
        gettext_lazy("The vote is closed."),
    ),
    Deed(
        "reconcile",
        reconcile_box,
        Box.State.CLOSED,
        Box.State.RECONCILED,
        gettext_lazy("Reconcile the box"),
        gettext_lazy(
            "Parvis settles which ballots count while all of them are still sealed: one for each right, "
            "the one cast in person before the one cast online. From then on the box takes no ballot at all."
        ),
        gettext_lazy("The box is reconciled: what counts is fixed, and nobody has seen a ballot."),
    ),
    Deed(
        "open",
        open_box,
        Box.State.RECONCILED,
        Box.State.OPENED,
        gettext_lazy("Open the box"),
        gettext_lazy(
            "The ballots that count are stripped of all else, shuffled, and decrypted. What tied them to people is "
            "destroyed."
        ),
        gettext_lazy("The box is open. Its ballots are read and sorted."),
        is_long=True,
    ),
    Deed(
        "certify",
        certify_box,
        Box.State.OPENED,
        Box.State.CERTIFIED,
        gettext_lazy("Certify the result"),
        gettext_lazy(
            "Parvis counts by the frozen rule, counts again with another program, and publishes the result with "
            "everything needed to check it."
        ),
        gettext_lazy("The result is certified and published."),
        is_long=True,
    ),
)
# Before them, where online closes before the hall opens: the box stays open, for the hall.
ONLINE = Deed(
    "online",
    close_online,
    Box.State.OPEN,
    Box.State.OPEN,
    gettext_lazy("Close online voting"),
    gettext_lazy(
        "No more ballots online; whoever voted online has voted. From then on the sessions of this vote may open."
    ),
    gettext_lazy("Online voting is closed. The sessions may open."),
)


def deed_of(name: str) -> Deed:
    return next(one for one in (*DEEDS, ONLINE) if one.name == name)


@dataclass(frozen=True)
class Obstacle:
    """Why a step is not possible yet, and the page that settles it."""

    text: str
    url: str = ""
    deed: str = ""


@dataclass(frozen=True)
class Step:
    """``state``: done, now or todo."""

    deed: Deed
    state: str
    obstacles: tuple[Obstacle, ...] = ()


def steps_of(box: Box) -> list[Step]:
    order = list(Box.State)
    rank = order.index(Box.State(box.state))
    steps = []
    for deed in DEEDS:
        if rank >= order.index(Box.State(deed.reached)):
            steps.append(Step(deed, "done"))
        elif box.state == deed.before:
            steps.append(Step(deed, "now", tuple(_obstacles(box, deed.name))))
        else:
            steps.append(Step(deed, "todo"))
    return steps


def _obstacles(box: Box, name: str) -> list[Obstacle]:
    if name == "close":
        lively = box.sessions.filter(state__in=[Session.State.OPEN, Session.State.PAUSED])
        return [
            Obstacle(
                _("Session “%(session)s” is still open.") % {"session": session},
                reverse("office_meetings:session", args=[session.ref]),
                _("See the session"),
            )
            for session in lively
        ]
    if name != "reconcile":
        return _waiting(box, name)
    found = [
        Obstacle(
            _("Session “%(session)s” is not reconciled.") % {"session": session},
            reverse("office_meetings:closing", args=[session.ref]),
            _("Count and reconcile"),
        )
        for session in box.sessions.exclude(state=Session.State.RECONCILED)
    ]
    return found + _late(box) + _from_desk(box) + _twice(box)


def _waiting(box: Box, name: str) -> list[Obstacle]:
    """A second person was asked, and has not answered."""
    asked = Approval.objects.waiting(f"box.{name}", keys=[box.ref])
    return [
        Obstacle(
            _("%(who)s asked for this; a second person must agree.") % {"who": one.asked_by},
            reverse("acts:approval", args=[one.pk]),
            _("Read and answer"),
        )
        for one in asked.select_related("asked_by")
    ]


def _from_desk(box: Box) -> list[Obstacle]:
    """People who are not on the roll and voted in the hall."""
    return [
        Obstacle(
            _("People of “%(session)s” who are not on the roll wait for a decision.") % {"session": session},
            reverse("office_voting:desk_lists", args=[session.ref]),
            _("Decide"),
        )
        for session in box.sessions.filter(walk_ins__in=WalkIn.objects.waiting()).distinct()
    ]


def _twice(box: Box) -> list[Obstacle]:
    """People who are marked at two sessions."""
    if not Challenge.objects.waiting().filter(mark__box=box).exists():
        return []
    address = reverse("office_voting:challenges", args=[box.ref])
    return [Obstacle(_("People who are marked at two sessions wait for a decision."), address, _("Decide"))]


def _late(box: Box) -> list[Obstacle]:
    """Ballots that arrived after their session was reconciled."""
    late = Record.objects.filter(definition=box.definition_hash, verdict=Verdict.PROVISIONAL)
    refs = set(late.values_list("session_ref", flat=True))
    return [
        Obstacle(
            _("Late ballots of “%(session)s” wait for a decision.") % {"session": session},
            reverse("office_meetings:closing", args=[session.ref]) + "#late",
            _("Decide"),
        )
        for session in Session.objects.filter(ref__in=refs)
    ]
