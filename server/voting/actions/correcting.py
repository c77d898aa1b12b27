"""One line of a roll is corrected: added, amended, struck, readmitted. During a vote with a reason, by two people (P7).

What is struck stays as a line without a right: ballots of it are taken out at reconciliation, blind. Who was marked as
voting in the hall cannot be struck, for nothing joins the ballot in the box to the mark.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from server.ledger.actions import append
from server.office.actions import note_act
from server.office.approvals import ask, takes_two
from server.office.models import Approval
from server.voting.boxkeys import pseudonym
from server.voting.models import Box, PresenceMark, Roll, RollCorrection, RollEntry, RollVersion
from server.voting.refusals import NumberTaken, ReasonMissing, RollSettled, RollUnchanged, UsedInPerson
from server.voting.two_persons import roll_takes_two

from .look_alikes import note_look_alikes
from .roll_versions import LINE, LISTENING, locked_roll, renew

if TYPE_CHECKING:
    from server.accounts.models import User

Kind = RollVersion.Kind
LOGGED = {Kind.STRUCK: "right.struck", Kind.READMITTED: "right.readmitted"}


@dataclass(frozen=True)
class Correction:
    """``line``: number, names, date of birth, address, e-mail, where one is added or amended; ``entry``: whose line."""

    roll: Roll
    kind: RollVersion.Kind
    reason: str = ""
    entry: RollEntry | None = None
    line: Mapping[str, Any] = field(default_factory=dict)


def needs_reason(roll: Roll) -> bool:
    """Whether a vote is bound to the roll: from then on every correction says why, and two persons want it."""
    return roll.boxes.exclude(definition="").exclude(state=Box.State.CERTIFIED).exists()


@transaction.atomic
def correct_roll(*, correction: Correction, by: User) -> Approval | RollVersion:
    """Correct it, or where two persons are needed have it wait for the second.

    Raises RollSettled, ReasonMissing, NumberTaken, UsedInPerson, RollUnchanged.
    """
    roll = locked_roll(correction.roll)
    require_possible(roll, correction)
    if not roll_takes_two(roll):
        return apply_correction(roll, correction, by=by, agreed_by=None)
    line = {name: value.isoformat() if isinstance(value, dt.date) else value for name, value in correction.line.items()}
    asked = RollCorrection.objects.create(
        roll=roll, kind=correction.kind, entry=correction.entry, line=line, reason=correction.reason
    )
    return ask(kind="roll.correct", key=str(asked.pk), space=roll.space, by=by)


def require_possible(roll: Roll, correction: Correction) -> None:
    """Raises RollSettled, ReasonMissing, NumberTaken, UsedInPerson."""
    settled = roll.boxes.filter(state__in=[Box.State.RECONCILED, Box.State.OPENED])
    if roll.destroyed_at or settled.exists():
        raise RollSettled
    if needs_reason(roll) and not correction.reason.strip():
        raise ReasonMissing
    if correction.kind == Kind.ADDED and roll.entries.filter(number=correction.line.get("number")).exists():
        raise NumberTaken
    if correction.kind == Kind.STRUCK and _was_in_person(correction.entry):
        raise UsedInPerson


def _was_in_person(entry: RollEntry | None) -> bool:
    """Marked at a desk or by an accepted envelope, or the letter's pass was handed in for a sheet."""
    marks = PresenceMark.objects.filter(entry=entry, is_restored=False, box__state__in=LISTENING)
    return marks.exists() or (entry is not None and entry.letters.filter(letter__is_exchanged=True).exists())


def apply_correction(roll: Roll, correction: Correction, *, by: User | None, agreed_by: User | None) -> RollVersion:
    """Write it, with its version. The roll is held, and as many persons as are needed want it."""
    entry = _WRITERS[correction.kind](roll, correction)
    if correction.kind in LOGGED:
        _tell_votes(roll, entry, LOGGED[correction.kind])
    if correction.kind in (Kind.ADDED, Kind.AMENDED):
        note_look_alikes(roll, of=entry)
    reason = " ".join(correction.reason.split())
    version = renew(roll, correction.kind, by=by, entry=entry, reason=reason, agreed_by=agreed_by)
    facts = {"kind": str(correction.kind), "version": version.number}
    note_act("roll.corrected", by=by, space=roll.space, subject=roll, facts=facts)
    return version


