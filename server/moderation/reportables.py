"""What can be reported and hidden: each room registers its kinds, and this room knows no other.

    register(Reportable(kind="comment", name=_("Comment"), model=Comment, tell=…, hold=…, changed=…))

in the module ``reportable`` of the room. ``model`` is a ``Moderated`` with a unique ``ref`` (hexadecimal).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from server.accounts.models import User
    from server.processes.models import Space

    from .content import ModeratedQuerySet


@dataclass(frozen=True)
class Reported:
    """One thing as a moderator sees it. ``row`` is a ``Moderated``; ``author``: the account, where one wrote it."""

    kind: str
    ref: str
    name: Any
    space: Space
    title: str
    text: str
    by: str
    door: str
    address: str
    row: Any
    language: str = ""  # of ``text``; "" where nobody said
    author: User | None = None
    is_public: bool = True


@dataclass(frozen=True)
class Reportable:
    """One kind. tell: rows of ``model`` as ``Reported``, in a fixed number of queries whatever their number.

    log_name: what the log of the office calls a row for ever: nothing that people wrote, and nobody's name. hold: lock
    what changes with a row, before the log is written. changed: called in the transaction, once the row is written.
    """

    kind: str
    name: Any
    model: Any
    of_space: Callable[[Space], ModeratedQuerySet]
    tell: Callable[[Sequence[Any]], Iterable[Reported]]
    log_name: Callable[[Any], str]
    hold: Callable[[Any], object]
    changed: Callable[[Any], None]

    def find(self, refs: Iterable[str]) -> dict[str, Reported]:
        rows = list(self.model.objects.filter(ref__in=list(refs)))
        return {one.ref: one for one in self.tell(rows)} if rows else {}


KINDS: dict[str, Reportable] = {}


def register(kind: Reportable) -> Reportable:
    """From now on this can be reported. Raises ValueError where another kind has the same name."""
    if kind.kind in KINDS and KINDS[kind.kind].model is not kind.model:
        raise ValueError(f"two kinds of things to report are called {kind.kind}")
    KINDS[kind.kind] = kind
    return kind


def find(kind: str, ref: str) -> Reported | None:
    known = KINDS.get(kind)
    return known.find([ref]).get(ref) if known else None
