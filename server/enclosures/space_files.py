"""The office adds documents and photos to a space, puts them in order, and takes them away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from server.office.actions import note_act
from server.processes.component_actions import hold
from server.processes.models import Component
from server.web.live import ring

from .actions import Kept, add_enclosure, kept_if_named, remove_enclosures
from .component_type import MOST, about_of, files_of
from .models import Enclosure

if TYPE_CHECKING:
    from server.accounts.models import User


def add_space_file(*, component: Component, kept: Kept, words: str, by: User) -> Enclosure:
    """Raises TooManyEnclosures; the file is not kept then."""
    with kept_if_named(kept), transaction.atomic():
        hold(component.space)
        added = add_enclosure(about=about_of(component), kept=kept, words=words, by=by, most=MOST)
        note_act("component.file_added", by=by, space=component.space, subject=added)
        ring(component.space_id, "space")
    return added


@transaction.atomic
def move_space_file(*, component: Component, ref: str, by: User) -> None:
    """One place up; the first stays where it is."""
    hold(component.space)
    there = files_of(component)
    at = next((place for place, one in enumerate(there) if one.ref == ref), 0)
    if at:
        there[at - 1], there[at] = there[at], there[at - 1]
        for position, one in enumerate(there, start=1):
            one.position = position
        Enclosure.objects.bulk_update(there, ["position"])
        note_act("component.file_moved", by=by, space=component.space, subject=there[at - 1])
        ring(component.space_id, "space")


@transaction.atomic
def remove_space_file(*, component: Component, ref: str, by: User) -> None:
    """Removed again, nothing changes."""
    hold(component.space)
    for one in files_of(component):
        if one.ref == ref:
            note_act("component.file_removed", by=by, space=component.space, subject=one)
            remove_enclosures([one])
            ring(component.space_id, "space")
