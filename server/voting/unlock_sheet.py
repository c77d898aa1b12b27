"""The page on which an unlock card is printed: once, for the card is kept nowhere."""

from __future__ import annotations

from django.utils.translation import gettext as _

from printouts.blocks import Block, Heading, Paragraph, Scannable, facts
from printouts.documents import Document
from printouts.geometry import pt
from server.ledger.installation import installation
from server.web.templatetags.parvis import date_and_hour

from . import printed
from .models import UnlockCard
from .unlocking import Card


def unlock_sheet(row: UnlockCard, card: Card) -> Document:
    session = row.session
    rows = [
        (_("Card"), row.label),
        (_("Held by"), str(row.officer) if row.officer else _("Whoever works at the station")),
        (_("Session"), f"{session}\n{date_and_hour(session.meeting.starts_at)}, {session.meeting.place}"),
    ]
    parts: list[Block] = [
        facts(rows, width=46),
        Scannable(card.text, _uses(), size=58),
        Heading(_("Without a camera, type these 28 characters"), 3),
        Paragraph(card.grouped, face="bold", size=pt(17)),
    ]
    return printed.document(
        title=_("Unlock card"),
        subtitle=printed.with_colon(session.meeting, session),
        blocks=parts,
        foot=installation().origin,
    )


def _uses() -> list[str]:
    """How to carry it, for whoever has never held one."""
    return [
        _("1. It opens the desk, and the operator’s panel of a kiosk, at this session and no other."),
        _("2. Carry it on you. It never lies beside the tablet: whoever has both reads the list of people."),
        _("3. Going away from the desk, press “Lock”. After ten minutes without a touch it locks itself."),
        _("4. Lost or photographed: tell the organiser at once. The card is made void, and a new one is printed."),
        _("5. After the closing, give it back: it is destroyed with the passes that are left over."),
    ]
