"""What is done with an answer, whatever its shape: how it is sealed, kept, written in a table, and what it gives.

An answer is a list of choice ids or, by ``score`` and ``dots``, an object of points (``ballots.py``). In a table it is
one cell, words divided by spaces: ``13 7``, and with points ``13:4 7:2``. All here is pure.

Votes of a valid answer, by the method of its contest:

    approval, choose-1, knapsack, yes-no    one for each choice named
    ranked                                  M for the first, M − 1 for the second …; M is ``max``, the number of ranks
                                            on the ballot, or the number of choices where ``max`` is 0. A ballot with
                                            fewer ranks gives its first M all the same
    score, dots                             the points of each choice
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from .ballots import BY_POINTS, Answer, Choices, Contest, check_choices, has_shape, most_named, most_points

UNKNOWN = "?"
NUMBER = re.compile(r"[0-9]{1,4}")
KeptAnswer = list[str] | dict[str, int]


def places(contest: Contest) -> dict[str, int]:
    """Where each choice stands in the definition."""
    return {choice["id"]: place for place, choice in enumerate(contest["choices"])}


def is_ranked(contest: Contest) -> bool:
    return contest["method"] == "ranked"


def gives_points(contest: Contest) -> bool:
    """Whether answers are objects: choice id → points."""
    return contest["method"] in BY_POINTS


def is_by_number(contest: Contest) -> bool:
    """Whether each choice gets a number: a rank, points or dots."""
    return is_ranked(contest) or gives_points(contest)


def numbered(contest: Contest, chosen: Answer) -> dict[str, int]:
    """Choice id → the number that stands beside it: its rank, its points; 1 where it is crossed."""
    if isinstance(chosen, Mapping):
        return dict(chosen)
    if is_ranked(contest):
        return {choice: rank for rank, choice in enumerate(chosen, 1)}
    return dict.fromkeys(chosen, 1)


def number_written(text: str) -> int | None:
    """The number that somebody wrote beside a choice; None where it is none."""
    return int(text) if NUMBER.fullmatch(text) else None


def by_rank(numbers: Mapping[str, int]) -> list[str]:
    """The choices in the order of the ranks beside them."""
    return sorted(numbers, key=numbers.__getitem__)


def points_of(chosen: Answer) -> Mapping[str, int]:
    """The points of an answer; nothing where it is a list."""
    return chosen if isinstance(chosen, Mapping) else {}


def shaped(contest: Contest, chosen: Answer) -> KeptAnswer:
    """An answer as JSON holds it; a blank one as its method writes it, a list or an object."""
    if not chosen:
        return {} if gives_points(contest) else []
    return dict(chosen) if isinstance(chosen, Mapping) else list(chosen)


def in_order(contest: Contest, chosen: Answer) -> KeptAnswer:
    """An answer of known choices as a plain ballot lists it: in the order of the definition, a ranking in its own.

    The order in which someone tapped is nobody's business.
    """
    answer = shaped(contest, chosen)
    order = places(contest)
    if isinstance(answer, dict):
        return {choice: answer[choice] for choice in sorted(answer, key=order.__getitem__)}
    return answer if is_ranked(contest) else sorted(set(answer), key=order.__getitem__)


def kept(contest: Contest, chosen: Answer) -> KeptAnswer:
    """An answer as it is kept and published: nothing in it but what our own ballot could say.

    Foreign text could carry a voter's mark, a name for instance, into the published files, and so could an order or a
    number that means nothing. Choices stand in the order of the definition, a valid ranking in its own; each id that
    is not on the ballot makes one ``?`` at the end. An answer of another shape, and one by points that names something
    else or gives what cannot be given, is a ``?`` and nothing besides. What was invalid is invalid still.
    """
    if not has_shape(contest, chosen):
        return [UNKNOWN]
    problems = check_choices(contest, chosen)
    if isinstance(chosen, Mapping):
        is_foreign = {"unknown_choice", "out_of_range"} & set(problems)
        return [UNKNOWN] if is_foreign else in_order(contest, chosen)
    if gives_points(contest) or (is_ranked(contest) and not problems):
        return shaped(contest, chosen)
    order = places(contest)
    known = sorted((choice for choice in chosen if choice in order), key=order.__getitem__)
    return [*known, UNKNOWN] if len(known) < len(chosen) else known


def kept_choices(contests: Sequence[Contest], choices: Choices) -> dict[str, KeptAnswer]:
    """A whole ballot as it is kept and published: every contest; with one that does not exist, nothing but ``?``."""
    if not set(choices) <= {contest["id"] for contest in contests}:
        return {contest["id"]: [UNKNOWN] for contest in contests}
    return {contest["id"]: kept(contest, choices.get(contest["id"], ())) for contest in contests}


def as_words(chosen: Answer) -> list[str]:
    """The words of an answer in a table."""
    if isinstance(chosen, Mapping):
        return [f"{choice}:{points}" for choice, points in chosen.items()]
    return list(chosen)


def ranks(contest: Contest) -> int:
    """How many ranks a ranked ballot has."""
    return contest["max"] or len(contest["choices"])


def votes_of(contest: Contest, chosen: Answer) -> dict[str, int]:
    """Choice id → votes that this valid answer gives."""
    if isinstance(chosen, Mapping):
        return dict(chosen)
    if is_ranked(contest):
        return {choice: ranks(contest) - place for place, choice in enumerate(chosen)}
    return dict.fromkeys(chosen, 1)


def most_for_one(contest: Contest) -> int:
    """The most votes that one ballot gives one choice."""
    if gives_points(contest):
        return most_points(contest)
    return ranks(contest) if is_ranked(contest) else 1


def most_in_all(contest: Contest) -> int:
    """The most votes that one ballot gives altogether; 0 where a ballot may name as many choices as it likes."""
    if contest["method"] == "dots":
        return contest["points"]
    if contest["method"] == "score":
        return ranks(contest) * contest["points"]
    if is_ranked(contest):
        return ranks(contest) * (ranks(contest) + 1) // 2
    return most_named(contest)


def longest(contest: Contest) -> KeptAnswer:
    """The longest answer that a sheet with every box marked can hold."""
    ids = [choice["id"] for choice in contest["choices"]]
    if not gives_points(contest):
        return ids
    most = contest["points"] if contest["method"] == "score" else contest["per_choice"]
    return dict.fromkeys(ids, most)
