"""Writes of the office: debates are kept, shown, closed and concluded. Every one is in the log of the office."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from server.notices.kinds import announce
from server.office.actions import note_act
from server.office.models import Act
from server.processes.localized import Localized
from server.processes.models import Component, Space
from server.web.live import ring

from .models import Debate
from .refusals import NothingConcluded

if TYPE_CHECKING:
    from server.accounts.models import User

KIND = "debate"
TITLE = {"fr": "Débats", "en": gettext_noop("Debates")}


def component_of(space: Space) -> Component:
    """Where a debate goes that nobody has put anywhere: the first component for debates, or a new one not kept yet."""
    found = space.components.filter(kind=KIND).order_by("position", "pk").first()
    return found or Component(space=space, kind=KIND, title=Localized(TITLE))


def _held(debate: Debate) -> Debate:
    return (
        Debate.objects.select_for_update(of=("self",), no_key=True).select_related("component__space").get(pk=debate.pk)
    )


@transaction.atomic
def save_debate(*, debate: Debate, by: User) -> Debate:
    """Keep a new or changed debate; the component of the first one in a space is made with it."""
    component = debate.component
    if component.pk is None:
        Space.objects.select_for_update(no_key=True).get(pk=component.space_id)
        debate.component = component_of(component.space)
        if debate.component.pk is None:
            debate.component.save()
    texts = ("title", "description", "folded")
    debate.save(update_fields=texts if debate.pk else None)
    return _noted("debate.saved", debate, by)


def _noted(deed: str, debate: Debate, by: User) -> Debate:
    note_act(deed, by=by, space=debate.component.space, subject=debate)
    ring(debate.component.space_id, "discussion")
    return debate


@transaction.atomic
def publish_debate(*, debate: Debate, by: User, undoes: Act | None = None) -> Act:
    """Show it to everyone, and its component with it."""
    debate = _held(debate)
    if debate.published_at is None:
        debate.published_at = timezone.now()
        debate.save(update_fields=["published_at"])
        announce("debate.published", debate.ref)
    if debate.component.published_at is None:
        debate.component.published_at = timezone.now()
        debate.component.save(update_fields=["published_at"])
    return _act("debate.published", debate, by, undoes)


@transaction.atomic
def unpublish_debate(*, debate: Debate, by: User, undoes: Act | None = None) -> Act:
    """Take it off the public pages, with its thread. Nothing of it is lost."""
    debate = _held(debate)
    debate.published_at = None
    debate.save(update_fields=["published_at"])
    return _act("debate.unpublished", debate, by, undoes)


@transaction.atomic
def close_debate(*, debate: Debate, by: User, undoes: Act | None = None) -> Act:
    """Nothing is added from now on; what was said stays to be read."""
    debate = _held(debate)
    if debate.closed_at is None:
        debate.closed_at = timezone.now()
        debate.save(update_fields=["closed_at"])
    return _act("debate.closed", debate, by, undoes)


@transaction.atomic
def reopen_debate(*, debate: Debate, by: User, undoes: Act | None = None) -> Act:
    debate = _held(debate)
    debate.closed_at = None
    debate.save(update_fields=["closed_at"])
    return _act("debate.reopened", debate, by, undoes)


@transaction.atomic
def conclude_debate(*, debate: Debate, conclusion: Localized, by: User) -> Debate:
    """Publish what the town concludes. It closes the debate; said again, the later words stand.

    Raises NothingConcluded.
    """
    if not conclusion:
        raise NothingConcluded
    debate = _held(debate)
    debate.conclusion, debate.concluded_at = conclusion, timezone.now()
    debate.closed_at = debate.closed_at or debate.concluded_at
    debate.save(update_fields=["conclusion", "concluded_at", "closed_at", "folded"])
    announce("debate.concluded", debate.ref)
    return _noted("debate.concluded", debate, by)


def _act(deed: str, debate: Debate, by: User, undoes: Act | None) -> Act:
    space = debate.component.space
    ring(space.pk, "discussion")
    return note_act(deed, by=by, space=space, subject=debate, undo={"debate": debate.pk}, undoes=undoes)
