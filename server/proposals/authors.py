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
