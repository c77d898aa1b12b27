"""The devices' door for attachments: resumable by hash, kept once, and only for who names the hash (S4, S18, X3)."""

from __future__ import annotations

import copy
import hashlib
import random
import time
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from server.attachments import limits, storage
from server.attachments.exported import Brought
from server.attachments.models import Named, StoredFile
from server.devices.actions import revoke_device
from server.devices.authentic import BatchBroken
from server.devices.importing import import_export
from server.devices.models import Device
from server.ledger import applying, keys
from server.ledger.models import Record
from server.meetings import actions as meetings
from server.meetings.actions import DevicesMissing
from server.meetings.figures import devices_of
from server.operations.backup import kept_files
from server.rehearsal.kiosk import Kiosk
from server.voting.balance_facts import closed_devices
from tests.server.votes import Vote, push, sync

pytestmark = pytest.mark.django_db
IMAGE = b"\xff\xd8\xff" + random.Random(5).randbytes(2_000)
SHA = hashlib.sha256(IMAGE).hexdigest()


@pytest.fixture
def kiosk(vote: Vote) -> Kiosk:
    """A device whose record names the image; the record is here, the image is not."""
    device = vote.kiosk()
    device.photograph(IMAGE)
    sync(device)
    return device


def put(client: Client, kiosk: Kiosk, offset: int, most: int = 700, sha: str = SHA) -> Any:
    content, authorization = kiosk.piece(sha, offset, most)
    path = f"{kiosk.attachment_path(sha)}?offset={offset}"
    return client.put(path, content, "application/octet-stream", headers={"Authorization": authorization})


def held(client: Client, kiosk: Kiosk, offset: int, most: int = 700, sha: str = SHA) -> tuple[int, bool]:
    """One piece; what the server says it holds afterwards, under its signature."""
    answer = put(client, kiosk, offset, most, sha)
    assert answer.status_code == 200, answer.content
    told = kiosk.take_held(answer.json(), sha)
    return told["held"], told["whole"]


def asked(client: Client, kiosk: Kiosk, sha: str = SHA) -> Any:
    path = kiosk.attachment_path(sha)
    return client.get(path, headers={"Authorization": kiosk.authorization(path, int(time.time()))})


def bring(client: Client, kiosk: Kiosk, sha: str = SHA) -> None:
    assert held(client, kiosk, 0, 1 << 20, sha) == (len(kiosk.images[sha]), True)


def test_s4_an_image_comes_in_pieces_and_each_reply_says_where_to_go_on(client, kiosk):
    assert [held(client, kiosk, offset) for offset in (0, 700, 1400)] == [(700, False), (1400, False), (2003, True)]
    file = StoredFile.objects.get()
    path = storage.media() / file.name
    assert path.read_bytes() == IMAGE and path.stat().st_mode & 0o777 == 0o600
    assert kiosk.take_held(asked(client, kiosk).json(), SHA)["whole"]


def test_s1_a_piece_whose_reply_was_lost_changes_nothing_when_it_comes_again(client, kiosk):
    held(client, kiosk, 0)
    assert held(client, kiosk, 0) == (700, False)
    assert held(client, kiosk, 300) == (1000, False)  # the part that is known is passed over
    assert held(client, kiosk, 1000, 2000) == (2003, True)
    assert held(client, kiosk, 0) == (2003, True)
    assert StoredFile.objects.count() == 1


def test_s5_a_piece_beyond_what_is_held_is_not_kept_and_the_reply_names_the_byte_that_is_wanted(client, kiosk):
    assert held(client, kiosk, 1400) == (0, False)
    held(client, kiosk, 0)
    assert held(client, kiosk, 1400) == (700, False)
    assert kiosk.take_held(asked(client, kiosk).json(), SHA)["held"] == 700


def test_wrong_bytes_are_thrown_away_once_they_are_complete_and_the_device_begins_anew(client, kiosk):
    kiosk.images[SHA] = IMAGE[:-1] + b"!"
    assert held(client, kiosk, 0, 2003) == (0, False)
    assert not StoredFile.objects.exists() and not storage.path_of(SHA).exists()
    kiosk.images[SHA] = IMAGE
    bring(client, kiosk)


def test_s18_the_same_image_of_two_devices_is_kept_once_and_wrong_bytes_of_one_spoil_nothing_of_the_other(
    client, vote, kiosk
):
    other = vote.kiosk()
    other.photograph(IMAGE)
    sync(other)
    other.images[SHA] = bytes(len(IMAGE))
    assert held(client, kiosk, 0) == (700, False)
    assert held(client, other, 0) == (700, False)
    assert held(client, kiosk, 700, 2000) == (2003, True)
    assert held(client, other, 700) == (2003, True)  # it is here: nothing more is asked for
    assert StoredFile.objects.count() == 1
    assert [file.name for file in kept_files(settings.PARVIS_VAR) if SHA in file.name] == [SHA]


def test_only_the_device_whose_record_names_a_hash_may_ask_or_bring(client, vote, kiosk):
    stranger = vote.kiosk()
    sync(stranger)
    stranger.images[SHA] = IMAGE
    for answer in (put(client, stranger, 0), asked(client, stranger)):
        assert (answer.status_code, answer.json()["code"]) == (404, "attachment_unknown")
    thief = copy.copy(kiosk)
    thief.key = keys.new_private_key()
    assert put(client, thief, 0).json()["code"] == "signature_wrong"
    assert asked(client, thief).json()["code"] == "request_not_signed"
    nobody = Kiosk()
    nobody.pack, nobody.images = kiosk.pack, {SHA: IMAGE}
    assert put(client, nobody, 0).json()["code"] == "device_unknown"
    assert not storage.count_held(SHA, stranger.dev) and not storage.count_held(SHA, kiosk.dev)


