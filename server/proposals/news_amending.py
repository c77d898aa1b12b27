"""What becomes of amendments is news of them, and of what they change; a published text is news of its space."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from server.notices.kinds import ANY, NewsKind, Telling, Wait, announce, facts_of, key_of, register
from server.notices.models import News, Reason
from server.processes.models import Component
from server.processes.news import space_place

from .authors import accounts_of
from .models import Amendment, Proposal
from .news import found_in, place_of

CHANGED = "proposal.amended"
PARTLY = "amendment.partly"


def _tell_proposed(news: News) -> Telling | Wait | None:
    """The authors of what it would change, and all who follow that; whoever brought it follows it from now on."""
    found = found_in(news)
    if found is None or found[0].hidden_at or found[0].withdrawn_at:
        return None
    amendment, _facts, by = found
    place = place_of(amendment)
    if amendment.held_at:
        return Wait(place)
    amends = amendment.amendment.amends
    return Telling(
        about=place_of(amends),
        part=place,
        by=by,
        people=dict.fromkeys(accounts_of(amends.ref), Reason.OWN),
        followers=[(place_of(amends), Reason.COMMENT)],
        follows=[(user, place, "follows_own") for user in sorted(accounts_of(amendment.ref))],
    )


def _tell_decided(news: News) -> Telling | None:
    """Its own authors and followers. Whoever follows what has another wording by it now reads that of the other; and
    what was accepted in part is said so."""
    found = found_in(news)
    if found is None or not found[0].is_shown:
        return None
    amendment, facts, by = found
    key = f"{amendment.ref}/{by or ''}"
    if amendment.amendment.amends.versions.filter(takes_up=amendment).exists():
        announce(CHANGED, key)
    if facts.get("in_part"):
        announce(PARTLY, key)
        return None
    return _to_its_people(amendment, by)


def _tell_partly(news: News) -> Telling | None:
    row, by = _announced(news)
    return _to_its_people(row.proposal, by) if row is not None and row.proposal.is_shown else None


def _to_its_people(amendment: Proposal, by: int | None) -> Telling:
    place = place_of(amendment)
    people = dict.fromkeys(accounts_of(amendment.ref), Reason.ANSWER)
    return Telling(about=place, by=by, people=people, followers=[(place, Reason.ANSWER)])


def _tell_changed(news: News) -> Telling | None:
    """The authors of what has another wording now and those who follow it; those of the amendment are told of that."""
    row, by = _announced(news)
    if row is None or not row.amends.is_shown:
        return None
    place = place_of(row.amends)
    return Telling(
        about=place,
        by=by,
        besides=accounts_of(row.proposal.ref),
        people=dict.fromkeys(accounts_of(row.amends.ref), Reason.ANSWER),
        followers=[(place, Reason.ANSWER)],
    )


def _announced(news: News) -> tuple[Amendment | None, int | None]:
    """The amendment, and the account that decided; none where the town did."""
    ref, _slash, by = key_of(news).partition("/")
    row = Amendment.objects.select_related("proposal", "amends").filter(proposal__ref=ref).first()
    return row, int(by) if by else None


def _tell_text(news: News) -> Telling | None:
    """Those who follow the space, in the gathered letter, as of new proposals."""
    found = facts_of(news)
    if found is None:
        return None
    component = Component.objects.filter(pk=found[1]["component"]).first()
    if component is None:
        return None
    space = space_place(component.space_id)
    return Telling(about=space, part=("proposals", str(component.pk)), followers=[(space, Reason.PROPOSAL)])


_PROPOSED = {
    Reason.OWN: _("Somebody proposes another wording of what you wrote."),
    ANY: _("Somebody proposes another wording."),
}
register(NewsKind(type="amendment.proposed", tell=_tell_proposed, sentences=_PROPOSED))
for _type, _words in (
    ("amendment.accepted", _("This amendment was accepted.")),
    ("amendment.rejected", _("This amendment was not accepted.")),
):
    register(NewsKind(type=_type, tell=_tell_decided, sentences={ANY: _words}))
for _type, _tell, _words in (
    (PARTLY, _tell_partly, _("This amendment was accepted in part.")),
    (CHANGED, _tell_changed, _("It has a new wording: an amendment was accepted.")),
):
    register(NewsKind(type=_type, tell=_tell, sentences={ANY: _words}, is_of_log=False))
register(NewsKind(type="text.published", tell=_tell_text, sentences={ANY: _("A text to read: “%(part)s”.")}))
