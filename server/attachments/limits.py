"""Which attachments a record may name (``docs/protocol.md`` §14). Pure: no Django, no clock."""

from __future__ import annotations

from server.ledger.headers import Attachment, Header

MOST_BYTES = 8 * 1024 * 1024
PIECE_BYTES = 1024 * 1024
MEDIA_TYPES = frozenset({"image/jpeg"})
#: How many attachments a record of each type has, exactly; every other type has none.
COUNTS = {"paper.photo": 1}


def is_taken(attachment: Attachment) -> bool:
    """Whether a file of this size and media type is taken at all."""
    return 0 < attachment.size <= MOST_BYTES and attachment.type in MEDIA_TYPES


def fits(header: Header) -> bool:
    """Whether a record of a type that is known here names as many attachments as it should, each of them taken."""
    return len(header.att) == COUNTS.get(header.type, 0) and all(map(is_taken, header.att))
