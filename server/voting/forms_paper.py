"""The fields of a ballot box that say what its sheets are like."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from server.processes.models import Door
from server.web.plain_text import NothingHidden

from .definitions import is_single_handed
from .further_forms import LEAST_LINES, STEPS, is_language_of_pages, lines_of, second_languages
from .models import Box


def _languages() -> list[tuple[str, Any]]:
    return [("", _("None")), *second_languages()]


class PaperFields(NothingHidden, forms.Form):
    """A part of ``BoxForm``."""

    instance: Box

    paper_size = forms.ChoiceField(
        label=_("Size of the paper"),
        choices=Box.PaperSize.choices,
        widget=forms.RadioSelect,
        required=False,
        help_text=_(
            "What lies in your printer. A5 suits few projects: what does not fit goes on on the next page, and large "
            "print and the easy form are on A4 all the same. Final once the box is frozen."
        ),
    )
    paper_forms = forms.MultipleChoiceField(
        label=_("Further forms of the sheet"),
        choices=Box.PaperForm.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_(
            "Every vote on paper has sheets in ordinary and in large print. These say the same and are counted alike; "
            "how many of each are printed is up to you."
        ),
    )
    easy_words = forms.CharField(
        label=_("Three steps of the easy form"),
        max_length=300,
        required=False,
        help_text=_(
            "One sentence a line, in the first language of the sheets: what to read, how to mark, where to put the "
            "sheet. Best written and tried with people who need it. Empty: the sentences of Parvis."
        ),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    second_language = forms.ChoiceField(
        label=_("Second language of the sheet"),
        choices=_languages,
        required=False,
        help_text=_("For the form in two languages. Question and projects need a title in it."),
    )
    second_words = forms.CharField(
        label=_("Sentences in the second language"),
        max_length=600,
        required=False,
        help_text=_(
            "One a line: the rule of the ballot, how to mark it, and last what to do with the sheet. Empty: the "
            "sentences of Parvis, which it has in the languages of its pages."
        ),
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )

    two_reviewers = forms.BooleanField(
        label=_("Two people decide about each doubtful sheet"),
        required=False,
        help_text=_(
            "Where the machine is not sure of a mark, two people look, each without seeing what the other said; where "
            "they differ, a third decides. It takes three people. Final once the box is frozen."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            self.initial["two_reviewers"] = not is_single_handed()

    def clean_paper_size(self) -> str:
        return self.cleaned_data["paper_size"] or self.instance.paper_size

    def clean_paper(self, cleaned: dict[str, Any]) -> None:
        """What further forms of the sheet need. Titles and room on the paper are looked at before freezing."""
        chosen, own = cleaned.get("paper_forms", []), lines_of(cleaned.get("second_words", ""))
        if chosen and Door.PAPER not in cleaned.get("doors", []):
            self.add_error("paper_forms", _("Further forms of the sheet need the door “paper”."))
        if (steps := lines_of(cleaned.get("easy_words", ""))) and len(steps) != STEPS:
            self.add_error("easy_words", _("Write three sentences, one a line, or none."))
        if Box.PaperForm.TWO_LANGUAGES not in chosen or "second_language" in self.errors:
            return
        code = cleaned.get("second_language", "")
        if not code:
            self.add_error("second_language", _("Choose the second language of the sheet."))
        elif not own and not is_language_of_pages(code):
            self.add_error("second_words", _("Parvis has no sentences for sheets in this language. Write them here."))
        if 0 < len(own) < LEAST_LINES:
            self.add_error("second_words", _("Write two sentences at least: the rule, and what to do with the sheet."))
