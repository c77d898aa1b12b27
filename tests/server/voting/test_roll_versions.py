"""A roll is a snapshot with a version and a commitment; the log of every vote bound to it hears of each change (P7)."""

from __future__ import annotations

import datetime as dt
import hashlib
import json

import pytest

from server.accounts.models import User
from server.ledger.models import Record
from server.voting import actions as voting
from server.voting.actions.rolls import import_people, remove_people
from server.voting.models import Box, RollEntry
from server.voting.roll_import import Person
from server.voting.roll_lines import commitment
from tests.server.votes import make_box, make_vote, noon

SALT = bytes(range(32))
NOBODY = ("2", "Zoé", "", None, "", "")
SOMEBODY = ("10", "Abadie", "Ève", dt.date(1980, 5, 31), "3, rue « du Lavoir »", "eve@example.org")


def announced(box: Box) -> list[dict]:
    """What the log of this box says of its roll, oldest first."""
    rows = Record.objects.filter(type="roll.version", definition=box.definition_hash).order_by("index")
    return [json.loads(bytes(body)) for body in rows.values_list("payload__body", flat=True)]


def recomputed(version) -> str:
    rows = version.roll.entries.values_list("number", "family_name", "given_name", "birth_date", "address", "email")
    return commitment(bytes(version.salt), rows)


def test_a_commitment_is_the_hash_of_salt_and_lines_sorted_by_number():
    first = '["10","Abadie","Ève","1980-05-31","3, rue « du Lavoir »","eve@example.org"]\n'
    expected = hashlib.sha256(SALT + first.encode() + '["2","Zoé","","","",""]\n'.encode()).hexdigest()
    assert commitment(SALT, [SOMEBODY, NOBODY]) == commitment(SALT, [NOBODY, SOMEBODY]) == expected


@pytest.mark.parametrize("place", range(6))
def test_every_cell_of_a_line_is_bound(place):
    other = list(SOMEBODY)
    other[place] = dt.date(1980, 5, 30) if place == 3 else other[place] + "x"
    assert commitment(SALT, [tuple(other)]) != commitment(SALT, [SOMEBODY])


def test_what_is_no_salt_and_one_number_twice_are_refused():
    with pytest.raises(ValueError, match="32 bytes"):
        commitment(b"short", [SOMEBODY])
    with pytest.raises(ValueError, match="one number"):
        commitment(SALT, [SOMEBODY, SOMEBODY])


@pytest.mark.django_db
def test_freezing_says_in_the_log_which_version_of_the_roll_holds():
    vote = make_vote()
    version = vote.box.roll.versions.get()
    assert (version.number, version.kind, version.people) == (1, "first", 6)
    assert version.commitment == recomputed(version)
    assert announced(vote.box) == [{"version": 1, "people": 6, "commitment": version.commitment}]


@pytest.mark.django_db
def test_every_change_makes_a_version_and_the_frozen_vote_hears_of_it():
    box = make_box()
    officer = User.objects.create_user("officer@example.org")
    voting.freeze_box(box=box, by=officer)
    box.refresh_from_db()
    roll = box.roll
    import_people(roll=roll, people=[Person(2, "00099", "Neuve", "", None, "", "")], by=officer)
    version = roll.versions.first()
    assert (version.number, version.kind, version.people) == (2, "imported", 7)
    assert [one["version"] for one in announced(box)] == [1, 2]
    assert version.commitment == recomputed(version) and len({one.commitment for one in roll.versions.all()}) == 2
    import_people(roll=roll, people=[Person(2, "00099", "Neuve", "", None, "", "")], by=officer)
    assert roll.versions.count() == 2  # nothing changed


@pytest.mark.django_db
def test_before_freezing_versions_are_kept_and_no_log_hears_of_them():
    vote = make_vote()
    draft = vote.box.roll
    other = type(draft).objects.create(space=vote.box.space, title="Autre")
    import_people(roll=other, people=[Person(2, "1", "Un"), Person(3, "2", "Deux")], by=vote.officer)
    remove_people(roll=other, numbers=[other.entries.first().pk], by=vote.officer)
    assert list(other.versions.values_list("number", "kind", "people")) == [(3, "removed", 1), (2, "imported", 2)]
    assert len(announced(vote.box)) == 1


@pytest.mark.django_db
def test_with_the_names_goes_what_would_let_somebody_try_names():
    vote = make_vote()
    vote.finish(passes_unused=8, passes_spoiled=0, passes_returned=0)
    Box.objects.filter(pk=vote.box.pk).update(certified_at=noon(60))
    voting.destroy_remains(box=Box.objects.get(pk=vote.box.pk))
    version = vote.box.roll.versions.get()
    assert bytes(version.salt) == b"" and version.people == RollEntry.objects.count() == 6
