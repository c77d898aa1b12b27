"""What the register holds about an account, and how it lets go of it. Ballots are tied to nobody: none is here."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from server.accounts.models import User
from server.accounts.signals import account_asked, account_erasing

from .models import MatchCode, Matching, MatchQuestion, RollEntry
from .presence import own_votes


@receiver(account_asked)
def tell_rolls(user: User, **_named: Any) -> dict[str, Any]:
    """Entries that the account is matched to, and whether a right is marked as used in person."""
    entries = RollEntry.objects.filter(account=user).select_related("roll__space").order_by("pk")
    matched = dict(Matching.objects.filter(account=user, is_over=False).values_list("entry", "how"))
    marks = [
        {"box": vote.box.ref, "used_in_person": vote.mark is not None} for vote in own_votes(user) if vote.is_answered
    ]
    return {
        "rolls": [
            {
                "space": one.roll.space.slug,
                "roll": one.roll.title,
                "entry": str(one),
                "matched_by": matched.get(one.pk, ""),
            }
            for one in entries
        ],
        "asked_about_on_rolls": [
            {"space": one.roll.space.slug, **{name: str(getattr(one, name) or "") for name in one.SAID}}
            for one in MatchQuestion.objects.filter(account=user).select_related("roll__space")
        ],
        "presence": marks,
    }


@receiver(account_erasing)
def leave_rolls(user: User, **_named: Any) -> None:
    """The line on the roll is the town's list: it stays, without the account."""
    RollEntry.objects.filter(account=user).update(account=None)
    Matching.objects.filter(account=user).update(account=None, is_over=True)
    for held in (MatchCode, MatchQuestion):
        held.objects.filter(account=user).delete()
