"""What this room holds about an account, and how it lets go of it."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from server.accounts.models import User
from server.accounts.signals import account_asked, account_erasing

from .models import Block, Report


@receiver(account_asked)
def tell_moderation(user: User, **_named: Any) -> dict[str, Any]:
    blocks = Block.objects.filter(user=user).select_related("space").order_by("pk")
    return {
        "reports": [
            {"about": f"{one.kind} {one.ref}", "reason": one.reason, "words": one.words, "at": one.at.isoformat()}
            for one in Report.objects.filter(by=user)
        ],
        "blocks": [{"space": one.space.slug, "why": one.why, "until": one.until.isoformat()} for one in blocks],
    }


@receiver(account_erasing)
def forget_reporter(user: User, **_named: Any) -> None:
    """That something was reported stays, and not by whom."""
    Report.objects.filter(by=user).update(by=None)
