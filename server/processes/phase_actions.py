"""Writes around the phases of a space: what they say and open, their beginning and end, their answer, their closing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from server.office.actions import CannotUndo, note_act, undoes
from server.office.models import Act
from server.web.live import ring

from .component_types import type_of
from .models import Component, Door, Opening, Phase
from .refusals import AnswerMissing, NotByHand, PhaseNotOver, PhaseStands

if TYPE_CHECKING:
    from server.accounts.models import User

    from .localized import Localized

Opened = Mapping[tuple[int, str], Sequence[str]]  # doors by component and activity
TEXTS = ("title", "promise", "answer")
MOMENTS = ("starts_at", "ends_at", "begun_at", "ended_at", "answered_at")


def _held(phase: Phase) -> Phase:
    """As it is now, and nobody else's until the end of the transaction. Raises PhaseStands once it is closed."""
    held = Phase.objects.select_for_update(no_key=True).get(pk=phase.pk)
    if held.closed_at is not None:
        raise PhaseStands
    return held


@transaction.atomic
def save_phase(*, phase: Phase, by: User) -> Phase:
    """Keep a phase, and put all phases of the space in the order of their beginnings. Raises PhaseStands."""
    if phase.pk is None:
        phase.position = (phase.space.phases.aggregate(last=Max("position"))["last"] or 0) + 1
    else:
        _held(phase)
    phase.save()
    for position, one in enumerate(phase.space.phases.order_by("starts_at", "ends_at", "pk"), start=1):
        if one.position != position:
            Phase.objects.filter(pk=one.pk).update(position=position)
    note_act("phase.saved", by=by, space=phase.space, subject=phase)
    ring(phase.space_id, "space")
    return phase


@transaction.atomic
def delete_phase(*, phase: Phase, by: User) -> Act:
    """The act keeps what the phase said and opened, so that it can be brought back. Raises PhaseStands."""
    held = _held(phase)
    said: dict[str, Any] = {name: dict(getattr(held, name)) for name in TEXTS}
    said |= {name: moment.isoformat() for name in MOMENTS if (moment := getattr(held, name))}
    said |= {name: getattr(held, name) for name in ("activation", "involvement", "activities", "position")}
    said["opened"] = _listed(opened_by(held))
    act = note_act("phase.deleted", by=by, space=held.space, subject=held, undo=said)
    held.delete()
    ring(phase.space_id, "space")
    return act


@undoes("phase.deleted")
def _restore_phase(act: Act, by: User) -> Act:
    if act.space is None:
        raise CannotUndo
    facts = dict(act.undo)
    opened = facts.pop("opened", [])
    moments = {name: datetime.fromisoformat(facts.pop(name)) for name in MOMENTS if name in facts}
    phase = Phase.objects.create(space=act.space, **facts, **moments)
    write_openings(phase, _unlisted(opened))
    ring(act.space.pk, "space")
    return note_act("phase.restored", by=by, space=act.space, subject=phase, undoes=act)


def opened_by(phase: Phase) -> dict[tuple[int, str], list[str]]:
    rows = phase.openings.values_list("component", "activity", "doors")
    return {(component, activity): list(doors) for component, activity, doors in rows}


def _listed(opened: Opened) -> list[dict[str, Any]]:
    return [
        {"component": component, "activity": activity, "doors": list(doors)}
        for (component, activity), doors in opened.items()
    ]


def _unlisted(rows: Sequence[Mapping[str, Any]]) -> dict[tuple[int, str], list[str]]:
    return {(row["component"], row["activity"]): row["doors"] for row in rows}


def write_openings(phase: Phase, opened: Opened) -> None:
    """In the place of those that are there: of components of the space, what their types offer and by no other door."""
    phase.openings.all().delete()
    rows = []
    for component in Component.objects.filter(space=phase.space_id):
        offered = found.activities if (found := type_of(component.kind)) else {}
        for activity, ways in offered.items():
            asked = opened.get((component.pk, str(activity)), ())
            doors = [door for door in Door.values if door in asked and door in ways]
            if doors:
                rows.append(Opening(phase=phase, component=component, activity=activity, doors=doors))
    Opening.objects.bulk_create(rows)


