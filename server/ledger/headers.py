"""Headers of records: the public part, read strictly (``docs/protocol.md`` §5).

A header is a JSON text; its UTF-8 bytes are the leaf of the public log. Exactly these fields, in this order, no name
twice, whole numbers only. Sizes are bounded before anything is parsed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, NoReturn

HEADER_FIELDS = (
    "v", "type", "tv", "space", "meeting", "def", "dev", "epoch", "seq", "prev", "actor",
    "subj_c", "body_c", "len", "att",
)  # fmt: skip

MAX_HEADER_BYTES = 4096
MAX_BODY_BYTES = 262_144
MAX_ATTACHMENTS = 8
MAX_VERSION = 99
MAX_NUMBER = 2**53 - 1  # the largest whole number that JavaScript keeps exactly

HEX_64 = re.compile(r"[0-9a-f]{64}")
SHAPES = {
    "type": re.compile(r"(?=[a-z._]{3,32}(?![a-z._]))[a-z]+(?:\.[a-z_]+)+"),
    "space": re.compile(r"[-_a-zA-Z0-9]{1,80}"),
    "meeting": re.compile(r"(?:[0-9a-f]{16})?"),
    "def": re.compile(r"(?:[0-9a-f]{64})?"),
    "dev": HEX_64,
    "epoch": re.compile(r"[0-9a-f]{16}"),
    "prev": re.compile(r"(?:[0-9a-f]{64})?"),
    "actor": re.compile(r"[a-z]{0,16}"),
    "subj_c": re.compile(r"(?:[0-9a-f]{64})?"),
    "body_c": HEX_64,
}
# All of them in one look, a line each; none of them takes a line end.
ALL_SHAPES = re.compile("\n".join(f"(?:{shape.pattern})" for shape in SHAPES.values()))
WHOLE_NUMBERS = (("v", 1, MAX_VERSION), ("tv", 1, MAX_VERSION), ("seq", 1, MAX_NUMBER), ("len", 0, MAX_BODY_BYTES))
SUBJECT = re.compile(r"(?:[a-z]+:[0-9a-f]{1,64})?")
# A header as our own clients write it, without a space and without an attachment. None of the shapes takes a quotation
# mark or a backslash, so this is JSON that needs no reader: what fits it is sound but for the sizes of its numbers.
_WRITTEN = {"v": "1"} | {name: f"(?P<{name}>[1-9][0-9]{{0,15}}|0)" for name in ("tv", "seq", "len")}
_WRITTEN |= {name: f'"(?P<{name}>{shape.pattern})"' for name, shape in SHAPES.items()} | {"att": r"\[\]"}
PLAIN = r"\{" + ",".join(f'"{name}":{_WRITTEN[name]}' for name in HEADER_FIELDS) + r"\}"
PLAIN_HEADER = re.compile(PLAIN)
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


def parse_json(text: str) -> object:
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
    if (plain := PLAIN_HEADER.fullmatch(text)) and (header := plain_header(plain.groups())):
        return header
    _bytes_of_header(text)
    fields = parse_json(text)
    if not isinstance(fields, dict) or tuple(fields) != HEADER_FIELDS:
        raise MalformedRecord("fields")
    _check_shapes(fields)
    if fields["v"] != 1:
        raise MalformedRecord("version")
    if (fields["seq"] == 1) != (fields["prev"] == ""):
        raise MalformedRecord("first_record")
    *values, att = fields.values()
    return Header._make([*values, _attachments(att)])


def plain_header(values: Sequence[str]) -> Header | None:
    """The header of what fitted ``PLAIN``: its groups, in order. None where a number is out of bounds or the first
    record is none: ``parse_header`` says what is wrong."""
    type_, tv, space, meeting, definition, dev, epoch, seq, prev, actor, subj_c, body_c, length = values
    version, number, size = int(tv), int(seq), int(length)
    if not (1 <= version <= MAX_VERSION and 1 <= number <= MAX_NUMBER and size <= MAX_BODY_BYTES):
        return None
    if (number == 1) != (prev == ""):
        return None
    return Header(
        1, type_, version, space, meeting, definition, dev, epoch, number, prev, actor, subj_c, body_c, size, ()
    )


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
