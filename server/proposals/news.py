"""Proposals can be followed; what becomes of them is news."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from server.ledger.hearing import Heard
from server.notices.kinds import ANY, NewsKind, Telling, Wait, announce, facts_of, key_of, register
from server.notices.models import News, Reason
from server.notices.things import Place, Thing, ThingKind
from server.notices.things import register as register_thing
from server.processes.models import Component
from server.processes.news import space_place

from .authors import accounts_of
from .endorsing import GIVEN
from .models import Proposal

NEW = "proposals.new"
ACCOUNT = "account:"
LATELY = timedelta(days=7)


def place_of(proposal: Proposal) -> Place:
    return "proposal", proposal.ref


def _proposals(refs: Collection[str]) -> dict[str, Thing]:
    rows = Proposal.objects.filter(ref__in=refs, published_at__isnull=False).select_related("component__space")
    rows = rows.select_related("amendment__amends")
    return {
        one.ref: Thing(
            "proposal",
            one.ref,
            one.title,
            one.get_absolute_url(),
            one.component.space,
            is_shown=one.is_shown and one.component.published_at is not None,
            name=_("Amendment") if one.is_amendment else "",
        )
        for one in rows
    }


def _lists(refs: Collection[str]) -> dict[str, Thing]:
    numbers = [int(ref) for ref in refs if ref.isascii() and ref.isdigit()]
    rows = Component.objects.filter(pk__in=numbers).select_related("space")
    return {
        str(one.pk): Thing(
            "proposals",
            str(one.pk),
            one.title,
            one.get_absolute_url(),
            one.space,
            is_shown=one.published_at is not None,
            under=space_place(one.space),
        )
        for one in rows
    }


def found_in(news: News, name: str = "ref") -> tuple[Proposal, dict[str, Any], int | None] | None:
    """The proposal that a record speaks of, the rest of what it says, and the account that said it."""
    found = facts_of(news)
    if found is None:
        return None
    record, facts = found
    proposal = Proposal.objects.select_related("component").filter(ref=facts.get(name) or "-").first()
    right = record.payload.subject
    by = int(right.removeprefix(ACCOUNT)) if right.startswith(ACCOUNT) else None
    return (proposal, facts, by) if proposal is not None and not proposal.is_draft else None


def _tell_version(news: News) -> Telling | Wait | None:
    """The first version is a new proposal: its authors follow it, and those of the space are told once a day that there
    are new ones, however many. Amendments and texts are news of their own (``news_amending``)."""
    found = found_in(news)
    if found is None or found[1].get("version") != 1 or found[0].hidden_at:
        return None
    proposal = found[0]
    if proposal.part != Proposal.Part.PROPOSAL:
        return None
    if proposal.held_at:
        return Wait(place_of(proposal))
    day = timezone.localtime(proposal.published_at).date()
    announce(NEW, f"{proposal.component_id}/{day.isoformat()}")
    place = place_of(proposal)
    return Telling(about=place, follows=[(user, place, "follows_own") for user in sorted(accounts_of(proposal.ref))])


def _tell_new(news: News) -> Telling | None:
    component, _slash, day = key_of(news).partition("/")
    row = Component.objects.filter(pk=component).first()
    if row is None or date.fromisoformat(day) < timezone.localdate() - LATELY:
        return None
    space = space_place(row.space_id)
    return Telling(about=space, part=("proposals", component), followers=[(space, Reason.PROPOSAL)])


def _tell_endorsed(news: News) -> Telling | None:
    found = found_in(news, "proposal")
    if found is None or found[2] is None:
        return None
    place = place_of(found[0])
    return Telling(about=place, follows=[(found[2], place, "follows_endorsed")])


def _tell_fate(news: News) -> Telling | None:
    """Answered, withdrawn, split: its authors and all who follow it."""
    found = found_in(news)
    if found is None or not found[0].is_shown:
        return None
    proposal, facts, by = found
    if news.type == "proposal.answered" and not (facts.get("answer") or facts.get("state")):
        return None  # an answer was taken back
    place = place_of(proposal)
    return Telling(
        about=place,
        by=by,
        people=dict.fromkeys(accounts_of(proposal.ref), Reason.ANSWER),
        followers=[(place, Reason.ANSWER)],
        hands_on=[("proposal", ref) for ref in facts.get("parts", [])],
    )


def _tell_joined(news: News) -> Telling | None:
    """Told of what they became, which their followers follow from now on."""
    found = found_in(news, "into")
    if found is None or not found[0].is_shown:
        return None
    proposal, facts, _by = found
    place = place_of(proposal)
    return Telling(
        about=place,
        people=dict.fromkeys(accounts_of(proposal.ref), Reason.ANSWER),
        followers=[(("proposal", ref), Reason.ANSWER) for ref in facts["refs"]],
        hands_on=[place],
    )


def _is_of_account(heard: Heard) -> bool:
    return heard.subject.startswith(ACCOUNT)


register_thing(ThingKind(kind="proposal", name=_("Proposal"), find=_proposals))
register_thing(ThingKind(kind="proposals", name=_("Proposals"), find=_lists, can_be_followed=False))
register(NewsKind(type="proposal.version", tell=_tell_version))
register(NewsKind(type=GIVEN, tell=_tell_endorsed, wants=_is_of_account))
register(NewsKind(type=NEW, tell=_tell_new, sentences={ANY: _("New proposals: “%(part)s”.")}, is_of_log=False))
register(NewsKind(type="proposal.joined", tell=_tell_joined, sentences={ANY: _("Proposals became this one.")}))
for _type, _words in (
    ("proposal.answered", _("The town answered this proposal.")),
    ("proposal.withdrawn", _("Its authors took it back.")),
    ("proposal.split", _("This proposal was split into several.")),
):
    register(NewsKind(type=_type, tell=_tell_fate, sentences={ANY: _words}))
