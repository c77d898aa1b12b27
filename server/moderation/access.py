"""Who may report what, and who decides. Views obtain things here and nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404

from server.processes.access import Role, access_space, has_role

from .reportables import Reported, find

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from server.accounts.models import User
    from server.processes.models import Space


def moderates_only(user: User | AnonymousUser, space: Space) -> bool:
    """Whether this is the only room of the space that is open to them."""
    return not has_role(user, space, Role.ORGANISER)


def may_moderate(user: User | AnonymousUser, space: Space) -> bool:
    return has_role(user, space, Role.MODERATOR)


def access_moderation(user: User | AnonymousUser, slug: str) -> Space:
    """A space in which this person decides what stands. Raises Http404."""
    return access_space(user, slug, to=Role.MODERATOR)


def access_reported(user: User | AnonymousUser, kind: str, ref: str) -> Reported:
    """Something that everyone can read and that is shown. Raises Http404."""
    found = find(kind, ref)
    if found is None or not found.is_public or not found.row.is_shown:
        raise Http404
    return found


def access_thing(space: Space, kind: str, ref: str) -> Reported:
    """Something of this space, in whichever state. Raises Http404."""
    found = find(kind, ref)
    if found is None or found.space.pk != space.pk:
        raise Http404
    return found
