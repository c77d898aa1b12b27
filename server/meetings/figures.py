"""What a session's page shows while people come: numbers by door, devices, scans. Never who, never what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Count
from django.utils import timezone
from django.utils.translation import get_language

from server.attachments.models import Named
from server.devices.models import Device
from server.ledger.installation import installation
from server.ledger.models import Record
from server.paper.models import Reading, Sheet
from server.voting.balance_facts import closed_among, counts_blind, handed_over
from server.voting.late import waiting_for_people
from server.voting.models import Pass, PresenceMark

from .ideas import brought
from .models import Session

if TYPE_CHECKING:
    from server.devices.querysets import DeviceQuerySet

# While doors stand open, ballots are shown in steps: whoever watches page and hall must not tie one to the other.
STEP = 5
SILENT_AFTER = timedelta(minutes=2)


def in_steps(count: int) -> int:
    return count - count % STEP


def turnout(session: Session) -> dict[str, Any] | None:
    """``marked`` people, passes ``handed_over`` by pass, ballots that arrived by kiosk and by sheet; ballots in steps
    of five while the session is on.

    None while people count by hand.
    """
    if counts_blind(session):
        return None
    marks = PresenceMark.objects.in_hall().filter(session=session, is_restored=False)
    ballots = Record.objects.in_session(session.ref).to_settle()
    kiosk = ballots.exclude(dev=installation().dev).count()
    sheets = Sheet.objects.filter(run__session=session, run__is_test=False).exclude(ballot="").count()
    is_on = session.state in (Session.State.OPEN, Session.State.PAUSED)
    return {
        "marked": marks.values("entry").distinct().count(),
        "handed_over": handed_over(session),
        "handed_in": Pass.objects.filter(batch__session=session, is_test=False, is_exchanged=True).count(),
        "kiosk": in_steps(kiosk) if is_on else kiosk,
        "sheets": in_steps(sheets) if is_on else sheets,
        "is_stepped": is_on,
    }


def devices_of(session: Session) -> list[Device]:
    """The session's devices. Each says whether it ``is_closed`` with everything here, and as ``shown`` how it stands:
    also that nothing was heard while the session is on. ``words_shown`` are the two words of its enrolment, in each
    language: the reader's first, for the tablet shows them in its own. ``waiting`` counts its records behind a gap,
    ``branched`` those under numbers that were taken: a copied disk (S3, S5); ``chains``: those its key has begun, more
    than one where it was copied (D13). ``on_their_way``: photos that its records name and that are not here.
    ``standing``: what its newest chain says of it, once that is applied.
    """
    return told_of(session.devices.order_by("label", "pk"))


def told_of(rows: DeviceQuerySet) -> list[Device]:
    """The same of any devices, in the order in which they are asked for."""
    devices = list(rows.with_chains().select_related("session", "enrolment").prefetch_related("standings"))
    closed = closed_among(device.dev for device in devices)
    astray = _out_of_line({device.session.ref for device in devices})
    missing = Named.objects.of_devices(device.dev for device in devices).on_their_way().by_device()
    language = (get_language() or "fr")[:2]
    since = timezone.now() - SILENT_AFTER
    for device in devices:
        device.is_closed = device.dev in closed
        device.on_their_way = missing[device.dev]
        is_on = device.session.state in (Session.State.OPEN, Session.State.PAUSED)
        device.shown = _shown(device, is_silent=is_on and not _was_heard(device, since))
        device.waiting = astray[device.dev, "gap"]
        device.branched = astray[device.dev, "fork"] + astray[device.dev, "chain"]
        device.standing = max(device.standings.all(), key=lambda one: one.began, default=None)
        words = device.enrolment.words if hasattr(device, "enrolment") else {}
        mine_first = sorted(words, key=lambda code: (code != language, code))
        device.words_shown = [(code, " ".join(words[code])) for code in mine_first]
    return devices


def _was_heard(device: Device, since: datetime) -> bool:
    return device.last_contact_at is not None and device.last_contact_at >= since


def _shown(device: Device, *, is_silent: bool) -> str:
    """One of ``Device.Shown``: what people must know first."""
    told = {
        Device.Shown.REVOKED: device.status == Device.Status.REVOKED,
        Device.Shown.MISSING: bool(device.missing_reason),
        Device.Shown.CLOSED: device.is_closed,
        Device.Shown.REPLACED: device.replaced_at is not None,
        Device.Shown.SILENT: is_silent,
    }
    return next((state for state, is_so in told.items() if is_so), Device.Shown.ENROLLED)


def _out_of_line(refs: Iterable[str]) -> Counter[tuple[str, str]]:
    """How many records of a device of these sessions are out of line, and why."""
    rows = Record.objects.filter(session_ref__in=list(refs)).out_of_line().order_by().values_list("dev", "reason")
    return Counter({(dev, reason): count for dev, reason, count in rows.annotate(Count("pk"))})


def live_facts(session: Session) -> dict[str, Any]:
    """Everything of the part that is asked for again when the bell rings."""
    batches = list(session.scan_batches.order_by("-pk")[:20])
    return {
        "session": session,
        "turnout": turnout(session),
        "is_blind": counts_blind(session),
        "devices": devices_of(session),
        "batches": batches,
        "waiting": Reading.objects.in_session(session).waiting().count(),
        "late": late_records(session).count(),
        "brought": brought(session),
    }


def late_records(session: Session) -> Any:
    """Ballots that came late, or from a device no longer trusted, while people can still decide about them."""
    return waiting_for_people(Record.objects.in_session(session.ref))
