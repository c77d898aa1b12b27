"""The invented town for tests: the very builders that load the demo (``server/web/town``)."""

from __future__ import annotations

import pytest

from server.accounts.models import User
from server.web.town.build import Town, Vote, build_accounts, build_running_vote
from server.web.town.past import build_past_vote


@pytest.fixture
def town(db) -> Town:
    """One vote open online and at a forum, accounts for staff and residents; nothing of the past."""
    staff, residents = build_accounts()
    return Town(staff=staff, residents=residents, running=build_running_vote(staff, residents))


@pytest.fixture
def open_vote(town: Town) -> Vote:
    return town.running


@pytest.fixture
def past_vote(db) -> Vote:
    """The budget of the schools, through all doors, certified and published."""
    emails = {role: f"{role}@villeneuve.example" for role in ("organiser", "desk")}
    return build_past_vote({role: User.objects.get_or_create(email=email)[0] for role, email in emails.items()})
