"""Writes of the office: an act is noted, and undone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from server.web.refusals import Refusal

from .deeds import DEEDS
from .models import Act

if TYPE_CHECKING:
    from server.accounts.models import User
    from server.processes.models import Space

LONGEST = 200
Undoer = Callable[[Act, "User"], Act]
UNDOERS: dict[str, Undoer] = {}
# Roles that may take a deed back, beside those who organise the space.
ALSO: dict[str, tuple[str, ...]] = {}


class CannotUndo(Refusal):
    code = "cannot_undo"
    message = _("This cannot be undone, or was undone already.")


def note_act(
    deed: str,
    *,
    by: User | None,
    space: Space | None,
    subject: object = "",
    about: object = None,
    facts: Mapping[str, object] | None = None,
    undo: Mapping[str, object] | None = None,
    undoes: Act | None = None,
) -> Act:
    """Write one line of the log, in the transaction of the deed. Raises KeyError for a deed that has no words.

    ``about``: the box or session that it was done to, where that is not the subject itself.
    """
    DEEDS[deed]
    return Act.objects.create(
        deed=deed,
        by=by if by is not None and by.pk else None,
        space=space,
        place=space.slug if space else "",
        subject=str(subject)[:LONGEST],
        about=name_of(subject if about is None else about),
        facts=dict(facts or {}),
        undo=dict(undo or {}),
        undoes=undoes,
    )


def name_of(thing: object) -> str:
    """``box:<ref>`` or ``session:<ref>``; "" for what has no name of its own in the log."""
    ref = getattr(thing, "ref", "")
    return f"{type(thing).__name__.lower()}:{ref}" if ref else ""


def undoes(deed: str, *also: str) -> Callable[[Undoer], Undoer]:
    """Mark the function that takes a deed back. It notes its own act with ``undoes`` and returns it.

    also: roles that may do so, beside those who organise the space.
    """

    def keep(undoer: Undoer) -> Undoer:
        UNDOERS[deed], ALSO[deed] = undoer, also
        return undoer

    return keep


@transaction.atomic
def undo_act(*, act: Act, by: User) -> Act:
    """Take a deed back, once: of two who press together, one is refused. Raises CannotUndo, and what undoing raises."""
    held = Act.objects.select_for_update(of=("self",)).select_related("space").get(pk=act.pk)
    if held.deed not in UNDOERS or not held.can_be_undone:
        raise CannotUndo
    return UNDOERS[held.deed](held, by)
