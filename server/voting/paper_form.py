"""What stands on the paper ballot of a box: the definition as forms for ``printouts``, and their layouts."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import translation
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from printouts.layout import BallotForm, Choice, Layout, Scale, TooManyChoices, TooManyColumns, UnprintableText, lay_out
from server.processes.localized import Localized

from .further_forms import easy_to_read, in_two_languages, problems_of_forms
from .paper_words import how_to_mark, lead_words

if TYPE_CHECKING:
    from .models import Box

# The layouts of a ballot by number. Numbers are printed in the sheets' codes: none is ever given another meaning.
LAYOUT_NUMBER, LARGE_PRINT, EASY, TWO_LANGUAGES = 1, 2, 3, 4
FORM_NAMES = {
    LAYOUT_NUMBER: gettext_lazy("Ordinary print"),
    LARGE_PRINT: gettext_lazy("Large print"),
    EASY: gettext_lazy("Easy to read"),
    TWO_LANGUAGES: gettext_lazy("Two languages"),
}
ONE_A_ROW = ("choose-1", "yes-no", "ranked", "score")  # a round box: one mark of several


def lay_out_ballot(box: Box, definition: Mapping[str, Any]) -> list[Layout]:
    """Every layout of the ballot, the ordinary one first, each on as many pages as it needs: what freezing keeps.

    Raises TooManyChoices, TooManyColumns, UnprintableText.
    """
    return [layout for number in wanted_forms(box) for layout in _lay_out(box, definition, number)]


def names_of_forms(box: Box) -> list[str]:
    """What sheets there are, or in a draft will be where the paper has room; none where the vote takes no paper."""
    if box.definition:
        numbers = [layout["number"] for layout in json.loads(box.definition)["layouts"]]
    else:
        numbers = wanted_forms(box) if box.offers("paper") else []
    papers = {number: paper_of(box, number) for number in numbers}
    return [f"{FORM_NAMES[n]} ({size})" if size != box.paper_size else str(FORM_NAMES[n]) for n, size in papers.items()]


def paper_of(box: Box, number: int) -> str:
    """The size of the paper of this form: letters of 18 points and three drawings have no room on A5."""
    is_small = box.paper_size == box.PaperSize.A5 and number in (LARGE_PRINT, EASY)
    return str(box.PaperSize.A4 if is_small else box.paper_size)


def wanted_forms(box: Box) -> list[int]:
    """Numbers of the layouts that freezing would make. Large print belongs to every vote: nobody knows who comes."""
    chosen = {EASY: box.PaperForm.EASY, TWO_LANGUAGES: box.PaperForm.TWO_LANGUAGES}
    return [LAYOUT_NUMBER, LARGE_PRINT, *(number for number, name in chosen.items() if name in box.paper_forms)]


def _lay_out(box: Box, definition: Mapping[str, Any], number: int) -> Iterator[Layout]:
    """This layout. Large print is left out where columns or many choices leave no room for it: nobody asked for it."""
    paper = paper_of(box, number)
    try:
        layout = lay_out(_form(box, definition, number), paper=paper, number=number)
    except (TooManyChoices, TooManyColumns):
        if number != LARGE_PRINT:
            raise
        return
    if number == EASY and len(layout.pages) > 1:  # its third step then speaks of all of them
        layout = lay_out(_form(box, definition, number, is_long=True), paper=paper, number=number)
    yield layout


def _form(box: Box, definition: Mapping[str, Any], number: int, *, is_long: bool = False) -> BallotForm:
    if number == TWO_LANGUAGES:
        return in_two_languages(box, definition, lambda code: ballot_form(box, definition, code))
    form = ballot_form(box, definition)
    if number == EASY:
        with translation.override(settings.LANGUAGE_CODE):
            return easy_to_read(form, box, definition["contests"][0], is_long=is_long)
    return dataclasses.replace(form, is_large_print=number == LARGE_PRINT)


def layouts_of(box: Box) -> dict[int, Layout]:
    """The frozen layouts of a ballot, by number; none where it has no paper door."""
    lines = [text for text in (box.layout, *box.more_layouts.split("\n")) if text]
    return {layout.number: layout for layout in (Layout.from_json(text.encode()) for text in lines)}


def problems_of_paper(box: Box, definition: Mapping[str, Any]) -> list[str]:
    """Sentences that say why this ballot cannot be printed in the forms that were chosen; empty when it can."""
    if problems := problems_of_forms(box, definition):
        return problems
    for number in wanted_forms(box):
        try:
            list(_lay_out(box, definition, number))
        except (TooManyChoices, TooManyColumns, UnprintableText) as error:
            return [_no_room(box, number, error)]
    return []


def _no_room(box: Box, number: int, error: Exception) -> str:
    if number in (EASY, TWO_LANGUAGES):
        facts = {"form": FORM_NAMES[number]}
        if isinstance(error, UnprintableText):
            return _("The form “%(form)s” holds characters that cannot be printed.") % facts
        return _("The paper has no room for the form “%(form)s”. Choose larger paper, or leave it out.") % facts
    if isinstance(error, UnprintableText):
        return _("A title holds characters that cannot be printed.")
    if isinstance(error, TooManyChoices):
        return _("The projects do not fit one sheet of paper. Shorten their titles or close the door “paper”.")
    if box.paper_size == box.PaperSize.A5:
        return _("A5 has no room for so many columns. Choose larger paper, allow fewer, or close the door “paper”.")
    return _("The paper has no room for so many columns. Allow 12 at most, or close the door “paper”.")


def ballot_form(box: Box, definition: Mapping[str, Any], language: str = "") -> BallotForm:
    """The ordinary form: choices in the order of the definition, prices in words.

    language: one of the pages; the installation's first without.
    """
    language = language or settings.LANGUAGE_CODE
    with translation.override(language):
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
            language=language[:2],
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
