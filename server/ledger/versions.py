"""Which records of devices this release understands: each type up to a version (``docs/protocol.md`` §5, §7).

A version that was released once is understood for ever: whoever raises a number here keeps reading the earlier ones
from the bytes as they were stored, and adds golden records of the new one to ``tests/vectors/golden/`` (S15).
"""

from __future__ import annotations

from django.conf import settings

#: What devices send, and the newest version of each.
NEWEST = {
    "device.started": 1,
    "device.tested": 1,
    "meeting.state": 1,
    "ballot.sealed": 1,
    "pass.exchanged": 1,
    "pass.void": 1,
    "sheet.spoiled": 1,
    "count.sealed": 1,
    "desk.marked": 1,
    "desk.undone": 1,
    "desk.walk_in": 1,
    "paper.photo": 1,
    "help.counted": 1,
    "proposal.version": 1,
    "endorsement.given": 1,
    "endorsement.withdrawn": 1,
    "comment.written": 1,
}


def is_known(type_: str, version: int) -> bool:
    """Whether a record of this type and version is judged and applied here; otherwise it waits for a later release."""
    newest: int = settings.PARVIS_TEST_VERSIONS.get(type_, NEWEST.get(type_, 0))
    return 1 <= version <= newest
