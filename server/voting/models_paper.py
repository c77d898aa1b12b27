"""What a vote decides about its sheets: the size of the paper, and the forms beside ordinary and large print."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class OnPaper(models.Model):
    """A part of ``Box``. Final once the box is frozen: then its layouts stand beside them (``paper_form``)."""

    class PaperSize(models.TextChoices):
        A4 = "A4", _("A4 (210 × 297 mm)")
        A5 = "A5", _("A5 (148 × 210 mm)")
        LETTER = "Letter", _("Letter (216 × 279 mm)")

    class PaperForm(models.TextChoices):
        EASY = "easy", _("Easy to read: three steps with drawings, short sentences, large letters")
        TWO_LANGUAGES = "two-languages", _("Two languages: everything stands twice")

    paper_size = models.CharField(_("size of the paper"), max_length=6, choices=PaperSize, default=PaperSize.A4)
    paper_forms = models.JSONField(_("further forms of the sheet"), default=list, blank=True)
    # Of the form in two languages.
    second_language = models.CharField(_("second language"), max_length=12, blank=True, default="")
    # Sentences that stand in place of ours, one a line (``further_forms``).
    easy_words = models.TextField(_("three steps of the easy form"), blank=True, default="")
    second_words = models.TextField(_("sentences in the second language"), blank=True, default="")
    two_reviewers = models.BooleanField(_("two people decide about each doubtful sheet"), default=False)
    # The ordinary layout, as frozen, and the further ones of the same ballot, one a line.
    layout = models.TextField(blank=True, default="", editable=False)
    more_layouts = models.TextField(blank=True, default="", editable=False)

    class Meta:
        abstract = True
