"""What devices bring: authentic or not, and what becomes of it (``docs/protocol.md`` §6 to §8)."""

from __future__ import annotations

import json
import time

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from server.devices import authentic, importing, intake
from server.devices.actions import EnrolmentUnknown, create_enrolment, enrol_device, revoke_device
from server.devices.models import Device
from server.ledger import keys
from server.ledger.codes import new_code
from server.ledger.models import Held, Record
from server.rehearsal.kiosk import Kiosk
from server.voting.settlement import settle_box
from server.voting.wrong_codes import FREE_TRIES
from tests.server.votes import push, sync

pytestmark = pytest.mark.django_db


def ballots(vote, device: Kiosk, count: int):
    return [device.cast(vote.box.definition_hash, vote.stack[n], {"q1": ["bancs"]}) for n in range(count)]


def test_a_ballot_from_a_kiosk_is_accepted_and_listed(vote):
    device = vote.kiosk()
    record = ballots(vote, device, 1)[0]
    answer = push(device, device.batch())
    assert [v["verdict"] for v in answer["verdicts"]] == ["accepted"] * 3
    assert (answer["next"], answer["head"]) == (4, record.id)
    assert Record.objects.get(pk=record.id).index == answer["verdicts"][2]["index"]


def test_s1_a_batch_whose_reply_was_lost_is_a_duplicate_ninety_days_later(vote):
    device = vote.kiosk()
    ballots(vote, device, 2)
    batch = device.batch()
    first = push(device, batch)
    with time_machine.travel(time.time() + 90 * 86400):
        again = push(device, batch)
    assert {v["verdict"] for v in again["verdicts"]} == {"duplicate"}
    assert {v["first"] for v in again["verdicts"]} == {"accepted"}
    assert [v["index"] for v in again["verdicts"]] == [v["index"] for v in first["verdicts"]]


@pytest.mark.parametrize("place", [0, 1, 2])
def test_s6_a_flipped_bit_is_named_and_nothing_of_the_batch_is_stored(vote, place):
    device = vote.kiosk()
    ballots(vote, device, 1)
    head, *lines = device.batch().rstrip(b"\n").split(b"\n")
    lines[place] = lines[place].replace(b'\\"tv\\":1', b'\\"tv\\":2')
    before = Record.objects.count()
    with pytest.raises(authentic.BatchBroken) as refusal:
        intake.receive_push(b"\n".join([head, *lines]))
    assert refusal.value.details == {"seq": place + 1}
    assert Record.objects.count() == before
    assert Held.objects.get().code == "batch_broken"


def test_s6_a_device_with_a_damaged_record_can_bring_everything_else(vote):
    """It sends what stands before, the damaged record alone, and the rest: kept, the damaged branch for people."""
    device = vote.kiosk()
    ballots(vote, device, 3)
    sound = list(device.records)
    line = sound[2].to_line().replace(b'\\"actor\\":\\"\\"', b'\\"actor\\":\\"x\\"')
    damaged = type(sound[2]).from_line(line, check=False)
    device.records[2] = damaged
    push(device, device.batch(1, 2))
    for start, count in ((3, 1), (4, 2)):
        intake.receive_push(device.batch(start, count))
    assert Record.objects.filter(dev=device.dev).count() == 5
    assert Record.objects.get(pk=sound[3].id).verdict == "quarantined"


@pytest.mark.parametrize("cut", range(0, 4000, 211))
def test_s4_a_batch_cut_anywhere_stores_all_or_nothing(vote, cut):
    device = vote.kiosk()
    ballots(vote, device, 2)
    batch = device.batch()
    if cut >= len(batch):
        pytest.skip("the batch is shorter")
    with pytest.raises(authentic.NotAuthentic):
        intake.receive_push(batch[:cut])
    assert not Record.objects.filter(dev=device.dev).exists()
    assert push(device, batch)["next"] == 5


