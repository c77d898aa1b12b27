"""Amendments: another wording of a proposal is put forward, taken up or not, and may become a proposal of its own.

    amendment.proposed   subject: the right; {"ref", "amends", "against", "reason"}; its words are a
                         ``proposal.version``
    amendment.accepted   {"ref", "amends", "version", "in_part", "words", "by"}; where that version is new, it
                         follows, and names it
    amendment.rejected   {"ref", "amends", "words", "by"}

``by``: ``town`` or ``author``. The authors of what is amended decide; the town does for its own texts, and for what has
no author with an account. An amendment is a proposal beside which an ``Amendment`` stands (0048).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Count, Min
from django.utils import timezone

from server.ledger.actions import append, hold_log
from server.moderation.actions import require_not_blocked
from server.office.actions import note_act
from server.processes.component_types import Activity
from server.processes.openness import require_open
from server.web.live import ring

from .authors import Author
from .models import Amendment, Proposal
from .rebasing import Rebased, rebase
from .refusals import (
    AlreadyAmended,
    AmendmentDecided,
    AmendsAmendment,
    NotAmendable,
    NothingChanged,
    NotYours,
    ProposalAnswered,
    ProposalGone,
    TextChanged,
    TooManyAmendments,
)
from .rules import Rules
from .texts import Text
from .writing import About, bring_proposal, hold_component, hold_proposal, is_author, new_version, require_room, told

if TYPE_CHECKING:
    from server.accounts.models import User
    from server.processes.models import Component, Space
    from server.processes.origin import Origin

Outcome = Amendment.Outcome


@dataclass(frozen=True)
class Decision:
    """``seen``: the version of what is amended that whoever decides had before them. ``text``: as it shall read."""

    words: str
    seen: int
    text: Text


def text_of(proposal: Proposal) -> Text:
    return Text(proposal.title, proposal.body, proposal.language)


def is_for_the_town(proposal: Proposal) -> bool:
    """Whether the town decides on its amendments: its own texts, and what nobody with an account answers for
    (``ProposalQuerySet.for_the_town`` asks the same of many)."""
    return proposal.is_official or (proposal.author_id is None and not proposal.coauthors.exists())


def waiting_for_the_town(space: Space) -> list[tuple[int, int, int]]:
    """Amendments about which the town must decide: of which component, the first one's number, how many. One query."""
    decided_by_it = Proposal.objects.there().for_the_town().filter(answered_at__isnull=True)
    rows = Proposal.objects.there().filter(component__space=space, part=Proposal.Part.AMENDMENT)
    rows = rows.filter(amendment__decided_at__isnull=True, amendment__amends__in=decided_by_it)
    counts = rows.order_by("component").values_list("component").annotate(first=Min("number"), n=Count("pk"))
    return list(counts)


def rebased(amendment: Amendment) -> Rebased:
    """Its wording, carried over to the version that stands now."""
    present, wanted = text_of(amendment.amends), text_of(amendment.proposal)
    if amendment.against == amendment.amends.version:
        return Rebased(wanted, is_clean=True)
    read = amendment.amends.versions.filter(number=amendment.against).first()
    return rebase(Text(read.title, read.body) if read else present, present, wanted)


def require_amendable(proposal: Proposal) -> None:
    """Raises AmendsAmendment, NotAmendable, ProposalGone, ProposalAnswered."""
    if proposal.is_amendment:
        raise AmendsAmendment
    if not Rules.of(proposal.component.settings).takes_amendments:
        raise NotAmendable
    _require_present(proposal)


def _require_present(proposal: Proposal) -> None:
    if not proposal.stands:
        raise ProposalGone
    if proposal.answered_at is not None:
        raise ProposalAnswered


def require_room_to_amend(component: Component, right: str) -> None:
    """Raises TooManyAmendments. The component is held, where one is about to be brought."""
    most = Rules.of(component.settings).most_amendments
    mine = component.proposals.filter(part=Proposal.Part.AMENDMENT, right=right, withdrawn_at__isnull=True)
    if most and right and mine.count() >= most:
        raise TooManyAmendments(details={"most": most})


@transaction.atomic
def propose_amendment(
    *, amends: Proposal, against: int, text: Text, reason: str, author: Author, origin: Origin, ref: str = ""
) -> Proposal:
    """Put another wording forward. Brought again with the same ``ref``, it is the one that is there.

    Raises PhaseClosed, AccountBlocked, AmendsAmendment, NotAmendable, ProposalGone, ProposalAnswered, NothingChanged,
    AlreadyAmended, TextChanged (of a version that is not there), TooManyAmendments.
    """
    component = hold_component(amends.component)
    there = component.proposals.filter(ref=ref).first() if ref else None
    if there is not None:
        if there.right != author.right or not there.is_amendment:
            raise NotYours
        return there
    require_open(component, Activity.AMEND, origin=origin)
    if author.user is not None:
        require_not_blocked(author.user, component.space)
    held = hold_proposal(amends)
    require_amendable(held)
    _require_another_wording(held, text, against)
    require_room_to_amend(component, author.right)
    session = origin.session.ref if origin.session else ""
    about = About(category=held.category, area=held.area, place_name=held.place_name)
    made = bring_proposal(
        component=component, author=author, text=text, about=about, door=origin.door, session_ref=session, ref=ref,
        part=Proposal.Part.AMENDMENT,
    )  # fmt: skip
    Amendment.objects.create(proposal=made, amends=held, against=against, reason=reason)
    body = told({"ref": made.ref, "amends": held.ref, "against": against, "reason": reason})
    append(type="amendment.proposed", space=component.space.slug, session=session, subject=made.right, body=body)
    ring(component.space_id, "proposals")
    return made


