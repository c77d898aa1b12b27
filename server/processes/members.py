"""Writes around who belongs to a space and who may read it while it is not published; and how spaces hang together."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from server.office.actions import note_act
from server.web.live import ring

from .component_actions import hold
from .models import Member, ShareToken, Space, SpaceGroup
from .refusals import MemberTwice, SpaceIsPublic

if TYPE_CHECKING:
    from server.accounts.models import User


@transaction.atomic
def add_member(*, member: Member, by: User) -> Member:
    """Raises MemberTwice where this account belongs to the space already. The log names nobody."""
    space = hold(member.space)
    if member.user_id and space.members.filter(user=member.user_id).exists():
        raise MemberTwice
    member.save()
    note_act("member.added", by=by, space=space, facts={"member": member.pk})
    ring(space.pk, "space")
    return member


@transaction.atomic
def remove_member(*, member: Member, by: User) -> None:
    note_act("member.removed", by=by, space=member.space, facts={"member": member.pk})
    member.delete()
    ring(member.space_id, "space")


@transaction.atomic
def show_to_members(*, space: Space, is_open: bool, by: User) -> None:
    """Let members read a space that everybody else does not find; or no longer. Raises SpaceIsPublic."""
    held = hold(space)
    if held.is_published:
        raise SpaceIsPublic
    if (held.for_members_at is not None) == is_open:
        return
    held.for_members_at = timezone.now() if is_open else None
    held.save(update_fields=["for_members_at"])
    note_act("space.for_members" if is_open else "space.not_for_members", by=by, space=held, subject=held)
    ring(held.pk, "space")


def code_hash(code: str) -> str:
    return hashlib.sha256(b"parvis share " + code.encode()).hexdigest()


@transaction.atomic
def share_space(*, space: Space, label: str, expires_at: datetime, by: User) -> tuple[ShareToken, str]:
    """A link that lets whoever holds it read this space until then. Returns it too: it is kept nowhere."""
    code = secrets.token_urlsafe(24)
    token = ShareToken.objects.create(space=space, label=label, code_hash=code_hash(code), expires_at=expires_at, by=by)
    note_act("share.made", by=by, space=space, subject=label)
    return token, settings.PARVIS_ORIGIN + reverse("processes:shared", args=[code])


@transaction.atomic
def revoke_share(*, token: ShareToken, by: User) -> None:
    """From now on the link opens nothing, also for those who used it. Taken back twice, it is once."""
    held = ShareToken.objects.select_for_update(of=("self",)).get(pk=token.pk)
    if held.revoked_at is None:
        held.revoked_at = timezone.now()
        held.save(update_fields=["revoked_at"])
        note_act("share.revoked", by=by, space=held.space, subject=held)


def find_share(code: str) -> ShareToken | None:
    """The link of this code, while it is good."""
    return ShareToken.objects.alive().filter(code_hash=code_hash(code)).select_related("space").first()


@transaction.atomic
def tie_space(
    *, space: Space, group: SpaceGroup | None, parent: Space | None, linked: Sequence[Space], by: User
) -> None:
    """To which group and assembly it belongs, and which spaces are named beside it, each on the page of the other."""
    space.group, space.parent = group, parent
    space.save(update_fields=["group", "parent"])
    space.linked.set(linked)
    note_act("space.tied", by=by, space=space, subject=space)
    ring(space.pk, "space")


@transaction.atomic
def save_group(*, group: SpaceGroup, by: User) -> SpaceGroup:
    group.save()
    note_act("group.saved", by=by, space=None, subject=group)
    return group
