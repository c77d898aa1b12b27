"""By which way a deed came in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .models import Door

if TYPE_CHECKING:
    from django.http import HttpRequest

    from server.accounts.models import User
    from server.meetings.models import Session


@dataclass(frozen=True)
class Origin:
    """Door, session, device or officer. Plain facts; no clock of a device is ever in here."""

    door: str
    session: Session | None = None
    device: str = ""
    operator: User | None = None

    @classmethod
    def online(cls, request: HttpRequest) -> Origin:
        """A form of the web site. Who voted is the business of the right, not of the origin."""
        return cls(door=Door.WEB)

    @classmethod
    def at_desk(cls, session: Session, operator: User) -> Origin:
        return cls(door=Door.DESK, session=session, operator=operator)

    @classmethod
    def on_paper(cls, session: Session, operator: User | None = None) -> Origin:
        return cls(door=Door.PAPER, session=session, operator=operator)