def test_s5_a_gap_names_the_number_that_is_wanted(vote):
    device = vote.kiosk()
    ballots(vote, device, 3)
    answer = push(device, device.batch(4, 2))
    assert answer["next"] == 1
    assert {(v["verdict"], v["reason"]) for v in answer["verdicts"]} == {("parked", "gap")}
    push(device, device.batch(1, 3))
    assert Record.objects.filter(dev=device.dev, verdict="accepted").count() == 5


def test_a_device_that_is_not_enrolled_is_held_not_stored(vote):
    stranger, known = Kiosk(), vote.kiosk()
    stranger.pack = known.pack
    stranger.start()
    with pytest.raises(authentic.UnknownDevice):
        intake.receive_push(stranger.batch())
    assert Held.objects.get().dev == stranger.dev


def test_a_batch_signed_by_another_key_is_held(vote):
    device = vote.kiosk()
    device.key = keys.new_private_key()
    with pytest.raises(authentic.BadSignature):
        intake.receive_push(device.batch())


def test_p6_a_kiosk_cannot_make_a_ballot_for_a_pass_that_it_never_saw(vote):
    """From pack and device key alone: a use value made from a check value is no use value."""
    device = vote.kiosk()
    record = ballots(vote, device, 1)[0]
    forged = device.pack["checks"][0]
    device.records.pop()
    device._add("ballot.sealed", record.body, definition=vote.box.definition_hash, subject=f"use:{forged}")
    answer = push(device, device.batch())
    assert (answer["verdicts"][-1]["verdict"], answer["verdicts"][-1]["reason"]) == ("quarantined", "unknown_right")


def test_d14_a_poisoned_record_in_the_middle_does_not_stop_the_others(vote):
    device = vote.kiosk()
    ballots(vote, device, 1)
    device._add("ballot.sealed", b"poison", definition=vote.box.definition_hash, subject="use:" + "0" * 32)
    device.cast(vote.box.definition_hash, vote.stack[1], {"q1": ["verger"]})
    verdicts = [v["verdict"] for v in push(device, device.batch())["verdicts"]]
    assert verdicts == ["accepted", "accepted", "accepted", "quarantined", "accepted"]


def test_s16_a_type_of_a_newer_release_waits_and_blocks_nothing(vote):
    device = vote.kiosk()
    device._add("petition.signed", b"{}")
    ballots(vote, device, 1)
    verdicts = [(v["verdict"], v["reason"]) for v in push(device, device.batch())["verdicts"]]
    assert verdicts[2:] == [("parked", "newer"), ("accepted", "")]


def test_p5_a_record_of_another_box_is_kept_for_people(vote):
    device = vote.kiosk()
    record = ballots(vote, device, 1)[0]
    device.records.pop()
    device._add("ballot.sealed", record.body, definition="a" * 64, subject=record.subject)
    assert push(device, device.batch())["verdicts"][-1]["reason"] == "context"


def test_ballots_before_opening_and_after_closing_are_provisional(vote):
    device = vote.kiosk()
    device.records = device.records[:1]
    ballots(vote, device, 1)
    device.move("open")
    device.cast(vote.box.definition_hash, vote.stack[1], {"q1": []})
    device.move("closed")
    device.cast(vote.box.definition_hash, vote.stack[2], {"q1": []})
    reasons = [(v["verdict"], v["reason"]) for v in push(device, device.batch())["verdicts"]]
    assert reasons[1] == ("provisional", "not_open")
    assert reasons[3] == ("accepted", "")
    assert reasons[5] == ("provisional", "late")


def test_what_a_revoked_device_still_brings_is_provisional(vote):
    device = vote.kiosk()
    sync(device)
    revoke_device(device=Device.objects.get(dev=device.dev), by=vote.officer)
    ballots(vote, device, 1)
    assert push(device, device.batch())["verdicts"][0]["reason"] == "revoked"


