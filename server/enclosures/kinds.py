"""To what photos and documents can be added: each room registers its kinds, and this room knows none of them.

    register(Kind(kind="proposal", may_see=…))

in the module ``enclosing`` of the room.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from server.accounts.models import User


@dataclass(frozen=True)
class Kind:
    """may_see: whether this person may read what a ref names, and so its photos and documents; False where there is
    no such thing."""

    kind: str
    may_see: Callable[[User | AnonymousUser, str], bool]


KINDS: dict[str, Kind] = {}


def register(kind: Kind) -> Kind:
    """Raises ValueError where another kind has the same name."""
    if kind.kind in KINDS and KINDS[kind.kind].may_see is not kind.may_see:
        raise ValueError(f"two kinds of things with enclosures are called {kind.kind}")
    KINDS[kind.kind] = kind
    return kind


def may_see(user: User | AnonymousUser, kind: str, ref: str) -> bool:
    known = KINDS.get(kind)
    return known is not None and known.may_see(user, ref)
