"""Apply: the second of the two steps of the log. What was stored and accepted changes rows, in log order.

*Store* (``actions``) takes whole batches, answers for ever the same and never refuses. *Apply* calls one function for
each type of record that has something to change, in the background, some records to a transaction and each on its own
within it: a record that cannot be applied is quarantined with a reason and stops no other. A sealed ballot has nothing
to apply before its box is opened; what the server writes itself, for the web, the desk and paper, is applied in the
transaction that writes it.

Rows that apply writes are written by nothing else: emptied and applied anew, the log gives the same rows (S22).
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Any

from django.db import InterfaceError, OperationalError, models, transaction
from django.db.models import QuerySet

from server.web.live import ring

from .failpoints import failpoint, failpoint_on_commit
from .hearing import Heard, quietly, tell
from .models import Record, Verdict

log = logging.getLogger(__name__)
# The space and the part of its pages that changed, as ``ring`` takes them.
Bell = tuple[int, str]
Applier = Callable[[Record, bytes], Bell | None]
# The same for several of its type that follow one another: as if each were applied in its turn, or none of them.
Folder = Callable[[Sequence[tuple[Record, bytes]]], set[Bell]]
# The ids of what was tried, by the reason why it could not be applied ("" where it was), and the bells to ring.
Applied = tuple[dict[str, list[str]], set[Bell]]
# To a transaction: the disk is waited for once for all of them, and nobody else for long.
AT_ONCE = 100

APPLIERS: dict[str, Applier] = {}
FOLDERS: dict[Applier, Folder] = {}
# Types that the installation writes: applied as they are written (``apply_now``), and anew by ``rebuild``.
BY_THE_HOUSE: set[str] = set()
# Types each record of which has a transaction of its own.
ALONE: set[str] = set()
# Of them, those that nobody else writes.
OF_THE_HOUSE: set[str] = set()
# The models whose rows say nothing but what the log says.
PROJECTIONS: list[type[models.Model]] = []
# A bug of ours, not of the record: another release may know better.
NOT_APPLIED = "not_applied"


class CannotApply(Exception):
    """This record can change nothing as it is; ``reason`` is kept with it."""

    def __init__(self, reason: str = "malformed") -> None:
        super().__init__(reason)
        self.reason = reason


def applies(
    type_: str,
    *,
    writes: type[models.Model] | None,
    of_house: bool = False,
    by_house: bool = False,
    alone: bool = False,
) -> Callable[[Applier], Applier]:
    """Register the function that applies a type of record: given its row and body, it changes rows of ``writes``.

    writes: None where it does what other doors do as well, in rows that are not its own, and notes for itself that it
    has. by_house: the installation writes this type as well as devices. of_house: only the installation does; of a
    device it is never applied. alone: it holds what others hold in another order than a batch would, so nothing else
    shares its transaction.

    It returns the bell to ring for that, if any; each is rung once for all that a transaction applied.
    It is safe to call again for the same record, and what it leaves behind must not depend on which of two records
    came first: what waited behind a gap is applied later than its number says.
    """

    def keep(apply: Applier) -> Applier:
        APPLIERS[type_] = apply
        if of_house:
            OF_THE_HOUSE.add(type_)
        if of_house or by_house:
            BY_THE_HOUSE.add(type_)
        if alone:
            ALONE.add(type_)
        if writes is not None and writes not in PROJECTIONS:
            PROJECTIONS.append(writes)
        return apply

    return keep


def folds(apply: Applier) -> Callable[[Folder], Folder]:
    """Register a function that does for several records at once what this one does for each, and asks less."""

    def keep(fold: Folder) -> Folder:
        FOLDERS[apply] = fold
        return fold

    return keep


def waits_to_be_applied(type_: str, reason: str) -> bool:
    """Whether a record that a device brought has something to apply: also what a later release may know."""
    return type_ in APPLIERS or reason == "newer"


def apply_now(record: Record) -> None:
    """Apply what the installation itself has just written, in the transaction that wrote it."""
    APPLIERS[record.type](record, bytes(record.payload.body))


def apply_anew(rows: QuerySet[Record]) -> None:
    """Have these records of devices wait to be applied once more, in the order of the log."""
    rows.filter(type__in=set(APPLIERS) - OF_THE_HOUSE).update(is_applied=False)


def apply_pending() -> int:
    """Apply everything that waits; returns how many were. Two at once take turns, some records each."""
    count = 0
    while done := apply_next():
        count += done
    return count


def count_waiting(*, least: int, most: int) -> int:
    """How many records wait to be applied: 0 below ``least``, which is soon known, and never more than ``most``."""
    waiting = Record.objects.to_apply().order_by().values("index")  # found in the index alone
    return waiting[:most].count() if waiting[least - 1 : least].exists() else 0


@transaction.atomic
def apply_next() -> int:
    """Apply the first records that wait; returns how many. Whoever holds them makes others wait: the log's order."""
    rows = Record.objects.to_apply().select_related("payload").select_for_update(of=("self",))
    waiting = _until_alone(list(rows[:AT_ONCE]))
    if not waiting:
        return 0
    failpoint("apply.claimed")
    failpoint_on_commit("apply.committed")
    outcomes, bells = _apply_together(waiting) or _apply_each(waiting)
    failpoint("apply.applied")
    for reason, ids in outcomes.items():
        verdict = Verdict.QUARANTINED if reason else Verdict.ACCEPTED
        Record.objects.filter(pk__in=ids).update(is_applied=True, verdict=verdict, reason=reason)
    done = set(outcomes.get("", ()))
    tell(Heard(record.id, record.type, record.payload.subject) for record in waiting if record.id in done)
    failpoint("apply.before_commit")
    for bell in bells:
        ring(*bell)
    return len(waiting)