def test_damaged_bodies_are_healed_by_the_sound_ones_in_one_write(vote):
    device = vote.kiosk()
    sync(device)
    ballots(vote, device, 3)
    head, *lines = device.batch().rstrip(b"\n").split(b"\n")
    damaged = [json.loads(line) for line in lines]
    for facts in damaged:
        facts["body"] = keys.b64u(b"x" + keys.unb64u(facts["body"])[1:])
    reply = push(device, b"\n".join([head, *(json.dumps(facts).encode() for facts in damaged)]))
    assert {one["reason"] for one in reply["verdicts"]} == {"commitment"}
    with CaptureQueriesContext(connection) as asked:
        reply = push(device, device.batch(3, 3))
    assert [one["verdict"] for one in reply["verdicts"]] == ["accepted"] * 3
    assert sum('UPDATE "ledger_payload"' in one["sql"] for one in asked) == 1
    rows = Record.objects.filter(type="ballot.sealed").select_related("payload").order_by("seq")
    assert [(row.verdict, bytes(row.payload.body)) for row in rows] == [
        ("accepted", record.body) for record in device.records[-3:]
    ]


@pytest.mark.parametrize(
    "content",
    [b"", b"\n\n", b"{}", b"[]\n[]", b"\xff\xfe\n\x00", b'{"format":"parvis-push-1"}\n', b"[" * 100_000, b"x" * 2**21],
)
def test_bytes_that_are_no_batch_are_refused_by_name(vote, content):
    with pytest.raises((authentic.BatchMalformed, authentic.BatchTooLarge)):
        intake.receive_push(content)


class TestExportFile:
    def test_s18_a_file_and_a_push_of_the_same_records_count_once(self, vote):
        device = vote.kiosk()
        ballots(vote, device, 4)
        push(device, device.batch(1, 3))
        report = importing.import_export(device.export())
        assert report.verdicts == {"duplicate": 3, "accepted": 3}
        assert report.next_seq == 7
        assert importing.import_export(device.export()).verdicts == {"duplicate": 6}

    @pytest.mark.parametrize("place", range(3, 3000, 173))
    def test_s19_a_file_with_a_flipped_byte_is_refused_and_stores_nothing(self, vote, place):
        device = vote.kiosk()
        ballots(vote, device, 2)
        content = bytearray(device.export())
        content[place % len(content)] ^= 1
        before = Record.objects.count()
        try:
            importing.import_export(bytes(content))
        except authentic.NotAuthentic:
            assert Record.objects.count() == before
        else:
            # The remarks of the first line (release, unsent) decide nothing and are not signed.
            assert place < content.index(b"\n")

    def test_s19_a_truncated_file_is_refused(self, vote):
        device = vote.kiosk()
        ballots(vote, device, 2)
        with pytest.raises(authentic.BatchBroken):
            importing.import_export(device.export()[:-300])


