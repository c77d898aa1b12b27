"""Attachments in an export file (``docs/protocol.md`` §14): lines behind the records, each under its own hash."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass

from server.ledger.keys import unb64u

from .actions import AttachmentUnknown, take_whole

HEX_64 = re.compile(r"[0-9a-f]{64}")


@dataclass
class Brought:
    """What the lines of a file brought. ``broken``: missing, altered, or named by no record of the device."""

    kept: int = 0
    broken: int = 0


def take_lines(*, dev: str, lines: Iterable[bytes], expected: int) -> Brought:
    """Keep what these lines hold, ``expected`` files; one that is broken keeps no other out (I9)."""
    kept = sum(_take(dev, line) for line in lines)
    return Brought(kept=kept, broken=max(0, expected - kept))


def _take(dev: str, line: bytes) -> bool:
    try:
        told = json.loads(line)
        sha256, content = told["attachment"], unb64u(told["content"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return False
    if not (isinstance(sha256, str) and HEX_64.fullmatch(sha256)):
        return False
    try:
        return take_whole(dev=dev, sha256=sha256, content=content)
    except AttachmentUnknown:
        return False
