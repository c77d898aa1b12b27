r"""Records: what a deed is when it travels and when it is stored (``docs/protocol.md`` §5).

A record is one line of JSON with the fields ``header``, ``subject``, ``subject_salt``, ``body``, ``body_salt``. The
header is a JSON text inside a string; its UTF-8 bytes are the leaf of the public log, and their SHA-256 is the record's
id. They are kept as they were received and never written anew. Subject and body travel beside it and are never
published; the header commits to them:

    subj_c = SHA-256(subject_salt ‖ subject), hex; "" without a subject (then subject and subject_salt are "" too)
    body_c = SHA-256(body_salt ‖ body), hex; ``len`` is the length of the body in bytes

Salts are 16 random bytes. Reading is strict: exactly these fields, in this order in the header, no name twice, whole
numbers only. Sizes are bounded before anything is parsed. Golden cases: ``tests/vectors/records.json``.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from django.utils.functional import cached_property

from server.ledger.codes import RandomBytes
from server.ledger.keys import b64u, unb64u

from .headers import (
    HEADER_FIELDS,
    PLAIN,
    SUBJECT,
    Header,
    MalformedRecord,
    parse_header,
    parse_json,
    plain_header,
)
from .headers import Attachment as Attachment

BESIDE = ("subject", "subject_salt", "body", "body_salt")  # what travels beside a header
LINE_FIELDS = {"header", *BESIDE}

SALT_BYTES = 16
MAX_LINE_BYTES = 400_000

_TEXT = '[^"]*'  # which a pattern passes over three times as fast as it would look for letters of base64
# A line as our own clients write it, with a plain header.
_BESIDE = {"subject": SUBJECT.pattern, **dict.fromkeys(("subject_salt", "body", "body_salt"), _TEXT)}
PLAIN_LINE = re.compile(
    r'\{"header":"(' + PLAIN.replace('"', r"\\" + '"') + ")"
    + "".join(f'","{name}":"({pattern})' for name, pattern in _BESIDE.items())
    + r'"\}'
)  # fmt: skip

# In a header that was read strictly before: no value of it holds a quotation mark, so each name is found once.
COMMITMENTS = re.compile(r'"subj_c":"([0-9a-f]*)","body_c":"([0-9a-f]{64})"')


def commitment(salt: bytes, content: bytes) -> str:
    """SHA-256(salt ‖ content) in hex."""
    return hashlib.sha256(salt + content).hexdigest()


class _Parts(NamedTuple):
    header_text: str
    header: Header
    subject: str
    subject_salt: bytes
    body: bytes
    body_salt: bytes


class Record(_Parts):
    """A record as received: the header's text, what was read from it, and what travels beside it."""

    @cached_property
    def leaf(self) -> bytes:
        """The header's bytes: the leaf of the public log."""
        return self.header_text.encode()

    @cached_property
    def id(self) -> str:
        return hashlib.sha256(self.leaf).hexdigest()

    def to_line(self) -> bytes:
        """The record as one line of JSON, without the line end."""
        line = {
            "header": self.header_text,
            "subject": self.subject,
            "subject_salt": b64u(self.subject_salt),
            "body": b64u(self.body),
            "body_salt": b64u(self.body_salt),
        }
        return json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode()

    @classmethod
    def from_line(cls, line: bytes | str, *, check: bool = True) -> Record:
        """Read one line and check its commitments (unless ``check`` is false: intake keeps a damaged body too).

        Raises MalformedRecord with the codes of ``parse_header`` and of ``check_commitments``, and ``base64``.
        """
        text = _line_text(line)
        record = cls(*(_plain_parts(text) or _parts(text)))
        if check:
            record.check_commitments()
        return record

    @property
    def is_emptied(self) -> bool:
        """Whether we took away what lay beside the header: subject, body and both salts (``Payload``)."""
        return bool(self.header.subj_c) and not (self.subject or self.subject_salt or self.body or self.body_salt)

    def commitments_hold(self) -> bool:
        """Whether subject and body are those that the header commits to."""
        try:
            self.check_commitments()
        except MalformedRecord:
            return False
        return True

    def check_commitments(self) -> None:
        """Raise MalformedRecord (``length``, ``salt``, ``body_commitment``, ``subject_commitment``) unless all fit."""
        _text, header, subject, subject_salt, body, body_salt = self
        if len(body) != header.length:
            raise MalformedRecord("length", "body")
        expected = SALT_BYTES if subject else 0
        if len(body_salt) != SALT_BYTES or len(subject_salt) != expected:
            raise MalformedRecord("salt")
        if commitment(body_salt, body) != header.body_c:
            raise MalformedRecord("body_commitment")
        if (commitment(subject_salt, subject.encode()) if subject else "") != header.subj_c:
            raise MalformedRecord("subject_commitment")


