"""Notices as they are read: gathered under the thing they are about, its name asked of its room, today.

What is hidden, withdrawn or shut meanwhile is not named: its line says that it is gone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from .kinds import KINDS as NEWS
from .models import Notice, Reason
from .things import KINDS as THINGS
from .things import Place, Thing, find_all, find_for

if TYPE_CHECKING:
    from server.accounts.models import User


@dataclass
class Line:
    """One notice. ``address``: "" where nothing can be opened any more."""

    pk: int
    text: str
    address: str
    at: datetime
    is_new: bool
    is_gone: bool = False


@dataclass
class Group:
    """A thing with what is new about it. ``thing``: None where it is gone, or was never this person's to read."""

    place: Place
    thing: Thing | None
    lines: list[Line] = field(default_factory=list)
    stop: str = ""

    @property
    def kind_name(self) -> str:
        if self.thing is not None:
            return self.thing.kind_name
        known = THINGS.get(self.place[0])
        return str(known.name) if known else ""

    @property
    def is_gone(self) -> bool:
        """Whether nothing of it can be opened any more."""
        return all(one.is_gone for one in self.lines)

    @property
    def new_count(self) -> int:
        return sum(one.is_new for one in self.lines)


def part_of(notice: Notice) -> Place:
    """To what a notice leads."""
    news = notice.news
    return (news.part_kind, news.part_ref) if news.part_kind else (notice.kind, notice.ref)


def groups_of(user: User, notices: Sequence[Notice]) -> list[Group]:
    """In the order of their first notices. Their news is at hand; one call of each room."""
    places = {(one.kind, one.ref) for one in notices} | {part_of(one) for one in notices}
    found = find_for(user, places)
    own = _own(notices, found)
    groups: dict[Place, Group] = {}
    for one in notices:
        place = (one.kind, one.ref)
        group = groups.setdefault(place, Group(place, found.get(place) or own.get(place)))
        group.lines.append(_line(one, found.get(part_of(one)) or own.get(part_of(one))))
    return list(groups.values())


def _own(notices: Sequence[Notice], found: dict[Place, Thing]) -> dict[Place, Thing]:
    """Whoever is told that their own words were hidden, or what came of a report, knows them."""
    told = [one for one in notices if one.reason == Reason.MODERATION]
    places = {place for one in told for place in ((one.kind, one.ref), part_of(one))} - set(found)
    return find_all(places) if places else {}


def _line(notice: Notice, part: Thing | None) -> Line:
    known = NEWS.get(notice.news.type)
    words = known.sentence(notice.reason) if known and part else ""
    return Line(
        pk=notice.pk,
        text=words % {"part": part.title} if part else "",
        address=part.address if part else "",
        at=notice.at,
        is_new=notice.read_at is None,
        is_gone=part is None,
    )
