"""A ballot box in draft is kept; a frozen one is not touched."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.db import transaction

from server.budgets.components import kept_component_of
from server.ledger.schemas import is_divided
from server.office.actions import note_act
from server.voting import trustees as wrapping
from server.voting.models import Box
from server.voting.refusals import BoxNotDraft
from server.web.live import ring

from .trustees import name_trustees

if TYPE_CHECKING:
    from server.accounts.models import User


@transaction.atomic
def delete_box(*, box: Box, by: User) -> None:
    """Delete a draft for good: nothing was ever voted in it. Raises BoxNotDraft."""
    held = Box.objects.select_for_update(no_key=True).select_related("component__space").get(pk=box.pk)
    if held.definition or held.state != Box.State.DRAFT:
        raise BoxNotDraft
    note_act("box.deleted", by=by, space=held.space, subject=held)
    held.sessions.clear()
    held.delete()
    transaction.on_commit(lambda: wrapping.forget_pairs(box))
    ring(box.component.space_id, "boxes")


@transaction.atomic
def save_box(*, box: Box, by: User, trustees: Sequence[str] | None = None) -> Box:
    """``trustees``: three names, none at all where the installation holds the key, or None to leave them.

    Raises BoxNotDraft when the box has been frozen, even a moment ago.
    """
    if box.pk is not None:
        held = Box.objects.select_for_update(no_key=True).get(pk=box.pk)
        if held.definition or held.state != Box.State.DRAFT:
            raise BoxNotDraft
    if box.component.pk is None:  # a question in a space that has no budget
        box.component = kept_component_of(box.component.space)
    box.is_small_vote = not is_divided()
    box.save()
    if trustees is not None:
        name_trustees(box=box, names=trustees)
    note_act("box.saved", by=by, space=box.space, subject=box)
    ring(box.component.space_id, "boxes")
    return box
