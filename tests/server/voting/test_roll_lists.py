"""Whoever is shown a list checks that the public log was told of these people and no others (P7, protocol §10)."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.urls import reverse

from server.accounts.models import User
from server.office.models import Act
from server.opendata import check_roll
from server.opendata.actions import published_folder
from server.processes.models import SpaceRole
from server.voting import actions as voting
from server.voting.actions.roll_lists import give_list, has_lines, lines_of
from server.voting.actions.rolls import import_people, remove_people
from server.voting.models import Box, Roll, RollVersion, VersionLines
from server.voting.refusals import ListGone
from server.voting.roll_import import Person
from server.voting.roll_lines import commitment_of_texts
from tests.server.votes import make_vote, noon

pytestmark = pytest.mark.django_db
Kind = RollVersion.Kind
PROGRAM = Path(check_roll.__file__)


def correct(vote, kind: Kind, entry=None, **line) -> RollVersion:
    correction = voting.Correction(vote.box.roll, kind, "register’s notice", entry, line)
    return voting.correct_roll(correction=correction, by=vote.officer)


@pytest.fixture(scope="module")
def vote_once(ground):
    """Frozen with six people; then one was amended, one added, one struck and put back, one struck."""
    vote = make_vote()
    first, second, third, *_rest = vote.entries
    facts = {"family_name": "Lefèvre-Roux", "given_name": "Zoë", "birth_date": None, "address": '1\u2028rue "A"'}
    correct(vote, Kind.AMENDED, first, **facts)
    correct(vote, Kind.ADDED, number="00001b", family_name="Neuve")
    correct(vote, Kind.STRUCK, second)
    correct(vote, Kind.READMITTED, second)
    correct(vote, Kind.STRUCK, third)
    return vote


def run(*arguments: object) -> subprocess.CompletedProcess:
    """On a stranger's machine: nothing but the program and Python."""
    return subprocess.run([sys.executable, "-I", PROGRAM, *map(str, arguments)], capture_output=True, text=True)


def test_every_version_of_a_corrected_roll_fits_what_the_log_was_told(vote, tmp_path):
    versions = list(vote.box.roll.versions.order_by("number"))
    assert [version.people for version in versions] == [6, 6, 7, 6, 7, 6]
    vote.finish(passes_unused=8, passes_spoiled=0, passes_returned=0)
    folder = published_folder(vote.box)
    for version in versions:
        path = tmp_path / f"{version.number}.jsonl"
        path.write_bytes(give_list(version=version, by=vote.officer))
        done = run(path, folder)
        assert done.returncode == 0 and "It fits" in done.stdout, done.stdout
        assert run(path).returncode == 0
    assert Act.objects.filter(deed="roll.list_given").count() == 6
    assert "Lef" not in str(list(Act.objects.values()))


def test_a_changed_line_does_not_fit(vote, tmp_path):
    version = vote.box.roll.versions.first()
    whole = give_list(version=version, by=vote.officer)
    vote.finish(passes_unused=8, passes_spoiled=0, passes_returned=0)
    folder, path = published_folder(vote.box), tmp_path / "list"
    lines = whole.splitlines(keepends=True)
    head = json.loads(lines[0])
    alterations = {
        "a letter": whole.replace(b"Nom4", b"Nom5"),
        "a line less": b"".join(lines[:-1]),
        "a line more": whole + b'["99999","X","","","",""]\n',
        "a line twice": whole + lines[-1],
        "another order": b"".join([lines[0], lines[2], lines[1], *lines[3:]]),
        "another salt": whole.replace(head["salt"].encode(), b"00" * 32),
        "cut": whole[:-1],
        "another version": whole.replace(b'"version": 6', b'"version": 1'),
        "no version": whole.replace(b'"version": 6', b'"version": 9'),
    }
    for name, content in alterations.items():
        path.write_bytes(content)
        done = run(path, folder)
        assert done.returncode == 1 and "DOES NOT FIT" in done.stdout, name
    # A list that claims its own fingerprint is whole, and still not the one that the log was told of.
    other = commitment_of_texts(bytes(range(32)), lines_of(version))
    claim = head | {"salt": bytes(range(32)).hex(), "commitment": other}
    path.write_bytes(json.dumps(claim).encode() + b"\n" + b"".join(lines[1:]))
    assert run(path).returncode == 0 and run(path, folder).returncode == 1
    path.write_bytes(b"no list")
    assert run(path).returncode == 2


