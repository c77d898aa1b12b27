"""What spaces hold about an account, and how they let go of it."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from server.accounts.models import User
from server.accounts.signals import account_asked, account_erasing

from .models import Space, SpaceRole
from .refusals import LastOrganiser


@receiver(account_asked)
def tell_roles(user: User, **_named: Any) -> dict[str, Any]:
    roles = SpaceRole.objects.filter(user=user).select_related("space")
    return {"roles": [{"space": role.space.slug, "role": role.role} for role in roles]}


@receiver(account_erasing)
def leave_spaces(user: User, **_named: Any) -> None:
    """Raises LastOrganiser when a space would be left with nobody to run it."""
    run = Space.objects.filter(roles__user=user, roles__role=SpaceRole.Role.ORGANISER).order_by("pk")
    organisers = SpaceRole.objects.filter(role=SpaceRole.Role.ORGANISER).exclude(user=user)
    for space in Space.objects.select_for_update(no_key=True).filter(pk__in=[one.pk for one in run]).order_by("pk"):
        if not organisers.filter(space=space, user__is_active=True).exists():
            raise LastOrganiser(details={"space": space.slug})
    SpaceRole.objects.filter(user=user).delete()
