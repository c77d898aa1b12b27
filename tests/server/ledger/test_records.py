"""Records: read strictly, kept as received (docs/protocol.md §5; rows S3, S6, X21, P23)."""

from __future__ import annotations

import hashlib
import json
import random
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.ledger import headers, records
from server.ledger.records import HEADER_FIELDS, MAX_LINE_BYTES, MalformedRecord, Record, build_record, parse_header

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "records.json").read_text())
PLACE = {"space": "place-haute", "dev": "d" * 64, "epoch": "e" * 16, "seq": 1, "prev": ""}


def record(**changes) -> Record:
    facts = {"type": "ballot.sealed", "subject": "use:" + "a" * 32, "body": b"sealed", **PLACE, **changes}
    return build_record(**facts)


def header_with(**changes) -> str:
    fields = json.loads(record().header_text)
    return json.dumps({**fields, **changes})


def test_a_record_reads_back_byte_for_byte():
    for one in (record(), record(subject=""), record(body=b""), record(seq=2, prev="f" * 64, actor="desk")):
        again = Record.from_line(one.to_line())
        assert again == one
        assert again.to_line() == one.to_line()
        assert again.id == hashlib.sha256(one.header_text.encode()).hexdigest()


def test_the_header_is_kept_as_received_even_if_written_otherwise():
    """A header with spaces is not ours, but its bytes are its identity."""
    one = record()
    spaced = json.dumps(json.loads(one.header_text), indent=1)
    line = json.dumps({**json.loads(one.to_line()), "header": spaced})
    again = Record.from_line(line)
    assert again.header_text == spaced
    assert again.id == hashlib.sha256(spaced.encode()).hexdigest() != one.id


def test_a_record_says_nothing_of_its_subject_and_body():
    """P23: commitments are salted, so the log cannot be searched for a known subject."""
    one, two = record(), record()
    assert one.header.subj_c != two.header.subj_c and one.header.body_c != two.header.body_c
    assert "a" * 32 not in one.header_text


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"v": 2}, "version"),
        ({"v": True}, "value"),
        ({"v": 1.0}, "number"),
        ({"tv": 0}, "value"),
        ({"seq": 0}, "value"),
        ({"seq": "1"}, "value"),
        ({"seq": 2**53}, "value"),
        ({"seq": 2}, "first_record"),
        ({"prev": "a" * 64}, "first_record"),
        ({"prev": "A" * 64, "seq": 2}, "value"),
        ({"type": "ballot"}, "value"),
        ({"type": None}, "value"),
        ({"space": ""}, "value"),
        ({"space": "a\nb"}, "value"),
        ({"space": "a\n", "meeting": None}, "value"),
        ({"dev": "d" * 63}, "value"),
        ({"dev": "d" * 64 + "\n"}, "value"),
        ({"epoch": "é" * 16}, "value"),
        ({"actor": "Mayor"}, "value"),
        ({"len": -1}, "value"),
        ({"len": 2**40}, "value"),
        ({"att": {}}, "value"),
        ({"att": [{"sha256": "a" * 64, "size": 1}]}, "value"),
        ({"att": [{"sha256": "a" * 64, "size": True, "type": "image/png"}]}, "value"),
        ({"time": 1}, "fields"),
    ],
)
def test_a_header_that_is_no_header_is_named(changes: dict, code: str):
    with pytest.raises(MalformedRecord) as refusal:
        parse_header(header_with(**changes))
    assert refusal.value.code == code


def test_fields_are_in_their_order_and_occur_once():
    fields = json.loads(record().header_text)
    with pytest.raises(MalformedRecord, match="fields"):
        parse_header(json.dumps(dict(reversed(fields.items()))))
    with pytest.raises(MalformedRecord, match="fields"):
        parse_header(json.dumps({name: fields[name] for name in HEADER_FIELDS[:-1]}))
    with pytest.raises(MalformedRecord, match="repeated_field"):
        parse_header(record().header_text.replace('"v":1,', '"v":1,"v":1,'))