class TestEnrolment:
    def test_a_code_enrols_one_device_once_and_answers_it_again(self, vote):
        _enrolment, code = create_enrolment(session=vote.session, label="A", by=vote.officer)
        first, other = Kiosk().enrolment(code), Kiosk().enrolment(code)
        names = {"code": "code_text"}
        device, _code = enrol_device(**{names.get(k, k): v for k, v in first.items()})
        again, _code = enrol_device(**{names.get(k, k): v for k, v in first.items()})
        assert device == again
        with pytest.raises(EnrolmentUnknown):
            enrol_device(**{names.get(k, k): v for k, v in other.items()})

    @pytest.mark.parametrize("kind", ["expired", "mistyped", "unknown"])
    def test_expired_mistyped_and_unknown_codes_get_one_answer(self, vote, kind, client: Client):
        _enrolment, code = create_enrolment(session=vote.session, label="A", by=vote.officer)
        body = Kiosk().enrolment(new_code() if kind == "unknown" else code)
        if kind == "mistyped":
            body["code"] = body["code"][:-1] + ("0" if body["code"][-1] != "0" else "1")
        with time_machine.travel(time.time() + (1000 if kind == "expired" else 0)):
            answer = client.post("/api/v1/devices/enrol", body, content_type="application/json")
        assert (answer.status_code, answer.json()["code"]) == (404, "enrolment_unknown")

    def test_p16_guesses_are_slowed_and_the_right_code_is_taken_all_the_same(self, vote, client: Client):
        _enrolment, code = create_enrolment(session=vote.session, label="A", by=vote.officer)
        kiosk = Kiosk()

        def ask(guess, address: str = "192.0.2.1"):
            facts = {"content_type": "application/json", "REMOTE_ADDR": address}
            return client.post("/api/v1/devices/enrol", kiosk.enrolment(guess), **facts)

        told = [ask(new_code()).json()["code"] for _guess in range(FREE_TRIES + 5)]
        assert told == ["enrolment_unknown"] * FREE_TRIES + ["try_again_later"] * 5
        assert ask(new_code(), "192.0.2.2").json()["code"] == "enrolment_unknown"
        assert ask(code).status_code == 200

    def test_the_key_must_be_proven(self, vote, client: Client):
        _enrolment, code = create_enrolment(session=vote.session, label="A", by=vote.officer)
        body = Kiosk().enrolment(code) | {"proof": keys.b64u(b"\1" * 64)}
        answer = client.post("/api/v1/devices/enrol", body, content_type="application/json")
        assert answer.json()["code"] == "enrolment_proof_wrong"

    @pytest.mark.parametrize("body", ["", "[]", "{}", '{"code": 1, "public_key": "", "proof": ""}', "[" * 10_000])
    def test_a_request_that_is_none_is_refused(self, db, body, client: Client):
        answer = client.post("/api/v1/devices/enrol", body, content_type="application/json")
        assert answer.json()["code"] == "request_malformed"


class TestPack:
    def test_the_pack_is_given_to_the_device_alone(self, vote, client: Client):
        device, other = vote.kiosk(), vote.kiosk()
        path = f"/api/v1/devices/{device.dev}/pack"
        now = int(time.time())
        good = client.get(path, headers={"Authorization": device.authorization(path, now)})
        assert good.status_code == 200
        for wrong in (other.authorization(path, now), device.authorization(path, now - 3600), "Parvis x.y", ""):
            refusal = client.get(path, headers={"Authorization": wrong}).json()
            assert refusal["code"] == "request_not_signed"
            assert abs(refusal["details"]["time"] - now) < 60  # whoever's clock is off asks again by this one

    def test_a_revoked_device_is_told_so_and_whoever_has_not_its_key_is_not(self, vote, client: Client):
        device, other = vote.kiosk(), vote.kiosk()
        revoke_device(device=Device.objects.get(dev=device.dev), by=vote.officer)
        path = f"/api/v1/devices/{device.dev}/pack"
        now = int(time.time())
        answers = [client.get(path, headers={"Authorization": one.authorization(path, now)}) for one in (device, other)]
        assert [answer.json()["code"] for answer in answers] == ["device_revoked", "request_not_signed"]
        assert {answer.status_code for answer in answers} == {403}

    def test_d15_a_kiosk_pack_holds_no_person_and_no_use_value(self, vote, client: Client):
        device = vote.kiosk()
        text = json.dumps(device.pack)
        for entry in vote.entries:
            assert entry.family_name not in text
        key = keys.unb64u(device.pack["k"])
        assert all(code.use(key).hex() not in text and code.text not in text for code in vote.stack)


def test_p4_one_pass_at_two_kiosks_counts_once(vote):
    first, second = vote.kiosk(), vote.kiosk()
    code = vote.hand_over(0)
    for device in (first, second):
        device.cast(vote.box.definition_hash, code, {"q1": ["bancs"]})
    vote.close_kiosks()
    settled = settle_box(vote.box).settlement
    assert (len(settled.counted), len(settled.superseded)) == (1, 1)
