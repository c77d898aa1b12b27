"""A vote that is open, with paper to print, and people who look at it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from server.accounts.models import User
from server.paper.models import Reading
from server.processes.models import SpaceRole
from tests.server.paper_bench import Paper
from tests.server.votes import Vote, make_vote


@pytest.fixture(scope="module")
def vote_once(ground) -> Vote:
    return make_vote(people=2, passes=8)


@pytest.fixture
def desk_paper(vote: Vote) -> Paper:
    return Paper(vote)


@pytest.fixture
def doubtful(desk_paper: Paper) -> Reading:
    """An image with a mark that is not clear."""
    sheet = desk_paper.sheets(desk_paper.print(1))[0]
    (reading,) = desk_paper.read(desk_paper.mark(sheet, "bancs", style="dot"))
    return reading


@pytest.fixture
def reader(vote: Vote) -> Callable[[str], Client]:
    """Somebody of the team who reads scans, logged in; by a name, the same person again."""

    def log_in(name: str) -> Client:
        user, _is_new = User.objects.get_or_create(email=f"{name}@example.org", defaults={"display_name": name})
        SpaceRole.objects.get_or_create(space=vote.box.space, user=user, role=SpaceRole.Role.SCANNER)
        client = Client(headers={"accept-language": "en"})
        client.force_login(user)
        return client

    return log_in