def test_an_attachment_is_read():
    attached = {"sha256": "a" * 64, "size": 5, "type": "image/png"}
    assert record(att=[attached]).header.att[0].size == 5


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "json"),
        ("null", "fields"),
        ("[" * 4000, "json"),
        ("9" * 4000, "fields"),
        ("9" * 5000, "too_long"),
        ('{"v":NaN}', "number"),
        ('{"v":1e3}', "number"),
        ("\ud800", "not_utf8"),
        ("é" * 3000, "too_long"),
        (' {"v":1} trailing', "json"),
    ],
)
def test_hostile_headers_are_named(text: str, code: str):
    """X21: deep, long and odd JSON."""
    with pytest.raises(MalformedRecord) as refusal:
        parse_header(text)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"body": "AAAA"}, "length"),
        ({"body": "c2VhbGVE"}, "body_commitment"),
        ({"body": "c2VhbGVk="}, "base64"),
        ({"body": 5}, "value"),
        ({"body_salt": "AAAA"}, "salt"),
        ({"subject": "use:" + "b" * 32}, "subject_commitment"),
        ({"subject": "", "subject_salt": ""}, "subject_commitment"),
        ({"subject": ""}, "salt"),
        ({"subject": "someone"}, "value"),
        ({"subject_salt": "A" * 22}, "subject_commitment"),
        ({"sig": ""}, "fields"),
    ],
)
def test_what_travels_beside_the_header_must_fit_it(changes: dict, code: str):
    with pytest.raises(MalformedRecord) as refusal:
        Record.from_line(json.dumps({**json.loads(record().to_line()), **changes}))
    assert refusal.value.code == code


def test_lines_that_are_no_lines_are_named():
    for line, code in [
        (b"\xff", "not_utf8"),
        (b"", "json"),
        (b"[]", "fields"),
        (b"[" * 300_000, "json"),
        (b" " * (MAX_LINE_BYTES + 1), "too_long"),
    ]:
        with pytest.raises(MalformedRecord) as refusal:
            Record.from_line(line)
        assert refusal.value.code == code


@given(st.integers(0, 10_000), st.integers(1, 255))
def test_one_altered_byte_is_seen_or_makes_another_record(place: int, change: int):
    """S6: never the same id with other content."""
    one = record()
    altered = bytearray(one.to_line())
    altered[place % len(altered)] ^= change
    try:
        other = Record.from_line(bytes(altered))
    except MalformedRecord:
        return
    assert other.id != one.id or other == one


@given(st.binary(max_size=300))
def test_garbage_never_does_more_than_be_refused(garbage: bytes):
    with pytest.raises(MalformedRecord):
        Record.from_line(garbage)


def test_salts_come_from_the_source_given():
    class Seeded:
        def __init__(self) -> None:
            self.draw = random.Random(5)

        def token_bytes(self, nbytes: int) -> bytes:
            return self.draw.randbytes(nbytes)

    assert record(rng=Seeded()) == record(rng=Seeded())


@pytest.mark.parametrize("case", VECTORS["records"], ids=lambda case: case["name"])
def test_records_of_the_vectors(case: dict):
    one = Record.from_line(case["line"])
    assert one.id == case["id"]
    assert one.subject == case["subject"] and one.body.hex() == case["body"]


@pytest.mark.parametrize("case", VECTORS["refused"], ids=lambda case: case["name"])
def test_refused_lines_of_the_vectors(case: dict):
    with pytest.raises(MalformedRecord) as refusal:
        Record.from_line(case["line"])
    assert refusal.value.code == case["code"]


def outcome(line: bytes) -> object:
    """What reading gives: the record, or what is wrong."""
    try:
        return Record.from_line(line, check=False)
    except MalformedRecord as refused:
        return refused.code, refused.field


PLAIN_LINES = [record().to_line(), record(subject="", seq=12, prev="a" * 64, meeting="b" * 16, actor="desk").to_line()]
NOTHING = re.compile("(?!)")
PIECES = ["", "0", "9" * 17, "é", "\\", '"', "\\u0030", "=", " ", "[", '"v":1,', "true", "1.0"]


@contextmanager
def strictly() -> Iterator[None]:
    with mock.patch.object(records, "PLAIN_LINE", NOTHING), mock.patch.object(headers, "PLAIN_HEADER", NOTHING):
        yield


def test_what_our_clients_write_is_read_in_one_look():
    for line in PLAIN_LINES:
        quick = records._plain_parts(line.decode())
        with strictly():
            assert quick == records._parts(line.decode())


@given(st.sampled_from(PLAIN_LINES), st.integers(0, 900), st.integers(0, 70), st.sampled_from(PIECES))
def test_the_quick_look_takes_nothing_that_the_strict_reader_would_not(line, start, length, piece):
    changed = line[:start] + piece.encode() + line[start + length :]
    quick = outcome(changed)
    with (
        mock.patch.object(records, "_plain_parts", lambda _text: None),
        mock.patch.object(headers, "PLAIN_HEADER", NOTHING),
    ):
        assert outcome(changed) == quick
