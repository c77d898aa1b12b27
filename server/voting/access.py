"""The only way in which a view reaches a ballot box."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import get_object_or_404

from server.processes.access import Role, require_role, takes_part

from .models import Box

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from server.accounts.models import User

REF = re.compile(r"[0-9a-f]{16}")  # as every box is named


def access_box(user: User | AnonymousUser, slug: str, ref: str) -> Box:
    """A frozen box of a space in which this person takes part, by its public address: a published one for everybody,
    one for members only for its members. Anything else does not exist (404)."""
    box = access_box_by_ref(user, ref)
    if box.space.slug != slug:
        raise Http404
    return box


def access_box_by_ref(user: User | AnonymousUser, ref: str) -> Box:
    """The same by its own name alone. What cannot be a name is not asked for: no database takes every letter (X21)."""
    boxes = Box.objects.select_related("component__space", "roll").exclude(definition="")
    box = boxes.filter(ref=ref).first() if REF.fullmatch(ref) else None
    if box is None or not takes_part(user, box.space):
        raise Http404
    return box


def access_frozen(user: User, ref: str) -> Box:
    """A frozen box, for organisers. Raises Http404."""
    boxes = Box.objects.select_related("component__space", "component__budget").exclude(definition="")
    box = get_object_or_404(boxes, ref=ref)
    require_role(user, box.space, Role.ORGANISER)
    return box
