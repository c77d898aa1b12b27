"""What may be talked about: each room registers its kinds of subjects, and this room knows none of them.

    register(SubjectKind(kind="debate", find=…, hold=…, on_count=…))

in the module ``subject`` of the room, which is read at start.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from server.processes.models import Component


@dataclass(frozen=True)
class Subject:
    """One thing with a thread. ``component`` comes with its space; ``closed_at``: since when nothing is added here,
    whatever the phase says. ``is_public``: whether everyone may read it; ``asks_stance``: for, against or neither."""

    kind: str
    ref: str
    component: Component
    title: Any
    address: str
    closed_at: datetime | None = None
    is_public: bool = True
    asks_stance: bool = True


@dataclass(frozen=True)
class SubjectKind:
    """find: the subject of a ref, or None; one query. hold: lock its row, before the log is written: ``on_count`` is
    called with the log held. on_count: the number of comments that are shown, in the transaction that changes it.
    authors: the accounts whose own it is; they are told what is said about it. was_offered: whether a pack of a session
    (its ref) said that people may comment on this at its kiosks; what no pack offered is not applied.
    """

    kind: str
    find: Callable[[str], Subject | None]
    hold: Callable[[str], None]
    on_count: Callable[[str, int], None]
    authors: Callable[[str], set[int]] = lambda ref: set()
    was_offered: Callable[[Subject, str], bool] = lambda subject, session_ref: False


KINDS: dict[str, SubjectKind] = {}


def register(kind: SubjectKind) -> SubjectKind:
    """From now on these have threads. Raises ValueError where another kind has the same name."""
    if kind.kind in KINDS and KINDS[kind.kind].find is not kind.find:
        raise ValueError(f"two kinds of subjects are called {kind.kind}")
    KINDS[kind.kind] = kind
    return kind


def find(kind: str, ref: str) -> Subject | None:
    known = KINDS.get(kind)
    return known.find(ref) if known else None
