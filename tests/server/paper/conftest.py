"""A vote that is open, with paper to print."""

from __future__ import annotations

import pytest

from tests.server.paper_bench import Paper
from tests.server.votes import Vote, make_vote


@pytest.fixture
def vote(db) -> Vote:
    return make_vote(people=2, passes=8)


@pytest.fixture
def desk_paper(vote: Vote) -> Paper:
    return Paper(vote)
