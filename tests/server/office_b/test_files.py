"""Files of kiosks at the office: in one form or in parts, watched, told at the end; errors that say what is wrong."""

from __future__ import annotations

import copy
import hashlib
import json
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import TestCase
from django.urls import reverse

from server.devices import brought
from server.ledger.models import Record
from server.office.models import Act, Job
from server.processes import spool
from server.rehearsal.kiosk import Kiosk
from tests.server.office_b.conftest import Office, person
from tests.server.votes import make_session

pytestmark = pytest.mark.django_db


def upload(office: Office, content: bytes, status: int = 200) -> str:
    return office.send("office_devices:import", status=status, file=SimpleUploadedFile("kiosk.ndjson", content))


def told(page: str, label: str) -> int:
    found = re.search(rf"{label}</dt>\s*<dd[^>]*>\s*(\d+)\s*<", page)
    assert found, page[-3000:]
    return int(found[1])


@pytest.fixture
def kiosk(office: Office) -> Kiosk:
    device = office.vote.kiosk()
    device.cast(office.vote.box.definition_hash, office.vote.hand_over(0), {"q1": ["lavoir"]})
    return device


def test_an_export_file_is_read_and_reported(office: Office, kiosk: Kiosk):
    """S18: the same file again is told as such."""
    page = upload(office, kiosk.export())
    assert told(page, "New") == 3 and "The file of “K0” is read" in page
    assert Record.objects.filter(dev=kiosk.dev).count() == 3
    again = upload(office, kiosk.export())
    assert (told(again, "New"), told(again, "Already here")) == (0, 3)
    assert Record.objects.filter(dev=kiosk.dev).count() == 3
    assert Act.objects.filter(deed="device.file_read").count() == 2
    assert "K0</a>" in office.see("office_devices:devices"), "what was brought is listed by device"


def test_a_branch_and_what_waits_for_people_are_told_apart(office: Office, kiosk: Kiosk):
    clone = copy.copy(kiosk)
    clone.records = kiosk.records[:-1]
    clone.cast(office.vote.box.definition_hash, office.vote.stack[0], {"q1": ["piste"]})
    upload(office, kiosk.export())
    assert told(upload(office, clone.export()), "Second branch") == 1
    kiosk.move("closed")
    kiosk.cast(office.vote.box.definition_hash, office.vote.stack[1], {"q1": ["piste"]})
    assert told(upload(office, kiosk.export()), "Kept, to be decided") == 1


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda content: b"\xff\xfe nothing", "not an export file of a kiosk"),
        (lambda content: content[:-40], "This file is cut short"),
        (lambda content: content.replace(b'"sig": "', b'"sig": "AAAA', 1), "The first line of this file was altered"),
        (lambda content: content.replace(b"ballot.sealed", b"ballot.sealet"), "record that is not as the kiosk wrote"),
    ],
)
def test_s19_a_damaged_file_is_refused_with_its_reason_and_nothing_is_stored(office, kiosk: Kiosk, damage, words):
    page = upload(office, damage(kiosk.export()))
    assert words in page and "Nothing of this file was taken" in page
    assert not Record.objects.filter(dev=kiosk.dev).exists()


def test_an_empty_form_says_what_is_missing(office: Office):
    assert "The submitted file is empty." in upload(office, b"", status=400)


def test_s19_the_beginning_of_a_cut_file_is_taken_by_choice_alone(office: Office, kiosk: Kiosk):
    page = upload(office, kiosk.export()[:-40])
    assert "Whole from the beginning: 2 of 3." in page
    job = Job.objects.get()
    assert not Record.objects.filter(dev=kiosk.dev).exists()
    assert 'role="alert"' in office.send("office_devices:file", job.pk, status=400)
    assert not Record.objects.filter(dev=kiosk.dev).exists()
    page = office.send("office_devices:file", job.pk, is_chosen="on")
    assert told(page, "New") == 2 and "Only the first 2 records of 3 were taken" in page
    assert "Take the beginning" not in office.see("office_devices:file", job.pk), "the file is gone, with what it held"
    assert told(upload(office, kiosk.export()), "New") == 1


def test_s19_a_file_of_another_session_and_of_nobody_get_one_answer(office: Office, kiosk: Kiosk):
    """I11: whoever asks learns nothing of another session, space or town."""
    content, stranger = kiosk.export(), Kiosk()
    stranger.pack, stranger.records = kiosk.pack, kiosk.records
    office.ref = make_session(office.vote.box).ref
    pages = [upload(office, one) for one in (content, stranger.export())]
    assert all("does not come from a device of this session" in page and "K0" not in page for page in pages)
    codes = [job.facts["fault"] for job in Job.objects.all()]
    assert codes == [{"code": "file_of_another"}] * 2
    assert not Record.objects.filter(dev=kiosk.dev).exists()


