"""S25: hours are kept in UTC, said in the town's time; a second before and a second after, and on the two nights when
clocks change. A vote is closed by a person, never by the clock.
"""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from server.processes.forms import PhaseForm
from server.processes.models import Phase
from server.voting.models import Box
from tests.server.votes import make_vote

pytestmark = pytest.mark.django_db
PARIS = ZoneInfo("Europe/Paris")
SECOND = dt.timedelta(seconds=1)
# The end of a phase, as a person of the town would say it, and what it is in UTC.
ENDS = {
    "a summer evening": (dt.datetime(2026, 7, 10, 20, tzinfo=PARIS), dt.datetime(2026, 7, 10, 18, tzinfo=dt.UTC)),
    "02:30 the first time": (
        dt.datetime(2026, 10, 25, 2, 30, tzinfo=PARIS),
        dt.datetime(2026, 10, 25, 0, 30, tzinfo=dt.UTC),
    ),
    "02:30 again": (
        dt.datetime(2026, 10, 25, 2, 30, fold=1, tzinfo=PARIS),
        dt.datetime(2026, 10, 25, 1, 30, tzinfo=dt.UTC),
    ),
    "after the hour that is missing": (
        dt.datetime(2027, 3, 28, 3, tzinfo=PARIS),
        dt.datetime(2027, 3, 28, 1, tzinfo=dt.UTC),
    ),
}


@pytest.mark.parametrize("name", ENDS)
def test_a_phase_ends_at_its_second_whatever_the_clocks_do(name):
    said, meant = ENDS[name]
    vote = make_vote(passes=0)
    phase = Phase.objects.create(
        space=vote.box.space, title={"fr": "Vote"}, starts_at=meant - dt.timedelta(days=2), ends_at=said
    )
    phase.refresh_from_db()
    assert phase.ends_at == meant
    for moment, is_active in ((meant - SECOND, True), (meant, False), (meant + SECOND, False)):
        assert phase.is_active(moment) is is_active
        assert Phase.objects.active(moment).filter(pk=phase.pk).exists() is is_active


@pytest.mark.parametrize("hour", ["2026-10-25T02:30", "2027-03-28T02:30"])
def test_an_hour_that_comes_twice_or_never_is_not_guessed(hour):
    """Refuse rather than guess: the organiser gives another hour."""
    space = make_vote(passes=0).box.space
    form = PhaseForm({"starts_at": "2026-10-01T08:00", "ends_at": hour}, instance=Phase(space=space))
    assert "ends_at" in form.errors


@pytest.mark.parametrize("night", [ENDS["02:30 the first time"][1], ENDS["after the hour that is missing"][1]])
def test_no_clock_closes_a_vote(night):
    """The phase is over and its hour has passed twice: online takes ballots until a person closes the vote."""
    with time_machine.travel(night - dt.timedelta(days=1), tick=False):
        vote = make_vote(passes=0)
        ends = {"starts_at": timezone.now() - dt.timedelta(days=1), "ends_at": night}
        Phase.objects.create(space=vote.box.space, title={"fr": "Vote"}, activities=["vote"], **ends)
    for person, moment in enumerate((night - SECOND, night, night + SECOND, night + dt.timedelta(hours=1))):
        with time_machine.travel(moment, tick=False):
            vote.online(person, "lavoir")
    assert vote.refresh().box.state == Box.State.OPEN
