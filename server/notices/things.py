"""What can be followed, or named in a notice: each room registers its kinds, and this room knows none of them.

    register(ThingKind(kind="proposal", name=_("Proposal"), find=…))

in the module ``news`` of the room.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from server.accounts.models import User
    from server.processes.models import Space

Place = tuple[str, str]  # kind and ref


@dataclass(frozen=True)
class Thing:
    """One thing by its name. ``is_shown``: neither hidden, nor taken back, nor unpublished itself; ``space`` may be.

    under: the thing of which it is a part, where it stands under that in lists. name: what it is called instead of by
    the name of its kind.
    """

    kind: str
    ref: str
    title: Any
    address: str
    space: Space
    is_shown: bool = True
    under: Place | None = None
    name: Any = ""

    @property
    def kind_name(self) -> str:
        return str(self.name or KINDS[self.kind].name)

    @property
    def stands_under(self) -> Place:
        return self.under or (self.kind, self.ref)


@dataclass(frozen=True)
class ThingKind:
    """``find``: the things of some refs, in a fixed number of queries; what is gone is not in it."""

    kind: str
    name: Any
    find: Callable[[Collection[str]], dict[str, Thing]]
    can_be_followed: bool = True


KINDS: dict[str, ThingKind] = {}


def register(kind: ThingKind) -> ThingKind:
    """Raises ValueError where another kind has the same name."""
    if kind.kind in KINDS and KINDS[kind.kind].find is not kind.find:
        raise ValueError(f"two kinds of things are called {kind.kind}")
    KINDS[kind.kind] = kind
    return kind


def find_all(places: Iterable[Place]) -> dict[Place, Thing]:
    """One call for each kind."""
    wanted: dict[str, set[str]] = {}
    for kind, ref in places:
        wanted.setdefault(kind, set()).add(ref)
    return {
        (kind, ref): thing
        for kind, refs in wanted.items()
        if kind in KINDS
        for ref, thing in KINDS[kind].find(refs).items()
    }


def find_for(user: User, places: Iterable[Place]) -> dict[Place, Thing]:
    """Those that this person may read: what is hidden, or lies in a space that is shut to them, is not in it."""
    found = {place: thing for place, thing in find_all(places).items() if thing.is_shown}
    shut = {thing.space.pk: thing.space for thing in found.values() if not thing.space.is_published}
    for space in list(shut.values()):
        if user.pk in readers_of(space, [user.pk]):
            del shut[space.pk]
    return {place: thing for place, thing in found.items() if thing.space.pk not in shut}


def readers_of(space: Space, users: Collection[int]) -> set[int]:
    """Which of these accounts may read the space: all of a published one, its members and team of one for members."""
    if space.is_published:
        return set(users)
    if space.for_members_at is None:
        return set()
    members = space.members.filter(user__in=users).values_list("user_id", flat=True)
    return set(members) | set(space.roles.filter(user__in=users).values_list("user_id", flat=True))
