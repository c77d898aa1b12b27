"""A random sample of marks gets a letter, and marks made faster than people come are told (P12)."""

from __future__ import annotations

import datetime as dt
import json
from itertools import combinations

import pytest
import time_machine
from django.core.cache import cache
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from server.accounts.models import User
from server.ledger.models import Record
from server.meetings import actions as meetings
from server.office.models import Act
from server.voting import actions as voting
from server.voting.models import Burst, Sample
from server.voting.pace import MOST_IN_A_MINUTE
from server.voting.refusals import ReasonMissing, WrongState
from server.voting.refusals_samples import NobodyMarked, SampleDrawn, SampleTooLarge
from server.voting.sampling import chance_to_find, drawn, false_counts, table
from tests.server.votes import Vote, make_vote

db = pytest.mark.django_db
SEED = "3162554121"


@given(st.integers(1, 7), st.integers(0, 7), st.integers(0, 9))
def test_the_chance_is_the_share_of_samples_that_meet_a_false_mark(marks, false, size):
    """Against every sample there is."""
    false, size = min(false, marks), min(size, marks)
    samples = list(combinations(range(marks), size))
    assert chance_to_find(marks, false, size) * len(samples) == sum(any(one < false for one in s) for s in samples)


def test_who_is_drawn_is_written_down_and_depends_on_nothing_but_seed_and_list():
    """As the first lines of ``sampling`` say it: anyone can draw again."""
    people = [f"{number:05d}" for number in range(40)]
    assert drawn(people, SEED, 4) == drawn(reversed(people), SEED, 4)
    assert drawn(people, SEED, 4) == ["00033", "00014", "00003", "00005"]
    assert drawn(people, SEED, 4) == drawn(people, SEED, 40)[:4] != drawn(people, SEED + "1", 4)


def test_everybody_is_drawn_alike_often():
    people = [str(number) for number in range(10)]
    times = dict.fromkeys(people, 0)
    for turn in range(2000):
        for one in drawn(people, f"seed {turn}", 3):
            times[one] += 1
    assert all(500 < count < 700 for count in times.values())


def test_the_table_says_less_than_it_keeps():
    told = dict(table(300))
    assert false_counts(300) == [3, 6, 15, 30] and told[300] == [100] * 4
    assert told[100][0] == 70  # 3 of 300 false: 1 − (200·199·198)/(300·299·298) = 0.7054…
    assert table(0) == [] and table(4, 0) == [(0, [0])]


def test_in_a_small_vote_the_shares_are_told_as_people_and_each_number_once():
    """One in a hundred of fifteen is one person, and so is one in twenty."""
    assert false_counts(15) == [1, 2] and dict(table(15))[10] == [66, 90]
    assert false_counts(4) == [1] and false_counts(0) == [0]


def in_hall(people: int = 6) -> Vote:
    """A box by person, reconciled after so many people came."""
    vote = make_vote(people=8, letters=False)
    for person in range(people):
        vote.hand_over(person)
    meetings.close_session(session=vote.session, by=vote.officer)
    vote.count(passes_unused=len(vote.stack), passes_spoiled=0, passes_returned=0)
    vote.refresh().explain("Nobody brought a pass back.")
    meetings.reconcile_session(session=vote.session, by=vote.officer)
    voting.close_voting(box=vote.box, by=vote.officer)
    voting.reconcile_box(box=vote.box, by=vote.officer)
    return vote.refresh()


def draw(vote: Vote, size: int = 3, seed: str = SEED) -> Sample:
    until = timezone.localdate() + dt.timedelta(days=14)
    return voting.draw_sample(box=vote.box, size=size, seed=seed, answer_by=until, answer_to="Mairie", by=vote.officer)


@db
def test_a_sample_is_drawn_once_of_those_who_came_and_the_log_knows_size_and_seed():
    vote = in_hall()
    sample = draw(vote)
    numbers = [one.mark.entry.number for one in sample.letters.select_related("mark__entry")]
    assert numbers == drawn([entry.number for entry in vote.entries[:6]], SEED, 3)
    body = json.loads(bytes(Record.objects.get(type="sample.drawn").payload.body))
    assert body == {"seed": SEED, "size": 3, "of": 6}
    with pytest.raises(SampleDrawn):
        draw(vote, seed="another seed")
    assert Act.objects.filter(deed="sample.drawn").count() == 1


@db
def test_a_sample_is_drawn_between_reconciliation_and_certification():
    early = make_vote(letters=False, slug="autre", officer="other@example.org")
    with pytest.raises(WrongState):
        draw(early)
    vote = in_hall()
    voting.open_box(box=vote.box, by=vote.officer)
    letter = draw(vote.refresh()).letters.first()
    voting.certify_box(box=vote.box, by=vote.officer)
    with pytest.raises(WrongState):
        voting.note_answer(letter=letter, answer="confirmed", by=vote.officer)


