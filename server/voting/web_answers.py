"""What a voter filled in on the web: read into an answer, shown again as it was typed, and told in words.

A list is sent as ``choice`` fields, one for each box that is crossed. Ranks, points and dots are sent as ``at:<id>``,
one field for each project: a whole number, or nothing. The browser reads the same fields (``static/js/answer.js``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from server.web.templatetags.parvis import money

from .answers import by_rank, gives_points, is_by_number, is_ranked, number_written, numbered, ranks
from .ballots import MOST_CHOICES, Answer, Contest, check_choices
from .refusals_ballots import BallotRefused, Malformed, OutOfRange, RankMissing, RankTwice

AT = "at:"
MOST_SENT = 2 * MOST_CHOICES  # more fields than any ballot has


@dataclass(frozen=True)
class Filled:
    """A ballot as it was filled in. chosen: the answer, as far as it makes one; given: id → text, to be shown again.

    problem: what no answer could say: two projects with one rank, a rank left out, something that is no number.
    """

    chosen: Answer = ()
    given: Mapping[str, str] | None = None
    problem: type[BallotRefused] | None = None


def read_filled(contest: Contest, sent: QueryDict) -> Filled:
    crosses = [choice for choice in sent.getlist("choice")[:MOST_SENT] if choice]
    names = [name for name in sent if name.startswith(AT)][:MOST_SENT]
    if names if not is_by_number(contest) else crosses:
        return Filled((), {}, Malformed)  # the form of another vote: it must not end as a blank ballot of this one
    if not is_by_number(contest):
        return Filled(crosses)
    given = {name.removeprefix(AT): str(sent[name]).strip()[:8] for name in names}
    given = {choice: text for choice, text in given.items() if text and not (_is_dots(contest) and text == "0")}
    written = {choice: number_written(text) for choice, text in given.items()}
    numbers = {choice: number for choice, number in written.items() if number is not None}
    if len(numbers) < len(written):
        return Filled((), given, OutOfRange)
    if not is_ranked(contest):
        return Filled(numbers, given)
    return Filled(by_rank(numbers), given, _problem_of_ranks(contest, numbers))


def _is_dots(contest: Contest) -> bool:
    return contest["method"] == "dots"


def _problem_of_ranks(contest: Contest, numbers: Mapping[str, int]) -> type[BallotRefused] | None:
    found = Counter(numbers.values())
    if any(not 1 <= rank <= ranks(contest) for rank in found):
        return OutOfRange
    if any(times > 1 for times in found.values()):
        return RankTwice
    return RankMissing if found and max(found) > len(found) else None


def fields_of(contest: Contest, answer: Answer) -> list[tuple[str, str]]:
    """Names and values of the fields that say this answer: they carry a ballot from its check to its casting."""
    if not is_by_number(contest):
        return [("choice", choice) for choice in answer]
    return [(f"{AT}{choice}", str(number)) for choice, number in numbered(contest, answer).items()]


def rank_name(rank: int) -> str:
    """``1st``, ``2nd`` …; up to 20."""
    return {1: _("1st"), 2: _("2nd"), 3: _("3rd")}.get(rank) or _("%(rank)dth") % {"rank": rank}


def number_in_words(contest: Contest, number: int) -> str:
    """A rank, points or dots, as the check of a ballot tells them."""
    if is_ranked(contest):
        return rank_name(number)
    if _is_dots(contest):
        return ngettext("%(n)d dot", "%(n)d dots", number) % {"n": number}
    return ngettext("%(n)d point", "%(n)d points", number) % {"n": number}


def numbers_to_offer(contest: Contest) -> list[tuple[str, str]]:
    """``(value, words)`` of what one project may get; without "nothing", which is always possible."""
    if is_ranked(contest):
        return [(str(rank), rank_name(rank)) for rank in range(1, ranks(contest) + 1)]
    if gives_points(contest) and not _is_dots(contest):
        return [(str(number), str(number)) for number in range(contest["points"] + 1)]
    return []


def told_rows(
    contest: Contest, choices: Sequence[Mapping[str, Any]], chosen: Answer, currency: str
) -> list[dict[str, Any]]:
    """What was chosen, for its check: ``title`` and ``told`` (a price, a rank, points), the first rank first."""
    if is_ranked(contest):
        by_id = {choice["id"]: choice for choice in choices}
        return [{"title": by_id[one]["title"], "told": rank_name(place)} for place, one in enumerate(chosen, 1)]
    rows = [choice for choice in choices if choice["id"] in chosen]
    if isinstance(chosen, Mapping):
        return [{"title": one["title"], "told": number_in_words(contest, chosen[one["id"]])} for one in rows]
    return [{"title": one["title"], "told": money(one["cost"], currency) if one["cost"] else ""} for one in rows]


def problem_with(contest: Contest, filled: Filled) -> BallotRefused | None:
    """What keeps this from being cast, in the order in which it is worth saying; None when it can be."""
    from .actions.casting import PROBLEMS

    details = {"contest": contest["id"], "chosen": len(filled.chosen)}
    if filled.problem:
        return filled.problem(details=details)
    problems = check_choices(contest, filled.chosen)
    return PROBLEMS[problems[0]](details=details) if problems else None
