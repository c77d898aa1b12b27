"""A session is opened, paused, closed and reconciled. No way back; a step taken again changes nothing."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import transaction
from django.db.models import Count, F
from django.utils.translation import gettext_lazy as _

from server.ledger.actions import append, hold_log, sign_checkpoint
from server.ledger.models import Record, Verdict
from server.ledger.recovery import require_in_order
from server.ledger.slips import read_slip
from server.office.actions import note_act
from server.office.approvals import SecondPerson
from server.processes.models import Door
from server.processes.openness import is_open_for
from server.voting.actions.online import require_online_over
from server.voting.balance import balance_of, require_balance
from server.voting.balance_facts import (
    HandCountsMissing,
    closed_devices,
    counts_missing,
    hand_counts_asked,
    is_unconfirmed,
    require_hand_counts,
)
from server.voting.desk_questions import require_decided
from server.voting.losses import arrived, lost_devices
from server.voting.models import Box
from server.voting.out_of_line import ballots_out_of_line, require_decided_about
from server.voting.refusals import BoxNotOpen, RecordsUndecided, SheetsUndecided, WrongState
from server.voting.refusals_desk import DeedsWaiting
from server.web.refusals import Refusal

from .helped import helped
from .models import Session

if TYPE_CHECKING:
    from server.accounts.models import User
    from server.devices.models import Device

MOST_SHEETS = 1_000_000
DEVICES = "9"  # the equation that only a device itself, or its name on the list of missing ones, can settle


class SessionWithoutBox(Refusal):
    code = "session_without_box"
    message = _("Choose the ballot boxes of this session first.")


class BoxElsewhere(Refusal):
    code = "box_elsewhere"
    message = _("This ballot box belongs to another space.")


class HandCountsWrong(Refusal):
    code = "hand_counts_wrong"
    status = 422
    message = _("Enter a whole number, 0 or more, for each stack.")


class AlreadyCounted(Refusal):
    code = "already_counted"
    message = _("The stacks were already counted. Explain a difference, or enter a recount.")


class DevicesMissing(Refusal):
    code = "devices_missing"
    message = _("Some devices have not brought all their records. Wait for them, or name them missing with a reason.")


class SlipOlder(Refusal):
    code = "slip_older"
    status = 422
    message = _(
        "More ballots of this device are here than this slip names: it was made before the vote was closed on it. "
        "Use its last slip, or leave it out."
    )


class NothingToExplain(Refusal):
    code = "nothing_to_explain"
    message = _("This equation holds, or is not one that words can settle.")


class TextMissing(Refusal):
    code = "text_missing"
    status = 422
    message = _("Write one sentence that explains what happened.")


def _locked(session: Session) -> Session:
    """The session as it stands, held. Its boxes are held first: everyone takes locks in this order.

    Raises Recovering: no deed of a session is done while records are still being brought back.
    """
    require_in_order()
    list(Box.objects.select_for_update(of=("self",), no_key=True).filter(sessions=session).order_by("pk"))
    return (
        Session.objects.select_for_update(of=("self",), no_key=True).select_related("meeting__space").get(pk=session.pk)
    )


def _require(session: Session, *states: str) -> None:
    if session.state not in states:
        raise WrongState(details={"state": session.state})


def _log(session: Session, type_: str, facts: Mapping[str, object]) -> None:
    append(
        type=type_,
        space=session.meeting.space.slug,
        session=session.ref,
        actor="organiser",
        body=json.dumps(facts, sort_keys=True, ensure_ascii=False).encode(),
    )


def _move(session: Session, state: str, told: str, by: User) -> Session:
    session.state = state
    session.save(update_fields=["state"])
    _log(session, "meeting.state", {"state": told})
    _note(session, f"session.{told}", by)
    return session


def _note(session: Session, deed: str, by: User, **facts: object) -> None:
    note_act(deed, by=by, space=session.meeting.space, subject=session, facts=facts)


@transaction.atomic
def choose_boxes(*, session: Session, boxes: Iterable[Box], by: User) -> Session:
    """Say for which boxes of the same space people come to this session. Before it opens, and never again.

    Raises WrongState, BoxElsewhere.
    """
    session = _locked(session)
    _require(session, Session.State.PREPARED)
    chosen = list(boxes)
    if any(box.component.space_id != session.meeting.space_id for box in chosen):
        raise BoxElsewhere
    session.boxes.set(chosen)
    session.devices.update(pack_version=F("pack_version") + 1)
    return session


@transaction.atomic
def open_session(*, session: Session, by: User) -> Session:
    """The doors of this session stand open. Its boxes must take ballots; without any, its space must have something
    else for people to do at a kiosk.

    Raises SessionWithoutBox, BoxNotOpen, OnlineStillOpen.
    """
    session = _locked(session)
    if session.state == Session.State.OPEN:
        return session
    _require(session, Session.State.PREPARED)
    states = set(session.boxes.values_list("state", flat=True))
    if not states and not is_open_for(session.meeting.space, Door.KIOSK):
        raise SessionWithoutBox
    if states - {Box.State.OPEN}:
        raise BoxNotOpen(details={"states": sorted(states)})
    require_online_over(session)
    session = _move(session, Session.State.OPEN, "open", by)
    sign_checkpoint()
    return session


@transaction.atomic
def pause_session(*, session: Session, by: User) -> Session:
    session = _locked(session)
    if session.state == Session.State.PAUSED:
        return session
    _require(session, Session.State.OPEN)
    return _move(session, Session.State.PAUSED, "paused", by)


@transaction.atomic
def resume_session(*, session: Session, by: User) -> Session:
    session = _locked(session)
    if session.state == Session.State.OPEN:
        return session
    _require(session, Session.State.PAUSED)
    return _move(session, Session.State.OPEN, "open", by)


@transaction.atomic
def close_session(*, session: Session, by: User) -> Session:
    """No more deeds here. A session that never took place is closed as well: its stacks are counted all the same."""
    session = _locked(session)
    if session.state in (Session.State.CLOSED, Session.State.RECONCILED):
        return session
    session = _move(session, Session.State.CLOSED, "closed", by)
    sign_checkpoint()
    return session


@transaction.atomic
def enter_hand_counts(*, session: Session, counts: Mapping[str, int], by: User, is_recount: bool = False) -> Session:
    """Note what people counted, before the system shows its own figures. Each count goes into the log, recounts too.

    Where two must count, the other one confirms (``confirm_hand_counts``). counts: by the names that
    ``hand_counts_asked`` gives. Raises HandCountsWrong, AlreadyCounted, WrongState.
    """
    session = _locked(session)
    _require(session, Session.State.CLOSED)
    asked = {one.name: one.is_required for one in hand_counts_asked(session)}
    is_sound = all(type(count) is int and 0 <= count <= MOST_SHEETS for count in counts.values())
    missing = [name for name, is_required in asked.items() if is_required and name not in counts]
    if not is_sound or missing or not set(counts) <= set(asked):
        raise HandCountsWrong(details={"missing": missing, "unknown": sorted(set(counts) - set(asked))})
    if dict(counts) == session.hand_counts:
        return session
    if session.hand_counts and not counts_missing(session) and not is_recount:
        raise AlreadyCounted
    session.hand_counts, session.counted_by = dict(counts), [by.pk]
    # What people signed for spoke of other figures.
    session.explanations = {}
    session.save(update_fields=["hand_counts", "counted_by", "explanations"])
    _log(session, "count.sealed", session.hand_counts)
    _note(session, "session.counted", by)
    return session


@transaction.atomic
def confirm_hand_counts(*, session: Session, by: User) -> Session:
    """Whoever counted with the person who entered the figures stands behind them, and has seen none of the system's.

    Raises HandCountsMissing, SecondPerson for the same person again, WrongState. Confirmed already: nothing changes.
    """
    session = _locked(session)
    _require(session, Session.State.CLOSED)
    if not session.hand_counts:
        raise HandCountsMissing
    if not is_unconfirmed(session):
        return session
    if by.pk in session.counted_by:
        raise SecondPerson
    session.counted_by = [*session.counted_by, by.pk]
    session.save(update_fields=["counted_by"])
    _log(session, "count.confirmed", {"person": len(session.counted_by)})
    _note(session, "session.count_confirmed", by)
    return session


@transaction.atomic
def explain_difference(*, session: Session, equation: int | str, text: str, by: User) -> Session:
    """Say why an equation does not hold. Two people sign the same words; one where the town is single-handed.

    equation: its key, a number or ``3b``. Other words than those signed so far start anew. Raises NothingToExplain,
    TextMissing, WrongState.
    """
    session = _locked(session)
    _require(session, Session.State.CLOSED)
    text = " ".join(text.split())[:1000]
    if not text:
        raise TextMissing
    key = str(equation)
    if key == DEVICES or all(one.holds for one in balance_of(session) if one.key == key):
        raise NothingToExplain
    given = session.explanations.get(key, {})
    signed = given.get("by", []) if given.get("text") == text else []
    if by.pk not in signed:
        session.explanations[key] = {"text": text, "by": [*signed, by.pk]}
        session.save(update_fields=["explanations"])
        told = int(key) if key.isdecimal() else key
        _log(session, "difference.explained", {"equation": told, "text": text, "person": len(signed) + 1})
        _note(session, "session.explained", by, equation=told)
    return session


@transaction.atomic
def name_missing_device(*, device: Device, reason: str, by: User, slip: str = "", ballots: int | None = None) -> Device:
    """This device will not bring its records any more; what it holds is lost, and said so with the result (D2).

    slip: its closing slip as the QR code holds it; ballots: their number alone, copied from the slip. Of both the slip
    is believed; without either nobody knows how many are lost. Named again without a slip, the former one stays.

    Raises TextMissing without a reason, SlipWrong, SlipOlder, WrongState when its session is reconciled.
    """
    session = _locked(device.session)
    _require(session, Session.State.CLOSED)
    reason = " ".join(reason.split())[:300]
    if not reason:
        raise TextMissing
    device.refresh_from_db()
    promised = _promised(device, slip, ballots)
    if (device.missing_reason, device.closing_slip) != (reason, promised):
        facts = {"dev": device.dev, "reason": reason, **({"slip": promised} if promised else {})}
        _log(session, "device.missing", facts)  # before the row: a push of it holds the log when it notes its contact
        device.missing_reason, device.closing_slip = reason, promised
        device.save(update_fields=["missing_reason", "closing_slip"])
        note_act("device.missing", by=by, space=session.meeting.space, subject=device, about=session)
    return device


def _promised(device: Device, slip: str, ballots: int | None) -> dict[str, Any]:
    """What a closing slip says that its device held, as it is kept. Raises SlipWrong, SlipOlder."""
    promised: dict[str, Any] = dict(device.closing_slip)
    if slip.strip():
        promised = read_slip(slip, dev=device.dev, public_key=bytes(device.public_key))
    elif ballots is not None and ballots != promised.get("ballots"):
        promised = {"ballots": ballots}
    if promised and promised["ballots"] < arrived(device):
        raise SlipOlder(details={"ballots": promised["ballots"]})
    return promised


@transaction.atomic
def reconcile_session(*, session: Session, by: User) -> Session:
    """Fix the heads of the devices and the accounts. What comes later is provisional.

    Raises HandCountsMissing, DevicesMissing, SheetsUndecided, RecordsUndecided, RecordsNewer, RecordsOutOfLine,
    WalkInsUndecided, ChallengesUndecided, BalanceOpen, DeedsWaiting, WrongState.
    """
    session = _locked(session)
    if session.state == Session.State.RECONCILED:
        return session
    _require(session, Session.State.CLOSED)
    require_hand_counts(session)
    _require_devices(session)
    _require_decisions(session)
    _require_entered(session)
    require_balance(balance_of(session))
    hold_log()  # what arrived is what stands in the list before this closing: anyone counts it again
    _require_entered(session)
    session.closing_losses = {device.dev: loss.as_json() for device, loss in lost_devices(session)}
    session.closing_heads = closed_devices(session)
    session.state = Session.State.RECONCILED
    session.save(update_fields=["closing_heads", "closing_losses", "state"])
    people_helped = {"helped": count} if (count := helped(session)) else {}
    lost = {"lost": session.closing_losses} if session.closing_losses else {}
    _log(session, "session.reconciled", {"heads": session.closing_heads, **people_helped, **lost})
    _note(session, "session.reconciled", by)
    sign_checkpoint()
    return session


def _require_entered(session: Session) -> None:
    """What desks without network brought is applied, so that it stands in the accounts."""
    if Record.objects.in_session(session.ref).to_apply().filter(type__startswith="desk.").exists():
        raise DeedsWaiting


def _require_devices(session: Session) -> None:
    closed = closed_devices(session)
    waiting = [
        device.label for device in session.devices.all() if device.dev not in closed and not device.missing_reason
    ]
    if waiting:
        raise DevicesMissing(details={"devices": waiting})


def _require_decisions(session: Session) -> None:
    """Nothing waits for a person: no ballot late or out of line, no doubtful sheet or scan, nobody on no roll."""
    require_decided([session])
    # Ballots only: nothing else is decided by people, so what else a revoked device brings must not hold a session up.
    late = Record.objects.in_session(session.ref).undecided().count()
    if late:
        raise RecordsUndecided(details={"count": late})
    require_decided_about(ballots_out_of_line(session))
    waiting = apps.get_model("paper", "Sheet").objects.filter(run__session=session, run__is_test=False).undecided()
    images = apps.get_model("paper", "Reading").objects.in_session(session).waiting()
    batches = session.scan_batches.filter(status__in=["waiting", "reading"])
    sheets = waiting.count() + len(_sheets_with_two_ballots(session))
    if sheets or images.exists() or batches.exists():
        raise SheetsUndecided(details={"sheets": sheets, "images": images.count(), "batches": batches.count()})


def _sheets_with_two_ballots(session: Session) -> set[str]:
    """Sheets of which the log holds several ballots and no decision: the box could not be settled."""
    here = Record.objects.filter(
        session_ref=session.ref, verdict=Verdict.ACCEPTED, payload__subject__startswith="sheet:"
    )
    ballots = here.ballots().values("payload__subject").annotate(ballots=Count("pk"))
    decided = here.filter(type="sheet.decided").values_list("payload__subject", flat=True)
    return set(ballots.filter(ballots__gt=1).order_by().values_list("payload__subject", flat=True)) - set(decided)
