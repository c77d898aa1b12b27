"""An update waits for the meeting (S17)."""

from __future__ import annotations

import pytest
from django.core import management

from server.operations import health, setup
from tests.server.votes import make_vote

pytestmark = pytest.mark.django_db


@pytest.fixture
def migrated(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    called: list[str] = []
    monkeypatch.setattr(management, "call_command", lambda name, **_facts: called.append(name))
    return called


@pytest.fixture
def behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "wanted_migrations", lambda: frozenset({("voting", "9999_of_tomorrow")}))


def test_s17_the_database_is_not_changed_while_a_session_is_open(behind, migrated, capsys):
    make_vote()
    assert setup.main([]) == 2
    assert "1 sessions are open" in capsys.readouterr().err
    assert migrated == []


def test_whoever_knows_better_may_say_so(behind, migrated):
    make_vote()
    assert setup.main(["--anyway"]) == 0
    assert migrated == ["migrate"]


def test_without_a_change_of_the_database_an_open_session_is_no_obstacle(migrated):
    make_vote()
    assert setup.main([]) == 0