def _tell_votes(roll: Roll, entry: RollEntry, type_: str) -> None:
    boxes = roll.boxes.filter(state__in=LISTENING, regime=Box.Regime.PERSON).select_related("component__space")
    for box in boxes.order_by("pk"):
        append(
            type=type_,
            definition=box.definition_hash,
            space=box.space.slug,
            actor="organiser",
            subject=pseudonym(box, entry),
        )


def _add(roll: Roll, correction: Correction) -> RollEntry:
    try:
        with transaction.atomic():
            return RollEntry.objects.create(roll=roll, **_line(correction))
    except IntegrityError as error:
        raise NumberTaken from error


def _amend(_roll: Roll, correction: Correction) -> RollEntry:
    """The number stays: pseudonyms come from it."""
    entry, line = _entry(correction), _line(correction)
    line["number"] = entry.number
    if all(getattr(entry, name) == value for name, value in line.items()):
        raise RollUnchanged
    for name, value in line.items():
        setattr(entry, name, value)
    entry.save(update_fields=list(line))
    return entry


def _strike(_roll: Roll, correction: Correction) -> RollEntry:
    return _set_struck(correction, timezone.now())


def _readmit(_roll: Roll, correction: Correction) -> RollEntry:
    return _set_struck(correction, None)


def _set_struck(correction: Correction, moment: dt.datetime | None) -> RollEntry:
    entry = _entry(correction)
    if bool(entry.struck_at) == bool(moment):
        raise RollUnchanged
    entry.struck_at = moment
    entry.save(update_fields=["struck_at"])
    return entry


_WRITERS = {Kind.ADDED: _add, Kind.AMENDED: _amend, Kind.STRUCK: _strike, Kind.READMITTED: _readmit}


def _entry(correction: Correction) -> RollEntry:
    assert correction.entry is not None
    return RollEntry.objects.select_for_update(of=("self",), no_key=True).get(pk=correction.entry.pk)


def _line(correction: Correction) -> dict[str, Any]:
    line = {name: correction.line.get(name) or "" for name in LINE}
    born = correction.line.get("birth_date") or None
    return line | {"birth_date": dt.date.fromisoformat(born) if isinstance(born, str) else born}


def _asked(approval: Approval) -> RollCorrection | None:
    return RollCorrection.objects.select_related("roll__space", "entry").filter(pk=approval.key).first()


def _told(approval: Approval) -> list[tuple[Any, Any]]:
    """What the second person reads before agreeing."""
    asked = _asked(approval)
    if asked is None:
        return []
    lines: list[tuple[Any, Any]] = [(_("Roll"), asked.roll), (_("Correction"), asked.get_kind_display())]
    if asked.entry:
        lines.append((_("Person"), f"{asked.entry} · {asked.entry.number}"))
    labels = {field.name: field.verbose_name for field in RollEntry._meta.fields if field.name in LINE}
    lines += [(labels[name], value) for name, value in asked.line.items() if value and name in labels]
    return [*lines, (_("Reason"), asked.reason)]


def _drop(approval: Approval) -> None:
    RollCorrection.objects.filter(pk=approval.key).delete()


def _back(approval: Approval) -> str:
    asked = _asked(approval)
    if asked is None:
        return reverse("office_voting:rolls", args=[approval.space.slug])
    return reverse("office_voting:roll_versions", args=[approval.space.slug, asked.roll_id])


@takes_two("roll.correct", title=_("Correct the roll"), told=_told, address=_back, drop=_drop)
def _agreed(approval: Approval, by: User) -> str:
    address, asked = _back(approval), _asked(approval)
    assert asked is not None
    correction = Correction(asked.roll, Kind(asked.kind), asked.reason, asked.entry, asked.line)
    roll = locked_roll(asked.roll)
    require_possible(roll, correction)
    asked.delete()
    apply_correction(roll, correction, by=approval.asked_by, agreed_by=by)
    return address
