"""What stands on the paper ballot of a box: the definition as a form for ``printouts``."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import translation
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from printouts.layout import BallotForm, Choice, Layout, Scale, TooManyChoices, TooManyColumns, UnprintableText, lay_out
from server.processes.localized import Localized

from .paper_words import how_to_mark, lead_words

if TYPE_CHECKING:
    from .models import Box

# The layouts of a ballot by number. Numbers are printed in the sheets' codes: none is ever given another meaning.
LAYOUT_NUMBER, LARGE_PRINT = 1, 2
ONE_A_ROW = ("choose-1", "yes-no", "ranked", "score")  # a round box: one mark of several


def lay_out_ballot(box: Box, definition: Mapping[str, Any]) -> Layout:
    """The ordinary layout of the ballot, on as many pages as it needs.

    Raises TooManyChoices, TooManyColumns, UnprintableText.
    """
    return lay_out(ballot_form(box, definition), number=LAYOUT_NUMBER)


def lay_out_in_large_print(box: Box, definition: Mapping[str, Any]) -> Layout | None:
    """The same ballot in letters of 18 points; None where its columns or its many choices leave no room for them."""
    form = dataclasses.replace(ballot_form(box, definition), is_large_print=True)
    try:
        return lay_out(form, number=LARGE_PRINT)
    except (TooManyChoices, TooManyColumns):
        return None


def layouts_of(box: Box) -> dict[int, Layout]:
    """The frozen layouts of a ballot, by number; none where it has no paper door."""
    lines = [text for text in (box.layout, *box.more_layouts.split("\n")) if text]
    return {layout.number: layout for layout in (Layout.from_json(text.encode()) for text in lines)}


def problems_of_paper(box: Box, definition: Mapping[str, Any]) -> list[str]:
    """Sentences that say why this ballot cannot be printed; empty when it can."""
    try:
        lay_out_ballot(box, definition)
    except TooManyChoices:
        return [_("The projects do not fit one sheet of paper. Shorten their titles or close the door “paper”.")]
    except TooManyColumns:
        return [_("The paper has no room for so many columns. Allow 12 at most, or close the door “paper”.")]
    except UnprintableText:
        return [_("A title holds characters that cannot be printed.")]
    return []


def ballot_form(box: Box, definition: Mapping[str, Any]) -> BallotForm:
    """The form in the installation's first language: choices in the order of the definition, prices in words."""
    with translation.override(settings.LANGUAGE_CODE):
        contest = definition["contests"][0]
        is_question = contest["method"] == "yes-no"
        return BallotForm(
            title=str(Localized(definition["title"])),
            contest=contest["id"],
            choices=[_choice(choice, definition["currency"], is_question) for choice in contest["choices"]],
            authority=getattr(settings, "PARVIS_TOWN", ""),
            period=str(box.space),
            lead=lead_words(definition, _money),
            instructions=how_to_mark(contest, definition["currency"], _money),
            footer=_("Put this sheet into the ballot box.") + "\n" + _mistake(),
            many_footer=_("Put all pages of this ballot into the ballot box, none of them alone.") + "\n" + _mistake(),
            language=settings.LANGUAGE_CODE[:2],
            marks_yes=_("yes"),
            marks_no=_("no"),
            shape="round" if contest["method"] in ONE_A_ROW else "square",
            specimen_text=_("Specimen"),
            door_text=_("On paper"),
            scale=_scale(contest),
            is_big=is_question,
            page_text=_("Page {page} of {pages}"),
            next_text=_("Continued on page {page}"),
        )


def _money(cents: int, currency: str) -> str:
    amount = number_format(Decimal(cents) / 100, 2 if cents % 100 else 0, force_grouping=True)
    return f"{amount} {'€' if currency == 'EUR' else currency}"


def _choice(choice: Mapping[str, Any], currency: str, is_answer: bool) -> Choice:
    return Choice(
        id=choice["id"],
        number="" if is_answer else str(choice["number"]),
        title=str(Localized(choice["title"])),
        note=str(Localized(choice["note"])),
        price_text=_money(choice["cost"], currency) if choice["cost"] else "",
    )


def _scale(contest: Mapping[str, Any]) -> Scale | None:
    """The columns of a ballot on which a choice has more than one box."""
    method, title = contest["method"], _("Projects")
    if method == "ranked":
        ranks = range(1, (contest["max"] or len(contest["choices"])) + 1)
        return Scale(ranks, [_ordinal(rank) for rank in ranks], _("Your order"), title)
    if method == "score":
        points = range(contest["points"] + 1)
        return Scale(points, [str(number) for number in points], _("Your points"), title)
    if method == "dots":
        return Scale(range(1, contest["per_choice"] + 1), (), _("One mark = one point"), title)
    return None


def _ordinal(rank: int) -> str:
    language = translation.get_language()[:2]
    if language == "fr":
        return "1er" if rank == 1 else f"{rank}e"
    if language == "en":
        ending = {1: "st", 2: "nd", 3: "rd"}.get(rank % 10, "th")
        return f"{rank}{'th' if rank % 100 in (11, 12, 13) else ending}"
    return str(rank)


def _mistake() -> str:
    return _("Made a mistake? Ask the desk for another sheet.")
