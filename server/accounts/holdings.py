"""All that is held about an account, for the person it belongs to."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession

from .models import User
from .signals import account_asked


def holdings(user: User) -> dict[str, Any]:
    """Ready for JSON; times in ISO 8601, UTC. No vote is in it: nothing that is kept ties one to a person."""
    held: dict[str, Any] = {
        "account": {
            "number": user.pk,
            "email": user.email,
            "name_shown": user.display_name,
            "since": user.date_joined.isoformat(),
            "last_login": user.last_login.isoformat() if user.last_login else None,
            "looks_after_installation": user.is_staff,
        },
        "addresses": [
            {"email": one.email, "confirmed": one.verified, "main": one.primary}
            for one in EmailAddress.objects.filter(user=user)
        ],
        "second_factors": [
            {"type": one.type, "since": one.created_at.isoformat()} for one in Authenticator.objects.filter(user=user)
        ],
        "other_logins": [
            {"provider": one.provider, "number_there": one.uid, "told_us": one.extra_data}
            for one in SocialAccount.objects.filter(user=user)
        ],
        "logged_in": [
            {"since": one.created_at.isoformat(), "address": one.ip, "browser": one.user_agent}
            for one in UserSession.objects.filter(user=user)
        ],
    }
    answers: list[tuple[Any, Any]] = account_asked.send(User, user=user)
    for _receiver, told in answers:
        held |= told
    return held
