"""What proposals hold about an account, and how they let go of it."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from server.accounts.models import User
from server.accounts.signals import account_asked, account_erasing
from server.enclosures.models import Enclosure

from .models import Endorsement, Proposal


@receiver(account_asked)
def tell_proposals(user: User, **_named: Any) -> dict[str, Any]:
    """Proposals, drafts too, and what was endorsed: neither is secret from the person."""
    given = Endorsement.objects.standing().filter(right=user.right).select_related("proposal")
    return {
        "proposals": [
            {
                "number": one.number,
                "title": one.title,
                "text": one.body,
                "published": one.published_at.isoformat() if one.published_at else None,
                "withdrawn": one.withdrawn_at.isoformat() if one.withdrawn_at else None,
                "amends": one.amendment.amends.number if one.is_amendment else None,
                "reason": one.amendment.reason if one.is_amendment else "",
            }
            for one in Proposal.objects.filter(author=user).select_related("amendment__amends").order_by("pk")
        ],
        "signed_with_others": [one.title for one in user.coauthored_proposals.order_by("pk")],
        "files": [one.words for one in Enclosure.objects.filter(added_by=user)],
        "endorsed": [{"component": one.proposal.component_id, "number": one.proposal.number} for one in given],
    }


@receiver(account_erasing)
def forget_author(user: User, **_named: Any) -> None:
    """Drafts go; what was published stays without a name. An endorsement holds a number, and stays counted."""
    Proposal.objects.filter(author=user, published_at__isnull=True).delete()
    Proposal.objects.filter(author=user).update(author_name="", author=None)
    user.coauthored_proposals.clear()
