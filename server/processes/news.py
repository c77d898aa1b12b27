"""Spaces can be followed; that a phase begins, ends or is answered is news of its space."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.db.models import Q
from django.dispatch import receiver
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from server.notices.kinds import ANY, NewsKind, Telling, announce, key_of, register
from server.notices.models import News, Reason
from server.notices.things import Thing, ThingKind
from server.notices.things import register as register_thing

from .days import hour_begun
from .models import Phase, Space

# What began longer ago is no news, whoever was away: the worker, or the server.
LATELY = dt.timedelta(days=2)
BEGUN, ENDED, ANSWERED = "phase.begun", "phase.ended", "phase.answered"


def space_place(space: Space | int) -> tuple[str, str]:
    """How notices name a space: by its number, because its address may change."""
    return "space", str(getattr(space, "pk", space))


def _numbers(refs: Collection[str]) -> list[int]:
    return [int(ref) for ref in refs if ref.isascii() and ref.isdigit()]


def _spaces(refs: Collection[str]) -> dict[str, Thing]:
    rows = Space.objects.filter(pk__in=_numbers(refs))
    return {str(one.pk): Thing("space", str(one.pk), one.title, one.get_absolute_url(), one) for one in rows}


def _phases(refs: Collection[str]) -> dict[str, Thing]:
    rows = Phase.objects.filter(pk__in=_numbers(refs)).select_related("space")
    return {
        str(one.pk): Thing(
            "phase", str(one.pk), one.title, one.space.get_absolute_url(), one.space, under=space_place(one.space)
        )
        for one in rows
    }


@receiver(hour_begun)
def announce_phases(now: dt.datetime | None = None, **_named: Any) -> None:
    """Dates begin and end phases while nobody does anything: so every hour one looks."""
    now = now or timezone.now()
    lately = (now - LATELY, now)
    by_date, by_hand = Q(activation=Phase.Activation.DATES), Q(activation=Phase.Activation.HAND)
    found = {
        BEGUN: by_date & Q(starts_at__range=lately) | by_hand & Q(begun_at__range=lately),
        ENDED: by_date & Q(ended_at=None, ends_at__range=lately) | Q(ended_at__range=lately),
        ANSWERED: Q(answered_at__range=lately),
    }
    for type_, when in found.items():
        announce(type_, *Phase.objects.filter(when).order_by("pk").values_list("pk", flat=True))


def _tell(news: News) -> Telling | None:
    """None where it was taken back meanwhile: what was begun by hand, or an answer."""
    phase = Phase.objects.filter(pk=key_of(news)).first()
    is_so = phase is not None and {
        BEGUN: phase.is_active() or phase.is_over(),
        ENDED: phase.is_over(),
        ANSWERED: phase.is_answered and bool(phase.answer),
    }.get(news.type)
    if phase is None or not is_so:
        return None
    place = space_place(phase.space_id)
    return Telling(about=place, part=("phase", str(phase.pk)), followers=[(place, Reason.PHASE)])


register_thing(ThingKind(kind="space", name=_("Process"), find=_spaces))
register_thing(ThingKind(kind="phase", name=_("Phase"), find=_phases, can_be_followed=False))
for _type, _words in (
    (BEGUN, _("The phase “%(part)s” has begun.")),
    (ENDED, _("The phase “%(part)s” has ended.")),
    (ANSWERED, _("The town answered what the phase “%(part)s” promised.")),
):
    register(NewsKind(type=_type, tell=_tell, sentences={ANY: _words}, is_of_log=False))
