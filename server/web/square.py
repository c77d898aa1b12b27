"""What stands on the square today: votes that are open, meetings to come, results. Reads only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Prefetch

from server.meetings.models import Meeting
from server.processes.models import Phase, Space
from server.voting.models import Box

MOST_MEETINGS = 5
MOST_RESULTS = 4


@dataclass(frozen=True)
class OpenVote:
    """A box that takes ballots now; ``until``: the end of the phase that opened it, where one says so."""

    box: Box
    space: Space
    until: datetime | None
    days_left: int | None


def _current_phases(now: datetime) -> Prefetch:
    return Prefetch("component__space__phases", queryset=Phase.objects.active(now), to_attr="current_phases")


def open_votes(now: datetime) -> list[OpenVote]:
    """Open boxes of published spaces, the one that ends first at the top."""
    boxes = (
        Box.objects.filter(state=Box.State.OPEN, component__space__published_at__isnull=False)
        .select_related("component__space", "component__budget")
        .prefetch_related(_current_phases(now))
    )
    votes = [_open_vote(box, now) for box in boxes]
    return sorted(votes, key=lambda vote: (vote.until is None, vote.until, vote.box.pk))


def _open_vote(box: Box, now: datetime) -> OpenVote:
    phases = [phase for phase in box.space.current_phases if "vote" in phase.activities]  # type: ignore[attr-defined]
    until = min((phase.until for phase in phases if phase.until), default=None)
    return OpenVote(box=box, space=box.space, until=until, days_left=(until - now).days if until else None)


def other_spaces(now: datetime, votes: Iterable[OpenVote]) -> list[dict[str, Any]]:
    """Published spaces where no vote is open, each with its current phase, if it has one."""
    spaces = Space.objects.published().exclude(pk__in=[vote.space.pk for vote in votes])
    current = Prefetch("phases", queryset=Phase.objects.active(now), to_attr="current_phases")
    return [
        {"space": space, "phase": next(iter(space.current_phases), None)} for space in spaces.prefetch_related(current)
    ]


def next_meetings(now: datetime) -> list[Meeting]:
    """Meetings of published spaces that are not over, the next one first."""
    return list(Meeting.objects.public().to_come(now).order_by("starts_at", "pk")[:MOST_MEETINGS])


def results() -> list[dict[str, Any]]:
    """Certified votes, the latest first: box, ballots counted, and the titles of winners or a question's answers."""
    boxes = (
        Box.objects.filter(state=Box.State.CERTIFIED, component__space__published_at__isnull=False)
        .select_related("component__space", "component__budget")
        .order_by("-certified_at", "-pk")[:MOST_RESULTS]
    )
    return [_result(box) for box in boxes]


def _result(box: Box) -> dict[str, Any]:
    contest = box.result["contests"][0]
    titles = {choice["id"]: choice["title"] for choice in box.frozen_choices()}
    facts = {"box": box, "space": box.space, "ballots": contest["ballots"]}
    if "winners" not in contest:  # a question: nothing is built, its answers have their numbers
        return facts | {"answers": [(titles[name], votes) for name, votes in contest["votes"].items()]}
    return facts | {"winners": [titles[name] for name in contest["winners"]]}
