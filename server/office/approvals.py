"""Deeds that take two persons: asked for by one, agreed to by another, and only then done.

A kind of deed is registered with :func:`takes_two`. Where the installation is run single-handed, whoever asks does it
at once; that is marked on the public page and in the frozen definition of every box.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from server.web.live import ring
from server.web.refusals import Refusal

from .actions import note_act
from .models import Approval

if TYPE_CHECKING:
    from server.accounts.models import User
    from server.processes.models import Space


class SecondPerson(Refusal):
    code = "second_person"
    status = 403
    message = _("A second person must agree. Ask somebody else who organises this space.")


class AlreadyAnswered(Refusal):
    code = "already_answered"
    message = _("Somebody has already answered this.")


@dataclass(frozen=True)
class Matter:
    """``do(approval, by)`` does it and gives the address to go on at; ``told`` are the lines to read before agreeing;
    ``drop`` forgets what was asked."""

    do: Callable[[Approval, User], str]
    title: Any
    told: Callable[[Approval], Sequence[tuple[Any, Any]]]
    address: Callable[[Approval], str]
    drop: Callable[[Approval], None]


MATTERS: dict[str, Matter] = {}


def takes_two(
    kind: str,
    *,
    title: Any,
    told: Callable[[Approval], Sequence[tuple[Any, Any]]],
    address: Callable[[Approval], str],
    drop: Callable[[Approval], None] = lambda _approval: None,
) -> Callable[..., Any]:
    """Register the function that does a kind of deed once two persons want it."""

    def keep(do: Callable[[Approval, User], str]) -> Callable[[Approval, User], str]:
        MATTERS[kind] = Matter(do, title, told, address, drop)
        return do

    return keep


def ask(*, kind: str, key: str, space: Space, by: User, why: str = "") -> Approval:
    """Have it waiting for a second person. Asked again while it waits, it is the same question, for the same reason."""
    MATTERS[kind]
    try:
        with transaction.atomic():
            approval = Approval.objects.create(kind=kind, key=key, space=space, asked_by=by, why=why)
    except IntegrityError:
        return Approval.objects.waiting(kind, keys=[key]).get()
    ring(space.pk, "approvals")
    return approval


@transaction.atomic
def agree(*, approval: Approval, by: User) -> str:
    """The second person agrees, and it is done: both or neither. Gives the address to go on at.

    Raises SecondPerson where the same person asked, AlreadyAnswered, and what doing it raises.
    """
    approval = _held(approval)
    agree_only(approval=approval, by=by)
    return MATTERS[approval.kind].do(approval, by)


@transaction.atomic
def agree_only(*, approval: Approval, by: User) -> None:
    """The second person agrees; whoever calls does it. Raises SecondPerson."""
    if approval.asked_by_id in (None, by.pk):
        raise SecondPerson
    _answer(approval, Approval.State.AGREED, by)
    note_act("approval.agreed", by=by, space=approval.space, subject=str(MATTERS[approval.kind].title))


@transaction.atomic
def refuse(*, approval: Approval, by: User) -> Approval:
    """It is not done. Whoever asked may take the question back in the same way."""
    approval = _held(approval)
    MATTERS[approval.kind].drop(approval)
    _answer(approval, Approval.State.REFUSED, by)
    note_act("approval.refused", by=by, space=approval.space, subject=str(MATTERS[approval.kind].title))
    return approval


def require_two(kind: str, key: str) -> None:
    """Raise SecondPerson unless two persons agreed to this deed."""
    if not is_agreed(kind, key):
        raise SecondPerson


def is_agreed(kind: str, key: str) -> bool:
    return Approval.objects.filter(kind=kind, key=key, state=Approval.State.AGREED).exists()


def _held(approval: Approval) -> Approval:
    held = Approval.objects.select_for_update(of=("self",)).select_related("space").get(pk=approval.pk)
    if not held.is_waiting:
        raise AlreadyAnswered
    return held


def _answer(approval: Approval, state: Approval.State, by: User) -> None:
    approval.state, approval.answered_by, approval.answered_at = state, by, timezone.now()
    approval.save(update_fields=["state", "answered_by", "answered_at"])
    ring(approval.space_id, "approvals")
