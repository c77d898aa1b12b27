"""Several people put one proposal forward: whoever began it hands a link on, and whoever follows it signs.

People sign what they can read, and before it is published; the version that is published says by whose rights. A link
names one draft and expires. Nobody is found by an address, and no letter is sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.core import signing
from django.db import transaction

from server.moderation.actions import require_not_blocked

from .models import Proposal
from .refusals import LinkOver, NotYours, TooManyAuthors
from .writing import hold_component, require_author

if TYPE_CHECKING:
    from server.accounts.models import User

MOST = 12  # besides whoever began it
DAYS = 14
SALT = "proposals.coauthor"


def link_code(draft: Proposal) -> str:
    """What the address of an invitation holds: signed, so that nobody makes one up, and good for ``DAYS`` days."""
    return signing.dumps(draft.ref, salt=SALT)


def draft_of_link(code: str) -> Proposal:
    """Raises LinkOver where it is too old or altered, and where its draft was published or deleted."""
    try:
        ref = signing.loads(code, salt=SALT, max_age=DAYS * 24 * 3600)
    except signing.BadSignature as bad:
        raise LinkOver from bad
    rows = Proposal.objects.select_related("component__space", "category", "area", "author")
    draft = rows.filter(ref=ref, published_at__isnull=True).first()
    if draft is None or draft.author is None:
        raise LinkOver
    return draft


@transaction.atomic
def sign_draft(*, draft: Proposal, by: User) -> None:
    """One more author. Signed again, nothing changes. Raises LinkOver, TooManyAuthors, AccountBlocked."""
    held = _hold_draft(draft)
    require_not_blocked(by, held.component.space)
    if by.pk == held.author_id or held.coauthors.filter(pk=by.pk).exists():
        return
    if held.coauthors.count() >= MOST:
        raise TooManyAuthors(details={"most": MOST})
    held.coauthors.add(by)


@transaction.atomic
def drop_coauthor(*, draft: Proposal, coauthor: int, by: User) -> None:
    """Whoever began it takes a name off, or somebody takes their own. Raises LinkOver, NotYours."""
    held = _hold_draft(draft)
    require_author(held, by)
    if by.pk not in (held.author_id, coauthor):
        raise NotYours
    held.coauthors.remove(coauthor)


def _hold_draft(draft: Proposal) -> Proposal:
    """Nobody publishes it meanwhile: publishing holds the component first."""
    draft.component = hold_component(draft.component)
    held = Proposal.objects.select_for_update(of=("self",)).filter(pk=draft.pk, published_at__isnull=True).first()
    if held is None:
        raise LinkOver
    held.component = draft.component
    return held


def coauthors_of(proposal: Proposal) -> Sequence[User]:
    """In the order of their accounts. One query."""
    return list(proposal.coauthors.order_by("pk"))
