"""The invented town for tests: the very builders that load the demo (``server/web/town``)."""

from __future__ import annotations

import copy
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import transaction
from django.test import override_settings

from server.accounts.models import User
from server.web.town.build import Town, Vote, build_accounts, build_running_vote
from server.web.town.past import build_past_vote
from tests.server.votes import Vote as OpenVote
from tests.server.votes import make_vote

QUICK_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def new_town() -> Town:
    staff, residents = build_accounts()
    return Town(staff=staff, residents=residents, running=build_running_vote(staff, residents))


def new_past_vote() -> Vote:
    emails = {role: f"{role}@villeneuve.example" for role in ("organiser", "desk")}
    return build_past_vote({role: User.objects.get_or_create(email=email)[0] for role, email in emails.items()})


@pytest.fixture
def town(db) -> Town:
    """One vote open online and at a forum, accounts for staff and residents; nothing of the past."""
    return new_town()


@pytest.fixture
def open_vote(town: Town) -> Vote:
    return town.running


@pytest.fixture
def past_vote(db) -> Vote:
    """The budget of the schools, through all doors, certified and published."""
    return new_past_vote()


# Building takes longer than most tests. A module that only reads, or whose tests want no empty database, may have the
# town stand for all of them: it overrides ``town`` or ``past_vote`` by a fixture that returns ``standing_town`` or
# ``standing_past_vote``. Each test then works in a savepoint of its own, on copies, with a copy of the keys.


@pytest.fixture(scope="module")
def ground(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[Path]:
    """A transaction around all tests of a module, rolled back after the last, and the folder of its keys and files."""
    folder = tmp_path_factory.mktemp("ground")
    own = override_settings(PARVIS_VAR=folder, MEDIA_ROOT=folder / "media", PASSWORD_HASHERS=QUICK_HASHERS)
    with django_db_blocker.unblock(), own, transaction.atomic():
        yield folder
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def _town_once(ground: Path) -> Town:
    return new_town()


@pytest.fixture(scope="module")
def _past_vote_once(ground: Path) -> Vote:
    return new_past_vote()


@pytest.fixture
def own_copy(ground: Path, own_folder: Path, db) -> None:
    """What a test does to keys and files is its own."""
    shutil.copytree(ground, own_folder, dirs_exist_ok=True)


@pytest.fixture(scope="module")
def vote_once(ground: Path) -> OpenVote:
    """What ``vote`` is for the tests of a module. A module that wants another one overrides it."""
    return make_vote()


@pytest.fixture
def vote(vote_once: OpenVote, own_copy: None) -> OpenVote:
    """A vote that is open online and in the hall, and stands for all tests of the module."""
    return copy.deepcopy(vote_once)


@pytest.fixture
def standing_town(_town_once: Town, own_copy: None) -> Town:
    return copy.deepcopy(_town_once)


@pytest.fixture
def standing_past_vote(_past_vote_once: Vote, own_copy: None) -> Vote:
    return copy.deepcopy(_past_vote_once)
