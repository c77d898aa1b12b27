"""Who knocks at the office, and the town they knock in."""

from __future__ import annotations

import pytest
from django.test import Client

from server.accounts.models import User
from server.processes.models import Space, SpaceRole
from tests.factories import open_vote, past_vote, town

__all__ = ["open_vote", "past_vote", "town"]


@pytest.fixture
def organiser(db) -> Client:
    """Organises one space, ``prepare``, that holds nothing yet."""
    user = User.objects.create_user("agnes@example.org", display_name="Agnès")
    space = Space.objects.create(slug="prepare", title={"fr": "La rue du Puits", "en": "Well Street"})
    SpaceRole.objects.create(space=space, user=user, role=SpaceRole.Role.ORGANISER)
    return login(user)


def login(user: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client
