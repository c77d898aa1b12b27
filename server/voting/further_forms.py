"""The forms of a sheet beside ordinary and large print, each only where it was chosen: easy to read, two languages.

Both say what the ordinary sheet says, and are counted alike. Where a town has people who write such texts, their
sentences (``Box.easy_words``, ``Box.second_words``, one a line) stand in place of ours.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import gettext as _

from printouts.layout import BallotForm, Choice, Words
from server.processes.localized import Localized, content_languages

from .contests import ANSWERS

if TYPE_CHECKING:
    from .models import Box

STEPS = 3  # read, mark, drop
LEAST_LINES = 2  # of sentences in a second language: the rule, and what to do with the sheet
FormIn = Callable[[str], BallotForm]


def lines_of(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def second_languages() -> list[tuple[str, str]]:
    """Codes and own names of the languages that may stand beside the first one of the sheets."""
    return [(code, name) for code, name in content_languages() if code != settings.LANGUAGE_CODE[:2]]


def is_language_of_pages(code: str) -> bool:
    """Whether Parvis itself has the sentences of a sheet in this language."""
    return code in dict(settings.LANGUAGES)


def easy_to_read(form: BallotForm, box: Box, contest: Mapping[str, Any], *, is_long: bool) -> BallotForm:
    """Three steps with drawings in place of a paragraph, large letters, no notes. is_long: on several pages."""
    is_question = contest["method"] == "yes-no"
    return dataclasses.replace(
        form,
        choices=[dataclasses.replace(choice, note="") for choice in form.choices],
        lead="" if is_question else _("You choose projects for the town."),
        # The last one says how to cross a box: that is the second step.
        instructions=form.instructions[:-1],
        steps=lines_of(box.easy_words) or _steps(contest["method"], is_long=is_long),
        footer=_("Made a mistake? Ask the desk for another sheet."),
    )


def _steps(method: str, *, is_long: bool) -> list[str]:
    read = _("Read the question.") if method == "yes-no" else _("Read the projects.")
    mark = {
        "yes-no": _("Put a cross in the circle of your answer."),
        "choose-1": _("Put a cross in the circle of one project."),
        "ranked": _("Put a cross for each place: one in a column."),
        "score": _("Put one cross beside each project."),
        "dots": _("Put one cross for each point."),
    }
    drop = (
        _("Put all pages of your ballot into the ballot box.") if is_long else _("Put the sheet into the ballot box.")
    )
    return [read, mark.get(method, _("Put a cross in the box of a project.")), drop]


def in_two_languages(box: Box, definition: Mapping[str, Any], form_in: FormIn) -> BallotForm:
    """The sheet with everything twice. form_in: gives the ordinary form in a language of the pages."""
    first, code = form_in(""), box.second_language
    other = form_in(code) if is_language_of_pages(code) else None
    contest = definition["contests"][0]
    choices = [
        _choice_twice(choice, Localized(one["title"]).get(code, ""))
        for choice, one in zip(first.choices, contest["choices"], strict=True)
    ]
    yes, no = (other.marks_yes, other.marks_no) if other else (ANSWERS[one].get(code, "") for one in ("yes", "no"))
    scale = first.scale
    if scale and other and other.scale:
        scale = dataclasses.replace(
            scale,
            title=_beside(scale.title, other.scale.title),
            choices_title=_beside(scale.choices_title, other.scale.choices_title),
        )
    return dataclasses.replace(
        first,
        choices=choices,
        scale=scale,
        second=_second_words(box, definition, other),
        marks_yes=f"{first.marks_yes}\n{yes}".rstrip(),
        marks_no=f"{first.marks_no}\n{no}".rstrip(),
    )


def _choice_twice(choice: Choice, title: str) -> Choice:
    """A name that is the same in both languages stands once."""
    return dataclasses.replace(choice, second=title if title != choice.title else "")


def _beside(first: str, second: str) -> str:
    return first if first == second else f"{first} · {second}"


def _second_words(box: Box, definition: Mapping[str, Any], other: BallotForm | None) -> Words:
    """The town's own sentences: the last one says what to do with the sheet. Without, ours in that language."""
    title = Localized(definition["title"]).get(box.second_language, "")
    if own := lines_of(box.second_words):
        return Words(title, other.lead if other else "", own[:-1], own[-1])
    if other is None:
        return Words(title)
    return Words(title, other.lead, other.instructions, other.footer, other.many_footer)


def problems_of_forms(box: Box, definition: Mapping[str, Any]) -> list[str]:
    """Sentences about forms that were chosen and do not go together with the rest; what has no room is found later."""
    found = []
    if box.PaperForm.EASY in box.paper_forms and box.easy_words and len(lines_of(box.easy_words)) != STEPS:
        found.append(_("The easy-to-read form has three steps: write three sentences, one a line, or none."))
    if box.PaperForm.TWO_LANGUAGES in box.paper_forms:
        found += _problems_of_second_language(box, definition)
    return found


def _problems_of_second_language(box: Box, definition: Mapping[str, Any]) -> list[str]:
    code, own = box.second_language, lines_of(box.second_words)
    name = dict(second_languages()).get(code)
    if name is None:
        return [_("Choose the second language of the sheet in two languages, one in which the town writes.")]
    without = [one["number"] for one in definition["contests"][0]["choices"] if not one["title"].get(code)]
    numbers = ", ".join(str(number) for number in without)
    sentences = {
        _("The question has no text in %(language)s: the sheet in two languages needs it."): (
            code not in definition["title"]
        ),
        _("These choices have no title in %(language)s, which the sheet in two languages needs: %(numbers)s."): (
            bool(without)
        ),
        _("Parvis has no sentences for sheets in %(language)s. Write them, one a line."): (
            not own and not is_language_of_pages(code)
        ),
        _("Write at least two sentences in %(language)s: the rule, and what to do with the sheet."): (
            0 < len(own) < LEAST_LINES
        ),
    }
    facts = {"language": name, "numbers": numbers}
    return [sentence % facts for sentence, is_so in sentences.items() if is_so]
