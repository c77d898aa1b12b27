"""Who may reach which space. Views obtain a space here and nowhere else, so that none can forget the check."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.http import Http404

from .models import Space, SpaceRole

if TYPE_CHECKING:
    from server.accounts.models import User

Role = SpaceRole.Role
PUBLIC = "public"


def access_space(user: User | AnonymousUser, slug: str, *, to: str = PUBLIC) -> Space:
    """A space that this person may read; with ``to`` a role, one in which they hold it (organisers hold all).

    Raises Http404 in every other case: whether a space exists is nobody's business who has no part in it.
    """
    space = Space.objects.filter(slug=slug).first()
    if space is None or not (may_read(user, space) if to == PUBLIC else has_role(user, space, to)):
        raise Http404
    return space


def may_read(user: User | AnonymousUser, space: Space) -> bool:
    """Whether this person finds the space: everybody one that is published, members and staff one that is for members
    only, and whoever opened a share link that is still good (``sharing``) any."""
    if takes_part(user, space):
        return True
    shared = getattr(user, "shared", [])
    return bool(shared) and space.share_tokens.alive().filter(pk__in=shared).exists()


def takes_part(user: User | AnonymousUser, space: Space) -> bool:
    """Whether this person may do something there, and not only read: a share link is for reading alone."""
    if space.is_published:
        return True
    if space.for_members_at is None or not user.is_authenticated:
        return False
    if user.is_superuser or user.is_staff:
        return True
    return space.members.filter(user=user).exists() or space.roles.filter(user=user).exists()


def spaces_to_take_part_in(user: User) -> QuerySet[Space]:
    """All for which ``takes_part`` holds. No query by itself."""
    for_members = Q(for_members_at__isnull=False)
    if not (user.is_superuser or user.is_staff):
        of_them = Q(pk__in=user.memberships.values("space")) | Q(pk__in=user.space_roles.values("space"))
        for_members &= of_them
    return Space.objects.filter(Q(published_at__isnull=False) | for_members)


def has_role(user: User | AnonymousUser, space: Space, *roles: str) -> bool:
    """Whether this person holds one of the roles in this space. An organiser holds every role."""
    if not user.is_authenticated:
        return False
    if user.is_superuser or user.is_staff:
        return True
    return space.roles.filter(user=user, role__in=[*roles, Role.ORGANISER]).exists()


def works_at(user: User | AnonymousUser, space: Space, meeting: int, *roles: str) -> bool:
    """``has_role`` at one meeting of the space: a desk or scanner role may be limited to some of them (P10)."""
    if not user.is_authenticated:
        return False
    if user.is_superuser or user.is_staff:
        return True
    held = space.roles.filter(user=user, role__in=[*roles, Role.ORGANISER])
    return any(one.role == Role.ORGANISER or one.reaches(meeting) for one in held)


def require_at(user: User | AnonymousUser, space: Space, meeting: int, *roles: str) -> None:
    """Raise Http404 unless this person holds one of the roles at this meeting."""
    if not works_at(user, space, meeting, *roles):
        raise Http404


def require_role(user: User | AnonymousUser, space: Space, *roles: str) -> None:
    """Raise Http404 unless this person holds one of the roles."""
    if not has_role(user, space, *roles):
        raise Http404


def may_make_spaces(user: User | AnonymousUser) -> bool:
    """The installation's staff, and whoever already organises a space."""
    if not user.is_authenticated:
        return False
    return user.is_superuser or user.is_staff or user.space_roles.filter(role=Role.ORGANISER).exists()
