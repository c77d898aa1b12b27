"""Lines that look alike are found among many, shown, and never joined by a machine (P8)."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.accounts.models import User
from server.voting.actions import Correction, correct_roll
from server.voting.actions.look_alikes import tell_apart
from server.voting.actions.rolls import import_people, remove_people
from server.voting.look_alikes import MANY_OF_ONE_DAY, MANY_OF_ONE_NAME, Alike, Person, is_one_slip, look_alikes
from server.voting.models import LookAlike, RollEntry, RollVersion
from server.voting.roll_import import Person as Row
from tests.server.votes import make_box

DAY = dt.date(1980, 5, 31)
ANA = Person(1, "Lefèvre-Roux", "Ana", DAY)


def pairs(*others: Person) -> list[tuple[int, int, str]]:
    return [(pair.first, pair.second, pair.why) for pair in look_alikes([ANA, *others])]


@pytest.mark.parametrize(
    ("family_name", "given_name", "born", "why"),
    [
        ("LEFEVRE ROUX", "ana", DAY, "same"),
        ("Ana", "Lefèvre-Roux", DAY, "same"),
        ("Lefèvre-Roux", "Anna", DAY, "spelling"),
        ("Lefèver-Roux", "Ana", DAY, "spelling"),
        ("Lefèvre-Roux", "Ana", dt.date(1980, 3, 31), "birth"),
        ("Lefèvre-Roux", "Ana", dt.date(1908, 5, 31), "birth"),
        ("Lefèvre-Roux", "Ana", None, "birth"),
    ],
)
def test_p8_one_person_written_twice_is_shown(family_name, given_name, born, why):
    assert pairs(Person(2, family_name, given_name, born)) == [(1, 2, why)]


def test_day_and_month_exchanged_look_alike():
    one, other = Person(1, "Roux", "Ana", dt.date(1980, 3, 12)), Person(2, "Roux", "Ana", dt.date(1980, 12, 3))
    assert look_alikes([one, other]) == [Alike(1, 2, "birth")]


@pytest.mark.parametrize(
    ("family_name", "given_name", "born"),
    [
        ("Lefèvre-Roux", "Ana", dt.date(1952, 5, 3)),
        ("Lefèvre-Roux", "Zoé", DAY),
        ("Abadie", "Ana", DAY),
        ("Lefèvre-Roux", "Anna", dt.date(1980, 5, 30)),
        ("", "", DAY),
    ],
)
def test_parents_and_children_siblings_and_namesakes_are_left_alone(family_name, given_name, born):
    assert pairs(Person(2, family_name, given_name, born)) == []


def test_twins_with_names_alike_are_shown_so_that_a_person_tells_them_apart():
    assert pairs(Person(2, "Lefèvre-Roux", "Ava", DAY)) == [(1, 2, "spelling")]


def test_a_column_filled_in_for_want_of_better_gives_no_flood():
    one_day = [Person(n, f"Name{n:04}", "A", DAY) for n in range(MANY_OF_ONE_DAY + 1)]
    assert look_alikes(one_day) == []
    one_name = [Person(n, "Roux", "Ana", None) for n in range(MANY_OF_ONE_NAME + 1)]
    assert len(look_alikes(one_name)) == MANY_OF_ONE_NAME


@given(st.text("abc", max_size=7), st.text("abc", max_size=7))
def test_one_slip_is_what_a_slow_search_says(one, other):
    slips = {one} | {one[:i] + one[i + 1 :] for i in range(len(one))}
    slips |= {one[:i] + c + one[i + skip :] for i in range(len(one) + 1) for c in "abc" for skip in (0, 1)}
    slips |= {one[:i] + one[i + 1] + one[i] + one[i + 2 :] for i in range(len(one) - 1)}
    assert is_one_slip(one, other) == (other in slips)


@pytest.fixture
def officer(db) -> User:
    return User.objects.create_user("agnes@example.org")


@pytest.fixture
def roll(officer):
    roll = make_box(doors=["web"]).roll
    rows = [Row(1, "A-1", "Roux", "Ana", DAY, "", ""), Row(2, "A-2", "Roux", "Anna", DAY, "", "")]
    return import_people(roll=roll, people=rows, by=officer)


def waiting(roll) -> list[set[str]]:
    return [{pair.first.number, pair.second.number} for pair in roll.look_alikes.open()]


def test_pairs_told_apart_stay_so_when_the_file_comes_again_with_others(roll, officer):
    assert waiting(roll) == [{"A-1", "A-2"}]
    tell_apart(pair=LookAlike.objects.get(), are_two=True, by=officer)
    rows = [Row(1, "A-3", "Roux", "Ana", DAY, "", ""), Row(2, "A-2", "Roux", "Anna", DAY, "1 rue A", "")]
    import_people(roll=roll, people=rows, by=officer)
    assert sorted(map(sorted, waiting(roll))) == [["A-1", "A-3"], ["A-2", "A-3"]]
    tell_apart(pair=LookAlike.objects.exclude(told_apart_at=None).get(), are_two=False, by=officer)
    assert len(waiting(roll)) == 3


def test_a_line_taken_off_or_amended_or_struck_is_asked_about_no_more(roll, officer):
    first = RollEntry.objects.get(number="A-1")
    line = {"family_name": "Roux", "given_name": "Ana", "birth_date": dt.date(1951, 1, 2)}
    correct_roll(correction=Correction(roll, RollVersion.Kind.AMENDED, entry=first, line=line), by=officer)
    assert waiting(roll) == []
    correct_roll(
        correction=Correction(roll, RollVersion.Kind.AMENDED, entry=first, line=line | {"birth_date": DAY}), by=officer
    )
    assert waiting(roll) == [{"A-1", "A-2"}]
    correct_roll(correction=Correction(roll, RollVersion.Kind.STRUCK, entry=first), by=officer)
    assert waiting(roll) == []
    correct_roll(correction=Correction(roll, RollVersion.Kind.READMITTED, entry=first), by=officer)
    assert waiting(roll) == [{"A-1", "A-2"}]
    remove_people(roll=roll, numbers=[first.pk], by=officer)
    assert waiting(roll) == []


def test_one_person_added_is_compared_with_everybody(roll, officer):
    line = {"number": "A-9", "family_name": "anna", "given_name": "Roux", "birth_date": DAY}
    correct_roll(correction=Correction(roll, RollVersion.Kind.ADDED, line=line), by=officer)
    assert sorted(map(sorted, waiting(roll))) == [["A-1", "A-2"], ["A-1", "A-9"], ["A-2", "A-9"]]
