"""What witnesses say of the list is received once, believed only by its signatures, and raises alarms (X18, I5)."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from server.ledger import keys, statements
from server.ledger.actions import append, sign_checkpoint
from server.ledger.models import Checkpoint
from server.office.models import Act
from server.witnesses.actions import MOST_ALARMS, answer_alarm, ask_witness, end_witness, name_witness, receive
from server.witnesses.fetching import CannotFetch
from server.witnesses.models import Alarm, Statement, Witness
from server.witnesses.refusals import (
    StatementMalformed,
    StatementTooLarge,
    StatementWrong,
    TooManyAlarms,
    WitnessNamed,
    WitnessUnknown,
)
from server.witnesses.tasks import ask_soon, ask_witnesses_task
from tests.server.votes import without_guards

from .conftest import Partner, forged, grow

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/log/statements"


def post(content: bytes, status: int = 200) -> dict:
    answer = Client().post(ADDRESS, content, content_type="application/json")
    assert answer.status_code == status, answer.content
    return answer.json()


def test_a_state_that_a_witness_co_signed_is_kept_once(partner):
    said = partner.signs(grow(5))
    assert post(said) == {"cosigned": 1, "known": 0, "alarms": 0, "refused": 0}
    assert post(said) == {"cosigned": 0, "known": 1, "alarms": 0, "refused": 0}
    assert receive(partner.file(said, partner.signs(grow(3)))).cosigned == 1
    assert list(Statement.objects.values_list("size", flat=True)) == [5, 8]


def test_anyone_reads_and_checks_what_was_said(partner):
    post(partner.signs(grow(5)))
    post(partner.refuses(), 200)
    told = Client().get(ADDRESS).json()
    [one] = statements.read(json.dumps(told["statements"][0]).encode())
    assert one.holds() and one.checkpoint["size"] == 5 and one.witness == told["witnesses"][0]["witness"]
    [refused] = statements.read(json.dumps(told["alarms"][0]["document"]).encode())
    assert refused.holds() and refused.why.startswith("The log had 5")


def test_x18_a_signed_state_that_our_list_does_not_contain_raises_an_alarm(partner):
    """Two boards: the witness was shown one that is well signed and is not this one."""
    grow(5)
    for point in (forged(5), forged(9), forged(3, epoch=7)):
        assert post(partner.signs(point))["alarms"] == 1
        assert post(partner.signs(point))["known"] == 1
    assert {one.kind for one in Alarm.objects.all()} == {"unknown_state"} and not Statement.objects.exists()


def test_a_state_that_lies_in_the_list_is_ours_even_if_its_signature_was_forgotten(partner):
    checkpoint = grow(5)
    said = partner.signs(checkpoint)
    grow(4)
    with without_guards():
        Checkpoint.objects.filter(size=5).delete()
    assert receive(said).cosigned == 1


def test_a_witness_who_refuses_raises_an_alarm_with_both_sides(partner):
    grow(5)
    said = partner.refuses(shown={"size": 3}, seen={"size": 5})
    assert post(said)["alarms"] == 1 and post(said)["known"] == 1
    alarm = Alarm.objects.get()
    assert alarm.kind == "refused" and alarm.why == "The log had 5 records and now shows 3."
    assert json.loads(alarm.document["evidence"])["seen"] == {"size": 5}


def test_what_is_not_well_signed_is_refused_and_nothing_is_kept(partner):
    point = grow(5)
    good = json.loads(partner.signs(point))
    stranger = Partner(keys.new_private_key(), partner.witness)
    other = json.loads(stranger.signs(point))
    wrong = [
        (json.dumps(other).encode(), WitnessUnknown),
        (json.dumps(good | {"sig": other["sig"]}).encode(), StatementWrong),
        (json.dumps(good | {"public_key": other["public_key"]}).encode(), StatementWrong),
        (json.dumps(good | {"witness": other["witness"]}).encode(), WitnessUnknown),
        (partner.signs(forged(5, sign=lambda message: keys.sign(stranger.key, message))), StatementWrong),
        (partner.signs(forged(5) | {"log_id": "ab" * 32}), StatementWrong),
        (json.dumps(json.loads(partner.refuses()) | {"evidence": "{}"}).encode(), StatementWrong),
    ]
    for content, refusal in wrong:
        with pytest.raises(refusal):
            receive(content)
    assert not Statement.objects.exists() and not Alarm.objects.exists()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"7",
        b"{}",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"format": "parvis-witness-1"}',
        b'{"format": "parvis-witness-file-1", "statements": {}, "refusals": 5}',
        b'{"format": "parvis-witness-file-1", "statements": [[]], "refusals": []}',
        b'{"format": "parvis-refusal-1", "evidence": "[", "witness": "'
        + b"a" * 64
        + b'", "public_key": "", "sig": ""}',
        b'{"format": 5, "witness": "", "public_key": "", "sig": ""}',
    ],
)
def test_what_is_no_statement_is_refused(partner, content):
    with pytest.raises(StatementMalformed):
        receive(content)


@pytest.mark.parametrize(
    "change",
    [{"size": "5"}, {"size": -1}, {"size": 2**53}, {"root": "AB" * 32}, {"epoch": 2**31}, {"sig": 5}, {"x": 1}],
)
def test_what_is_no_checkpoint_is_no_statement(partner, change):
    said = json.loads(partner.signs(grow(5)))
    said["checkpoint"] |= change
    with pytest.raises(StatementMalformed):
        receive(json.dumps(said).encode())


def test_what_is_too_large_is_refused_before_it_is_read(partner):
    with pytest.raises(StatementTooLarge):
        receive(b" " * (2**20 + 1))
    assert post(b" " * (2**20 + 1), 413)["code"] == "statement_too_large"


def test_one_bad_part_of_a_file_does_not_keep_the_good_ones_out(partner):
    """I9."""
    good, bad = partner.signs(grow(5)), json.loads(partner.signs(grow(2)))
    bad["sig"] = json.loads(good)["sig"]
    assert vars(receive(partner.file(good, json.dumps(bad).encode()))) == {
        "cosigned": 1, "known": 0, "alarms": 0, "refused": 1,
    }  # fmt: skip


def test_a_witness_whose_key_was_stolen_does_not_fill_the_disk(partner):
    for number in range(MOST_ALARMS):
        receive(partner.refuses(f"{number}"))
    with pytest.raises(TooManyAlarms):
        receive(partner.refuses("one more"))
    assert Alarm.objects.count() == MOST_ALARMS


def test_a_witness_that_ended_is_not_heard_and_what_it_said_stays(partner, staff):
    point = grow(5)
    receive(partner.signs(point))
    end_witness(witness=partner.witness, by=staff)
    with pytest.raises(WitnessUnknown):
        receive(partner.signs(grow(1)))
    assert Statement.objects.count() == 1
    named = name_witness(name="Brume", public_key=keys.public_bytes(partner.key), by=staff)
    assert named.pk == partner.witness.pk and receive(partner.signs(sign_checkpoint())).cosigned == 1


def test_a_key_is_named_once(partner, staff):
    with pytest.raises(WitnessNamed):
        name_witness(name="Again", public_key=keys.public_bytes(partner.key), by=staff)


def test_an_alarm_is_answered_once_in_words_that_stay(partner, staff):
    receive(partner.refuses())
    alarm = Alarm.objects.get()
    answer_alarm(alarm=alarm, answer="A backup was restored on Monday.", by=staff)
    answer_alarm(alarm=alarm, answer="Nothing.", by=staff)
    alarm.refresh_from_db()
    assert alarm.answer == "A backup was restored on Monday." and not Alarm.objects.waiting().exists()
    assert Act.objects.filter(deed="witness.alarm_answered").count() == 1


class TestAsking:
    """The file that a witness publishes is fetched, with what the tests hand over in place of the network."""

    def test_it_brings_what_the_witness_said(self, partner):
        partner.witness.address = "https://brume.example/witness.json"
        said = partner.file(partner.signs(grow(5)))
        received = ask_witness(witness=partner.witness, fetch={partner.witness.address: said}.__getitem__)
        assert received.cosigned == 1 and partner.witness.asked_at and partner.witness.trouble == ""

    @pytest.mark.parametrize("code", ["private", "redirect", "unreachable", "answer", "too_large"])
    def test_what_went_wrong_is_kept_for_people(self, partner, code):
        def fetch(_address: str) -> bytes:
            raise CannotFetch(code)

        assert ask_witness(witness=partner.witness, fetch=fetch) is None and partner.witness.trouble == code

    def test_a_file_that_says_nothing_is_told_too(self, partner):
        assert ask_witness(witness=partner.witness, fetch=lambda _address: b"<html>") is None
        assert partner.witness.trouble == "statement_malformed"

    def test_one_that_does_not_answer_does_not_keep_the_others_from_being_asked(self, partner, staff, monkeypatch):
        """I9."""
        other = keys.new_private_key()
        name_witness(name="Aube", public_key=keys.public_bytes(other), address="https://aube.example/", by=staff)
        Witness.objects.filter(pk=partner.witness.pk).update(address="https://brume.example/")
        said = partner.file(partner.signs(grow(5)))

        def fetch(address: str) -> bytes:
            if "aube" in address:
                raise CannotFetch("unreachable")
            return said

        monkeypatch.setattr("server.witnesses.actions.fetch_file", fetch)
        assert ask_witnesses_task.call() == 1

    def test_while_the_list_grows_they_are_asked_once_an_hour(
        self, partner, monkeypatch, django_capture_on_commit_callbacks
    ):
        Witness.objects.update(address="https://brume.example/")
        asked: list[str] = []
        monkeypatch.setattr("server.witnesses.actions.fetch_file", lambda address: asked.append(address) or b"{}")
        for _time in range(3):
            with django_capture_on_commit_callbacks(execute=True):
                append(type="test.record", space="town")
                sign_checkpoint()
        ask_soon()
        assert asked == ["https://brume.example/"]
