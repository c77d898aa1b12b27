"""Writes around spaces and who runs them. Those of phases stand in ``phase_actions``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone

from server.accounts.models import User
from server.office.actions import CannotUndo, note_act, undoes
from server.office.models import Act
from server.web.live import ring

from .models import Space, SpaceRole
from .refusals import LastOrganiser, SpaceStands


@transaction.atomic
def save_space(*, space: Space, is_public: bool, by: User) -> Space:
    """Keep a new or changed space. Whoever makes one organises it."""
    is_new = space.pk is None
    was_public = space.is_published
    space.published_at = (space.published_at or timezone.now()) if is_public else None
    if is_public:
        space.for_members_at = None
    space.save()
    if is_new:
        SpaceRole.objects.create(space=space, user=by, role=SpaceRole.Role.ORGANISER)
    note_act("space.made" if is_new else "space.saved", by=by, space=space, subject=space)
    if is_public != was_public:
        note_act("space.published" if is_public else "space.hidden", by=by, space=space, subject=space)
    ring(space.pk, "space")
    return space


@transaction.atomic
def delete_space(*, space: Space, by: User) -> None:
    """Delete a draft with all that is in it, for good. Raises SpaceStands once it was published or a box was frozen."""
    held = Space.objects.select_for_update(no_key=True).get(pk=space.pk)
    if held.is_published or held.components.filter(boxes__definition__gt="").exists():
        raise SpaceStands
    note_act("space.deleted", by=by, space=held, subject=held)
    try:
        for component in held.components.all():
            component.boxes.all().delete()
        held.delete()
    except ProtectedError as kept:  # passes are printed, or a device is enrolled: there is something to account for
        raise SpaceStands from kept


@transaction.atomic
def give_role(*, space: Space, user: User, role: str, by: User, meetings: Iterable[int] = ()) -> SpaceRole:
    """Let somebody take part in running a space; meetings: the only ones at which they do, none: all of them.

    Given twice, it is held once, as it was given last.
    """
    limited = [] if role == SpaceRole.Role.ORGANISER else sorted(meetings)
    held, is_new = SpaceRole.objects.get_or_create(space=space, user=user, role=role, defaults={"meetings": limited})
    is_other = held.meetings != limited
    if is_other:
        held.meetings = limited
        held.save(update_fields=["meetings"])
    if is_new or is_other:
        _note_role("role.given", held, by=by)
    return held


@transaction.atomic
def take_role(*, role: SpaceRole, by: User) -> Act:
    """Raises LastOrganiser when nobody would be left to run the space."""
    Space.objects.select_for_update(no_key=True).get(pk=role.space_id)
    organisers = SpaceRole.objects.filter(space_id=role.space_id, role=SpaceRole.Role.ORGANISER)
    if role.role == SpaceRole.Role.ORGANISER and not organisers.exclude(pk=role.pk).exists():
        raise LastOrganiser
    act = _note_role(
        "role.taken", role, by=by, undo={"user": role.user_id, "role": role.role, "meetings": role.meetings}
    )
    role.delete()
    return act


@undoes("role.taken")
def _give_role_back(act: Act, by: User) -> Act:
    user = User.objects.filter(pk=act.undo["user"], is_active=True).first()
    if user is None or act.space is None:
        raise CannotUndo
    kept = {"meetings": act.undo.get("meetings", [])}
    role, _is_new = SpaceRole.objects.get_or_create(space=act.space, user=user, role=act.undo["role"], defaults=kept)
    return _note_role("role.given", role, by=by, undoes=act)


def _note_role(deed: str, role: SpaceRole, *, by: User, **more: Any) -> Act:
    """Whose role it is stands as a number: an account that is erased leaves no name behind."""
    whose: dict[str, Any] = {"user": role.user_id} | ({"meetings": role.meetings} if role.meetings else {})
    return note_act(deed, by=by, space=role.space, subject=role.get_role_display(), facts=whose, **more)
