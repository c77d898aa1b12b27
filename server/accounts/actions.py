"""Writes around accounts."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction

from .models import ERASED, User
from .refusals import LastAdministrator
from .signals import account_erasing


@transaction.atomic
def rename_account(*, user: User, name: str) -> User:
    user.display_name = name
    user.save(update_fields=["display_name"])
    return user


@transaction.atomic
def erase_account(*, user: User) -> None:
    """Take away all that says who this was. The row stays as a number: acts and decisions keep their author's place,
    and the log never held a name, so every proof holds as before (row P23).

    Raises LastAdministrator, and what the rooms raise in which this account is the last of its kind.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    others = User.objects.filter(is_active=True, is_staff=True).exclude(pk=user.pk)
    if user.is_staff and not others.exists():
        raise LastAdministrator
    account_erasing.send(User, user=user)
    sessions = UserSession.objects.filter(user=user)
    Session.objects.filter(session_key__in=sessions.values("session_key")).delete()
    for held in (sessions, EmailAddress.objects, Authenticator.objects, SocialAccount.objects):
        held.filter(user=user).delete()
    user.email, user.display_name = ERASED.format(pk=user.pk), ""
    user.is_active = user.is_staff = user.is_superuser = False
    user.last_login = None
    user.set_unusable_password()
    user.save()
