"""Links that stop letters, or following one thing, without logging in. They are signed, and hold for ever: a letter
that is read after a year must still be able to stop the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.core import signing
from django.urls import reverse

from server.accounts.models import User

from .following import unfollow
from .wishing import stop_letters

if TYPE_CHECKING:
    from .things import Place

SALT = "server.notices.stop"
ALL_LETTERS: Place = ("", "")


def stop_link(user: User, place: Place) -> str:
    """Where to stop following this; of ``ALL_LETTERS``: where to stop all letters."""
    token = signing.dumps([user.pk, *place], salt=SALT)
    return settings.PARVIS_ORIGIN + reverse("notices:stop", args=[token])


def read_link(token: str) -> tuple[User, Place] | None:
    """Of an account that is there; None where the link is not ours."""
    try:
        pk, kind, ref = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    user = User.objects.filter(pk=pk, is_active=True).first()
    return (user, (kind, ref)) if user else None


def stop(user: User, place: Place) -> None:
    """Again changes nothing."""
    if place == ALL_LETTERS:
        stop_letters(user=user)
    else:
        unfollow(user=user, place=place)
