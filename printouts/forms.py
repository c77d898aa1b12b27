"""What stands on a ballot: words and rules, before any place is found for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from printouts.rows import Choice

RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})
SHAPES = ("square", "round")


class TooManyChoices(ValueError):
    """The choices do not fit the pages that one sheet may have; ``code`` is ``too_many_choices``."""

    code = "too_many_choices"

    def __init__(self, count: int) -> None:
        super().__init__(f"{count} choices do not fit one sheet")
        self.count = count


class TooManyColumns(ValueError):
    """A grid has more columns than the paper has room for; ``code`` is ``too_many_columns``."""

    code = "too_many_columns"

    def __init__(self, count: int) -> None:
        super().__init__(f"{count} columns do not fit the paper")
        self.count = count


@dataclass(frozen=True)
class Scale:
    """The columns of a grid, one mark box each.

    values: what the boxes of a column stand for, in the order printed. captions: one over
    each column, or none at all (dots: every box says the same). title: over all of them.
    choices_title: over the rows' titles.
    """

    values: Sequence[int]
    captions: Sequence[str] = ()
    title: str = ""
    choices_title: str = ""


@dataclass(frozen=True)
class Words:
    """The sentences of a form in its second language; those of the choices are in ``Choice.second``."""

    title: str
    lead: str = ""
    instructions: Sequence[str] = ()
    footer: str = ""
    many_footer: str = ""


@dataclass(frozen=True)
class BallotForm:
    """What stands on a ballot, in one language, or in two with ``second``.

    contest: id of the contest. choices: in the order printed. shape: ``square``,
    or ``round`` where one box of a row, or one of all, is marked. scale: the columns
    of a grid; without it a choice has one box. instructions: paragraphs, the first one
    bold. footer: lines parted by "\\n", the first one bold when there are several.
    marks_yes, marks_no: captions of the example marks,
    two languages parted by "\\n". page_text (with ``{page}`` and
    ``{pages}``) and next_text (with ``{page}``): for sheets of several pages; many_footer
    takes the footer's place on them.

    is_big: few choices in big letters (yes, no, abstain). is_large_print: letters of 18
    points. steps: three short sentences (read, mark, drop), each beside a drawing: the
    easy-to-read form has them.
    """

    title: str
    contest: str
    choices: Sequence[Choice]
    authority: str = ""
    period: str = ""
    lead: str = ""
    instructions: Sequence[str] = field(default_factory=tuple)
    footer: str = ""
    language: str = "fr"
    marks_yes: str = "oui"
    marks_no: str = "non"
    shape: str = "square"
    specimen_text: str = "Spécimen"
    door_text: str = "Sur papier"
    is_large_print: bool = False
    scale: Scale | None = None
    page_text: str = "Page {page} sur {pages}"
    next_text: str = "Suite page {page}"
    many_footer: str = ""
    is_big: bool = False
    steps: Sequence[str] = ()
    second: Words | None = None

    @property
    def is_right_to_left(self) -> bool:
        return self.language in RIGHT_TO_LEFT
