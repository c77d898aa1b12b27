"""Forms of the office around a text in sections."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from server.web.plain_text import NothingHidden, refuse_hidden_characters

from .rules import LONGEST_BODY, LONGEST_TITLE
from .sections import MOST_SECTIONS, Part, Reading, read_sections

LONGEST_TEXT = 1_000_000  # characters
MAX_BYTES = 4 * 1024 * 1024


class BringForm(NothingHidden, forms.Form):
    title = forms.CharField(
        label=_("Title of the text"),
        max_length=LONGEST_TITLE,
        required=False,
        help_text=_("Left empty, it is the first heading, where all others stand below it."),
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    words = forms.CharField(
        label=_("Text"),
        max_length=LONGEST_TEXT,
        required=False,
        strip=False,
        help_text=_("Paste it here. Headings begin with #, or are numbered: 1., 1.1, Article 3, each on its own line."),
        widget=forms.Textarea(attrs={"rows": 18, "dir": "auto"}),
    )
    file = forms.FileField(
        label=_("Or a file"),
        required=False,
        allow_empty_file=True,
        help_text=_("Markdown or plain text (.md, .txt), saved as UTF-8."),
        widget=forms.FileInput(attrs={"accept": ".md,.markdown,.txt,text/plain,text/markdown"}),
    )
    reading: Reading

    def clean_file(self) -> str:
        upload = self.cleaned_data.get("file")
        if not upload:
            return ""
        if upload.size > MAX_BYTES:
            raise ValidationError(_("This file is too large for a text."))
        try:
            text = upload.read().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise ValidationError(_("This is no text in UTF-8. Save it as plain text, with that encoding.")) from error
        refuse_hidden_characters(text)
        if len(text) > LONGEST_TEXT:
            raise ValidationError(_("This file is too large for a text."))
        return text

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        words, from_file = cleaned.get("words", "").strip(), cleaned.get("file", "")
        if bool(words) == bool(from_file.strip()):
            self.add_error("words", _("Paste the text here, or choose a file: one of the two."))
            return cleaned
        self.reading = read_sections(words or from_file, before=gettext("Preamble"))
        count = len(self.reading.parts)
        if not count:
            self.add_error(
                "file" if from_file else "words",
                _("No heading was found. Begin headings with #, or number them, each on a line of its own."),
            )
        elif count > MOST_SECTIONS:
            told = _(
                "The text has %(count)s sections; at most %(most)s can be discussed on one page. Bring it in parts."
            )
            self.add_error("file" if from_file else "words", told % {"count": count, "most": MOST_SECTIONS})
        elif not (cleaned.get("title") or self.reading.title):
            self.add_error("title", _("Give the text a title."))
        return cleaned

    @property
    def text_title(self) -> str:
        return " ".join((self.cleaned_data["title"] or self.reading.title).split())[:LONGEST_TITLE]


class SectionForm(NothingHidden, forms.Form):
    title = forms.CharField(
        label=_("Title"), max_length=LONGEST_TITLE, help_text=_("The heading of the section."),
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )  # fmt: skip
    body = forms.CharField(
        label=_("Text"),
        max_length=LONGEST_BODY,
        required=False,
        help_text=_("Paragraphs are parted by an empty line. A heading alone has no text."),
        widget=forms.Textarea(attrs={"rows": 14, "dir": "auto"}),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=1_000_000_000)

    def part(self, level: int) -> Part:
        said = self.cleaned_data
        return Part(level, " ".join(said["title"].split()), said["body"].replace("\r\n", "\n"))
