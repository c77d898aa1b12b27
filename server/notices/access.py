"""Who may follow what, and whose notices are shown. Views obtain things here and nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import get_object_or_404

from .models import Notice
from .things import KINDS, Place, Thing, find_for

if TYPE_CHECKING:
    from server.accounts.models import User


def access_followable(user: User, kind: str, ref: str) -> Thing:
    """Something that this person may read and anybody may follow. Raises Http404."""
    found = find_for(user, [(kind, ref)]).get((kind, ref)) if kind in KINDS and KINDS[kind].can_be_followed else None
    if found is None:
        raise Http404
    return found


def access_place(kind: str, ref: str) -> Place:
    """What somebody may stop following, or mark as read: also what is gone. Raises Http404."""
    if kind not in KINDS or not 0 < len(ref) <= 32:
        raise Http404
    return kind, ref


def access_notice(user: User, pk: int) -> Notice:
    """One's own. Raises Http404."""
    return get_object_or_404(Notice.objects.select_related("news"), user=user, pk=pk)
