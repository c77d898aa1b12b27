"""What spaces hold about an account, and how they let go of it."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from django.db.models import Q, QuerySet
from django.dispatch import receiver
from django.utils import timezone

from server.accounts.models import ERASED, User
from server.accounts.signals import account_asked, account_erasing

from .models import Invitation, Member, Space, SpaceRole
from .refusals import LastOrganiser


@receiver(account_asked)
def tell_roles(user: User, **_named: Any) -> dict[str, Any]:
    roles = SpaceRole.objects.filter(user=user).select_related("space")
    return {"roles": [{"space": role.space.slug, "role": role.role} for role in roles]}


@receiver(account_asked)
def tell_memberships(user: User, **_named: Any) -> dict[str, Any]:
    rows = Member.objects.filter(user=user).select_related("space").order_by("pk")
    return {
        "memberships": [
            {"space": one.space.slug, "name": one.name, "part": dict(one.part), "since": one.since.isoformat()}
            for one in rows
        ]
    }


@receiver(account_erasing)
def leave_memberships(user: User, **_named: Any) -> None:
    Member.objects.filter(user=user).delete()


@receiver(account_asked)
def tell_invitations(user: User, **_named: Any) -> dict[str, Any]:
    return {
        "invitations": [
            {
                "space": one.space.slug if one.space else None,
                "role": one.role,
                "email": one.email,
                "since": one.created_at.isoformat(),
                "state": one.state,
            }
            for one in _invitations(user).select_related("space")
        ]
    }


def _invitations(user: User) -> QuerySet[Invitation]:
    """Those that were sent to an address of the account, and those that it answered."""
    to_them = Q(email__iexact=user.email) | Q(accepted_by=user)
    for address in EmailAddress.objects.filter(user=user).values_list("email", flat=True):
        to_them |= Q(email__iexact=address)
    return Invitation.objects.filter(to_them).order_by("pk")


@receiver(account_erasing)
def forget_invitations(user: User, **_named: Any) -> None:
    """What waits for an answer is taken back; the list keeps that somebody was invited, not who."""
    invitations = list(_invitations(user).values_list("pk", flat=True))
    waiting = Invitation.objects.filter(pk__in=invitations, accepted_at=None, revoked_at=None)
    waiting.update(revoked_at=timezone.now())
    Invitation.objects.filter(pk__in=invitations).update(email=ERASED.format(pk=user.pk))


@receiver(account_erasing)
def leave_spaces(user: User, **_named: Any) -> None:
    """Raises LastOrganiser when a space would be left with nobody to run it."""
    run = Space.objects.filter(roles__user=user, roles__role=SpaceRole.Role.ORGANISER).order_by("pk")
    organisers = SpaceRole.objects.filter(role=SpaceRole.Role.ORGANISER).exclude(user=user)
    for space in Space.objects.select_for_update(no_key=True).filter(pk__in=[one.pk for one in run]).order_by("pk"):
        if not organisers.filter(space=space, user__is_active=True).exists():
            raise LastOrganiser(details={"space": space.slug})
    SpaceRole.objects.filter(user=user).delete()