def _require_another_wording(amends: Proposal, text: Text, against: int) -> None:
    """Another than what was read and what stands, and than that of an amendment that waits."""
    read = amends.versions.filter(number=against).first()
    if read is None:
        raise TextChanged
    if text.fingerprint in (read.fingerprint, text_of(amends).fingerprint):
        raise NothingChanged
    waiting = amends.amendments.filter(decided_at__isnull=True, proposal__in=Proposal.objects.there())
    for one in waiting.filter(proposal__title=text.title).select_related("proposal"):
        if text_of(one.proposal).fingerprint == text.fingerprint:
            raise AlreadyAmended(details={"number": one.proposal.number})


@transaction.atomic
def accept_amendment(*, amendment: Proposal, decision: Decision, by: User, for_town: bool = False) -> Amendment:
    """Make a new version of what it amends, which names it. Accepted again, it is accepted.

    Where the text says already what it asks for, the present version is what took it up, and none is made.
    ``for_town``: ``by`` is an organiser, which whoever calls has asked. Raises NotYours, AccountBlocked, ProposalGone,
    ProposalAnswered, AmendmentDecided, TextChanged (the text is no more the one that was read), NothingChanged.
    """
    row, amends = _hold_to_decide(amendment, by, for_town=for_town)
    if row.outcome in (Outcome.ACCEPTED, Outcome.PARTLY):
        return row
    _require_undecided(row)
    _require_present(amends)
    if decision.seen != amends.version:
        raise TextChanged
    wanted, present = rebased(row).text.fingerprint, text_of(amends).fingerprint
    is_new = decision.text.fingerprint != present
    if not is_new and wanted != present:
        raise NothingChanged
    in_part = decision.text.fingerprint != wanted
    row.outcome, row.made = Outcome.PARTLY if in_part else Outcome.ACCEPTED, amends.version + is_new
    facts: dict[str, object] = {"version": row.made, "in_part": in_part}
    _decide(row, amends, decision.words, by, type_="amendment.accepted", facts=facts, for_town=for_town)
    if is_new:
        amends.title, amends.body = decision.text.title, decision.text.body
        new_version(amends, takes_up=row.proposal)
    return row


@transaction.atomic
def reject_amendment(*, amendment: Proposal, words: str, by: User, for_town: bool = False) -> Amendment:
    """Say why it is not taken up. Rejected again, it is rejected. Raises NotYours, AccountBlocked, AmendmentDecided."""
    row, amends = _hold_to_decide(amendment, by, for_town=for_town)
    if row.outcome == Outcome.REJECTED:
        return row
    _require_undecided(row)
    row.outcome = Outcome.REJECTED
    _decide(row, amends, words, by, type_="amendment.rejected", facts={}, for_town=for_town)
    return row


def _hold_to_decide(amendment: Proposal, by: User, *, for_town: bool) -> tuple[Amendment, Proposal]:
    """Both proposals held, the older first, and whoever decides is asked for: authors, or else the town."""
    hold_log()
    rows = Proposal.objects.select_for_update(of=("self",)).select_related("component__space").order_by("pk")
    pair = Amendment.objects.values_list("pk", "amends").get(pk=amendment.pk)
    held = {one.pk: one for one in rows.filter(pk__in=pair)}
    row = Amendment.objects.get(pk=amendment.pk)  # as it stands, now that nobody else decides
    row.proposal, row.amends = held[row.pk], held[row.amends_id]
    row.proposal.amendment = row
    if for_town != is_for_the_town(row.amends) or not (for_town or is_author(row.amends, by)):
        raise NotYours
    if not for_town:
        require_not_blocked(by, row.amends.component.space)
    return row, row.amends


def _require_undecided(row: Amendment) -> None:
    if not row.is_open:
        raise AmendmentDecided
    if not row.proposal.is_shown or row.proposal.withdrawn_at:
        raise ProposalGone


def _decide(
    row: Amendment, amends: Proposal, words: str, by: User, *, type_: str, facts: dict[str, object], for_town: bool
) -> None:
    """Into its row and the log, and for the town into the log of the office."""
    row.words, row.by_town, row.decided_at = words, for_town, timezone.now()
    row.save()
    space = amends.component.space
    body = told(
        {**facts, "ref": row.proposal.ref, "amends": amends.ref, "words": words, "by": "town" if for_town else "author"}
    )
    actor, subject = ("organiser", "") if for_town else ("", by.right)
    append(type=type_, space=space.slug, actor=actor, subject=subject, body=body)
    if for_town:
        name = f"{amends.component}, {row.proposal.number}"
        note_act(type_, by=by, space=space, subject=name, about=row.proposal, facts={"of": amends.number})
    ring(space.pk, "proposals")


@transaction.atomic
def put_forward(*, amendment: Proposal, author: Author, origin: Origin) -> Proposal:
    """Its author makes of what was not accepted a proposal of its own. Done again, it is the one that is there.

    Raises PhaseClosed, AccountBlocked, NotYours, AmendmentDecided (it was not rejected), TooManyProposals.
    """
    component = hold_component(amendment.component)
    hold_log()
    row = Amendment.objects.select_for_update(of=("self",)).select_related("proposal", "became").get(pk=amendment.pk)
    if author.user is None or not is_author(row.proposal, author.user) or not row.proposal.is_shown:
        raise NotYours
    if row.became is not None:
        return row.became
    if row.outcome != Outcome.REJECTED:
        raise AmendmentDecided
    require_open(component, Activity.PROPOSE, origin=origin)
    require_not_blocked(author.user, component.space)
    require_room(component, author.right)
    one = row.proposal
    about = About(category=one.category, area=one.area, place_name=one.place_name)
    row.became = bring_proposal(component=component, author=author, text=text_of(one), about=about, door=origin.door)
    row.save(update_fields=["became"])
    return row.became
