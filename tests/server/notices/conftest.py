"""A debate in which people talk, and what they are told of it."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.account.models import EmailAddress

from server.accounts.models import User
from server.notices.following import follow
from server.notices.models import Notice
from server.notices.telling import tell_all
from server.processes.news import space_place
from tests.server.discussion.conftest import Talk, make_talk


def told(user: User) -> list[str]:
    """Why somebody was told, once all that waits is told, the first first."""
    tell_all()
    return list(Notice.objects.filter(user=user).order_by("pk").values_list("reason", flat=True))


def follows_debate(talk: Talk, user: User) -> None:
    follow(user=user, place=("debate", talk.debate.ref))


def follows_space(talk: Talk, user: User) -> None:
    follow(user=user, place=space_place(talk.space))


def person(name: str, **facts: Any) -> User:
    return User.objects.create_user(f"{name}@place.example", display_name=name.title(), **facts)


@pytest.fixture
def talk(db) -> Talk:
    """All that was new about it is told."""
    made = make_talk()
    tell_all()
    return made


@pytest.fixture
def letters(settings, talk):
    """Letters leave, and those who talk have confirmed their addresses."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    for user in (talk.nadia, talk.karim, talk.officer):
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    from django.core import mail

    return mail.outbox