@pytest.mark.parametrize("change", ["another piece", "another offset", "no offset", "no signature", "odd signature"])
def test_a_piece_is_bound_to_its_file_its_place_and_its_bytes(client, kiosk, change):
    content, authorization = kiosk.piece(SHA, 0, 700)
    offset = {"another offset": "?offset=1", "no offset": ""}.get(change, "?offset=0")
    content = content[:-1] + b"!" if change == "another piece" else content
    authorization = {"no signature": "", "odd signature": "Parvis *"}.get(change, authorization)
    path = f"{kiosk.attachment_path(SHA)}{offset}"
    answer = client.put(path, content, "application/octet-stream", headers={"Authorization": authorization})
    assert answer.status_code in (400, 403) and not storage.count_held(SHA, kiosk.dev)


def test_a_piece_above_the_limit_is_refused_before_it_is_read(client, kiosk):
    content, authorization = kiosk.piece(SHA, 0, 10)
    path = f"{kiosk.attachment_path(SHA)}?offset=0"
    large = content + bytes(limits.PIECE_BYTES)
    answer = client.put(path, large, "application/octet-stream", headers={"Authorization": authorization})
    assert (answer.status_code, answer.json()["code"]) == (413, "piece_too_large")


def odd_records(kiosk: Kiosk) -> dict[str, Any]:
    one = {"sha256": SHA, "size": 2003, "type": "image/jpeg"}
    return {
        "too large": ("paper.photo", [{**one, "size": limits.MOST_BYTES + 1}]),
        "empty": ("paper.photo", [{**one, "size": 0}]),
        "another media type": ("paper.photo", [{**one, "type": "image/svg+xml"}]),
        "two": ("paper.photo", [one, one]),
        "none": ("paper.photo", []),
        "of a type that has none": ("meeting.state", [one]),
    }


def test_x3_a_record_with_attachments_that_are_not_taken_is_kept_and_quarantined_by_name(vote):
    kiosk = vote.kiosk()
    for type_, att in odd_records(kiosk).values():
        kiosk._add(type_, b'{"state":"paused"}', att=att)
    verdicts = push(kiosk)["verdicts"][2:]
    assert {(one["verdict"], one["reason"]) for one in verdicts} == {("quarantined", "attachment")}
    assert not Named.objects.on_their_way().exists()  # nobody waits for them


def test_a_revoked_device_still_brings_what_its_records_name(client, vote, kiosk):
    revoke_device(device=Device.objects.get(dev=kiosk.dev), by=vote.officer)
    bring(client, kiosk)


def test_i8_a_file_whose_row_was_never_written_is_found_when_it_is_asked_for(client, kiosk):
    """I8: the process ended between the file and its row."""
    bring(client, kiosk)
    StoredFile.objects.all().delete()
    assert kiosk.take_held(asked(client, kiosk).json(), SHA)["whole"]
    assert StoredFile.objects.get().pk == SHA


def test_a_session_is_not_reconciled_while_a_photo_of_one_of_its_devices_is_on_its_way(client, vote, kiosk):
    kiosk.move("closed")
    sync(kiosk)
    session = meetings.close_session(session=vote.session, by=vote.officer)
    vote.session = session
    (device,) = devices_of(session)
    assert (device.on_their_way, device.is_closed) == (1, False)
    vote.count(passes_unused=8, passes_spoiled=0, passes_returned=0)
    with pytest.raises(DevicesMissing):
        meetings.reconcile_session(session=session, by=vote.officer)
    bring(client, kiosk)
    assert not closed_devices(session)  # its image is here and not read: nobody has applied the record yet
    applying.apply_pending()
    assert closed_devices(session).keys() == {kiosk.dev} and devices_of(session)[0].on_their_way == 0


def test_records_with_attachments_that_come_twice_or_in_pieces_are_named_once(vote):
    kiosk = vote.kiosk()
    kiosk.photograph(IMAGE)
    first = kiosk.batch(1, 3)
    push(kiosk, kiosk.batch(3, 1))  # it waits behind a gap, and its image may come already
    assert Record.objects.get(type="paper.photo").verdict == "parked"
    assert Named.objects.get().sha256 == SHA
    push(kiosk, first)
    assert (Named.objects.count(), Record.objects.get(type="paper.photo").verdict) == (1, "accepted")


def test_an_export_file_brings_the_images_of_its_records_and_one_that_is_broken_keeps_no_other_out(vote):
    kiosk = vote.kiosk()
    for image in (IMAGE, b"second", b"third"):
        kiosk.photograph(image)
    head, *lines = kiosk.export().rstrip(b"\n").split(b"\n")
    lines[-1] = lines[-1][:-9]
    report = import_export(b"\n".join([head, *lines, b'{"attachment": 5}', b""]))
    assert (report.verdicts["accepted"], report.files) == (5, Brought(kept=2, broken=1))
    applying.apply_pending()
    assert Named.objects.on_their_way().get().size == len(b"third")
    assert import_export(kiosk.export()).files == Brought(kept=3)


def test_s18_an_image_of_which_a_wrong_half_came_by_network_is_brought_whole_by_file(client, kiosk):
    right = kiosk.images[SHA]
    kiosk.images[SHA] = bytes(len(IMAGE))
    held(client, kiosk, 0)
    kiosk.images[SHA] = right
    assert import_export(kiosk.export()).files == Brought(kept=1)
    assert (storage.media() / StoredFile.objects.get().name).read_bytes() == IMAGE


def test_a_file_cut_among_its_records_brings_nothing(vote):
    kiosk = vote.kiosk()
    kiosk.photograph(IMAGE)
    with pytest.raises(BatchBroken):
        import_export(kiosk.export().rpartition(b'{"attachment"')[0][:-40])
    assert not Named.objects.exists()
