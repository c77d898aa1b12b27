"""Who puts a proposal forward, and by whose right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .models import Proposal

if TYPE_CHECKING:
    from server.accounts.models import User

Kind = Proposal.AuthorKind
LONGEST_NAME = 120


@dataclass(frozen=True)
class Author:
    """``name``: as the page says it. ``right``: whose limit this counts against; "" where nobody's (the town)."""

    kind: str
    name: str
    user: User | None = None
    right: str = ""

    @classmethod
    def of_account(cls, user: User) -> Author:
        """The name shown is public only where the person gave one: an address never is."""
        return cls(kind=Kind.PERSON, name=user.display_name, user=user, right=user.right)

    @classmethod
    def official(cls, user: User) -> Author:
        return cls(kind=Kind.OFFICIAL, name="", user=user)


def accounts_of(ref: str) -> set[int]:
    """The accounts whose own a proposal is: its author and those who wrote it with them, none for one of the town."""
    proposal = Proposal.objects.filter(ref=ref).first()
    if proposal is None or proposal.author_kind == Proposal.AuthorKind.OFFICIAL:
        return set(proposal.coauthors.values_list("pk", flat=True)) if proposal else set()
    return {proposal.author_id, *proposal.coauthors.values_list("pk", flat=True)} - {None}
