"""Unlock cards of a session: made, printed once, made void when lost.

While a session has a card that is good, its kiosks ask for one and no longer for the PIN: a number of six digits in a
pack is guessed by whoever has the tablet, 128 random bits are not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from server.meetings.models import Session
from server.office.actions import note_act
from server.voting.models import UnlockCard
from server.voting.refusals import SessionNotOpen
from server.voting.unlocking import Card, card_id, new_card

if TYPE_CHECKING:
    from server.accounts.models import User


@transaction.atomic
def make_unlock_card(
    *, session: Session, label: str, by: User | None, officer: User | None = None
) -> tuple[UnlockCard, Card]:
    """A new card. It is given once and kept nowhere. Raises SessionNotOpen (it is reconciled)."""
    if session.state == Session.State.RECONCILED:
        raise SessionNotOpen(details={"state": session.state})
    card = new_card()
    key = card.key(session.ref)
    row = UnlockCard.objects.create(session=session, label=label, officer=officer, card=card_id(key), key=key)
    _renew_packs(session)
    note_act("unlock_card.made", by=by, space=session.meeting.space, subject=label, about=session)
    return row, card


@transaction.atomic
def void_unlock_card(*, card: UnlockCard, by: User) -> UnlockCard:
    """It is lost: it opens no pack that is fetched from now on. What was done under it came before, or is remarked.

    A tablet without network does not hear of it: whoever has both, tablet and card, still opens what lies there.
    """
    if card.voided_at is None:
        card.voided_at = timezone.now()
        card.save(update_fields=["voided_at"])
        _renew_packs(card.session)
        note_act("unlock_card.void", by=by, space=card.session.meeting.space, subject=card.label, about=card.session)
    return card


def _renew_packs(session: Session) -> None:
    session.devices.update(pack_version=F("pack_version") + 1)
