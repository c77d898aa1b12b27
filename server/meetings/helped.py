"""How many people were helped to vote at a session: at the desk by its notes, at kiosks by what each told at closing.

Kiosks keep a mark of each helper and a number, no name (``docs/protocol.md`` §5, ``help.counted``). With K of the
session the marks of those whom the desk wrote down can be made, so that a helper at several places is known again.
"""

from __future__ import annotations

import hmac
import json
from collections import Counter

from server.ledger.models import Record, Verdict
from server.processes.folding import fold
from server.voting.actions.helping import most_helped

from .models import Session

# More than this no hall helps: a device that says so is broken, and its word is left out.
MOST_TOLD = 10_000


def helped(session: Session) -> int:
    """How many times somebody was helped there, by whatever door."""
    return session.assistances.count() + sum(_at_kiosks(session).values())


def helpers_over(session: Session) -> int:
    """How many helpers helped more people, all places of the session together, than its votes allow."""
    most = most_helped(session.boxes.exclude(definition=""))
    at_kiosks = _at_kiosks(session)
    if not most or not at_kiosks:
        return 0
    names = session.assistances.values_list("helper", flat=True)
    times = at_kiosks + Counter(mark_of(bytes(session.code_key), name) for name in names)
    return sum(count > most for count in times.values())


def mark_of(key: bytes, name: str) -> str:
    """The mark that a kiosk keeps of a helper of this name: 32 hexadecimal characters."""
    plain = " ".join(fold(name).split())
    return hmac.digest(key, f"helper {plain}".encode(), "sha256")[:16].hex()


def _at_kiosks(session: Session) -> Counter[str]:
    """By mark. What came after the closing is not accepted, so what is read here stays what it was."""
    told: Counter[str] = Counter()
    rows = Record.objects.in_session(session.ref).filter(type="help.counted", verdict=Verdict.ACCEPTED)
    for record in rows.with_payload():
        told.update(_read(bytes(record.payload.body)))
    return told


def _read(body: bytes) -> dict[str, int]:
    try:
        facts = json.loads(body)["helped"]
        sound = all(type(count) is int and count > 0 for count in facts.values())
        return facts if sound and sum(facts.values()) <= MOST_TOLD else {}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}
