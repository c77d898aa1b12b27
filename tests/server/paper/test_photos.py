"""Photos of a scanner station without network: read like any upload, and the same sheet is one ballot (B1)."""

from __future__ import annotations

import hashlib

import cv2
import numpy as np
import pytest
from django.urls import reverse

from server.attachments import storage
from server.attachments.actions import take_whole
from server.attachments.models import Named, StoredFile
from server.devices.actions import revoke_device
from server.devices.models import Device
from server.ledger import applying
from server.ledger.models import Record
from server.paper import actions as paper
from server.paper.days import destroy_paper
from server.paper.models import Photo, Reading, ScanBatch
from server.paper.photos import stations_of
from server.rehearsal.kiosk import Kiosk
from tests.server.paper_bench import Paper
from tests.server.votes import sync

pytestmark = pytest.mark.django_db


def photo_of(sheet: np.ndarray) -> bytes:
    done, raw = cv2.imencode(".jpg", sheet, [cv2.IMWRITE_JPEG_QUALITY, 85])
    assert done
    return raw.tobytes()


def station(desk_paper: Paper, *images: bytes) -> Kiosk:
    device = desk_paper.vote.kiosk()
    for image in images:
        device.photograph(image)
    sync(device)
    applying.apply_pending()
    return device


def bring(device: Kiosk, image: bytes) -> None:
    assert take_whole(dev=device.dev, sha256=hashlib.sha256(image).hexdigest(), content=image)


def read_all() -> None:
    for batch in ScanBatch.objects.filter(status="waiting"):
        paper.read_batch(batch=batch)


def ballots() -> int:
    return Record.objects.filter(type="ballot.sealed").count()


@pytest.fixture
def marked(desk_paper: Paper) -> np.ndarray:
    return desk_paper.mark(desk_paper.sheets(desk_paper.print(1))[0], "bancs", "piste")


def test_a_photo_becomes_a_ballot_once_its_record_and_its_image_are_here(desk_paper, marked):
    image = photo_of(marked)
    device = station(desk_paper, image)
    assert not ScanBatch.objects.exists() and stations_of(desk_paper.vote.session)[0].on_their_way == 1
    bring(device, image)
    read_all()
    assert (Reading.objects.get().status, ballots()) == ("automatic", 1)
    (told,) = stations_of(desk_paper.vote.session)
    assert (told.taken, told.on_their_way, told.reading, told.read, told.failed) == (1, 0, 0, 1, 0)


def test_an_image_that_is_here_before_its_record_is_applied_is_read_as_well(desk_paper, marked):
    image = photo_of(marked)
    device = desk_paper.vote.kiosk()
    device.photograph(image)
    sync(device)
    bring(device, image)
    assert not ScanBatch.objects.exists()
    assert Named.objects.on_their_way().exists()  # what is not applied is not all here
    applying.apply_pending()
    assert ScanBatch.objects.count() == 1 and not Named.objects.on_their_way().exists()


def test_b1_the_same_sheet_from_a_station_another_station_and_an_upload_is_one_ballot(desk_paper, marked):
    image = photo_of(marked)
    (uploaded,) = desk_paper.read(marked)
    for device in (station(desk_paper, image), station(desk_paper, image)):
        bring(device, image)
    read_all()
    assert uploaded.status == "automatic" and ballots() == 1
    assert list(Reading.objects.order_by("pk").values_list("status", flat=True)) == ["automatic", "repeated"]


def test_b1_the_same_file_by_hand_and_from_a_station_is_one_batch(desk_paper, marked):
    image = photo_of(marked)
    desk_paper.upload(image, "photo.jpg")
    bring(station(desk_paper, image), image)
    assert (ScanBatch.objects.count(), StoredFile.objects.count(), ballots()) == (1, 1, 1)


def test_what_a_station_sends_that_is_no_image_is_kept_and_shown_as_not_legible(desk_paper):
    bring(station(desk_paper, b"<svg/>"), b"<svg/>")
    read_all()
    assert ScanBatch.objects.get().error == "not_an_image"
    assert stations_of(desk_paper.vote.session)[0].failed == 1


def test_photos_of_a_revoked_device_are_set_aside_and_read_by_nobody(desk_paper, marked):
    image = photo_of(marked)
    device = desk_paper.vote.kiosk()
    sync(device)
    revoke_device(device=Device.objects.get(dev=device.dev), by=desk_paper.vote.officer)
    device.photograph(image)
    sync(device)
    applying.apply_pending()
    bring(device, image)
    assert not ScanBatch.objects.exists() and stations_of(desk_paper.vote.session)[0].set_aside == 1


def test_s22_photos_made_anew_from_the_log_are_the_same(desk_paper, marked):
    image = photo_of(marked)
    bring(station(desk_paper, image), image)
    read_all()
    assert applying.is_rebuilt_alike()
    applying.rebuild()
    assert (Photo.objects.count(), ScanBatch.objects.get().status, ballots()) == (1, "read", 1)


def test_images_of_stations_are_destroyed_with_the_box_also_those_that_were_never_read(desk_paper, marked):
    image, aside = photo_of(marked), b"never read"
    device = station(desk_paper, image, aside)
    bring(device, image)
    Record.objects.filter(type="paper.photo").update(verdict="provisional")
    bring(device, aside)
    destroy_paper(box=desk_paper.vote.box, sessions=[desk_paper.vote.session])
    assert not any(path.is_file() for path in (storage.media() / "attachments").rglob("*"))
    assert set(StoredFile.objects.values_list("name", flat=True)) == {""}


def test_the_page_shows_a_station_as_one_and_lists_only_photos_that_need_a_look(desk_paper, marked, client):
    image, odd = photo_of(marked), photo_of(np.full((1200, 900), 255, np.uint8))
    device = station(desk_paper, image, odd, b"\xff\xd8\xff on its way")
    for one in (image, odd):
        bring(device, one)
    read_all()
    client.force_login(desk_paper.vote.officer)
    desk_paper.vote.officer.is_superuser = True
    desk_paper.vote.officer.save()
    page = client.get(reverse("paper:scans", args=[desk_paper.vote.session.ref]))
    listed = [batch.filename for batch in page.context["listing"].page]
    assert listed == ["K0, 4"] and page.context["stations"][0].taken == 3
