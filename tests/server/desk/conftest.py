"""A desk with somebody behind it."""

from __future__ import annotations

import pytest

from server.accounts.models import User
from server.processes.models import SpaceRole
from tests.server.votes import Vote, make_vote


@pytest.fixture(scope="module")
def vote_once(ground) -> Vote:
    return make_vote(people=30, passes=8)


@pytest.fixture
def desk(vote: Vote, client):
    """A browser in which an officer of the desk is logged in."""
    user = User.objects.create_user("desk@example.org")
    SpaceRole.objects.create(space=vote.box.space, user=user, role="desk")
    client.force_login(user)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client
