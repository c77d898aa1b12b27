"""Whoever wrote what is hidden or shown again is told so, and whoever reported it what came of that."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from server.notices.kinds import ANY, NewsKind, Telling, facts_of, key_of, register, release
from server.notices.models import News, Reason
from server.notices.things import Place, find_all

from .applying import PREFIX
from .content import State
from .models import Report
from .reportables import find


def _telling(place: Place, user: int | None) -> Telling | None:
    thing = find_all([place]).get(place)
    if thing is None or user is None:
        return None
    return Telling(about=thing.stands_under, part=place, people={user: Reason.MODERATION})


def _tell_moved(news: News) -> Telling | None:
    found = facts_of(news)
    if found is None:
        return None
    place = (found[1]["kind"], found[1]["ref"])
    if news.type == f"{PREFIX}{State.SHOWN}":
        release(*place)
    thing = find(*place)
    if thing is None or f"{PREFIX}{thing.row.moderation_state}" != news.type:
        return None
    return _telling(place, thing.author.pk if thing.author else None)


def _tell_settled(news: News) -> Telling | None:
    """None where it was opened again meanwhile, or nobody knows who reported it."""
    report = Report.objects.filter(pk=key_of(news), decided_at__isnull=False).first()
    return _telling((report.kind, report.ref), report.by_id) if report else None


for _state, _words in (
    (State.HIDDEN, _("A moderator hid what you wrote. The reason stands in its place.")),
    (State.SHOWN, _("What you wrote is shown to everyone now.")),
):
    register(NewsKind(type=f"{PREFIX}{_state}", tell=_tell_moved, sentences={ANY: _words}))
for _outcome, _words in (
    (Report.Outcome.HIDDEN, _("What you reported was hidden.")),
    (Report.Outcome.KEPT, _("A moderator looked at what you reported, and left it as it is.")),
):
    register(NewsKind(type=f"report.{_outcome}", tell=_tell_settled, sentences={ANY: _words}, is_of_log=False))
