"""All that is held about an account, for the person it belongs to."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.db.models import ForeignKey

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
    held["named_in"] = named_in(user)
    answers: list[tuple[Any, Any]] = account_asked.send(User, user=user)
    for _receiver, told in answers:
        held |= told
    return held


def named_in(user: User) -> dict[str, int]:
    """How many rows of which list name this account, as who did something there or whom they are about.

    Asked of the tables themselves: a room that is built later is in it without a word here. Lists told whole elsewhere
    in the answer are counted too.
    """
    counts = {}
    for model in apps.get_models():
        for one in model._meta.get_fields():
            if isinstance(one, ForeignKey) and one.related_model is User:
                rows = model._default_manager.filter(**{one.name: user.pk}).count()
                if rows:
                    counts[f"{model._meta.label_lower}.{one.name}"] = rows
    return counts
