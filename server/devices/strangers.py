"""A device that this installation does not know, and that can prove which one it is (S9, ``docs/protocol.md`` §7).

Who was enrolled after the backup that was restored is unknown here, and would be for ever: told ``device_unknown``,
with its ballots on it. So what it sends is held, under the name that its key gives it, until somebody of the office
has compared the key with the tablet and takes it in. From then on it is enrolled with that very key, and sends all.

Nobody can say that it is another device: a name is the hash of a key, and the key signs. But anybody can make a key,
and a session's name is no secret: so only where a backup was restored, so many at the most, and people compare.
"""

from __future__ import annotations

import hashlib
import json

from django.db import transaction

from server.ledger import keys, records
from server.ledger.models import Held, Recovery
from server.meetings.models import Session
from server.voting.actions.untying import speaks_of_opened

from .authentic import MAX_HELD, Head, NotAuthentic, UnknownDevice, is_signed, read_batch
from .models import Stranger
from .replying import note_shown

MOST = 100


@transaction.atomic
def meet(head: Head, content: bytes, *, brought_to: Session | None = None) -> Stranger | None:
    """Hold what an unknown device sent, and who it is; None where it proves nothing, or too many came.

    brought_to: somebody of the office brings its file to this session, which is taken whatever else came.
    """
    batch = _proved(head, content)
    session = _session_of(batch[-1].header) if batch else None
    if session is None or (brought_to is not None and session != brought_to):
        return None
    if brought_to is None and _is_full(head.dev):
        return None
    note_shown(head.seen)
    stranger, _is_new = Stranger.objects.select_for_update().get_or_create(
        dev=head.dev, defaults={"public_key": head.public_key, "session": session}
    )
    stranger.seq, stranger.label = max(stranger.seq, head.seq), stranger.label or _label(batch)
    stranger.save()
    _hold(head, content)
    return stranger


def _proved(head: Head, content: bytes) -> list[records.Record]:
    """The records, where the head is signed by the key that the device is named after, and a backup was restored."""
    if keys.key_hash(head.public_key) != head.dev or not is_signed(head, head.public_key):
        return []
    if not Recovery.objects.exists():
        return []
    try:
        return read_batch(head, content)
    except NotAuthentic:
        return []


def _session_of(header: records.Header) -> Session | None:
    sessions = Session.objects.select_related("meeting__space")
    return sessions.filter(ref=header.meeting, meeting__space__slug=header.space).first()


def _is_full(dev: str) -> bool:
    is_known = Stranger.objects.filter(dev=dev).exists()
    return not is_known and (Stranger.objects.count() >= MOST or Held.objects.count() >= MAX_HELD)


def _label(batch: list[records.Record]) -> str:
    """The name that its first record says it has."""
    try:
        label = json.loads(batch[0].body)["label"] if batch[0].header.type == "device.started" else ""
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""
    return label[:60] if isinstance(label, str) else ""


def _hold(head: Head, content: bytes) -> None:
    """The longest of what begins at the same number: it goes on from there each time that it tries."""
    first = f"{head.dev}\n{head.epoch}\n{head.seq - head.count + 1}"
    kept = b"" if speaks_of_opened(content) else content
    held, is_new = Held.objects.get_or_create(
        mark=hashlib.sha256(first.encode()).hexdigest(),
        defaults={"code": UnknownDevice.code, "dev": head.dev, "content": kept},
    )
    if not is_new and len(kept) > len(bytes(held.content)):
        Held.objects.filter(pk=held.pk).update(content=kept)
