"""Apply: the second of the two steps of the log. What was stored and accepted changes rows, in log order.

*Store* (``actions``) takes whole batches, answers for ever the same and never refuses. *Apply* calls one function for
each type of record that has something to change, in one transaction each, in the background: a record that cannot be
applied is quarantined with a reason and stops no other. A sealed ballot has nothing to apply before its box is opened;
what the server writes itself, for the web, the desk and paper, is applied in the transaction that writes it.

Rows that apply writes are written by nothing else: emptied and applied anew, the log gives the same rows (S22).
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from django.db import InterfaceError, OperationalError, models, transaction

from .models import Record, Verdict

log = logging.getLogger(__name__)
Applier = Callable[[Record, bytes], None]

APPLIERS: dict[str, Applier] = {}
# The models whose rows say nothing but what the log says.
PROJECTIONS: list[type[models.Model]] = []
# A bug of ours, not of the record: another release may know better.
NOT_APPLIED = "not_applied"


class CannotApply(Exception):
    """This record can change nothing as it is; ``reason`` is kept with it."""

    def __init__(self, reason: str = "malformed") -> None:
        super().__init__(reason)
        self.reason = reason


def applies(type_: str, *, writes: type[models.Model]) -> Callable[[Applier], Applier]:
    """Register the function that applies a type of record: given its row and body, it changes rows of ``writes``.

    It is safe to call again for the same record, and what it leaves behind must not depend on which of two records
    came first: what waited behind a gap is applied later than its number says.
    """

    def keep(apply: Applier) -> Applier:
        APPLIERS[type_] = apply
        if writes not in PROJECTIONS:
            PROJECTIONS.append(writes)
        return apply

    return keep


def waits_to_be_applied(type_: str, reason: str) -> bool:
    """Whether a record that a device brought has something to apply: also what a later release may know."""
    return type_ in APPLIERS or reason == "newer"


def apply_pending() -> int:
    """Apply everything that waits; returns how many were. Two at once take turns, record by record."""
    count = 0
    while apply_next():
        count += 1
    return count


@transaction.atomic
def apply_next() -> bool:
    """Apply the first record that waits. Whoever holds it makes others wait, so the order is that of the log."""
    record = Record.objects.to_apply().select_for_update(of=("self",)).first()
    if record is None:
        return False
    reason = _apply(record)
    verdict = Verdict.QUARANTINED if reason else Verdict.ACCEPTED
    Record.objects.filter(pk=record.pk).update(is_applied=True, verdict=verdict, reason=reason)
    return True


def _apply(record: Record) -> str:
    """Why it could not be applied; empty when it was, or when nothing of this type is applied."""
    apply = APPLIERS.get(record.type)
    if apply is None:
        return ""
    try:
        with transaction.atomic():
            apply(record, bytes(record.payload.body))
    except CannotApply as error:
        return error.reason
    except (OperationalError, InterfaceError):
        raise  # the database, not the record: it is tried again
    except Exception:
        log.exception("a record could not be applied", extra={"what": record.type})
        return NOT_APPLIED
    return ""


@transaction.atomic
def try_again() -> int:
    """Have what a bug kept from being applied wait once more; returns how many."""
    failed = Record.objects.filter(verdict=Verdict.QUARANTINED, reason=NOT_APPLIED, is_applied=True)
    return failed.update(verdict=Verdict.ACCEPTED, reason="", is_applied=False)


def is_rebuilt_alike() -> bool:
    """Whether the log, applied anew from its beginning, gives the very rows that are here. Nothing is changed."""
    with transaction.atomic():
        before = _rows()
        rebuild()
        is_alike = _rows() == before
        transaction.set_rollback(True)
    return is_alike


@transaction.atomic
def rebuild() -> int:
    """Empty the rows that apply writes, and apply the whole log anew; returns how many records were."""
    for model in PROJECTIONS:
        model._default_manager.all().delete()
    done = Record.objects.filter(type__in=APPLIERS, is_applied=True, verdict=Verdict.ACCEPTED)
    done.brought_by_devices().update(is_applied=False)
    return apply_pending()


def _rows() -> dict[str, list[dict[str, Any]]]:
    """What the rows say, without the numbers that the database gave them."""
    found = {}
    for model in PROJECTIONS:
        names = [field.attname for field in model._meta.concrete_fields if not field.primary_key]
        found[model._meta.label] = sorted(model._default_manager.values(*names), key=str)
    return found