@transaction.atomic
def save_openings(*, phase: Phase, opened: Opened, by: User) -> Act | None:
    """What the phase opens from now on, all of it at once; None where nothing changed. Raises PhaseStands."""
    held = _held(phase)
    before = opened_by(held)
    write_openings(held, opened)
    if opened_by(held) == before:
        return None
    act = note_act(
        "phase.opened", by=by, space=held.space, subject=held, undo={"phase": held.pk, "opened": _listed(before)}
    )
    ring(held.space_id, "space")
    return act


@undoes("phase.opened")
def _open_as_before(act: Act, by: User) -> Act:
    phase = _undone(act)
    write_openings(phase, _unlisted(act.undo["opened"]))
    ring(phase.space_id, "space")
    return note_act("phase.opened", by=by, space=phase.space, subject=phase, undoes=act)


@transaction.atomic
def begin_phase(*, phase: Phase, by: User) -> Act:
    """From now on it runs, and what it opens is open. Raises NotByHand where its dates begin it, or somebody did."""
    held = _held(phase)
    if not held.is_by_hand or held.begun_at is not None:
        raise NotByHand
    return _step("phase.begun", held, by, begun_at=timezone.now())


@transaction.atomic
def end_phase(*, phase: Phase, by: User) -> Act:
    """From now on what it opened is shut; its dates aside. Raises NotByHand where it does not run."""
    held = _held(phase)
    if not held.is_active():
        raise NotByHand
    return _step("phase.ended", held, by, ended_at=timezone.now())


@transaction.atomic
def save_answer(*, phase: Phase, answer: Localized, is_public: bool, by: User) -> Act:
    """Keep what became of the promise. Once published it stays public, also when its words change.

    Raises PhaseStands, and AnswerMissing where nothing would be published.
    """
    held = _held(phase)
    is_public = is_public or held.is_answered
    if is_public and not answer:
        raise AnswerMissing
    moment = held.answered_at or (timezone.now() if is_public else None)
    return _step("phase.answered" if is_public else "phase.answer_drafted", held, by, answer=answer, answered_at=moment)


@transaction.atomic
def close_phase(*, phase: Phase, by: User) -> Act:
    """For good: what was promised is answered. Raises PhaseNotOver, AnswerMissing, PhaseStands."""
    held = _held(phase)
    if not held.is_over():
        raise PhaseNotOver
    if not held.is_answered or not held.answer:
        raise AnswerMissing
    return _step("phase.closed", held, by, closed_at=timezone.now())


def _step(deed: str, phase: Phase, by: User, **changes: Any) -> Act:
    """Write ``changes`` and note what stood there before."""
    before = {name: _plain(getattr(phase, name)) for name in changes}
    for name, value in changes.items():
        setattr(phase, name, value)
    phase.save(update_fields=list(changes))
    undo = {"phase": phase.pk, "before": before}
    act = note_act(deed, by=by, space=phase.space, subject=phase, undo=undo)
    ring(phase.space_id, "space")
    return act


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else dict(value) if isinstance(value, dict) else value


def _undone(act: Act, *, may_be_closed: bool = False) -> Phase:
    """The phase that a deed was done to. Raises CannotUndo where it is gone, or closed since."""
    phase = Phase.objects.select_for_update(no_key=True).filter(pk=act.undo["phase"], space=act.space).first()
    if phase is None or (phase.closed_at is not None and not may_be_closed):
        raise CannotUndo
    return phase


@undoes("phase.begun")
@undoes("phase.ended")
@undoes("phase.answered")
@undoes("phase.answer_drafted")
@undoes("phase.closed")
def _step_back(act: Act, by: User) -> Act:
    """As before the deed; not where something of it was done anew since."""
    phase = _undone(act, may_be_closed=act.deed == "phase.closed")
    later = Act.objects.filter(pk__gt=act.pk, deed=act.deed, space=act.space, undo__phase=phase.pk)
    if later.exists() or (act.deed == "phase.begun" and phase.ended_at is not None):
        raise CannotUndo
    before = act.undo["before"]
    for name, value in before.items():
        setattr(phase, name, datetime.fromisoformat(value) if name.endswith("_at") and value else value)
    phase.save(update_fields=list(before))
    ring(phase.space_id, "space")
    return note_act("phase.stepped_back", by=by, space=phase.space, subject=phase, undoes=act)
