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
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, NoReturn

from server.ledger.codes import RandomBytes
from server.ledger.keys import b64u, unb64u

HEADER_FIELDS = (
    "v", "type", "tv", "space", "meeting", "def", "dev", "epoch", "seq", "prev", "actor",
    "subj_c", "body_c", "len", "att",
)  # fmt: skip
LINE_FIELDS = {"header", "subject", "subject_salt", "body", "body_salt"}

SALT_BYTES = 16
MAX_HEADER_BYTES = 4096
MAX_BODY_BYTES = 262_144
MAX_LINE_BYTES = 400_000
MAX_ATTACHMENTS = 8
MAX_NUMBER = 2**53 - 1  # the largest whole number that JavaScript keeps exactly

HEX_64 = re.compile(r"[0-9a-f]{64}")
SHAPES = {
    "type": re.compile(r"(?=.{3,32}$)[a-z]+(\.[a-z_]+)+"),
    "space": re.compile(r"[-_a-zA-Z0-9]{1,80}"),
    "meeting": re.compile(r"([0-9a-f]{16})?"),
    "def": re.compile(r"([0-9a-f]{64})?"),
    "dev": HEX_64,
    "epoch": re.compile(r"[0-9a-f]{16}"),
    "prev": re.compile(r"([0-9a-f]{64})?"),
    "actor": re.compile(r"[a-z]{0,16}"),
    "subj_c": re.compile(r"([0-9a-f]{64})?"),
    "body_c": HEX_64,
}
# All of them in one look, a line each; none of them takes a line end.
ALL_SHAPES = re.compile("\n".join(f"(?:{shape.pattern})" for shape in SHAPES.values()), re.MULTILINE)
WHOLE_NUMBERS = (("v", 1, 99), ("tv", 1, 99), ("seq", 1, MAX_NUMBER), ("len", 0, MAX_BODY_BYTES))
SUBJECT = re.compile(r"([a-z]+:[0-9a-f]{1,64})?")
MEDIA_TYPE = re.compile(r"[a-z]+/[-+.a-z0-9]{1,60}")


