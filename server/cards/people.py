"""What this room holds about an account, and how it lets go of it."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from server.accounts.models import User
from server.accounts.signals import account_asked, account_erasing

from .models import CardBatch, CardLease, CardView, Transcription


@receiver(account_asked)
def tell_cards(user: User, **_named: Any) -> dict[str, Any]:
    """What somebody did as a volunteer. What stood on the cards is not theirs."""
    return {
        "cards_typed_in": [
            at.isoformat() for at in Transcription.objects.filter(typed_by=user).values_list("typed_at", flat=True)
        ],
        "cards_looked_at": [
            at.isoformat() for at in CardView.objects.filter(viewer=user).values_list("viewed_at", flat=True)
        ],
        "cards_sent_in": [
            {"file": name, "at": at.isoformat()}
            for name, at in CardBatch.objects.filter(uploaded_by=user).values_list("filename", "received_at")
        ],
    }


@receiver(account_erasing)
def let_go_of_cards(user: User, **_named: Any) -> None:
    """What was typed in stays counted, by a number; nobody is kept waiting for a card."""
    CardLease.objects.filter(holder=user).delete()
