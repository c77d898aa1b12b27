"""What waits for a moderator: what was reported, what was held back, what is hidden. Queries do not grow with it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Value

from .models import Hiding, Report
from .reportables import KINDS, Reported

if TYPE_CHECKING:
    from server.processes.models import Space

MOST = 500


@dataclass
class Case:
    """One thing, with the reports about it. ``since``: from when it waits."""

    thing: Reported
    since: datetime
    reports: list[Report] = field(default_factory=list)

    @property
    def reasons(self) -> list[str]:
        return list(dict.fromkeys(str(one.get_reason_display()) for one in self.reports))


def waiting(space: Space) -> list[Case]:
    """Reported or held back, the longest waiting first."""
    reports: dict[tuple[str, str], list[Report]] = {}
    for one in Report.objects.open().filter(space=space).order_by("pk")[:MOST]:
        reports.setdefault((one.kind, one.ref), []).append(one)
    cases = {key: Case(thing, reports[key][0].at, reports[key]) for key, thing in _things(reports).items()}
    for kind in KINDS.values():
        for thing in kind.tell(list(kind.of_space(space).held()[:MOST])):
            cases.setdefault((thing.kind, thing.ref), Case(thing, thing.row.held_at))
    return sorted(cases.values(), key=lambda case: case.since)


def count_waiting(space: Space) -> int:
    """How many things wait to be decided; one query."""
    reported = Report.objects.open().filter(space=space).order_by().values_list("kind", "ref")
    held = [
        kind.of_space(space).held().order_by().annotate(what=Value(kind.kind)).values_list("what", "ref")
        for kind in KINDS.values()
    ]
    return reported.union(*held).count()


def hidden(space: Space) -> list[Case]:
    """The latest first."""
    rows = {(one.kind, one.ref): one for one in Hiding.objects.filter(space=space)[:MOST]}
    return [Case(thing, rows[key].hidden_at) for key, thing in _things(rows, order=list(rows)).items()]


def _things(
    keys: Iterable[tuple[str, str]], order: Sequence[tuple[str, str]] | None = None
) -> dict[tuple[str, str], Reported]:
    """One query or two for each kind."""
    wanted: dict[str, list[str]] = {}
    for kind, ref in keys:
        wanted.setdefault(kind, []).append(ref)
    found: dict[tuple[str, str], Reported] = {}
    for kind, refs in wanted.items():
        if kind in KINDS:
            found |= {(kind, ref): thing for ref, thing in KINDS[kind].find(refs).items()}
    return {key: found[key] for key in (order or list(found)) if key in found}