class MalformedRecord(ValueError):
    """Bytes that are no record. ``code`` says what is wrong; ``field`` where, if it is one field."""

    def __init__(self, code: str, field: str = "") -> None:
        super().__init__(f"{code} {field}".strip())
        self.code = code
        self.field = field


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that travels apart, named by its hash."""

    sha256: str
    size: int
    type: str


class Header(NamedTuple):
    """The public part of a record, field by field and in the order of ``docs/protocol.md`` §5.

    ``definition`` is ``def`` there, and ``length`` is ``len``.
    """

    v: int
    type: str
    tv: int
    space: str
    meeting: str
    definition: str
    dev: str
    epoch: str
    seq: int
    prev: str
    actor: str
    subj_c: str
    body_c: str
    length: int
    att: tuple[Attachment, ...]


def _refuse_number(_text: str) -> NoReturn:
    raise MalformedRecord("number")


def _named_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    named = dict(pairs)
    if len(named) != len(pairs):
        raise MalformedRecord("repeated_field")
    return named


STRICT = json.JSONDecoder(object_pairs_hook=_named_once, parse_float=_refuse_number, parse_constant=_refuse_number)


def _parse_json(text: str) -> object:
    """Parse JSON of the protocol: no floating-point number, no name twice. Raises MalformedRecord."""
    try:
        return STRICT.decode(text)
    except MalformedRecord:
        raise
    except (ValueError, RecursionError) as error:
        raise MalformedRecord("json") from error


def parse_header(text: str) -> Header:
    """Read a header strictly.

    Raises MalformedRecord: ``too_long``, ``not_utf8``, ``json``, ``number``, ``repeated_field``, ``fields`` (others, or
    in another order), ``value`` (with the field), ``version``, ``first_record`` (``prev`` is empty where ``seq`` is 1
    and nowhere else).
    """
    _bytes_of_header(text)
    fields = _parse_json(text)
    if not isinstance(fields, dict) or tuple(fields) != HEADER_FIELDS:
        raise MalformedRecord("fields")
    _check_shapes(fields)
    if fields["v"] != 1:
        raise MalformedRecord("version")
    if (fields["seq"] == 1) != (fields["prev"] == ""):
        raise MalformedRecord("first_record")
    *values, att = fields.values()
    return Header._make([*values, _attachments(att)])


def _check_shapes(fields: Mapping[str, object]) -> None:
    texts = [value for value in map(fields.get, SHAPES) if isinstance(value, str)]
    if len(texts) != len(SHAPES) or not ALL_SHAPES.fullmatch("\n".join(texts)):
        raise MalformedRecord("value", next(name for name in SHAPES if not _has_shape(name, fields[name])))
    for name, least, most in WHOLE_NUMBERS:
        if not _is_whole(fields[name], least, most):
            raise MalformedRecord("value", name)


def _has_shape(name: str, value: object) -> bool:
    return isinstance(value, str) and SHAPES[name].fullmatch(value) is not None


def _bytes_of_header(text: str) -> bytes:
    if len(text) > MAX_HEADER_BYTES:
        raise MalformedRecord("too_long", "header")
    try:
        content = text.encode()
    except UnicodeEncodeError as error:  # half of a surrogate pair, which JSON can spell and UTF-8 cannot
        raise MalformedRecord("not_utf8", "header") from error
    if len(content) > MAX_HEADER_BYTES:
        raise MalformedRecord("too_long", "header")
    return content


def _is_whole(value: object, least: int, most: int) -> bool:
    return type(value) is int and least <= value <= most  # type(), because True is an int too


def _attachments(value: object) -> tuple[Attachment, ...]:
    if not isinstance(value, list) or len(value) > MAX_ATTACHMENTS:
        raise MalformedRecord("value", "att")
    return tuple(_attachment(item) for item in value)


def _attachment(item: object) -> Attachment:
    if not isinstance(item, dict) or tuple(item) != ("sha256", "size", "type"):
        raise MalformedRecord("value", "att")
    sha256, size, media_type = item["sha256"], item["size"], item["type"]
    is_sound = isinstance(sha256, str) and HEX_64.fullmatch(sha256) and _is_whole(size, 0, MAX_NUMBER)
    if not (is_sound and isinstance(media_type, str) and MEDIA_TYPE.fullmatch(media_type)):
        raise MalformedRecord("value", "att")
    return Attachment(sha256, size, media_type)


def commitment(salt: bytes, content: bytes) -> str:
    """SHA-256(salt ‖ content) in hex."""
    return hashlib.sha256(salt + content).hexdigest()


@dataclass(frozen=True)
class Record:
    """A record as received: the header's text, what was read from it, and what travels beside it."""

    header_text: str
    header: Header
    subject: str
    subject_salt: bytes
    body: bytes
    body_salt: bytes

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
        fields = _parse_json(_line_text(line))
        if not isinstance(fields, dict) or fields.keys() != LINE_FIELDS:
            raise MalformedRecord("fields")
        for name, value in fields.items():
            if not isinstance(value, str):
                raise MalformedRecord("value", name)
        if not SUBJECT.fullmatch(fields["subject"]):
            raise MalformedRecord("value", "subject")
        header = parse_header(fields["header"])
        parts = {name: _from_base64(name, fields[name]) for name in ("subject_salt", "body", "body_salt")}
        record = cls(header_text=fields["header"], header=header, subject=fields["subject"], **parts)
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
        if len(self.body) != self.header.length:
            raise MalformedRecord("length", "body")
        expected = SALT_BYTES if self.subject else 0
        if len(self.body_salt) != SALT_BYTES or len(self.subject_salt) != expected:
            raise MalformedRecord("salt")
        if commitment(self.body_salt, self.body) != self.header.body_c:
            raise MalformedRecord("body_commitment")
        if (commitment(self.subject_salt, self.subject.encode()) if self.subject else "") != self.header.subj_c:
            raise MalformedRecord("subject_commitment")


def _line_text(line: bytes | str) -> str:
    if len(line) > MAX_LINE_BYTES:
        raise MalformedRecord("too_long")
    try:
        return line if isinstance(line, str) else line.decode("utf-8")
    except UnicodeDecodeError as error:
        raise MalformedRecord("not_utf8") from error


def _from_base64(name: str, text: str) -> bytes:
    try:
        return unb64u(text)
    except ValueError as error:
        raise MalformedRecord("base64", name) from error


def fits(header_text: str, subject: str, subject_salt: bytes, body: bytes, body_salt: bytes) -> bool:
    """Whether this is what a stored header commits to: for many at once, without reading the header strictly again."""
    told = json.loads(header_text)
    committed = commitment(subject_salt, subject.encode()) if subject else ""
    return told["subj_c"] == committed and told["body_c"] == commitment(body_salt, body)


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
