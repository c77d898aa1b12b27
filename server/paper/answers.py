"""An answer to a contest between a form that people fill in and the shape that a ballot has. Pure.

By ``approval``, ``choose-1``, ``knapsack`` and ``yes-no`` people tick boxes, and the answer is a list of choice ids.
By ``ranked`` they write 1, 2, 3 … beside choices, and the answer lists these, the first rank first. By ``score`` and
``dots`` they write points, and the answer is an object, choice id → points. Nothing is inferred: a rank that is written
twice, or left out between two others, is refused and not mended.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from server.voting.answers import (
    KeptAnswer,
    by_rank,
    gives_points,
    is_by_number,
    is_ranked,
    number_written,
    numbered,
)
from server.voting.ballots import Contest

from .refusals import ChoicesNotAllowed


class NotAnAnswer(ValueError):
    """What was written says nothing that a ballot can hold."""


class Posted(Protocol):
    """A form as it was sent; ``QueryDict`` is one."""

    def getlist(self, name: str) -> list[str]: ...
    def get(self, name: str, default: str = "") -> Any: ...


def field_name(contest: Contest, choice: str) -> str:
    """The name of the field in which the number of a choice is written."""
    return f"{contest['id']}.{choice}"


def written(contest: Contest, posted: Posted) -> dict[str, str]:
    """What stands in the form, choice id → text, as it is: for showing it again."""
    if not is_by_number(contest):
        return dict.fromkeys(posted.getlist(contest["id"]), "1")
    told = {one["id"]: str(posted.get(field_name(contest, one["id"]), "")).strip() for one in contest["choices"]}
    return {choice: text for choice, text in told.items() if text}


def answer_from(contest: Contest, posted: Posted) -> KeptAnswer:
    """The answer that a form gives. Whether the rules allow it is another question. Raises NotAnAnswer."""
    if not is_by_number(contest):
        return list(posted.getlist(contest["id"]))
    numbers = {choice: _number(text) for choice, text in written(contest, posted).items()}
    if gives_points(contest):
        return numbers
    order = by_rank(numbers)
    if [numbers[choice] for choice in order] != list(range(1, len(order) + 1)):
        raise NotAnAnswer("ranks")
    return order


def answers_from(contests: Iterable[Contest], posted: Posted) -> dict[str, KeptAnswer]:
    """The answers to all contests of a sheet. Raises ChoicesNotAllowed where one of them says nothing."""
    try:
        return {contest["id"]: answer_from(contest, posted) for contest in contests}
    except NotAnAnswer as wrong:
        raise ChoicesNotAllowed from wrong


def _number(text: str) -> int:
    number = number_written(text)
    if number is None:
        raise NotAnAnswer("number")
    return number


def shown(contest: Contest, answer: Any) -> dict[str, str]:
    """An answer as the form shows it, choice id → what stands in its field. The opposite of ``answer_from``."""
    return {choice: str(number) for choice, number in numbered(contest, answer).items()}


def in_numbers(contest: Any, answer: Any) -> str:
    """An answer in the numbers of the ballot, short: ``2, 5``; ranked ``5 > 2``; with points ``2: 3, 5: 1``."""
    numbers = {choice["id"]: choice["number"] for choice in contest["choices"]}
    if isinstance(answer, Mapping):
        return ", ".join(f"{numbers.get(choice, choice)}: {points}" for choice, points in answer.items())
    joint = " > " if is_ranked(contest) else ", "
    return joint.join(str(numbers.get(choice, choice)) for choice in answer)
