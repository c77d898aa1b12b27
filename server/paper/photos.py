"""Photos of sheets that scanner stations take without network, from their records to the reading (B1, B21).

The record says that there is a photo; its image travels apart. Once both are here the image is read through the very
same function as a file that somebody uploads: the same sheet from two doors is one ballot.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.dispatch import receiver

from server.attachments.actions import stored_file
from server.attachments.becoming import tells
from server.attachments.models import Named
from server.attachments.signals import file_arrived
from server.ledger import records
from server.ledger.applying import Bell, CannotApply, applies
from server.ledger.models import Record, Verdict
from server.meetings.models import Session
from server.web.live import ring

from . import outcomes
from .models import Photo, Reading, ScanBatch
from .scanning import enter_file

TYPE = "paper.photo"
MOST_ODD = 50  # of photos that a station is told of one by one: the newest


@applies(TYPE, writes=Photo)
def apply_photo(record: Record, _body: bytes) -> Bell:
    """A photo is announced; where its image is here already, it is read."""
    header = records.parse_header(record.header)
    session = Session.objects.select_related("meeting__space").filter(ref=record.session_ref).first()
    if session is None or len(header.att) != 1:
        raise CannotApply
    facts = {"session": session, "dev": record.dev, "seq": record.seq, "digest": header.att[0].sha256}
    photo, _is_new = Photo.objects.get_or_create(pk=record.id, defaults=facts)
    _read_if_here(photo)
    return session.meeting.space_id, "batches"


@receiver(file_arrived)
def read_arrived(sha256: str, **_named: Any) -> None:
    """An image is here: read it for each session in which a photo of it was announced."""
    for photo in Photo.objects.filter(digest=sha256).select_related("session__meeting__space"):
        _read_if_here(photo)
        ring(photo.session.meeting.space_id, "devices")


def _read_if_here(photo: Photo) -> None:
    """Have the image read. Again, or from a second device, it is the batch that it already is."""
    file = stored_file(photo.digest)
    if file is None or not file.name or photo.session.state == Session.State.RECONCILED:
        return
    label = photo.session.devices.filter(dev=photo.dev).values_list("label", flat=True).first() or photo.dev[:8]
    enter_file(session=photo.session, filename=f"{label}, {photo.seq}", file=file.name, digest=photo.digest, by=None)


@tells("photos", to="scanner")
def told_to_station(dev: str, epoch: str) -> dict[str, Any]:
    """What became of the photos of one chain: counts, and by number those whose sheet must be taken in hand."""
    announced = Record.objects.filter(dev=dev, epoch=epoch, type=TYPE).values("id")
    photos = Photo.objects.filter(record__in=announced).order_by("seq")
    sessions, digests = photos.order_by().values("session"), photos.order_by().values("digest")
    became = became_of(ScanBatch.objects.filter(session__in=sessions, digest__in=digests))
    counts = dict.fromkeys((outcomes.READING, outcomes.READ, outcomes.PEOPLE), 0)
    odd: list[list[Any]] = []
    for seq, session, digest in photos.values_list("seq", "session_id", "digest"):
        outcome, why = became.get((session, digest), (outcomes.READING, ""))
        if outcome in counts:
            counts[outcome] += 1
        else:
            odd.append([seq, outcome, why])
    return {**counts, "odd": odd[-MOST_ODD:]}


def became_of(batches: QuerySet[ScanBatch]) -> dict[tuple[int, str], tuple[str, str]]:
    """Session and digest of photos that are here → ``outcomes.outcome_of``. Two queries."""
    said = ("status", "reason", "is_decided", "is_seen_again")
    pages = Reading.objects.with_outcome().filter(batch__in=batches.values("pk"), page=1)
    seen = {batch: facts for batch, *facts in pages.values_list("batch_id", *said)}
    found = {}
    for pk, session, digest, status, error in batches.values_list("pk", "session_id", "digest", "status", "error"):
        reading, reason, is_decided, is_seen_again = seen.get(pk, ("", "", False, False))
        found[session, digest] = outcomes.outcome_of(
            batch=status,
            error=error,
            reading=reading,
            reason=reason,
            is_decided=is_decided,
            is_seen_again=is_seen_again,
        )
    return found


@dataclass
class Station:
    """What a scanner station of a session has brought. Counts of photos.

    ``on_their_way``: announced, and the image is not here; ``set_aside``: of a device that was revoked, or after the
    session's accounts were fixed: kept, and never read.
    """

    label: str
    taken: int = 0
    on_their_way: int = 0
    reading: int = 0
    read: int = 0
    failed: int = 0
    set_aside: int = 0


def stations_of(session: Session) -> list[Station]:
    """The devices of a session that brought photos, by name; four queries, whatever their number."""
    announced = Record.objects.in_session(session.ref).filter(type=TYPE).exclude(verdict=Verdict.QUARANTINED)
    counts = Counter(announced.order_by().values_list("dev", "verdict"))
    if not counts:
        return []
    missing = Named.objects.in_session(session.ref).on_their_way().by_device()
    batches = dict(session.scan_batches.values_list("digest", "status"))
    stations = {dev: Station(label) for dev, label in session.devices.values_list("dev", "label")}
    for (dev, verdict), count in counts.items():
        station = stations.setdefault(dev, Station(dev[:8]))
        station.taken += count
        station.on_their_way = missing[dev]
        station.set_aside += count if verdict == Verdict.PROVISIONAL else 0
    for dev, digest in session.photos.values_list("dev", "digest"):
        _count(stations[dev], batches.get(digest, ""))
    return sorted((one for one in stations.values() if one.taken), key=lambda one: one.label)


def _count(station: Station, status: str) -> None:
    if status == ScanBatch.Status.READ:
        station.read += 1
    elif status == ScanBatch.Status.FAILED:
        station.failed += 1
    elif status:
        station.reading += 1
