"""A vote that is open, an organiser who is logged in, and doors to knock at."""

from __future__ import annotations

import pytest
from django.test import Client, TestCase
from django.urls import reverse

from server.accounts.models import User
from server.processes.models import SpaceRole
from tests.server.votes import Vote


def person(vote: Vote, role: str = "", name: str = "") -> User:
    user = User.objects.create_user(f"{name or role or 'nobody'}@example.org")
    if role:
        SpaceRole.objects.create(space=vote.box.space, user=user, role=role)
    return user


@pytest.fixture
def office(vote: Vote, client: Client) -> Office:
    client.force_login(person(vote, "organiser"))
    return Office(vote, client)


class Office:
    """The organiser's browser: pages by their name, forms by their fields."""

    def __init__(self, vote: Vote, client: Client) -> None:
        self.vote, self.client = vote, client
        self.ref, self.slug = vote.session.ref, vote.box.space.slug

    def see(self, name: str, *arguments: object, status: int = 200) -> str:
        answer = self.client.get(reverse(name, args=arguments or [self.ref]), HTTP_ACCEPT_LANGUAGE="en")
        assert answer.status_code == status
        return answer.content.decode()

    def send(self, name: str, *arguments: object, status: int = 200, **fields: object) -> str:
        """Send a form and follow where it leads."""
        address = reverse(name, args=arguments or [self.ref])
        with TestCase.captureOnCommitCallbacks(execute=True):
            led = self.client.post(address, fields, HTTP_ACCEPT_LANGUAGE="en")
        answer = self.client.get(led.url, HTTP_ACCEPT_LANGUAGE="en") if led.status_code == 302 else led
        assert answer.status_code == status, answer.content.decode()[-2000:]
        return answer.content.decode()
