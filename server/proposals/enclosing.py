"""Photos and documents of a proposal: who sees them, and who adds them."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models.signals import post_delete
from django.dispatch import receiver
from django.http import Http404

from server.accounts.models import User
from server.enclosures.actions import (
    About,
    Kept,
    add_enclosure,
    by_thing,
    enclosures_of,
    kept_if_named,
    remove_enclosures,
)
from server.enclosures.kinds import Kind, register
from server.enclosures.models import Enclosure
from server.ledger.actions import append

from .access import access_component
from .models import Proposal
from .refusals import EditWindowOver, ProposalGone
from .rules import Rules
from .writing import hold_proposal, is_author, may_edit, require_author, told

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

KIND = "proposal"


def _may_see(user: User | AnonymousUser, ref: str) -> bool:
    """Of a draft, its authors; of what is hidden, nobody; else whoever may read the proposal."""
    proposal = Proposal.objects.select_related("component__space").filter(ref=ref).first()
    if proposal is None:
        return False
    try:
        access_component(user, proposal.component.space.slug, proposal.component_id)
    except Http404:
        return False
    if proposal.is_draft:
        return isinstance(user, User) and is_author(proposal, user)
    return proposal.is_shown


register(Kind(KIND, _may_see))


@receiver(post_delete, sender=Proposal)
def forget_files(instance: Proposal, **_named: Any) -> None:
    """A draft that goes takes them along."""
    remove_enclosures(files_of(instance))


def files_of(proposal: Proposal) -> list[Enclosure]:
    """Its photos and documents, as they were added."""
    return enclosures_of(About(KIND, proposal.ref))


def show_photos(proposals: Collection[Proposal]) -> None:
    """Give each the first of its photos, for a list: one query."""
    found = by_thing(KIND, [one.ref for one in proposals])
    for one in proposals:
        one.photo = next((file for file in found.get(one.ref, ()) if file.is_photo), None)


def add_file(*, proposal: Proposal, kept: Kept, words: str, by: User) -> Enclosure:
    """Raises NotYours, ProposalGone, EditWindowOver, TooManyEnclosures; the file is not kept then."""
    with kept_if_named(kept), transaction.atomic():
        held = _hold_mine(proposal, by)
        most = Rules.of(held.component.settings).most_files
        added = add_enclosure(about=About(KIND, held.ref), kept=kept, words=words, by=by, most=most)
        _say_files(held)
    return added


@transaction.atomic
def remove_file(*, proposal: Proposal, ref: str, by: User) -> None:
    """Removed again, nothing changes. Raises NotYours, ProposalGone, EditWindowOver."""
    held = _hold_mine(proposal, by)
    gone = [one for one in files_of(held) if one.ref == ref]
    if gone:
        remove_enclosures(gone)
        _say_files(held)


def _hold_mine(proposal: Proposal, by: User) -> Proposal:
    held = hold_proposal(proposal)
    require_author(held, by)
    if not (held.is_draft or held.stands):
        raise ProposalGone
    if not may_edit(held):
        raise EditWindowOver
    return held


def _say_files(proposal: Proposal) -> None:
    """Of what is published the log keeps the hashes of its files; a draft is in no log."""
    if not proposal.is_draft:
        space = proposal.component.space
        append(type="proposal.files", space=space.slug, subject=proposal.right, body=told(files_facts(proposal)))


def files_facts(proposal: Proposal) -> dict[str, object]:
    return {"ref": proposal.ref, "files": [one.sha256 for one in files_of(proposal)]}
