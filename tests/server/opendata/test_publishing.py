"""What is published checks itself on a stranger's machine: verify.py in a process of its own."""

from __future__ import annotations

import copy
import json
import shutil
import subprocess
import sys

import pytest
from django.utils import timezone

from server.ledger.actions import checkpoint_document, sign_checkpoint
from server.ledger.keys import new_private_key, public_bytes
from server.ledger.models import Record
from server.ledger.statements import write_statement
from server.opendata.actions import publish, published_folder
from server.processes.models import Space
from server.voting import actions as voting
from server.voting.models import CastVoteRecord, RollEntry
from server.voting.refusals import ResultChanged
from server.witnesses.actions import name_witness, receive
from tests.server.opendata.second_verifier import judged
from tests.server.votes import make_vote, on_paper, print_sheets, without_guards

pytestmark = pytest.mark.django_db


def verify(folder):
    done = subprocess.run([sys.executable, "-I", "verify.py"], cwd=folder, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


@pytest.fixture(scope="module")
def _vote_once(ground):
    """All doors, a conflict, a copy in quarantine and a record waiting behind a gap."""
    vote = make_vote()
    vote.online(0, "verger", "lavoir")
    vote.online(1, "bancs")
    vote.online(1)
    first, second = vote.kiosk(), vote.kiosk()
    code = vote.hand_over(2)
    ballots = [kiosk.cast(vote.box.definition_hash, code, {"q1": ["lavoir"]}) for kiosk in (first, second)]
    first._add("ballot.sealed", ballots[0].body, definition=vote.box.definition_hash, subject=ballots[1].subject)
    voting.exchange_pass(session=vote.session, code_text=vote.hand_over(3).text, by=vote.officer)
    (_code, sheet), *_rest = print_sheets(vote, 2)
    on_paper(vote, sheet, ["lavoir", "kiosque", "bancs", "verger"])
    vote.close_kiosks()
    lost = vote.kiosk()
    for _record in range(2):
        lost.move("paused")
    lose_one_record(lost)
    from server.devices.models import Device
    from server.meetings import actions as meetings

    meetings.close_session(session=vote.session, by=vote.officer)
    device = Device.objects.get(dev=lost.dev)
    meetings.name_missing_device(device=device, reason="Tombée à l'eau.", by=vote.officer)
    vote.finish(passes_unused=6, passes_spoiled=0, passes_returned=0, sheets_in_box=1, sheets_unused=1)
    return vote.refresh()


@pytest.fixture
def vote(_vote_once, own_copy):
    return copy.copy(_vote_once).refresh()


def lose_one_record(kiosk):
    """Its third record never arrives; the fourth does."""
    from server.devices.intake import receive_push

    receive_push(kiosk.batch(first=1, count=2))
    receive_push(kiosk.batch(first=4, count=1))


def test_who_co_signed_the_list_is_published_and_shown(vote, client):
    """Both verifiers check it, and say how many witnesses saw which state."""
    key = new_private_key()
    witness = name_witness(name="Ville de Brume", public_key=public_bytes(key), by=vote.officer)
    last = sign_checkpoint()
    receive(json.dumps(write_statement(key, checkpoint_document(last))).encode())
    shutil.rmtree(published_folder(vote.box))  # as if it were certified only now: a folder is written once
    publish(vote.box, published_folder(vote.box))
    code, words = verify(published_folder(vote.box))
    assert code == 0 and f"witness Ville de Brume co-signed the list of {last.size} records" in words
    [second] = judged([published_folder(vote.box)])
    assert second["isRight"], second["problems"]
    assert {"code": "witnesses", "facts": {"n": 1, "points": 1}} in second["steps"]
    Space.objects.update(published_at=timezone.now())
    page = client.get(f"/spaces/{vote.box.space.slug}/vote/{vote.box.ref}/result/").content.decode()
    assert "Ville de Brume" in page and witness.key_hash in page


def test_a_stranger_verifies_what_was_published(vote):
    code, words = verify(published_folder(vote.box))
    assert code == 0, words
    [second] = judged([published_folder(vote.box)])
    assert second["isRight"], second["problems"]
    accounts = json.loads((published_folder(vote.box) / "accounts.json").read_bytes())
    assert [one["reason"] for one in accounts["exceptions"]] == ["gap"]
    assert accounts["ballots"] == {
        "in_log": 7,
        "counted": 4,
        "superseded": 2,
        "removed": 0,
        "provisional": 0,
        "parked": 0,
        "quarantined": 1,
    }
    assert {equation["number"] for equation in accounts["equations"]} == {1, 2, 3, 4, 5, 6, 7, 8, 9}
    assert accounts["log"]["size"] == Record.objects.count()


def test_every_published_sum_is_checked(vote):
    """F15 in small: an account that is off by one is found and named."""
    from server.ledger.installation import installation
    from server.opendata.published import signed_manifest

    folder = published_folder(vote.box)
    whole = json.loads((folder / "accounts.json").read_bytes())
    for place in range(len(whole["equations"])):
        accounts = json.loads(json.dumps(whole))
        term = next(iter(accounts["equations"][place]["right"]))
        accounts["equations"][place]["right"][term] += 1
        (folder / "accounts.json").write_text(json.dumps(accounts))
        files = {path.name: path.read_bytes() for path in folder.iterdir() if not path.name.startswith("manifest")}
        house = installation()
        for name, content in signed_manifest(files, house.sign, house.public_key).items():
            (folder / name).write_bytes(content)
        code, words = verify(folder)
        assert code == 1 and accounts["equations"][place]["name"] in words


def test_what_is_published_never_changes(vote):
    """S14: certified again while the log grows, each file keeps its bytes; cut short before, it is published once."""
    folder = published_folder(vote.box)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    other = make_vote(officer="second@example.org", slug="other", passes=0)
    other.online(0, "lavoir")
    voting.certify_box(box=vote.box, by=vote.officer)
    publish(vote.box, folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    shutil.rmtree(folder)  # as if the machine had stopped between certifying and publishing
    voting.certify_box(box=vote.box, by=vote.officer)
    assert len((folder / "log.jsonl").read_bytes()) > len(before["log.jsonl"])
    assert verify(folder)[0] == 0
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


def test_nothing_published_names_a_person_or_a_code(vote):
    """I7, P18: no family name, number of the roll, subject, salt or code in any file."""
    published = b"".join(path.read_bytes() for path in published_folder(vote.box).iterdir())
    for entry in vote.entries:
        assert entry.family_name.encode() not in published
    for subject, salt in Record.objects.values_list("payload__subject", "payload__subject_salt"):
        assert not subject or subject.partition(":")[2].encode() not in published
        assert not salt or bytes(salt).hex().encode() not in published
    for code in [*vote.letters, *vote.stack]:
        assert code.text.encode() not in published and code.grouped.encode() not in published
    assert vote.officer.email.encode() not in published


def test_a_flipped_byte_in_any_file_is_found(vote):
    folder = published_folder(vote.box)
    for path in sorted(folder.iterdir()):
        whole = path.read_bytes()
        middle = len(whole) // 2
        if path.name == "verify.py":
            continue  # it is the one that runs; a stranger takes it from elsewhere
        path.write_bytes(whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :])
        code, words = verify(folder)
        assert code == 1, (path.name, words)
        path.write_bytes(whole)
    assert verify(folder)[0] == 0


def test_who_changes_opened_ballots_or_the_result_publishes_nothing(vote):
    """X17."""
    folder = published_folder(vote.box)
    shutil.rmtree(folder)
    row = vote.box.cast_vote_records.last()
    with without_guards():
        CastVoteRecord.objects.filter(pk=row.pk).update(choices={"q1": ["piste"]})
    with pytest.raises(ResultChanged):
        voting.certify_box(box=vote.box, by=vote.officer)
    assert not folder.exists()


def test_the_certified_turnout_stands_though_the_roll_grows(vote):
    RollEntry.objects.create(roll=vote.box.roll, number="99999", family_name="Tard")
    voting.certify_box(box=vote.box, by=vote.officer)
    assert verify(published_folder(vote.box))[0] == 0


def test_the_versions_of_the_roll_are_published_with_what_opens_them_and_never_a_person(vote):
    """P7: whoever is shown the roll and its salt knows that the log committed to this list and to no other."""
    folder = published_folder(vote.box)
    told = json.loads((folder / "accounts.json").read_bytes())["roll"]
    version = vote.box.roll.versions.get()
    facts = {"version": 1, "people": len(vote.entries), "commitment": version.commitment}
    assert [json.loads(one["body"]) for one in told] == [facts]
    record = Record.objects.get(index=told[0]["index"])
    assert (record.type, record.definition) == ("roll.version", vote.box.definition_hash)
    assert "1 versions of the roll" in verify(folder)[1]
    assert bytes(version.salt).hex().encode() not in (folder / "accounts.json").read_bytes()
