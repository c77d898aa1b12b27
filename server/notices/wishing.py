"""What people wish to be told: what holds where nobody said anything, and how each changes it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import get_language

from .models import Notice, Reason, Way, Wishes

if TYPE_CHECKING:
    from server.accounts.models import User

# Nobody's letter box is filled by what they have not asked for: only what happens to one's own words leaves at once.
DEFAULTS = {
    Reason.MODERATION: Way.ONCE,
    Reason.MENTION: Way.DIGEST,
    Reason.REPLY: Way.DIGEST,
    Reason.OWN: Way.DIGEST,
    Reason.COMMENT: Way.APP,
    Reason.ANSWER: Way.DIGEST,
    Reason.PHASE: Way.DIGEST,
    Reason.PROPOSAL: Way.DIGEST,
}
# Of new proposals there are too many: they stand in the gathered letter and nowhere else.
ONLY_GATHERED = {Reason.PROPOSAL}


def ways_for(reason: str) -> list[Way]:
    """The ways that can be chosen."""
    return [Way.NONE, Way.DIGEST] if reason in ONLY_GATHERED else list(Way)


def wishes_of(user: User) -> Wishes:
    """Their wishes, kept or not."""
    return Wishes.objects.filter(user=user).first() or Wishes(user=user)


def way_of(wishes: Wishes | None, reason: str) -> Way:
    chosen = wishes.ways.get(reason) if wishes is not None else None
    return Way(chosen) if chosen in ways_for(reason) else DEFAULTS[Reason(reason)]


@transaction.atomic
def keep_wishes(*, user: User, ways: Mapping[str, str], rhythm: str, **follows: bool) -> Wishes:
    """What waited for a letter that is not wished any more leaves with none."""
    told = {str(reason): str(way) for reason, way in ways.items() if way in ways_for(reason)}
    facts: dict[str, Any] = {"ways": told, "rhythm": rhythm, "language": get_language() or "", **follows}
    kept, _is_new = Wishes.objects.update_or_create(user=user, defaults=facts)
    waiting = Notice.objects.filter(user=user, mailed_at=None).exclude(letter="")
    unwished = [one for one in Reason.values if way_of(kept, one) in (Way.NONE, Way.APP)]
    waiting.filter(reason__in=unwished).update(letter="")
    return kept


@transaction.atomic
def stop_letters(*, user: User) -> Wishes:
    """No letter leaves any more. What is told on the site stays as it is."""
    wishes = wishes_of(user)
    quiet = {Way.DIGEST: Way.APP, Way.ONCE: Way.APP}
    ways = {
        reason: Way.NONE if reason in ONLY_GATHERED else quiet.get(way := way_of(wishes, reason), way)
        for reason in Reason.values
    }
    wishes.ways = {str(reason): str(way) for reason, way in ways.items()}
    wishes.save()
    Notice.objects.filter(user=user, mailed_at=None).update(letter="")
    return wishes


def remember_language(user: User) -> None:
    """Letters are written in the language of the pages that somebody reads."""
    Wishes.objects.update_or_create(user=user, defaults={"language": get_language() or ""})
