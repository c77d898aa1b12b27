"""A file that was carried by hand: whatever happened to it on the way has a name, and only what is signed is taken."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import BytesIO

import pytest

from server.devices import exportfile, importing
from server.devices.authentic import NotAuthentic, UnknownDevice
from server.devices.models import Device
from server.ledger.models import Record
from server.rehearsal.kiosk import Kiosk
from tests.server.votes import Vote

pytestmark = pytest.mark.django_db
SIZE = 5


@pytest.fixture
def kiosk(vote: Vote) -> Kiosk:
    """Five records: begun, opened, three ballots."""
    device = vote.kiosk()
    for person in range(3):
        device.cast(vote.box.definition_hash, vote.hand_over(person), {"q1": ["lavoir"]})
    return device


def first_line(**changes: object) -> Callable[[bytes], bytes]:
    def alter(content: bytes) -> bytes:
        first, _end, rest = content.partition(b"\n")
        facts = json.loads(first)
        facts |= {name: change(facts[name]) if callable(change) else change for name, change in changes.items()}
        return json.dumps(facts).encode() + b"\n" + rest

    return alter


def line(number: int, change: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
    """Alter the record with this number."""

    def alter(content: bytes) -> bytes:
        lines = content.split(b"\n")
        lines[number] = change(lines[number])
        return b"\n".join(lines)

    return alter


def field(number: int, name: str) -> Callable[[bytes], bytes]:
    """Alter the last character but one of a field that travels beside the header of this record."""

    def change(told: bytes) -> bytes:
        facts = json.loads(told)
        before = facts[name]
        facts[name] = before[:-2] + ("0" if before[-2] != "0" else "1") + before[-1]
        return json.dumps(facts).encode()

    return line(number, change)


def flipped(text: str) -> str:
    return ("0" if text[0] != "0" else "1") + text[1:]


def in_header(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    return line(4, lambda told: told.replace(old, new, 1))


def swapped(content: bytes) -> bytes:
    lines = content.split(b"\n")
    lines[3], lines[4] = lines[4], lines[3]
    return b"\n".join(lines)


def cut_after(lines: int, more: int = 0) -> Callable[[bytes], bytes]:
    def cut(content: bytes) -> bytes:
        kept = content.split(b"\n")
        return b"\n".join(kept[: lines + 1]) + b"\n" + kept[lines + 1][:more]

    return cut


def another_point(key: str) -> str:
    return ("BC" if key.startswith("BB") else "BB") + key[2:]


#: What happened to the file → its name, the first record that does not follow, and how many the device signed for.
HURT: dict[str, tuple[Callable[[bytes], bytes], str, int, int]] = {
    "another file altogether": (lambda _c: b"%PDF-1.7\n%\xe2\xe3\n", "file_not_export", 0, 0),
    "nothing": (lambda _c: b"", "file_not_export", 0, 0),
    "only the beginning of the first line": (lambda c: c[:90], "file_not_export", 0, 0),
    "a mark of another program before it": (lambda c: b"\xef\xbb\xbf" + c, "file_not_export", 0, 0),
    "a push": (first_line(format="parvis-push-1"), "file_not_export", 0, 0),
    "device": (first_line(dev=flipped), "file_first_line_altered", 0, 0),
    "epoch": (first_line(epoch=flipped), "file_first_line_altered", 0, 0),
    "number": (first_line(seq=SIZE - 1), "file_first_line_altered", 0, 0),
    "head": (first_line(head=flipped), "file_first_line_altered", 0, 0),
    "signature": (first_line(sig="A" * 86), "file_first_line_altered", 0, 0),
    "key": (first_line(public_key=another_point), "file_first_line_altered", 0, 0),
    "count": (first_line(count=SIZE + 1), "file_cut", 0, SIZE - 1),
    "hash": (first_line(sha256=flipped), "file_altered", 0, SIZE),
    "cut between two records": (cut_after(3), "file_cut", 0, 3),
    "cut within a record": (cut_after(3, 200), "file_cut", 0, 3),
    "cut within the first record": (cut_after(0, 50), "file_cut", 0, 0),
    "the last line end": (lambda c: c[:-1], "file_cut", 0, SIZE - 1),
    "something behind it": (lambda c: c + b"x", "file_altered", 0, SIZE),
    "line ends of another system": (lambda c: c.replace(b"\n", b"\r\n"), "file_altered", 0, SIZE),
    "a header": (in_header(b"ballot.sealed", b"ballot.sealet"), "file_altered", 5, 3),
    "a link": (in_header(rb"\"prev\":\"", rb"\"prev\":\"0"), "file_altered", 4, 3),
    "a line that is none": (line(4, lambda told: told[1:]), "file_altered", 4, 3),
    "a line taken out": (lambda c: b"\n".join(c.split(b"\n")[:3] + c.split(b"\n")[4:]), "file_altered", 3, 2),
    "a line twice": (line(3, lambda told: told + b"\n" + told), "file_altered", 4, 3),
    "two lines exchanged": (swapped, "file_altered", 3, 2),
    "a subject": (field(3, "subject"), "file_altered", 3, SIZE),
    "the salt of a subject": (field(3, "subject_salt"), "file_altered", 3, SIZE),
    "a body": (field(3, "body"), "file_altered", 3, SIZE),
    "the salt of a body": (field(3, "body_salt"), "file_altered", 3, SIZE),
}


@pytest.mark.parametrize("what", HURT)
def test_s19_what_happened_to_a_file_has_a_name_and_nothing_is_stored(what: str, kiosk: Kiosk):
    hurt, code, seq, proved = HURT[what]
    before = Record.objects.count()
    with pytest.raises(NotAuthentic) as refused:
        importing.import_export(hurt(kiosk.export()))
    told = refused.value.details
    assert (refused.value.code, told.get("seq", 0), told.get("proved", 0)) == (code, seq, proved)
    assert Record.objects.count() == before


def test_s19_remarks_of_the_first_line_decide_nothing(kiosk: Kiosk):
    """They are not signed; a release to come may say more there."""
    remarks = first_line(version="?", unsent=9, checkpoint=7, seen={"size": "?"}, marks=["?", [1, 2]], attachments=[{}])
    assert importing.import_export(remarks(kiosk.export())).outcomes == {"new": SIZE}


def begin(content: bytes) -> importing.ImportReport:
    """Take what the device signed for, as somebody does who chose to."""
    file = BytesIO(content)
    checked = exportfile.check_file(file)
    return importing.store_file(file, checked, importing.ImportReport(checked.device))


@pytest.mark.parametrize("what", [what for what, (_hurt, _code, _seq, proved) in HURT.items() if proved])
def test_s19_the_beginning_that_the_device_signed_for_is_taken_by_choice_and_no_more(what: str, kiosk: Kiosk):
    hurt, _code, _seq, proved = HURT[what]
    report = begin(hurt(kiosk.export()))
    # What lies beside a sound header is kept as it is, and the sound one heals it.
    held = {"held": 1} if " of a " in what or what in ("a subject", "a body") else {}
    assert report.outcomes == {"new": proved - len(held)} | held and report.next_seq == proved + 1
    importing.import_export(kiosk.export())
    assert set(Record.objects.filter(dev=kiosk.dev).values_list("verdict", flat=True)) == {"accepted"}
    assert Record.objects.filter(dev=kiosk.dev, is_fork=False).count() == SIZE


def test_s19_a_beginning_that_was_made_up_is_not_taken(kiosk: Kiosk, vote: Vote):
    """Whoever has a genuine file can write other records between its first line and a cut: no mark fits them."""
    forger = Kiosk()
    forger.__dict__ |= {"dev": kiosk.dev, "epoch": kiosk.epoch, "pack": kiosk.pack, "definitions": kiosk.definitions}
    forger.records = kiosk.records[:2]
    forger.cast(vote.box.definition_hash, vote.stack[0], {"q1": ["piste"]})
    first = kiosk.export().partition(b"\n")[0]
    forged = b"\n".join([first, *(record.to_line() for record in forger.records), b""])
    checked = exportfile.check_file(BytesIO(forged))
    assert (checked.whole, checked.proved) == (3, 2)


def test_s19_of_a_file_without_marks_no_beginning_is_taken(kiosk: Kiosk):
    """Earlier releases signed the end alone, and nothing of a cut file is bound to that."""
    checked = exportfile.check_file(BytesIO(first_line(marks=[])(cut_after(3)(kiosk.export()))))
    assert (checked.whole, checked.proved) == (3, 0)
    assert begin(first_line(marks=[])(cut_after(3)(kiosk.export()))).outcomes == {}


def test_s18_a_file_a_push_and_the_file_again_count_once(kiosk: Kiosk):
    from server.devices.intake import receive_push

    receive_push(kiosk.batch(1, 2))
    assert importing.import_export(kiosk.export()).outcomes == {"duplicate": 2, "new": 3}
    receive_push(kiosk.batch(4, 2))
    assert importing.import_export(kiosk.export()).outcomes == {"duplicate": 5}
    assert Record.objects.filter(dev=kiosk.dev).count() == SIZE


def test_s18_a_file_of_a_copied_disk_is_a_branch(kiosk: Kiosk, vote: Vote):
    import copy

    clone = copy.copy(kiosk)
    clone.records = kiosk.records[:-1]
    clone.cast(vote.box.definition_hash, vote.stack[0], {"q1": ["piste"]})
    importing.import_export(kiosk.export())
    assert importing.import_export(clone.export()).outcomes == {"duplicate": 4, "branch": 1}


def test_s19_another_installation_knows_nothing_of_the_file(kiosk: Kiosk):
    content = kiosk.export()
    Device.objects.filter(dev=kiosk.dev).delete()
    with pytest.raises(UnknownDevice):
        importing.import_export(content)


def test_a_file_that_a_killed_process_left_half_read_is_told_as_a_whole(kiosk: Kiosk, monkeypatch):
    """S7: what was counted before is neither lost nor counted twice."""
    monkeypatch.setattr(importing, "MAX_BATCH_RECORDS", 2)
    file, kept = BytesIO(kiosk.export()), {}
    checked = exportfile.check_file(file)

    class Killed(Exception):
        pass

    def tell(done: int, _of: int) -> None:
        if done == 4:
            raise Killed

    def keep(report: importing.ImportReport) -> None:
        kept.update(done=report.done, outcomes=report.outcomes.copy())

    with pytest.raises(Killed):
        importing.store_file(file, checked, importing.ImportReport(checked.device), tell=tell, keep=keep)
    report = importing.store_file(file, checked, importing.ImportReport(checked.device, **kept))
    assert report.outcomes == {"new": SIZE} and report.done == SIZE
