"""What stands in a space, read once for all that judges it: the checklist, and what needs a person today.

A number of rows hangs on the row that they belong to, so that sessions, boxes and rolls are one question each.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet, Sum

from server.budgets.components import KIND as BUDGET
from server.budgets.models import Project
from server.devices.models import Device, Stranger
from server.ledger.models import Record
from server.meetings import ideas
from server.meetings.models import Session
from server.paper.models import PrintRun, Reading, ScanBatch
from server.voting.late import waiting_for_people
from server.voting.models import Box, Challenge, LookAlike, PassBatch, Roll, RollEntry, WalkIn
from server.voting.out_of_line import REVOKED
from server.web.counting import of_each

from .component_types import Activity

if TYPE_CHECKING:
    from .models import Phase, Space

STATES = list(Box.State)


@dataclass(frozen=True)
class Standing:
    """Sessions and rolls carry the numbers of ``_sessions`` and ``_rolls``, a box its ``letter_count``: models do not
    know these, so the rows are ``Any``."""

    space: Space
    phases: list[Phase]
    boxes: list[Any]
    sessions: list[Any]
    rolls: list[Any]
    project_count: int

    @property
    def box(self) -> Box | None:
        """The box the page speaks of: the first that is not certified, else the last."""
        return next(
            (box for box in self.boxes if box.state != Box.State.CERTIFIED), self.boxes[-1] if self.boxes else None
        )

    @property
    def session(self) -> Session | None:
        return next(iter(self.unfinished), self.sessions[-1] if self.sessions else None)

    @property
    def unfinished(self) -> list[Any]:
        """The sessions that are not reconciled."""
        return [session for session in self.sessions if session.state != Session.State.RECONCILED]

    @property
    def is_about_a_vote(self) -> bool:
        """Whether it has a vote, plans one, or holds nothing yet that could be something else. One query at most."""
        if self.boxes or any(Activity.VOTE in phase.activities for phase in self.phases):
            return True
        return not self.space.components.exclude(kind=BUDGET).exists()

    def offers(self, door: str) -> bool:
        return any(box.offers(door) for box in self.boxes)

    def have_passed(self, state: str) -> bool:
        """Whether every box is in this state or beyond."""
        rank = STATES.index(Box.State(state))
        return bool(self.boxes) and all(STATES.index(Box.State(box.state)) >= rank for box in self.boxes)


def standing_of(space: Space) -> Standing:
    """Six queries, whatever the space holds."""
    letters = PassBatch.objects.filter(kind=PassBatch.Kind.LETTERS)
    boxes = Box.objects.filter(component__space=space).select_related("component__space", "component__budget", "roll")
    return Standing(
        space=space,
        phases=list(space.phases.all()),
        boxes=list(boxes.annotate(letter_count=of_each(letters, "box", Sum("quantity")))),
        sessions=list(_sessions(space)),
        rolls=list(_rolls(space)),
        project_count=Project.objects.filter(budget__component__space=space).count(),
    )


def _sessions(space: Space) -> QuerySet[Session]:
    """Those of the space in their order, with what was made for each and with what waits there for people."""
    sessions = Session.objects.filter(meeting__space=space).select_related("meeting").prefetch_related("boxes")
    failed = ScanBatch.objects.filter(status=ScanBatch.Status.FAILED)
    return sessions.order_by("meeting__starts_at", "pk").annotate(
        sheet_count=of_each(PrintRun.objects.filter(is_test=False), "session", Sum("quantity")),
        device_count=of_each(Device.objects.all(), "session"),
        stranger_count=of_each(Stranger.objects.all(), "session"),
        late_count=of_each(waiting_for_people(Record.objects.all()), "session_ref", of="ref"),
        doubted_count=of_each(waiting_for_people(Record.objects.filter(reason=REVOKED)), "session_ref", of="ref"),
        idea_count=of_each(ideas.waiting_for_people(Record.objects.all()), "session_ref", of="ref"),
        beside_count=of_each(Record.objects.ballots().out_of_line(), "session_ref", of="ref"),
        walk_in_count=of_each(WalkIn.objects.waiting(), "session"),
        twice_count=of_each(Challenge.objects.waiting(), "session"),
        waiting_count=of_each(Reading.objects.waiting(), "batch__session"),
        failed_count=of_each(failed, "session"),
    )


def _rolls(space: Space) -> QuerySet[Roll]:
    """With their lines, and with the pairs of lines that nobody has told apart."""
    people, pairs = of_each(RollEntry.objects.all(), "roll"), of_each(LookAlike.objects.open(), "roll")
    return space.rolls.annotate(people=people, pairs=pairs)
