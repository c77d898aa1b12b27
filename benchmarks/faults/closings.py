"""F15, closings where one counter is off by one: none may be reconciled without an explanation (P11).

Four evenings: by person and by pass, where every pass came back or one did not. What did not come back is explained,
as people would; those words must not let a wrong count through.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping
from typing import Any

PEOPLE, SHEETS, CLOSINGS = 12, 5, 50
LEFT = "Une personne est partie avec son passe."
EVENINGS = [(regime, left) for regime in ("person", "pass") for left in (0, 1)]


def close_wrongly(seed: int, closings: int = CLOSINGS) -> dict[str, Any]:
    """Close the same evenings again and again, each time with one of the people's counts one too high or too low."""
    rng = random.Random(seed)
    told: dict[str, Any] = {"closings": 0, "blocked": 0, "right_one_accepted": True, "counters": Counter()}
    for place, (regime, left) in enumerate(EVENINGS):
        share = closings // len(EVENINGS) + (place < closings % len(EVENINGS))
        one = _close_one(rng, regime, left, share)
        told["closings"] += share
        told["blocked"] += one["blocked"]
        told["right_one_accepted"] &= one["right_one_accepted"]
        told["counters"] += one["counters"]
    return {**told, "evenings": len(EVENINGS), "counters": dict(sorted(told["counters"].items()))}


def _close_one(rng: random.Random, regime: str, left: int, closings: int) -> dict[str, Any]:
    """One evening with each of its counters too high and too low in turn, begun anywhere; it is undone at the end."""
    from .hall import undone

    with undone():
        hall, right = _evening(rng, regime, left)
        with undone():
            is_right_accepted = not _is_blocked(hall, right, left)
        steps = [(name, step) for name in sorted(right) for step in (-1, 1) if right[name] + step >= 0]
        rng.shuffle(steps)
        blocked, touched = 0, Counter[str]()
        for turn in range(closings):
            name, step = steps[turn % len(steps)]
            touched[f"{regime} {name}"] += 1
            with undone():
                blocked += _is_blocked(hall, {**right, name: right[name] + step}, left)
    return {"blocked": blocked, "right_one_accepted": is_right_accepted, "counters": touched}


def _evening(rng: random.Random, regime: str, left: int) -> tuple[Any, dict[str, int]]:
    """Some vote at kiosks, some on sheets, one brings the pass back, ``left`` go home with it; and what hands count."""
    from server.meetings.actions import close_session
    from server.voting.actions import close_voting, hand_over_pass, take_back_hand_over, void_pass
    from tests.server.votes import on_paper, print_sheets

    from .hall import ask_for_sheet, at_kiosk, choose, make_hall

    hall = make_hall(PEOPLE, regime=regime)
    sheets, used = print_sheets(hall, SHEETS), 0
    undone = _undo_one(hall) if regime == "person" else 0
    for person in range(1, PEOPLE):
        code = hall.hand_over(person)
        if person == 1:
            void_pass(session=hall.session, code_text=code.grouped, reason="returned", by=hall.officer)
        elif person % 3 == 0:
            ask_for_sheet(hall, code)
            on_paper(hall, sheets[used][1], choose(rng))
            used += 1
        elif person > 1 + left:
            at_kiosk(hall, rng.choice(hall.kiosks), code, choose(rng))
    if regime == "pass":
        for slip in (hand_over_pass, take_back_hand_over):
            slip(session=hall.session, by=hall.officer)
    hall.close_kiosks()
    close_session(session=hall.session, by=hall.officer)
    close_voting(box=hall.box, by=hall.officer)
    counts = {"passes_unused": len(hall.stack), "passes_spoiled": undone, "passes_returned": 1}
    counts["passes_issued"] = PEOPLE - 1
    return hall, {**counts, "sheets_in_box": used, "sheets_unused": SHEETS - used, "sheets_spoiled": 0}


def _undo_one(hall: Any) -> int:
    """The first person is marked and thinks better of it; the pass lies with the spoiled ones."""
    from server.voting.actions import restore_right
    from server.voting.models import PresenceMark

    code = hall.hand_over(0)
    mark = PresenceMark.objects.get(session=hall.session)
    restore_right(mark=mark, code_text=code.grouped, reason=PresenceMark.Back.LEAVES, by=hall.officer)
    return 1


def _is_blocked(hall: Any, counts: Mapping[str, int], left: int) -> bool:
    from server.meetings.actions import explain_difference, reconcile_session
    from server.voting.refusals import BalanceOpen

    hall.refresh()
    hall.count(**counts)
    if left:
        explain_difference(session=hall.session, equation=3, text=LEFT, by=hall.officer)
    try:
        reconcile_session(session=hall.session, by=hall.officer)
    except BalanceOpen:
        return True
    return False


def are_all_blocked(counts: dict[str, Any]) -> bool:
    return counts["blocked"] == counts["closings"] and counts["right_one_accepted"]
