"""Golden records of every version ever released: none disappears, none changes, all are read (S15)."""

from __future__ import annotations

import hashlib
import json
import re

import pytest

from server.ledger.versions import NEWEST
from server.opendata.verify import read_header
from server.voting.unlocking import Card, open_note
from tests.server.golden import bring_golden, golden_files, golden_records
from tests.vectors.make_vectors import DOCUMENT

# Whoever releases a version adds its file here. A line of this list is never changed or taken away.
RELEASED = {
    "desk-1.ndjson": "e8f3c7984eccc76d35edb94919e5d0b9746f99e1d89234587a51f48b991d753f",
    "devices-1-helped.ndjson": "4d63a9f014c3cbe1bf80f1d05c021db1cd74f1bf494be41223e6e5b0d26334a4",
    "devices-1-ideas.ndjson": "9bc5a6197276d0fd1bd1bc56c618d2c6e2f6b159b70cce5d6caafbd519691d45",
    "devices-1.ndjson": "67cce83babe3a4eb9e9aeb607ee6425c6b0f7c98733e5729bdffef162fd434bb",
    "devices-photo-1.ndjson": "c9dc150c53238ec02130d01fd8a6172efc9f9640de23fc6278dce97746b35bc9",
    "server-1-devices.ndjson": "d77bb13785f47690e14f8c5b98634454a1aa37c691f17ee479e3a98775050656",
    "server-1.ndjson": "66d73b81fe5f9559c804753eb57427b38314b0323e3993eaf8f22c8c7c2ba3c0",
}
FILES = {file.name: file for file in golden_files()}


def test_s15_no_golden_file_disappears_or_changes():
    assert {name: hashlib.sha256(file.read_bytes()).hexdigest() for name, file in FILES.items()} == RELEASED


def test_s15_there_are_golden_records_of_every_version_that_devices_send():
    found = {(record.header.type, record.header.tv) for file in FILES.values() for record in golden_records(file)}
    assert {(type_, version) for type_, newest in NEWEST.items() for version in range(1, newest + 1)} <= found


@pytest.mark.parametrize("name", FILES)
def test_s15_a_golden_record_is_read_byte_for_byte_and_named_in_the_document(name):
    types = set(re.findall(r"`([a-z]+(?:\.[a-z_]+)+)`", DOCUMENT.read_text().partition("## 6.")[0]))
    for line, record in zip(FILES[name].read_bytes().splitlines(), golden_records(FILES[name]), strict=True):
        assert record.to_line() == line and record.header.type in types
        row = json.dumps({"index": 0, "header": record.header_text}, ensure_ascii=False, separators=(",", ":"))
        assert read_header(0, row.encode())[0] == record.leaf  # as whoever checks a published list reads it


@pytest.mark.django_db
@pytest.mark.parametrize("name", [name for name in FILES if name.startswith("devices-")])
def test_s15_golden_records_of_devices_are_judged_and_applied_as_on_the_first_day(name):
    batch = golden_records(FILES[name])
    assert bring_golden(batch) == [("accepted", "", True)] * len(batch)


def test_s15_what_a_desk_sealed_to_its_card_is_opened_as_on_the_first_day():
    card, second = Card(bytes(range(16))), Card(bytes(range(16, 32)))
    records = {record.header.type: record for record in golden_records(FILES["desk-1.ndjson"])}
    facts = {}
    for type_ in ("desk.marked", "desk.undone", "desk.walk_in"):
        record = records[type_]
        session, dev = record.header.meeting, record.header.dev
        facts[type_] = open_note(json.loads(record.body), card.key(session), type_=type_, session=session, dev=dev)
    seen = open_note(facts["desk.undone"]["second"], second.key(session), type_="desk.second", session=session, dev=dev)
    assert facts["desk.marked"] == {"roll": 1, "number": "7"}
    assert seen == {"subject": records["desk.undone"].subject}
    assert (facts["desk.walk_in"]["family_name"], facts["desk.walk_in"]["use"]) == ("Lefèvre", "cd" * 16)
