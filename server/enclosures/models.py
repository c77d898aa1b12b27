"""Photos and documents that people add to something: files that the house looked at before it kept them."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

LONGEST_WORDS = 150


def new_ref() -> str:
    return secrets.token_hex(12)


class Enclosure(models.Model):
    """One file of one thing. ``sha256`` names it on the disk; of a photo that is the picture made anew, never the
    bytes that came: where and with which device it was taken is not in it."""

    class Sort(models.TextChoices):
        PHOTO = "photo", _("Photo")
        DOCUMENT = "document", _("Document")

    ref = models.CharField(max_length=24, unique=True, default=new_ref, editable=False)
    about_kind = models.CharField(max_length=20, editable=False)
    about_ref = models.CharField(max_length=64, editable=False)
    sort = models.CharField(max_length=8, choices=Sort, editable=False)
    # Of a photo: what is to be seen on it, for those who do not see it. Of a document: its title.
    words = models.CharField(max_length=LONGEST_WORDS)
    sha256 = models.CharField(max_length=64, editable=False)
    size = models.PositiveIntegerField(editable=False)
    width = models.PositiveIntegerField(default=0, editable=False)
    height = models.PositiveIntegerField(default=0, editable=False)
    position = models.PositiveSmallIntegerField(default=0, editable=False)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    added_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["position", "pk"]
        indexes = [
            models.Index(fields=["about_kind", "about_ref"], name="enclosures_of"),
            models.Index(fields=["sha256"], name="enclosures_of_a_file"),
        ]

    def __str__(self) -> str:
        return self.words

    @property
    def is_photo(self) -> bool:
        return self.sort == self.Sort.PHOTO

    @property
    def address(self) -> str:
        """Of a document, or of the whole photo."""
        return reverse("enclosures:file", args=[self.ref])

    @property
    def small_address(self) -> str:
        return reverse("enclosures:small", args=[self.ref])
