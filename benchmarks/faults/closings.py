"""F15, closings where one counter is off by one: none may be reconciled without an explanation (P11)."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

PEOPLE, SHEETS, CLOSINGS = 12, 5, 50


def close_wrongly(seed: int, closings: int = CLOSINGS) -> dict[str, Any]:
    """Close the same evening again and again, each time with one of the people's counts one too high or too low."""
    from server.meetings.actions import close_session
    from server.voting.actions import close_voting

    from .hall import undone

    rng = random.Random(seed)
    hall, right = _evening(rng)
    close_session(session=hall.session, by=hall.officer)
    close_voting(box=hall.box, by=hall.officer)
    with undone():
        is_right_accepted = not _is_blocked(hall, right)
    blocked, touched = 0, Counter[str]()
    for _closing in range(closings):
        name = rng.choice(sorted(right))
        step = rng.choice((-1, 1)) if right[name] else 1
        touched[name] += 1
        with undone():
            blocked += _is_blocked(hall, {**right, name: right[name] + step})
    return {
        "closings": closings,
        "blocked": blocked,
        "right_one_accepted": is_right_accepted,
        "counters": dict(sorted(touched.items())),
    }


def _evening(rng: random.Random) -> tuple[Any, dict[str, int]]:
    """Some vote at kiosks, some on sheets, one gives the pass back; and what hands then count."""
    from server.voting.actions import restore_right
    from server.voting.models import PresenceMark
    from tests.server.votes import on_paper, print_sheets

    from .hall import ask_for_sheet, at_kiosk, choose, make_hall

    hall = make_hall(PEOPLE)
    sheets = print_sheets(hall, SHEETS)
    used = 0
    for person in range(PEOPLE - 1):
        code = hall.hand_over(person)
        if person == 0:
            mark = PresenceMark.objects.get(session=hall.session)
            restore_right(mark=mark, code_text=code.grouped, reason=PresenceMark.Back.LEAVES, by=hall.officer)
        elif person % 3 == 0:
            ask_for_sheet(hall, code)
            on_paper(hall, sheets[used][1], choose(rng))
            used += 1
        else:
            at_kiosk(hall, rng.choice(hall.kiosks), code, choose(rng))
    hall.close_kiosks()
    counts = {"passes_unused": len(hall.stack), "passes_spoiled": 1, "passes_returned": 0, "passes_issued": PEOPLE - 2}
    return hall, {**counts, "sheets_in_box": used, "sheets_unused": SHEETS - used, "sheets_spoiled": 0}


def _is_blocked(hall: Any, counts: dict[str, int]) -> bool:
    from server.meetings.actions import enter_hand_counts, reconcile_session
    from server.voting.refusals import BalanceOpen

    hall.session.refresh_from_db()
    enter_hand_counts(session=hall.session, counts=counts, by=hall.officer)
    try:
        reconcile_session(session=hall.session, by=hall.officer)
    except BalanceOpen:
        return True
    return False


def are_all_blocked(counts: dict[str, Any]) -> bool:
    return counts["blocked"] == counts["closings"] and counts["right_one_accepted"]