def test_the_published_folder_must_say_what_its_log_was_told(vote, tmp_path):
    version = vote.box.roll.versions.first()
    path = tmp_path / "list"
    path.write_bytes(give_list(version=version, by=vote.officer))
    vote.finish(passes_unused=8, passes_spoiled=0, passes_returned=0)
    folder = published_folder(vote.box)
    accounts = folder / "accounts.json"
    accounts.write_text(accounts.read_text().replace('\\"people\\": 6', '\\"people\\": 8'))
    assert run(path, folder).returncode == 1


def test_a_correction_keeps_one_line_and_not_the_whole_roll_again(vote):
    kept = list(VersionLines.objects.order_by("version__number").values_list("is_whole", "number"))
    assert kept == [
        (True, ""),
        (False, "00000"),
        (False, "00001b"),
        (False, "00001"),
        (False, "00001"),
        (False, "00002"),
    ]


def test_of_a_roll_that_no_frozen_box_knows_only_the_last_version_is_kept(vote):
    draft = Roll.objects.create(space=vote.box.space, title="Autre")
    import_people(roll=draft, people=[Person(2, "1", "Un"), Person(3, "2", "Deux")], by=vote.officer)
    remove_people(roll=draft, numbers=[draft.entries.first().pk], by=vote.officer)
    draft.refresh_from_db()
    assert list(VersionLines.objects.filter(version__roll=draft).values_list("version__number", flat=True)) == [3]
    assert [is_kept for _version, is_kept in has_lines(draft.versions.all(), draft)] == [True, False]
    with pytest.raises(ListGone):
        give_list(version=draft.versions.get(number=2), by=vote.officer)


def test_versions_from_before_lines_were_kept_are_given_out_as_long_as_the_roll_stands_so(vote):
    VersionLines.objects.all().delete()
    roll = vote.box.roll
    roll.refresh_from_db()
    assert [is_kept for _version, is_kept in has_lines(roll.versions.all(), roll)] == [True] + [False] * 5
    newest = roll.versions.first()
    assert commitment_of_texts(bytes(newest.salt), lines_of(newest)) == newest.commitment
    correct(vote, Kind.STRUCK, vote.entries[4])
    roll.refresh_from_db()
    assert VersionLines.objects.get().is_whole
    with pytest.raises(ListGone):
        give_list(version=newest, by=vote.officer)


def test_with_the_names_the_lines_are_destroyed(vote):
    version = vote.box.roll.versions.first()
    vote.finish(passes_unused=8, passes_spoiled=0, passes_returned=0)
    Box.objects.filter(pk=vote.box.pk).update(certified_at=noon(60))
    voting.destroy_remains(box=Box.objects.get(pk=vote.box.pk))
    assert not VersionLines.objects.exists()
    with pytest.raises(ListGone):
        give_list(version=version, by=vote.officer)


@pytest.mark.parametrize("role", ["observer", "organiser"])
def test_an_observer_of_the_space_downloads_the_list_and_the_log_says_so(vote, client, role):
    user = User.objects.create_user("watch@example.org")
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    client.force_login(user)
    space, roll = vote.box.space.slug, vote.box.roll
    address = reverse("office_voting:roll_list", args=[space, roll.pk, 6])
    assert client.post(address).status_code == client.get(f"/office/{space}/observe/").status_code == 404
    SpaceRole.objects.create(space=vote.box.space, user=user, role=role)
    page = client.get(f"/office/{space}/observe/").content.decode()
    assert address in page and "Lefèvre" not in page
    answer = client.post(address)
    assert answer["Content-Disposition"].endswith('-version-6.jsonl"') and "no-store" in answer["Cache-Control"]
    assert "Lefèvre-Roux".encode() in answer.content
    act = Act.objects.get(deed="roll.list_given")
    assert (act.by, act.facts) == (user, {"version": 6})
    assert client.get(address).status_code == 405, "nothing is noted by a GET"
    program = b"".join(client.get(reverse("results:roll_program")).streaming_content)
    assert program == PROGRAM.read_bytes() and len(program.splitlines()) <= 120
