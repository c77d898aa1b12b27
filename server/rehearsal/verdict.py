"""What a rehearsal found: the figures as they are written, and whether all of it is right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .plan import Plan

# What --json writes: these keys, in this order, and no other.
FIGURES = (
    "instance",
    "voters",
    "counted",
    "by_door",
    "superseded",
    "duplicates",
    "paper",
    "votes_equal_instance",
    "winners",
    "winners_equal_instance",
    "verified",
    "seconds",
    "peak_mb",
)


@dataclass(frozen=True)
class Findings:
    """Everything that a rehearsal knows in the end. ``figures`` (``FIGURES``) is what ``--json`` writes.

    duels_right: of one pass at two kiosks the ballot counted that had to; not_accepted: records that the log does not
    simply hold as accepted, by reason; tests_refused: test sheets that were put under the scanner and refused.
    """

    figures: dict[str, Any]
    duels_right: bool
    not_accepted: Mapping[str, int]
    tests_refused: int
    # For people: equations as (label, left, [(label, number)], holds), projects, ballots received, batches.
    accounts: list[tuple[str, int, list[tuple[str, int]], bool]] = field(default_factory=list)
    projects: list[dict[str, Any]] = field(default_factory=list)
    received: Mapping[str, int] = field(default_factory=dict)
    batches: Mapping[str, int] = field(default_factory=dict)


def faults(plan: Plan, found: Findings) -> list[str]:
    """What is lost, doubled, misread or not equal to the real vote, in words; nothing where all is right."""
    figures, doors = found.figures, {door: len(plan.at(door)) for door in ("web", "kiosk", "paper")}
    paper = figures["paper"]
    wrong = {
        f"{figures['voters']} voters, {len(plan.voters)} planned": figures["voters"] != len(plan.voters),
        f"{figures['counted']} ballots counted of {len(plan.voters)} voters": figures["counted"] != len(plan.voters),
        f"ballots by door: {figures['by_door']}, not {doors}": figures["by_door"] != doors,
        f"{figures['superseded']} superseded, not {plan.extras}": figures["superseded"] != plan.extras,
        f"{paper['sheets']} sheets scanned, not {doors['paper']}": paper["sheets"] != doors["paper"],
        f"{paper['read']} sheets read, not {doors['paper']}": paper["read"] != doors["paper"],
        f"{paper['misread']} sheets misread": paper["misread"] != 0,
        "votes differ from those of the file": figures["votes_equal_instance"] is not True,
        "winners differ from those of the file": figures["winners_equal_instance"] is False,
        "verify.py does not agree": figures["verified"] is not True,
        "of one pass at two kiosks the wrong ballot counts": not found.duels_right,
        f"records are not accepted: {dict(found.not_accepted)}": bool(found.not_accepted),
        f"{found.tests_refused} test sheets refused, not 1": found.tests_refused != 1,
    }
    return [words for words, is_wrong in wrong.items() if is_wrong]
