"""At the desk of a session: somebody cannot or will not use the kiosk, and a volunteer writes for them.

The right is the voice of the pass that the person shows; an idea and a comment ask for no pass. Who sat at the desk is
in the record of the log as the number of their account, and of an idea in the log of the office.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from server.discussion.actions import Author as Speaker
from server.discussion.actions import write_comment
from server.meetings.models import Session
from server.office.actions import note_act
from server.processes.component_types import Activity
from server.processes.models import Component, Door
from server.processes.openness import open_activities
from server.processes.origin import Origin
from server.voting.refusals import SessionNotOpen
from server.voting.voices import voice_of_code

from .access import KIND
from .authors import Author, Kind
from .endorsing import endorse_proposal, withdraw_endorsement
from .models import Proposal
from .subject import subject_of
from .writing import publish_proposal, save_draft

if TYPE_CHECKING:
    from server.accounts.models import User
    from server.discussion.models import Comment

    from .texts import Text
    from .writing import About


@dataclass(frozen=True)
class Asked:
    """A component that the desk may write for, and what of it."""

    component: Component
    may: frozenset[str]

    @property
    def may_endorse(self) -> bool:
        return Activity.ENDORSE in self.may

    @property
    def may_propose(self) -> bool:
        return Activity.PROPOSE in self.may

    @property
    def may_comment(self) -> bool:
        return Activity.COMMENT in self.may

    @property
    def is_anything(self) -> bool:
        return self.may_endorse or self.may_propose or self.may_comment


def asked_at(session: Session) -> list[Asked]:
    """The components of the session's space in which something is open for the desk now."""
    space = session.meeting.space
    rows = space.components.filter(kind=KIND, published_at__isnull=False).order_by("position", "pk")
    found = [Asked(one, frozenset(open_activities(one, door=Door.DESK))) for one in rows]
    return [one for one in found if one.is_anything]


@transaction.atomic
def endorse_for_somebody(*, session: Session, proposal: Proposal, code_text: str, is_back: bool, by: User) -> None:
    """Stand behind a proposal for whoever shows this pass, or take that back.

    Raises SessionNotOpen, PassUnknown, PhaseClosed, ProposalGone, TooManyEndorsements.
    """
    _require_open(session)
    right, origin = voice_of_code(session, code_text), Origin.at_desk(session, by)
    deed = withdraw_endorsement if is_back else endorse_proposal
    deed(proposal=proposal, right=right, origin=origin)


@transaction.atomic
def propose_for_somebody(
    *, session: Session, component: Component, name: str, text: Text, about: About, by: User
) -> Proposal:
    """Publish what somebody said at the desk, under the name that they want shown, or none.

    Raises SessionNotOpen, PhaseClosed.
    """
    _require_open(session)
    author = Author(kind=Kind.PERSON, name=name)
    draft = save_draft(component=component, author=author, text=text, about=about)
    made = publish_proposal(draft=draft, author=author, origin=Origin.at_desk(session, by))
    note_act("proposal.at_desk", by=by, space=component.space, subject=made)
    return made


@transaction.atomic
def comment_for_somebody(
    *, session: Session, proposal: Proposal, ref: str, name: str, stance: str, text: str, language: str, by: User
) -> Comment:
    """Publish what somebody says about a proposal, under the name that they want shown, or none. Again with the same
    ``ref`` is the comment that is there already.

    Raises SessionNotOpen, PhaseClosed, DiscussionClosed.
    """
    _require_open(session)
    return write_comment(
        subject=subject_of(proposal),
        ref=ref,
        text=text,
        author=Speaker(name=name),
        origin=Origin.at_desk(session, by),
        stance=stance,
        language=language,
    )


def _require_open(session: Session) -> None:
    if session.state != Session.State.OPEN:
        raise SessionNotOpen
