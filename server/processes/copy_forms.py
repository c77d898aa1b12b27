"""Forms that make a space of something: of nothing, a blueprint, another space, a file."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from .blueprints import NAMES, blueprint
from .document_checks import MAX_BYTES, BadDocument, read_document
from .document_words import sentence
from .documents import SpaceDocument
from .forms import DayField, SpaceForm
from .localized_forms import LocalizedFormField
from .models import Space


def _in_words(title: object, about: object) -> str:
    return format_html('<span><b>{}</b><br><span class="small soft">{}</span></span>', title, about)


class NewSpaceForm(SpaceForm):
    """``document``: of the blueprint that was chosen; None where the space begins empty."""

    blueprint = forms.ChoiceField(
        label=_("Begin with"),
        required=False,
        widget=forms.RadioSelect,
        help_text=_("Phases, promises and components to start from. All of it can be changed before you publish."),
    )
    first_day = DayField(
        label=_("First day"),
        required=False,
        help_text=_("On which the first phase of the blueprint begins; the others follow. An empty space needs none."),
    )
    field_order = ["blueprint", "first_day", "title", "slug", "summary", "description", "is_public"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _in_words(_("An empty space"), _("You add phases and components yourself.")))]
        for name in NAMES:
            document = blueprint(name)
            choices.append((name, _in_words(document.title, document.about)))
        self.fields["blueprint"].choices = choices  # type: ignore[attr-defined]
        self.document: SpaceDocument | None = None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("blueprint"):
            self.document = blueprint(cleaned["blueprint"])
            if not cleaned.get("first_day") and "first_day" not in self.errors:
                self.add_error("first_day", _("Say on which day the first phase begins."))
            if cleaned.get("is_public"):
                words = _("A space from a blueprint begins as a draft: look at it first, then publish it.")
                self.add_error("is_public", words)
        return cleaned


class CopyForm(SpaceForm):
    summary = description = is_public = None  # type: ignore[assignment]
    first_day = DayField(
        label=_("First day"),
        required=False,
        help_text=_("On which its first phase begins; the others follow. Left empty, all dates stay as they are."),
    )

    class Meta:
        model = Space
        fields = ["title", "slug"]


class ImportForm(CopyForm):
    """``document``: what the file says, once the form is valid."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("One that “Export it to a file” made, here or elsewhere. The new space begins as a draft."),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".json,application/json"}),
        error_messages={"required": _("Choose a file.")},
    )
    title = LocalizedFormField(
        label=_("Title"), required=False, help_text=_("Left empty, the title that the file gives.")
    )
    field_order = ["file", "title", "slug", "first_day"]

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        try:
            self.document = read_document(file.read(MAX_BYTES + 1))
        except BadDocument as bad:
            raise forms.ValidationError([sentence(fault) for fault in bad.faults]) from bad
        return file

    def clean_title(self) -> Any:
        document = getattr(self, "document", None)
        return self.cleaned_data["title"] or (document.title if document else {})

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        document = getattr(self, "document", None)
        if document and document.phases and not document.first_day and not cleaned.get("first_day"):
            self.add_error("first_day", _("The file names no day: say on which day the first phase begins."))
        return cleaned
