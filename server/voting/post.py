"""Reads about sheets by post: whose envelope it is, and where all of them are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count

from server.ledger.codes import NotACode, parse_code
from server.meetings.models import Session

from .balance_facts import counts_blind
from .definitions import Definition
from .models import Box, Envelope, PresenceMark

if TYPE_CHECKING:
    from collections.abc import Iterable

State, Reason = Envelope.State, Envelope.Reason


def find_envelope(session: Session, code_text: str) -> Envelope | None:
    """The envelope of this session with this code. Raises nothing: what is no code is nobody's."""
    try:
        code = parse_code(code_text)
    except NotACode:
        return None
    checks = [code.check(bytes(key)).hex() for key in session.boxes.values_list("letter_key", flat=True)]
    return Envelope.objects.filter(session=session, check_value__in=checks).first()


def boxes_by_post(session: Session) -> list[Box]:
    """The boxes of a session whose frozen definition lets sheets come by post."""
    frozen = session.boxes.exclude(definition="").order_by("pk")
    return [box for box in frozen if Definition.of(box).takes_post]


def must_refuse(envelope: Envelope) -> str:
    """The reason for which this envelope can only be refused, as things stand; "" where it may be accepted."""
    if envelope.entry.struck_at:
        return Reason.STRUCK
    marks = PresenceMark.objects.in_hall().filter(box=envelope.box_id, entry=envelope.entry_id, is_restored=False)
    return Reason.IN_PERSON if marks.exists() else ""


def may_open(box: Box, session: Session, not_reconciled: Iterable[int]) -> bool:
    """Whether the envelopes of this session may be opened: its vote and it are closed, every other one reconciled.

    Until then a list kept on paper may still say that one of these people voted in a hall. not_reconciled: keys of the
    box's sessions that are not, this one or others.
    """
    is_over = box.state == Box.State.CLOSED and session.state == Session.State.CLOSED
    return is_over and set(not_reconciled) <= {session.pk}


@dataclass(frozen=True)
class PostedAt:
    """The envelopes of one session: how many are where, and whether they may be opened now.

    is_blind: they were opened, and people still count by hand what was in them: no figure is shown.
    """

    session: Session
    counts: dict[str, int]
    is_time: bool
    is_blind: bool = False

    @property
    def sent(self) -> int:
        return sum(self.counts.values())

    @property
    def rows(self) -> list[tuple[Any, int]]:
        return [(state.label, self.counts[state]) for state in State if self.counts.get(state)]

    @property
    def to_open(self) -> int:
        return self.counts.get(State.ACCEPTED, 0)

    @property
    def opened(self) -> int:
        return self.counts.get(State.OPENED, 0)


def posted_at(box: Box, sessions: Iterable[Session]) -> list[PostedAt]:
    """For each session with envelopes of this box."""
    per_session: dict[int, dict[str, int]] = {}
    rows = Envelope.objects.sent().filter(box=box).order_by().values_list("session", "state").annotate(Count("pk"))
    for home, state, count in rows:
        per_session.setdefault(home, {})[state] = count
    sessions = list(sessions)
    not_reconciled = [one.pk for one in sessions if one.state != Session.State.RECONCILED]
    found = []
    for session in sessions:
        if counts := per_session.get(session.pk):
            is_blind = bool(counts.get(State.OPENED)) and counts_blind(session)
            found.append(PostedAt(session, counts, may_open(box, session, not_reconciled), is_blind))
    return found