def _plain_parts(text: str) -> tuple[str, Header, str, bytes, bytes, bytes] | None:
    """What ``_parts`` gives, for a line whose very form answers every question; None for any other.

    Of what lies beside the header only where it ends: what is no base64 is read once more, and may be another spelling.
    """
    found = PLAIN_LINE.fullmatch(text)
    if found is None:
        return None
    written, *values, subject, subject_salt, body, body_salt = found.groups()
    header = plain_header(values)
    if header is None:
        return None
    try:
        return written.replace('\\"', '"'), header, subject, *_decoded(subject_salt, body, body_salt)
    except MalformedRecord:
        return None


def _parts(text: str) -> tuple[str, Header, str, bytes, bytes, bytes]:
    fields = parse_json(text)
    if not isinstance(fields, dict) or fields.keys() != LINE_FIELDS:
        raise MalformedRecord("fields")
    for name, value in fields.items():
        if not isinstance(value, str):
            raise MalformedRecord("value", name)
    if not SUBJECT.fullmatch(fields["subject"]):
        raise MalformedRecord("value", "subject")
    header = parse_header(fields["header"])
    parts = _decoded(fields["subject_salt"], fields["body"], fields["body_salt"])
    return fields["header"], header, fields["subject"], *parts


def _decoded(subject_salt: str, body: str, body_salt: str) -> tuple[bytes, bytes, bytes]:
    try:
        return unb64u(subject_salt), unb64u(body), unb64u(body_salt)
    except ValueError as error:
        raise MalformedRecord("base64") from error


def _line_text(line: bytes | str) -> str:
    if len(line) > MAX_LINE_BYTES:
        raise MalformedRecord("too_long")
    try:
        return line if isinstance(line, str) else line.decode("utf-8")
    except UnicodeDecodeError as error:
        raise MalformedRecord("not_utf8") from error


def fits(header_text: str, subject: str, subject_salt: bytes, body: bytes, body_salt: bytes) -> bool:
    """Whether this is what a stored header commits to: for many at once, without reading the header strictly again."""
    if plain := COMMITMENTS.search(header_text):
        subj_c, body_c = plain.groups()
    else:
        told = json.loads(header_text)
        subj_c, body_c = told["subj_c"], told["body_c"]
    committed = commitment(subject_salt, subject.encode()) if subject else ""
    return subj_c == committed and body_c == commitment(body_salt, body)


def build_record(
    *,
    type: str,
    space: str,
    dev: str,
    epoch: str,
    seq: int,
    prev: str,
    meeting: str = "",
    definition: str = "",
    actor: str = "",
    subject: str = "",
    body: bytes = b"{}",
    tv: int = 1,
    att: Sequence[Mapping[str, str | int]] = (),
    rng: RandomBytes = secrets,  # type: ignore[assignment]
) -> Record:
    """Make a record for the chain ``(dev, epoch)`` at the place ``seq``, after the record ``prev``.

    definition: hash of the frozen definition or ""; body: bytes as they will be stored. Salts are drawn from ``rng``,
    the body's first. Raises MalformedRecord when a value would not be read back.
    """
    if not SUBJECT.fullmatch(subject):
        raise MalformedRecord("value", "subject")
    body_salt = rng.token_bytes(SALT_BYTES)
    subject_salt = rng.token_bytes(SALT_BYTES) if subject else b""
    subj_c = commitment(subject_salt, subject.encode()) if subject else ""
    values = (
        1, type, tv, space, meeting, definition, dev, epoch, seq, prev, actor,
        subj_c, commitment(body_salt, body), len(body), [dict(item) for item in att],
    )  # fmt: skip
    text = json.dumps(dict(zip(HEADER_FIELDS, values, strict=True)), ensure_ascii=False, separators=(",", ":"))
    return Record(text, parse_header(text), subject, subject_salt, body, body_salt)
