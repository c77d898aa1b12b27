"""Proposals are written: drafts, publishing, new versions, taking back. Every door ends here.

    proposal.version     subject: the right, or ""; {"ref", "component", "version", "title", "body", "language",
                         "author", "name", "door"}: all that it says, so that the log proves each version; "with":
                         the rights of those who signed it too; "takes_up": the ref of an amendment that it takes up
    proposal.withdrawn   {"ref"}

A draft is its author's own affair and is in no log. Publishing it is the deed.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from server.discussion.spam import spam_score, waits_for_a_moderator
from server.ledger.actions import append, hold_log
from server.ledger.models import Record
from server.moderation.actions import require_not_blocked
from server.processes.component_types import Activity
from server.processes.models import Component, Taxon
from server.processes.openness import require_open
from server.web.live import ring

from .authors import Author
from .models import Proposal, Version, Word
from .packs_anew import packs_change
from .refusals import AmendmentDecided, EditWindowOver, NotYours, ProposalGone, TooManyProposals
from .rules import Rules
from .texts import Text
from .words import stems_in

if TYPE_CHECKING:
    from server.accounts.models import User
    from server.processes.origin import Origin


LATELY = timedelta(days=1)
EARLIER_TEXTS = 20


@dataclass(frozen=True)
class About:
    """What else a proposal says than its words: where it belongs, and where it is. Degrees of WGS 84."""

    category: Taxon | None = None
    area: Taxon | None = None
    place_name: str = ""
    latitude: Any = None
    longitude: Any = None


@transaction.atomic
def save_draft(
    *, component: Component, author: Author | None, text: Text, about: About, draft: Proposal | None = None
) -> Proposal:
    """Keep what somebody is writing. Its authors alone see it, and it is in no log.

    author: None leaves the one that it has, where another of its authors writes.
    """
    kept = draft or Proposal(component=component)
    _write(kept, author, text, about)
    kept.save()
    return kept


@transaction.atomic
def publish_proposal(*, draft: Proposal, author: Author, origin: Origin) -> Proposal:
    """Put a draft forward. Published again, it is the one that is there. Whoever began it publishes it. What looks like
    advertising waits for a moderator (``held_at``).

    Raises NotYours, PhaseClosed, AccountBlocked, and TooManyProposals where this right brought as many as it may.
    """
    component = hold_component(draft.component)
    held = Proposal.objects.select_for_update(of=("self",)).get(pk=draft.pk)
    if not held.is_draft:
        return held
    if author.user is not None and author.user.pk != held.author_id:
        raise NotYours
    require_open(component, Activity.PROPOSE, origin=origin)
    if author.user is not None:
        require_not_blocked(author.user, component.space)
    require_room(component, author.right)
    held.component = component
    held.door, held.right = origin.door, author.right
    held.session_ref = origin.session.ref if origin.session else ""
    held.held_at = timezone.now() if author.user is not None and _looks_like_advertising(held, author.user) else None
    publish(held)
    return held


def _looks_like_advertising(proposal: Proposal, author: User) -> bool:
    """Beside what the same account proposed lately."""
    lately = Proposal.objects.filter(author=author, published_at__gt=timezone.now() - LATELY).order_by("-published_at")
    earlier = [f"{title}\n{body}" for title, body in lately.values_list("title", "body")[:EARLIER_TEXTS]]
    return waits_for_a_moderator(spam_score(f"{proposal.title}\n{proposal.body}", earlier))


def require_room(component: Component, right: str) -> None:
    """Raises TooManyProposals. The component is held, so nobody else brings one meanwhile."""
    most = Rules.of(component.settings).most_proposals
    if most and right and component.proposals.of_right(right).count() >= most:
        raise TooManyProposals(details={"most": most})


def publish(proposal: Proposal) -> None:
    """Give it the next number and its first version. Its component is held by who calls."""
    numbers = Proposal.objects.filter(component=proposal.component_id)
    proposal.number = (numbers.aggregate(last=Max("number"))["last"] or 0) + 1
    proposal.published_at = timezone.now()
    new_version(proposal)
    ring(proposal.component.space_id, "proposals")


@transaction.atomic
def bring_proposal(
    *,
    component: Component,
    author: Author,
    text: Text,
    about: About,
    door: str,
    session_ref: str = "",
    ref: str = "",
    part: str = Proposal.Part.PROPOSAL,
) -> Proposal:
    """Publish what came in otherwise than by somebody's own form: a card that was read, a kiosk's record, a file.

    Brought again with the same ``ref``, it is the one that is there. Whether its time was right is asked by who calls.
    Raises TooManyProposals.
    """
    held = hold_component(component)
    there = held.proposals.filter(ref=ref).first() if ref else None
    if there is not None:
        return there
    if part == Proposal.Part.PROPOSAL:
        require_room(held, author.right)
    proposal = Proposal(component=held, door=door, session_ref=session_ref, right=author.right, part=part)
    if ref:
        proposal.ref = ref
    _write(proposal, author, text, about)
    publish(proposal)
    return proposal


def hold_proposal(proposal: Proposal) -> Proposal:
    """As it stands, held. After the log: an endorsement holds the log first and counts in this row next."""
    hold_log()
    rows = Proposal.objects.select_for_update(of=("self",)).select_related("component__space")
    return rows.get(pk=proposal.pk)


def hold_component(component: Component) -> Component:
    """Nobody else gives a number in it until the transaction ends. Before the log is held, as everyone does."""
    rows = Component.objects.select_for_update(of=("self",), no_key=True).select_related("space")
    return rows.get(pk=component.pk)


@transaction.atomic
def edit_proposal(*, proposal: Proposal, text: Text, about: About, by: User) -> Proposal:
    """A new version by one of its authors; words that are the same make none.

    Raises NotYours, AccountBlocked, ProposalGone, EditWindowOver.
    """
    held = hold_proposal(proposal)
    require_author(held, by)
    require_not_blocked(by, held.component.space)
    if not held.stands:
        raise ProposalGone
    if not may_edit(held):
        raise EditWindowOver
    is_same = text.fingerprint == Text(held.title, held.body).fingerprint
    _write(held, None, text, about)
    if is_same:
        held.save()
    else:
        new_version(held)
        ring(held.component.space_id, "proposals")
    return held


@transaction.atomic
def withdraw_proposal(*, proposal: Proposal, by: User) -> Proposal:
    """Its author takes it back. Its page stays and says so, and its endorsements stay.

    Raises NotYours, and AmendmentDecided for an amendment on which somebody has decided.
    """
    held = hold_proposal(proposal)
    require_author(held, by)
    if held.is_amendment and not held.amendment.is_open:
        raise AmendmentDecided
    if held.withdrawn_at is None:
        held.withdrawn_at = timezone.now()
        held.save(update_fields=["withdrawn_at"])
        space = held.component.space
        append(type="proposal.withdrawn", space=space.slug, subject=held.right, body=told({"ref": held.ref}))
        packs_change(space.pk)
        ring(space.pk, "proposals")
    return held


@transaction.atomic
def delete_draft(*, draft: Proposal, by: User) -> None:
    """By whoever began it. Raises NotYours. What was published is withdrawn, never deleted."""
    if draft.author_id != by.pk:
        raise NotYours
    Proposal.objects.filter(pk=draft.pk, published_at__isnull=True).delete()


def require_author(proposal: Proposal, user: User) -> None:
    if not is_author(proposal, user):
        raise NotYours


def is_author(proposal: Proposal, user: User) -> bool:
    return proposal.author_id == user.pk or proposal.coauthors.filter(pk=user.pk).exists()


def may_edit(proposal: Proposal) -> bool:
    """Whether its authors may still change its words: for a while, and not once the town has answered them.

    An amendment stays as it is: others have read it beside the text. It can be withdrawn, and another brought.
    """
    if proposal.published_at is None:
        return True
    if proposal.part != Proposal.Part.PROPOSAL:
        return False
    minutes = Rules.of(proposal.component.settings).edit_minutes
    is_late = bool(minutes) and timezone.now() > proposal.published_at + timedelta(minutes=minutes)
    return not is_late and proposal.answered_at is None


def _write(proposal: Proposal, author: Author | None, text: Text, about: About) -> None:
    proposal.title, proposal.body, proposal.language = text.title, text.body, text.language
    proposal.category, proposal.area, proposal.place_name = about.category, about.area, about.place_name
    proposal.latitude, proposal.longitude = about.latitude, about.longitude
    if author:
        proposal.author_kind, proposal.author, proposal.author_name = author.kind, author.user, author.name


def new_version(proposal: Proposal, *, takes_up: Proposal | None = None) -> None:
    """Say in the log what it says now, keep that as a version, and make it findable. It is held by who calls.

    takes_up: the amendment whose words these are.
    """
    proposal.version += 1
    record = _say_version(proposal, takes_up)
    proposal.save()
    Version.objects.create(proposal=proposal, record_id=record.id, takes_up=takes_up, **version_facts(proposal))
    proposal.words.all().delete()
    Word.objects.bulk_create(words_of(proposal))


def version_facts(proposal: Proposal) -> dict[str, Any]:
    text = Text(proposal.title, proposal.body, proposal.language)
    return {
        "number": proposal.version,
        "title": text.title,
        "body": text.body,
        "fingerprint": text.fingerprint,
    }


def words_of(proposal: Proposal) -> list[Word]:
    """By which words it is found: those of its title, its text and its place."""
    title = stems_in(proposal.title)
    rest = stems_in(f"{proposal.body}\n{proposal.place_name}") - title
    told = [(stem, True) for stem in sorted(title)] + [(stem, False) for stem in sorted(rest)]
    return [Word(proposal=proposal, stem=stem, in_title=in_title) for stem, in_title in told]


def version_body(proposal: Proposal, takes_up: Proposal | None = None, signed: Sequence[str] = ()) -> bytes:
    """What the log says of the present version. signed: the rights of those who put it forward with its author."""
    facts = {
        "ref": proposal.ref,
        "component": proposal.component_id,
        "version": proposal.version,
        "title": proposal.title,
        "body": proposal.body,
        "language": proposal.language,
        "author": proposal.author_kind,
        # Of an account its number alone is in the log (the right): a name goes with the account.
        "name": "" if proposal.author_id else proposal.author_name,
        "door": proposal.door,
    }
    if signed:
        facts["with"] = list(signed)
    return told(facts | {"takes_up": takes_up.ref} if takes_up else facts)


def _say_version(proposal: Proposal, takes_up: Proposal | None) -> Record:
    signed = proposal.coauthors.order_by("pk") if proposal.pk else ()  # what comes by another door has one author
    return append(
        type="proposal.version",
        space=proposal.component.space.slug,
        session=proposal.session_ref,
        subject=proposal.right,
        body=version_body(proposal, takes_up, [one.right for one in signed]),
    )


def told(facts: dict[str, Any]) -> bytes:
    """The body of a record, always in the same bytes."""
    return json.dumps(facts, sort_keys=True, ensure_ascii=False).encode()
