"""Opening a box and certifying its result take two persons, unless the installation is run single-handed.

Where trustees hold the key, the two whose cards open the box are the two persons. A poll is led by one. Settings that
change later make no vote laxer than its frozen definition says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.office.approvals import agree_only, ask, is_agreed, require_two

from .definitions import Definition, is_single_handed
from .models import Box, Roll

if TYPE_CHECKING:
    from server.accounts.models import User
    from server.meetings.models import Session

SIGNED = ("open", "certify")


def wants_second(box: Box, deed: str) -> bool:
    """Whether this step of the box still waits for the agreement of a second person."""
    return takes_two_persons(box, deed) and not is_agreed(f"box.{deed}", box.ref)


def takes_two_persons(box: Box, deed: str) -> bool:
    if deed not in SIGNED or (deed == "open" and box.has_trustees) or box.is_poll:
        return False
    return is_for_two(box)


def is_for_two(box: Box) -> bool:
    """Whether the frozen box, or the installation by now, wants two persons where one does not suffice."""
    return not is_single_handed() or not Definition.of(box).facts.get("single_handed", True)


def session_takes_two(session: Session) -> bool:
    """Whether what is decided about this session takes two persons: by one of its frozen boxes, or by now."""
    return not is_single_handed() or any(is_for_two(box) for box in session.boxes.exclude(definition=""))


def roll_takes_two(roll: Roll) -> bool:
    """Whether a correction of this roll takes two persons, by a vote that is bound to it or by now."""
    bound = roll.boxes.exclude(definition="").exclude(state=Box.State.CERTIFIED)
    return any(is_for_two(box) for box in bound)


def signatures_needed(session: Session) -> int:
    """How many persons count the stacks of a session, and stand behind the words for a difference."""
    return 2 if session_takes_two(session) else 1


def require_signatures(box: Box, deed: str) -> None:
    """Raises SecondPerson."""
    if takes_two_persons(box, deed):
        require_two(f"box.{deed}", box.ref)


def sign_as_two(box: Box, deed: str, *, first: User, second: User) -> None:
    """Where two are wanted, both agree; whoever calls then does it: a town that a command makes has no pages."""
    if wants_second(box, deed):
        agree_only(approval=ask(kind=f"box.{deed}", key=box.ref, space=box.space, by=first), by=second)
