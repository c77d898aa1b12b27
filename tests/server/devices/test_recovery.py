"""S9, I1, I5: a restored server puts things in order before anything rests on its list, and says what is lost."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.utils import translation

from benchmarks.faults.hall import undone
from server.accounts.models import User
from server.devices import strangers
from server.devices.models import Device, Stranger
from server.ledger import kept, keys, receipts, recovery, tree
from server.ledger.actions import checkpoint_document, sign_checkpoint
from server.ledger.installation import installation
from server.ledger.messages import epoch_message
from server.ledger.models import Held, Log, Record, Recovery
from server.ledger.recovery import Recovering
from server.ledger.statements import write_statement
from server.meetings import actions as meetings
from server.office.jobs import run_job
from server.office.models import Act, Approval, Job
from server.operations.recover import begin_anew
from server.operations.recover import main as recover
from server.processes.attention_words import needs_attention
from server.processes.models import Space, SpaceRole
from server.processes.standing import standing_of
from server.rehearsal.kiosk import Kiosk
from server.voting import actions as voting
from server.voting.days import destroy_what_is_due
from server.witnesses.actions import name_witness, receive
from tests.server.office.conftest import login
from tests.server.votes import Vote, make_box, make_session, make_vote, on_paper, print_sheets, sync

pytestmark = pytest.mark.django_db
OFFICE = "/office/devices/recovery/"


@dataclass
class Night:
    """What was before the backup, and what people and devices kept of the time since, which the server forgot."""

    vote: Vote
    before: Kiosk
    size: int
    since: Kiosk = field(default_factory=Kiosk)
    receipt: dict[str, Any] = field(default_factory=dict)
    state: dict[str, Any] = field(default_factory=dict)

    @property
    def session(self):
        return self.vote.session


@contextmanager
def forgotten() -> Iterator[None]:
    """What is done inside is as after a restore: only devices, witnesses and people still know of it."""
    with undone():
        yield
    begin_anew()


def copied(kiosk: Kiosk) -> Kiosk:
    twin = copy.copy(kiosk)
    twin.records = list(kiosk.records)
    return twin


@pytest.fixture
def night(_night_once: Night, own_copy: None) -> Night:
    """Its own copies of what stands for all tests of this file."""
    once = _night_once
    told = replace(once, vote=copy.copy(once.vote), before=copied(once.before), since=copied(once.since))
    return replace(told, vote=told.vote.refresh())


@pytest.fixture(scope="module")
def _night_once(ground) -> Night:
    vote = make_vote(people=9)
    before = vote.kiosk()
    before.cast(vote.box.definition_hash, vote.hand_over(0), {"q1": ["bancs"]})
    sync(before)
    codes = [vote.hand_over(person) for person in range(1, 7)]
    point = sign_checkpoint()
    told = Night(vote=vote, before=before, size=point.size)
    with forgotten():
        for code in codes[:3]:
            before.cast(vote.box.definition_hash, code, {"q1": ["piste"]})
        sync(before)
        told.since = vote.kiosk()
        for code in codes[3:]:
            told.since.cast(vote.box.definition_hash, code, {"q1": ["verger"]})
        sync(told.since)
        lost = vote.online(7, "lavoir")
        told.state = checkpoint_document(sign_checkpoint())
        heard(before)  # and sees it
        told.receipt = json.loads(json.dumps(receipts.receipt_for(lost)))
    vote.refresh()
    return told


def push(kiosk: Kiosk) -> tuple[int, dict]:
    answer = Client().post("/api/v1/push", kiosk.batch(), content_type="application/x-ndjson")
    return answer.status_code, answer.json()


def heard(kiosk: Kiosk) -> dict:
    status, answer = push(kiosk)
    assert status == 200, answer
    return kiosk.take_reply(answer)


def brought(kiosk: Kiosk) -> set[str]:
    """Its records that are on the list, in their place."""
    ids = {record.id for record in kiosk.records}
    return set(Record.objects.filter(pk__in=ids, verdict="accepted").values_list("pk", flat=True))


def page(client: Client, address: str, status: int = 200, **fields: str) -> str:
    answer = client.get(address, fields, headers={"accept-language": "en"})
    assert answer.status_code == status
    return answer.content.decode()


class TestOrder:
    """Nothing that rests on having all records is done before somebody says that all are here."""

    WAIT: dict[str, Callable[[Vote], object]] = {
        "a ballot online": lambda vote: vote.online(8, "bancs"),
        "a mark at the desk": lambda vote: vote.hand_over(8),
        "closing a session": lambda vote: meetings.close_session(session=vote.session, by=vote.officer),
        "pausing a session": lambda vote: meetings.pause_session(session=vote.session, by=vote.officer),
        "freezing a box": lambda vote: voting.freeze_box(box=make_box(slug="x", people=1), by=vote.officer),
        "destroying": lambda vote: voting.destroy_remains(box=vote.box),
        "opening a box": lambda vote: voting.open_box(box=_reconciled(vote), by=vote.officer),
        "a decision about a ballot": lambda vote: voting.decide_record(
            record=Record.objects.ballots().first(), is_accepted=False, by=vote.officer
        ),
    }

    @pytest.mark.parametrize("deed", WAIT.values(), ids=WAIT.keys())
    def test_s9_it_waits_for_the_end_of_the_recovery(self, night, deed):
        size = Log.objects.get().size
        with pytest.raises(Recovering), transaction.atomic():
            deed(night.vote)
        assert Log.objects.get().size == size

    def test_s9_devices_and_paper_are_taken_all_the_same(self, night):
        [(_code, sheet)] = print_sheets(night.vote, 1)
        assert on_paper(night.vote, sheet, ["bancs"]).verdict == "accepted"
        assert heard(night.before)["recovery"] is True
        destroy_what_is_due(day=night.session.meeting.starts_at.date())  # asks for nothing, and breaks nothing
        recovery.end()
        # The sign goes with the transaction that ended it; a test has only one.
        recovery._take_sign_down()
        assert "recovery" not in heard(night.before)
        assert night.vote.online(8, "bancs").verdict == "accepted"

    def test_everybody_reads_it_on_every_page_while_it_lasts(self, night, admin_client):
        for address, words in (("/receipt/", "A backup was restored here"), ("/", "A backup was restored here")):
            assert words in page(Client(), address)
        assert "until somebody ends the recovery" in page(admin_client, "/office/witnesses/")
        recovery._take_sign_down()
        assert "A backup was restored here" not in page(Client(), "/receipt/")

    def test_another_tool_put_the_database_back_and_somebody_says_so(self, night, capsys):
        chain = installation().epoch
        assert recover([]) == 2 and installation().epoch == chain
        assert recover(["--yes"]) == 0
        assert installation().epoch != chain and Log.objects.get().log_epoch == 3
        assert recovery.current() == Recovery.objects.get(log_epoch=3)
        assert [one.log_epoch for one in recovery.end()] == [2, 3], "one end for both"
        assert recovery.end() == []


def _reconciled(vote: Vote):
    """As it was in the backup."""
    vote.box.state = "reconciled"
    vote.box.save(update_fields=["state"])
    return vote.box


def test_s9_i1_a_device_sends_again_what_the_server_forgot(night):
    """The Python simulator follows the new epoch as the kiosk does (tests/kiosk/sync.test.js)."""
    mine = {record.id for record in night.before.records}
    assert len(brought(night.before)) == 3 and night.before.next_seq == 7
    reply = heard(night.before)
    assert (reply["log_epoch"], reply["next"], night.before.next_seq) == (2, 4, 4)
    sync(night.before)
    assert brought(night.before) == mine


class TestLost:
    """What is known to be lost, and how each receipt is answered."""

    def test_s9_a_device_proves_how_long_the_list_was(self, night):
        heard(night.before)
        sync(night.before)
        found = recovery.lost(Recovery.objects.get())
        seen = night.before.seen
        assert seen["epoch"] == 2, "the new state was accepted, after the alarm"
        assert (found.first, found.came) == (night.size, 3)
        assert found.places == night.state["size"] - night.size > 3
        assert found.missing == found.places - found.came

    def test_a_witness_proves_it_as_well_and_the_longest_stays(self, night, admin_user):
        key = keys.new_private_key()
        name_witness(name="Brume", public_key=keys.public_bytes(key), by=admin_user)
        assert receive(json.dumps(write_statement(key, night.state)).encode()).alarms == 1
        heard(night.before)
        assert recovery.lost(Recovery.objects.get()).last == night.state["size"] - 1

    def test_what_is_shorter_and_not_contained_is_no_loss_but_a_change(self, night):
        """No restore explains it: the alarm of the device stands, and nothing is called lost."""
        house, root = installation(), "ab" * 32
        from server.ledger.messages import checkpoint_message

        message = checkpoint_message(house.origin, house.log_id, 1, 3, root)
        night.before.seen = {"epoch": 1, "size": 3, "root": root, "sig": keys.b64u(house.sign(message))}
        heard(night.before)
        assert Recovery.objects.get().proved == {}
        assert Device.objects.get(dev=night.before.dev).foreign_state["size"] == 3

    def test_i5_whoever_kept_a_state_is_told_whether_the_list_goes_on_from_it(self, night):
        today = sign_checkpoint()
        short = checkpoint_document(night_checkpoint(night))
        answers = [
            kept.compare(kept.Kept(one["size"], bytes.fromhex(one["root"]), one["epoch"], True), today)
            for one in (short, night.state, short | {"root": "ab" * 32})
        ]
        assert [one.outcome for one in answers] == ["goes_on", "restored", "changed"]
        assert answers[1].gone == night.state["size"] - night.size

    def test_the_new_time_of_the_list_is_signed_with_what_it_goes_on_from(self, night):
        heard(night.before)
        told = Client().get("/api/v1/log/epochs").json()
        (one,) = told["epochs"]
        assert (one["epoch"], one["size"]) == (2, night.size) and "ended" not in one
        message = epoch_message(*(one[name] for name in ("origin", "log_id", "epoch", "size", "root")))
        assert keys.verify(keys.unb64u(told["public_key"]), message, keys.unb64u(one["sig"]))
        assert one["root"] == kept.root_at(night.size).hex() and one["lost"] > 0 and one["missing"] > 0
        assert "At least" in page(Client(), "/list/")

    def test_a_receipt_of_the_lost_span_is_answered_as_affected_until_its_record_is_back(self, night):
        asked = {"id": json.dumps(night.receipt)}
        assert "its record is not back" in page(Client(), "/receipt/", 404, **asked)
        machine = {"accept": "application/json"}
        details = Client().get("/receipt/", asked, headers=machine).json()["details"]
        assert details == {"affected": "listed"}
        for unclear in (night.receipt["id"], json.dumps(night.receipt | {"index": "5"}), "{"):
            answer = Client().get("/receipt/", {"id": unclear}, headers=machine).json()["details"]
            assert answer in ({"affected": "possible"}, {}), unclear
        mine = night.before.records[-1]
        assert "a backup was restored" in page(Client(), f"/receipt/{mine.id}/", 404)
        heard(night.before)
        sync(night.before)
        assert "A ballot is recorded" in page(Client(), f"/receipt/{mine.id}/")

    def test_a_receipt_of_what_the_restore_did_not_touch_is_not_called_affected(self, night):
        untouched = night.receipt | {"index": night.size - 1, "id": "ab" * 32}
        assert recovery.affected(untouched) is None
        other = night.receipt["checkpoint"] | {"size": 9999}
        assert recovery.affected(night.receipt | {"checkpoint": other}).is_listed is False

    def test_a_promise_of_a_kiosk_that_nobody_knows_any_more_is_no_lie(self, night):
        record = night.since.records[-1]
        told = page(Client(), f"/receipt/{record.id}?{night.since.promise(record)}", 404)
        assert "enrolled after the backup" in told


def night_checkpoint(night: Night):
    from server.ledger.models import Checkpoint

    return Checkpoint.objects.get(log_epoch=1, size=night.size)


class TestStranger:
    """A device enrolled after the backup has a way back in, by network and by file."""

    def test_s9_what_an_unknown_device_sends_is_held_once_and_stored_once_people_take_it_in(self, night, client):
        kiosk = night.since
        kiosk.next_seq = 1
        for _again in range(3):
            assert push(kiosk)[1]["code"] == "device_unknown"
        found = Stranger.objects.get()
        assert (found.dev, found.seq, found.session, found.label) == (kiosk.dev, 5, night.session, "rehearsal")
        assert Held.objects.filter(dev=kiosk.dev).count() == 1
        assert not brought(kiosk)
        with translation.override("en"):
            calls = [str(call.text) for call in needs_attention(standing_of(night.session.meeting.space))]
        assert any("does not know" in text for text in calls)
        client.force_login(_organiser(night))
        address = f"/office/devices/unknown/{found.pk}/"
        assert found.fingerprint in page(client, address)
        assert found.fingerprint in page(client, f"/office/sessions/{night.session.ref}/devices/")
        assert client.post(address, {"label": "Kiosk 2"}).status_code == 400, "nobody compared"
        assert client.post(address, {"label": "Kiosk 2", "is_compared": "on"}).status_code == 302
        assert brought(kiosk) == {record.id for record in kiosk.records}
        assert not Stranger.objects.exists() and not Held.objects.filter(dev=kiosk.dev).exists()
        assert Act.objects.filter(deed="device.taken_in").count() == 1
        assert heard(kiosk)["next"] == 6

    def test_s9_of_a_device_at_rest_only_its_last_record_comes_and_the_chain_follows(self, night):
        """It believed that all had arrived: what it sends first is the last record once more."""
        kiosk = night.since
        assert push(kiosk)[1]["code"] == "device_unknown"
        taken = taken_in(night)
        assert taken.label == "K9" and not brought(kiosk)
        heard(kiosk)
        sync(kiosk)
        assert brought(kiosk) == {record.id for record in kiosk.records}

    def test_s9_a_file_of_an_unknown_device_is_kept_whole_and_read_once_it_is_taken_in(self, night, client):
        kiosk = night.since
        client.force_login(_organiser(night))
        address = f"/office/sessions/{night.session.ref}/devices/import/"
        file = SimpleUploadedFile("parvis-k-5.ndjson", kiosk.export())
        answer = client.post(address, {"file": file})
        run_job(Job.objects.get(kind="devices.file"))
        assert client.get(answer["Location"])["Location"].startswith("/office/devices/unknown/")
        taken_in(night)
        assert brought(kiosk) == {record.id for record in kiosk.records}

    def test_a_file_for_another_session_is_refused_as_ever(self, night, client):
        session = make_session(make_box(slug="other", people=1))
        client.force_login(User.objects.create_superuser("root@example.org"))
        address = f"/office/sessions/{session.ref}/devices/import/"
        answer = client.post(address, {"file": SimpleUploadedFile("p.ndjson", night.since.export())})
        run_job(Job.objects.get(kind="devices.file"))
        assert "file_of_another" in str(Job.objects.get(kind="devices.file").facts)
        assert client.get(answer["Location"]).status_code == 200 and not Stranger.objects.exists()

    def test_who_proves_no_key_or_names_no_session_of_ours_is_held_as_ever(self, night, monkeypatch):
        kiosk = night.since
        kiosk.public_key = Kiosk().public_key
        assert push(kiosk)[1]["code"] == "device_unknown"
        elsewhere = Kiosk()
        elsewhere.pack = night.before.pack | {"session": night.before.pack["session"] | {"id": "0" * 16}}
        elsewhere.start()
        assert push(elsewhere)[1]["code"] == "device_unknown"
        monkeypatch.setattr(strangers, "MOST", 0)
        one_more = Kiosk()
        one_more.pack = night.before.pack
        one_more.start()
        assert push(one_more)[1]["code"] == "device_unknown"
        assert not Stranger.objects.exists() and Held.objects.count() == 3

    def test_once_the_session_is_reconciled_nobody_is_taken_in(self, night):
        push(night.since)
        night.session.state = "reconciled"
        night.session.save(update_fields=["state"])
        with pytest.raises(voting.closing.SessionsNotReconciled.__mro__[1]) as refusal:
            taken_in(night)
        assert refusal.value.code == "wrong_state" and Held.objects.filter(dev=night.since.dev).exists()

    def test_without_a_restore_a_stranger_stays_one(self, night):
        Recovery.objects.all().delete()
        assert push(night.since)[1]["code"] == "device_unknown"
        assert not Stranger.objects.exists() and Held.objects.count() == 1


def taken_in(night: Night) -> Device:
    from server.devices.taking_in import take_in

    return take_in(stranger=Stranger.objects.get(), label="K9", by=night.vote.officer)


def _organiser(night: Night) -> User:
    user = User.objects.create_user("organises@example.org")
    SpaceRole.objects.create(space=night.session.meeting.space, user=user, role=SpaceRole.Role.ORGANISER)
    return user


class TestEnd:
    """People say when all is here that will come: who was heard is shown, and two of them agree."""

    def test_the_office_sees_who_was_heard_since(self, night, client):
        client.force_login(_organiser(night))
        assert "Not heard since" in page(client, OFFICE)
        heard(night.before)
        push(night.since)
        shown = page(client, OFFICE)
        assert "Heard since" in shown and Stranger.objects.get().fingerprint in shown
        assert client.get(f"{OFFICE}end/").status_code == 404, "the staff ends it"

    def test_whoever_organises_elsewhere_sees_no_device_of_this_space(self, night, organiser_elsewhere):
        shown = page(organiser_elsewhere, OFFICE)
        assert "K0</" not in shown and "What is known to be lost" in shown

    @pytest.mark.parametrize("single_handed", [True, False])
    def test_it_is_ended_by_two_where_the_town_has_two(self, night, admin_client, settings, single_handed):
        settings.PARVIS_SINGLE_HANDED = single_handed
        address = f"{OFFICE}end/"
        assert "Not heard since" in page(admin_client, address)
        assert admin_client.post(address, {"typed": "yes"}).status_code == 400
        answer = admin_client.post(address, {"typed": "end"}, headers={"accept-language": "en"})
        if not single_handed:
            waits = Approval.objects.get()
            assert answer["Location"] == f"/office/approvals/{waits.pk}/" and recovery.current()
            second = login(_organiser(night))
            assert "K0" in page(second, answer["Location"])
            assert second.post(answer["Location"], {"answer": "agree"})["Location"] == OFFICE
        assert Recovery.objects.get().ended_at and recovery.current() is None
        (act,) = Act.objects.filter(deed="recovery.ended")
        assert (act.facts["heard"], act.facts["not_heard"]) == (0, 1)
        assert night.vote.online(8, "bancs").verdict == "accepted"
        assert admin_client.post(address, {"typed": "end"}).status_code == 302
        assert Act.objects.filter(deed="recovery.ended").count() == 1

    def test_what_comes_after_the_end_does_not_change_what_was_said_of_it(self, night):
        recovery.end()
        heard(night.before)
        sync(night.before)
        found = recovery.lost(Recovery.objects.get())
        assert found.came == 0 and found.missing == found.places > 0


@pytest.fixture
def organiser_elsewhere(db) -> Client:
    elsewhere = Space.objects.create(slug="elsewhere", title={"en": "Elsewhere"})
    user = User.objects.create_user("agnes@example.org")
    SpaceRole.objects.create(space=elsewhere, user=user, role=SpaceRole.Role.ORGANISER)
    return login(user)


def test_the_lost_span_is_only_as_long_as_the_longest_state(night):
    """``tree`` knows the root of nothing, too: a list that was restored to nothing goes on from there."""
    assert recovery.root_of(Log(size=0, peaks=[])) == tree.EMPTY_ROOT.hex()
