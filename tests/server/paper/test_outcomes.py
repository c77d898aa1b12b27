"""What became of a photo is told to whoever holds the sheet: in a station's reply, and on the office's page (B11)."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from server.devices.models import Device
from server.paper.models import Keying, Reading, ScanBatch
from server.paper.outcomes import outcome_of
from server.rehearsal.kiosk import Kiosk
from tests.server.paper_bench import Paper
from tests.server.votes import push

from .test_photos import bring, marked, photo_of, read_all, station

__all__ = ["marked"]  # a fixture

READ = {"batch": "read", "error": "", "reading": "automatic", "reason": "", "is_decided": False, "is_seen_again": False}
CASES = [
    ({}, ("read", "")),
    ({"batch": "waiting", "reading": ""}, ("reading", "")),
    ({"batch": "reading", "reading": ""}, ("reading", "")),
    ({"reading": ""}, ("reading", "")),
    ({"reading": "repeated", "reason": "same_marks"}, ("read", "")),
    ({"reading": "part", "reason": "other_pages"}, ("read", "")),
    ({"reading": "doubtful", "reason": "doubtful_mark"}, ("people", "")),
    ({"reading": "doubtful", "reason": "doubtful_mark", "is_decided": True}, ("read", "")),
    ({"reading": "conflict", "reason": "other_marks"}, ("people", "")),
    ({"reading": "doubtful", "reason": "too_blurred"}, ("again", "too_blurred")),
    ({"reading": "doubtful", "reason": "too_blurred", "is_seen_again": True}, ("people", "")),
    ({"reading": "refused", "reason": "no_corners"}, ("again", "no_corners")),
    ({"reading": "refused", "reason": "too_cropped"}, ("again", "too_cropped")),
    ({"reading": "refused", "reason": "two_sheets"}, ("again", "two_sheets")),
    ({"reading": "refused", "reason": "test_sheet"}, ("aside", "test_sheet")),
    ({"reading": "refused", "reason": "spoiled_sheet"}, ("aside", "spoiled_sheet")),
    ({"reading": "refused", "reason": "unknown_serial"}, ("aside", "other_vote")),
    ({"batch": "failed", "reading": "", "error": "damaged"}, ("again", "damaged")),
    ({"batch": "failed", "reading": "", "error": "box_not_open"}, ("people", "")),
]


@pytest.mark.parametrize(("changed", "outcome"), CASES)
def test_b11_a_picture_is_taken_again_a_wrong_sheet_is_put_aside_and_the_rest_is_for_people(changed, outcome):
    assert outcome_of(**READ | changed) == outcome


@pytest.fixture
def blank_page() -> bytes:
    return photo_of(np.full((1200, 900), 255, np.uint8))


def told(device: Kiosk) -> dict:
    """What the next signed reply says of photos."""
    return push(device, device.batch(1))["photos"]


@pytest.mark.django_db
def test_b11_a_station_is_told_which_sheet_to_take_in_hand(desk_paper: Paper, marked, blank_page):
    image = photo_of(marked)
    device = station(desk_paper, image, blank_page, b"\xff\xd8\xff never came")
    Device.objects.filter(dev=device.dev).update(mode="scanner")
    assert told(device) == {"reading": 3, "read": 0, "people": 0, "odd": []}
    for one in (image, blank_page):
        bring(device, one)
    read_all()
    assert told(device) == {"reading": 1, "read": 1, "people": 0, "odd": [[4, "again", "blank_page"]]}


@pytest.mark.django_db
def test_a_kiosk_is_told_nothing_of_photos(desk_paper: Paper):
    device = desk_paper.vote.kiosk()
    assert "photos" not in push(device)


@pytest.fixture
def office(desk_paper: Paper, client: Client) -> Client:
    desk_paper.vote.officer.is_superuser = True
    desk_paper.vote.officer.save()
    client.force_login(desk_paper.vote.officer)
    return client


def send(office: Client, desk_paper: Paper, image: bytes) -> dict:
    address = reverse("paper:photos", args=[desk_paper.vote.session.ref])
    photo = SimpleUploadedFile("photo-0001.jpg", image, "image/jpeg")
    answer = office.post(address, {"photo": photo}, headers={"accept": "application/json"})
    return {"status": answer.status_code, **answer.json()}


def became(office: Client, desk_paper: Paper, *digests: str) -> dict:
    address = reverse("paper:photo_outcomes", args=[desk_paper.vote.session.ref])
    return office.get(address, {"photo": digests}).json()["photos"]


@pytest.mark.django_db
def test_a_photo_from_the_office_sent_twice_is_one_and_its_outcome_is_told(office, desk_paper, marked, blank_page):
    image = photo_of(marked)
    digests = [hashlib.sha256(one).hexdigest() for one in (image, blank_page)]
    for _again in range(2):
        assert send(office, desk_paper, image) == {"status": 200, "photo": digests[0]}
    send(office, desk_paper, blank_page)
    assert ScanBatch.objects.count() == 2
    assert became(office, desk_paper, *digests, "0" * 64, "../etc") == dict.fromkeys(digests, ["reading", ""])
    read_all()
    found = became(office, desk_paper, *digests)
    assert found[digests[0]] == ["read", ""]
    assert found[digests[1]][0] == "again" and found[digests[1]][1]


@pytest.mark.django_db
def test_what_is_no_photo_is_refused_in_words_for_the_page(office, desk_paper):
    assert send(office, desk_paper, b"<svg/>")["code"] == "scan_not_an_image"
    address = reverse("paper:photos", args=[desk_paper.vote.session.ref])
    assert office.post(address, {}, headers={"accept": "application/json"}).json()["code"] == "scan_empty"


@pytest.mark.django_db
def test_photos_of_another_session_are_not_told(office, desk_paper, marked):
    image = photo_of(marked)
    send(office, desk_paper, image)
    other = desk_paper.vote.session.meeting.sessions.create(label={"fr": "Autre"})
    address = reverse("paper:photo_outcomes", args=[other.ref])
    assert office.get(address, {"photo": hashlib.sha256(image).hexdigest()}).json() == {"photos": {}}


@pytest.mark.django_db
def test_what_one_of_two_people_said_decides_nothing_yet_b18(desk_paper: Paper, doubtful: Reading):
    said = {"decided_by": desk_paper.vote.officer, "outcome": "invalid"}
    doubtful.adjudications.create(**said, settles=False)
    assert not Reading.objects.with_outcome().get().is_decided
    doubtful.adjudications.create(**said, settles=True)
    assert Reading.objects.with_outcome().get().is_decided


@pytest.mark.django_db
def test_a_photo_whose_sheet_was_typed_in_need_not_be_taken_again_b11_b12(desk_paper: Paper, blank_page, doubtful):
    device = station(desk_paper, blank_page)
    Device.objects.filter(dev=device.dev).update(mode="scanner")
    bring(device, blank_page)
    read_all()
    assert told(device)["odd"]
    image, by = Reading.objects.get(reason="blank_page"), desk_paper.vote.officer
    word = {"sheet": doubtful.sheet, "image": image, "keyed_by": by, "outcome": "choices"}
    Keying.objects.create(**word, number=1, token="1")
    assert told(device)["odd"], "one person typed it in"
    Keying.objects.create(**word, number=2, token="2", settles=True)
    assert told(device) == {"reading": 0, "read": 1, "people": 0, "odd": []}
