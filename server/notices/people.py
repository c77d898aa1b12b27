"""What notices hold about an account, and how they let go of it."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from server.accounts.models import User
from server.accounts.signals import account_asked, account_erasing

from .models import Follow, Notice, Wishes
from .wishing import wishes_of


@receiver(account_asked)
def tell_notices(user: User, **_named: Any) -> dict[str, Any]:
    wishes = wishes_of(user)
    return {
        "follows": [
            {"what": f"{one.kind} {one.ref}", "since": one.at.isoformat(), "follows": one.is_on}
            for one in Follow.objects.filter(user=user)
        ],
        "notices": [
            {
                "about": f"{one.kind} {one.ref}",
                "news": one.news.type,
                "why": one.reason,
                "at": one.at.isoformat(),
                "read": one.read_at.isoformat() if one.read_at else None,
                "by_letter": one.mailed_at.isoformat() if one.mailed_at else None,
            }
            for one in Notice.objects.filter(user=user).select_related("news")
        ],
        "wishes": {
            "ways": wishes.ways,
            "rhythm": wishes.rhythm,
            "follows_own": wishes.follows_own,
            "follows_talk": wishes.follows_talk,
            "follows_endorsed": wishes.follows_endorsed,
            "language": wishes.language,
        },
    }


@receiver(account_erasing)
def forget_notices(user: User, **_named: Any) -> None:
    for model in (Notice, Follow, Wishes):
        model.objects.filter(user=user).delete()
