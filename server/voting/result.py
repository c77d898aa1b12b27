"""What a box says once it is opened: votes, rounds and winners (``server/opendata/published.py``, ``result.json``)."""

from __future__ import annotations

import json
from typing import Any

from server.opendata.published import build_result

from .definitions import Definition
from .log_states import announced_versions
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
    """How many rights to vote there are: passes neither void nor for tests; or people on the roll, without the struck.

    Of a frozen box, as its log heard of the roll last: what is on the roll after the vote was settled is not its base.
    """
    if box.regime == Box.Regime.PERSON:
        last = announced_versions(box).values_list("payload__body", flat=True).last() if box.definition_hash else None
        if last is not None:
            return int(json.loads(bytes(last))["people"])
        return box.roll.entries.with_right().count() if box.roll else 0
    return known_passes(box).filter(is_test=False, is_void=False).count()
