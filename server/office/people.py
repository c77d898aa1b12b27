"""What the log of the office holds about an account. Acts stay when it is erased: by a number that names nobody."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from server.accounts.models import User
from server.accounts.signals import account_asked

from .models import Act


@receiver(account_asked)
def tell_acts(user: User, **_named: Any) -> dict[str, Any]:
    acts = Act.objects.filter(by=user).order_by("pk")
    return {"acts": [{"deed": act.deed, "space": act.place, "at": act.at.isoformat()} for act in acts]}