@db
def test_a_sample_of_nobody_or_of_too_many_is_refused():
    vote = in_hall(1)
    for size in (0, 501):
        with pytest.raises(SampleTooLarge):
            draw(vote, size)
    assert draw(vote, 50).size == 1
    with pytest.raises(NobodyMarked):
        draw(in_hall_empty())


def in_hall_empty() -> Vote:
    """A box to which nobody came: beside another one, in a space of its own."""
    vote = make_vote(letters=False, slug="autre", officer="other@example.org")
    meetings.close_session(session=vote.session, by=vote.officer)
    vote.count(passes_unused=8, passes_spoiled=0, passes_returned=0)
    meetings.reconcile_session(session=vote.session, by=vote.officer)
    voting.close_voting(box=vote.box, by=vote.officer)
    voting.reconcile_box(box=vote.box, by=vote.officer)
    return vote.refresh()


@db
def test_an_answer_is_noted_and_a_no_needs_words():
    vote = in_hall()
    first, second, third = draw(vote).letters.all()
    voting.note_answer(letter=first, answer="confirmed", by=vote.officer)
    with pytest.raises(ReasonMissing):
        voting.note_answer(letter=second, answer="denied", by=vote.officer)
    voting.note_answer(letter=second, answer="denied", note=" was  abroad ", by=vote.officer)
    voting.note_answer(letter=third, answer="returned", by=vote.officer)
    told = {one.place: (one.answer, one.note) for one in vote.box.sample.letters.all()}
    assert told == {1: ("confirmed", ""), 2: ("denied", "was abroad"), 3: ("returned", "")}


@pytest.fixture
def clock():
    cache.clear()
    with time_machine.travel(dt.datetime(2027, 5, 8, 15, tzinfo=dt.UTC), tick=False) as moved:
        yield moved


def come(vote: Vote, clock, people: range, every_s: float) -> None:
    for person in people:
        voting.mark_used_in_person(
            box=vote.box, entry=vote.entries[person], session=vote.session, by=vote.officer, token=f"t{person}"
        )
        clock.shift(every_s)


@db
def test_p12_twenty_passes_within_a_minute_are_flagged_and_nothing_is_blocked(clock):
    vote = make_vote(people=60, letters=False)
    come(vote, clock, range(20), 3)
    burst = Burst.objects.get()
    assert (burst.session, burst.by, burst.most, burst.times) == (vote.session, vote.officer, 20, 1)
    clock.shift(600)
    come(vote, clock, range(20, 35), 2)
    burst.refresh_from_db()
    assert (burst.most, burst.times) == (20, 2)
    assert vote.box.presence_marks.count() == 35
    assert not [field for field in Burst._meta.get_fields() if "at" in field.name.split("_")]  # no hour is kept


@db
def test_a_desk_as_fast_as_people_come_is_not_flagged(clock):
    """200 people in an hour at one desk is one in 18 seconds; the fastest honest minute is ten."""
    vote = make_vote(people=60, letters=False)
    come(vote, clock, range(MOST_IN_A_MINUTE), 1)
    clock.shift(60)
    come(vote, clock, range(MOST_IN_A_MINUTE, 50), 6)
    assert not Burst.objects.exists()


@db
def test_a_list_that_is_keyed_in_and_the_same_form_sent_again_are_no_rush(clock):
    vote = make_vote(people=60, letters=False)
    for _turn in range(20):
        come(vote, clock, range(1), 0)
    meetings.close_session(session=vote.session, by=vote.officer)
    for entry in vote.entries[1:30]:
        facts = {"box": vote.box, "session": vote.session, "by": vote.officer}
        voting.mark_used_in_person(entry=entry, is_keyed_in=True, **facts)
    assert not Burst.objects.exists()


@db
def test_a_cache_that_is_broken_turns_nobody_away(monkeypatch):
    def broken(*_arguments: object) -> None:
        raise ConnectionError

    monkeypatch.setattr(cache, "get", broken)
    monkeypatch.setattr(cache, "set", broken)
    vote = make_vote(letters=False)
    vote.hand_over(0)
    assert vote.box.presence_marks.count() == 1


@db
def test_passes_handed_over_without_a_roll_are_looked_at_too_and_accounts_apart(clock):
    vote = make_vote(regime="pass", letters=False)
    other = User.objects.create_user("other-desk@example.org")
    for turn in range(14):
        voting.hand_over_pass(session=vote.session, by=vote.officer if turn % 2 else other)
    assert not Burst.objects.exists()
    for _turn in range(14):
        voting.hand_over_pass(session=vote.session, by=other)
    assert Burst.objects.get().by == other