def _until_alone(waiting: list[Record]) -> list[Record]:
    """Those before the first that shares its transaction with nobody; where it comes first, it."""
    place = next((n for n, record in enumerate(waiting) if record.type in ALONE), len(waiting))
    return waiting[: max(1, place)]


def _apply_together(waiting: list[Record]) -> Applied | None:
    """All of them, which is the rule; None where one of them cannot be, and then nothing of them is."""
    bells: set[Bell] = set()
    try:
        with transaction.atomic():
            for type_, run in groupby(waiting, lambda record: record.type):
                bells |= _apply_run(type_, [(record, bytes(record.payload.body)) for record in run])
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        return None  # whichever it was is found, and told, when each is tried on its own
    return {"": [record.id for record in waiting]}, bells


def _apply_run(type_: str, told: Sequence[tuple[Record, bytes]]) -> set[Bell]:
    """Records of one type that follow one another."""
    apply = APPLIERS.get(type_)
    if apply is None:
        return set()
    if fold := FOLDERS.get(apply):
        return fold(told)
    return {bell for one in told if (bell := apply(*one))}


def _apply_each(waiting: list[Record]) -> Applied:
    """Each on its own: what cannot be applied stops no other."""
    outcomes: defaultdict[str, list[str]] = defaultdict(list)
    bells: set[Bell] = set()
    for record in waiting:
        outcomes[_apply(record, bells)].append(record.id)
    return outcomes, bells


def _apply(record: Record, bells: set[Bell]) -> str:
    """Why it could not be applied; empty when it was, or when nothing of this type is applied."""
    apply = APPLIERS.get(record.type)
    if apply is None:
        return ""
    try:
        with transaction.atomic():
            bell = apply(record, bytes(record.payload.body))
    except CannotApply as error:
        return error.reason
    except (OperationalError, InterfaceError):
        raise  # the database, not the record: it is tried again
    except Exception:
        log.exception("a record could not be applied", extra={"what": record.type})
        return NOT_APPLIED
    if bell:
        bells.add(bell)
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
    theirs, ours = done.brought_by_devices(), done.written_by_the_house()
    for rows in (theirs.exclude(type__in=OF_THE_HOUSE), ours.filter(type__in=BY_THE_HOUSE)):
        rows.update(is_applied=False)
    with quietly():
        return apply_pending()


def _rows() -> dict[str, list[dict[str, Any]]]:
    """What the rows say, without the numbers that the database gave them."""
    found = {}
    for model in PROJECTIONS:
        names = [field.attname for field in model._meta.concrete_fields if not field.primary_key]
        found[model._meta.label] = sorted(model._default_manager.values(*names), key=str)
    return found