class Sender:
    """What the script of the page does, request by request."""

    def __init__(self, office: Office, content: bytes) -> None:
        self.office, self.content, self.digest = office, content, hashlib.sha256(content).hexdigest()
        self.address = reverse("office_devices:part", args=[office.ref])

    def facts(self, **changes: Any) -> dict[str, Any]:
        return {"name": "a.ndjson", "digest": self.digest, "size": len(self.content)} | changes

    def state(self) -> dict[str, Any]:
        return self.office.client.get(self.address, self.facts()).json()

    def send(self, start: int, to: int | None = None, **changes: Any) -> Any:
        kind = {"content_type": "application/octet-stream", "HTTP_ACCEPT": "application/json"}
        with TestCase.captureOnCommitCallbacks(execute=True):
            return self.office.client.post(
                self.address, self.content[start:to], query_params=self.facts(at=start) | changes, **kind
            )


def test_s20_a_file_comes_in_parts_and_goes_on_where_it_stopped(office: Office, kiosk: Kiosk):
    sender = Sender(office, kiosk.export())
    assert sender.state() == {"at": 0, "page": ""}
    assert sender.send(0, 1000).json() == {"at": 1000, "page": ""}
    assert sender.send(0, 1000).json()["at"] == 1000, "sent again, it changes nothing"
    assert sender.send(1500, 2000).json()["at"] == 1000, "nor does what does not begin where the file ends"
    assert sender.state()["at"] == 1000
    assert not Job.objects.exists()
    answer = sender.send(1000).json()
    assert answer["page"] == reverse("office_devices:file", args=[Job.objects.get().pk])
    assert told(office.see("office_devices:file", Job.objects.get().pk), "New") == 3
    assert sender.state()["page"] == answer["page"], "whoever lost the answer is told again"


def test_s20_what_is_not_the_file_that_was_chosen_is_thrown_away(office: Office, kiosk: Kiosk):
    sender = Sender(office, kiosk.export())
    sender.content = sender.content[:-1] + b"x"
    refused = sender.send(0)
    assert (refused.status_code, refused.json()["code"]) == (409, "file_upload_damaged")
    assert sender.state() == {"at": 0, "page": ""} and not Job.objects.exists()


@pytest.mark.parametrize(
    "wrong", [{"digest": "x"}, {"digest": ""}, {"size": 0}, {"size": 10}, {"at": -1}, {"at": 99_999}, {"size": "x"}]
)
def test_a_part_that_says_odd_things_is_refused_by_name(office: Office, kiosk: Kiosk, wrong: dict[str, Any]):
    refused = Sender(office, kiosk.export()).send(0, **wrong)
    assert (refused.status_code, refused.json()["code"]) == (400, "file_part_wrong")


def test_s20_two_people_who_bring_the_same_file_do_not_disturb_each_other(office: Office, kiosk: Kiosk):
    mine = Sender(office, kiosk.export())
    mine.send(0, 700)
    office.client.force_login(person(office.vote, "organiser", "other"))
    assert Sender(office, kiosk.export()).state()["at"] == 0


def test_a_full_disk_leaves_no_half_part(office: Office, kiosk: Kiosk, monkeypatch):
    """S11: what was here stays, and the same part is taken once there is room."""
    import errno

    sender = Sender(office, kiosk.export())
    sender.send(0, 1000)

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "full")

    with monkeypatch.context() as broken:
        broken.setattr(spool.os, "fsync", full)
        refused = sender.send(1000, 2000)
    assert (refused.status_code, refused.json()["code"]) == (507, "storage_full")
    assert sender.state()["at"] == 1000
    assert sender.send(1000, 2000).json()["at"] == 2000


def test_a_file_that_waits_is_gone_once_its_box_is_opened(office: Office, kiosk: Kiosk, settings):
    """Promise 5: nothing that joins a ballot to its pass outlives the opening."""
    from server.voting.actions import untying

    upload(office, kiosk.export()[:-40])
    assert spool.forget("no such words") == 0
    untying.empty_beside(office.vote.box)
    assert "Take the beginning" not in office.see("office_devices:file", Job.objects.get().pk)


def test_the_progress_of_a_file_survives_a_reload(office: Office, kiosk: Kiosk):
    """S20: the page says how far it is, in words and with a bar, whenever it is asked."""
    from server.office.jobs import beat

    upload(office, kiosk.export())
    job = Job.objects.get()
    Job.objects.update(state="running")
    beat(job, 200, 1000)
    page = office.see("office_devices:file", job.pk)
    assert "200 of 1,000" in page and 'value="20"' in page
    assert json.dumps(brought.PART_BYTES) in office.see("office_devices:devices")
