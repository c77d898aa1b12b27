"""What a box says once it is opened: votes, rounds and winners (``server/opendata/published.py``, ``result.json``)."""

from __future__ import annotations

from typing import Any

from server.opendata.published import build_result

from .definitions import Definition
from .models import Box
from .settlement import known_passes


def result_of(box: Box) -> dict[str, Any]:
    """``result.json`` as data: from the opened ballots and the frozen definition alone, with turnout and doors.

    Once certified, the number of rights stays the one that was certified, though the roll may grow.
    """
    definition = Definition.of(box)
    by_door = {door: box.settlement["by_door"][door] for door in definition.facts["doors"]}
    ballots = list(box.cast_vote_records.values_list("choices", flat=True))
    rights = box.result["turnout"]["rights"] if box.result else rights_of(box)
    result = build_result(box.definition.encode(), ballots, rights=rights, by_door=by_door)
    if box.has_trustees:
        result["opened_by"] = [trustee.name for trustee in box.trustees.all() if trustee.has_opened]
    return result


def rights_of(box: Box) -> int:
    """How many rights to vote there are: entries of the roll but those struck, or passes neither void nor for tests."""
    if box.regime == Box.Regime.PERSON:
        return box.roll.entries.with_right().count() if box.roll else 0
    return known_passes(box).filter(is_test=False, is_void=False).count()
