"""Print runs, sheets, scans and what people decided about them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from server.meetings.models import Session
from server.voting.models import Box, PassBatch

from .querysets import ReadingQuerySet, SheetQuerySet


class PrintRun(models.Model):
    class Status(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        PRINTING = "printing", _("Being made")
        READY = "ready", _("Ready to print")
        FAILED = "failed", _("Failed")

    box = models.ForeignKey(Box, on_delete=models.PROTECT, related_name="print_runs")
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="print_runs")
    number = models.PositiveSmallIntegerField(default=1)
    quantity = models.PositiveIntegerField(_("number of sheets"))
    is_test = models.BooleanField(_("test sheets"), default=False)
    status = models.CharField(max_length=10, choices=Status, default=Status.WAITING)
    done_count = models.PositiveIntegerField(default=0)
    file = models.CharField(max_length=200, blank=True, default="")
    # Entered by people at the closing: sheets that came back blank, and sheets spoiled without a scan.
    unused_count = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["session", "box", "number"], name="one_print_run_per_number")]

    def __str__(self) -> str:
        return str(self.number)

    @property
    def is_under_way(self) -> bool:
        return self.status in (self.Status.WAITING, self.Status.PRINTING)


class SlipRun(models.Model):
    """Passes for the desk, letters with a code, or letters with a return envelope, being made.

    The codes live in its PDF and nowhere else.
    """

    class Kind(models.TextChoices):
        STACK = "stack", _("Stack for the desk")
        LETTERS = "letters", _("Letters with code")
        POST = "post", _("Letters with a return envelope")

    class Form(models.TextChoices):
        SHEET = "sheet", _("Ten on a sheet, to cut along the lines")
        CARD = "card", _("Cards of 85 × 54 mm, ten on a sheet")

    kind = models.CharField(max_length=8, choices=Kind)
    form = models.CharField(_("form"), max_length=5, choices=Form, default=Form.SHEET)
    session = models.ForeignKey(Session, on_delete=models.PROTECT, null=True, blank=True, related_name="slip_runs")
    box = models.ForeignKey(Box, on_delete=models.PROTECT, null=True, blank=True, related_name="slip_runs")
    quantity = models.PositiveIntegerField(_("number"))
    is_test = models.BooleanField(_("for tests"), default=False)
    status = models.CharField(max_length=10, choices=PrintRun.Status, default=PrintRun.Status.WAITING)
    done_count = models.PositiveIntegerField(default=0)
    file = models.CharField(max_length=200, blank=True, default="")
    passes = models.OneToOneField(PassBatch, on_delete=models.SET_NULL, null=True, blank=True, related_name="slip_run")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(session__isnull=False, kind="stack")
                | Q(box__isnull=False, kind="letters")
                | Q(session__isnull=False, box__isnull=False, kind="post"),
                name="slips_have_one_home",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"

    @property
    def is_under_way(self) -> bool:
        return self.status in (PrintRun.Status.WAITING, PrintRun.Status.PRINTING)


class Sheet(models.Model):
    """One printed sheet. The serial itself is not kept: its two keyed values are (as for passes)."""

    run = models.ForeignKey(PrintRun, on_delete=models.PROTECT, related_name="sheets")
    check_value = models.CharField(max_length=32, unique=True)
    use_value = models.CharField(max_length=32, unique=True)
    is_spoiled = models.BooleanField(default=False)
    # The ballot record that the log holds for this sheet; empty while it was not read or people must look.
    ballot = models.CharField(max_length=64, blank=True, default="")

    objects = SheetQuerySet.as_manager()

    def __str__(self) -> str:
        return self.check_value[:8]


class ScanBatch(models.Model):
    class Status(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        READING = "reading", _("Being read")
        READ = "read", _("Read")
        FAILED = "failed", _("Failed")

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="scan_batches")
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    filename = models.CharField(max_length=200)
    file = models.CharField(max_length=200)
    # SHA-256 of the file: the same file sent again is the same batch.
    digest = models.CharField(max_length=64, default="")
    status = models.CharField(max_length=8, choices=Status, default=Status.WAITING)
    error = models.CharField(max_length=40, blank=True, default="")
    page_count = models.PositiveIntegerField(default=0)
    done_count = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["session", "digest"], name="one_batch_per_file_and_session")]

    def __str__(self) -> str:
        return self.filename

    @property
    def is_under_way(self) -> bool:
        return self.status in (self.Status.WAITING, self.Status.READING)


class Reading(models.Model):
    """What the machine saw on one page of one batch: an observation, never changed afterwards."""

    class Status(models.TextChoices):
        AUTOMATIC = "automatic", _("Read automatically")
        DOUBTFUL = "doubtful", _("A person must look")
        REPEATED = "repeated", _("Same sheet, same marks")
        CONFLICT = "conflict", _("Same sheet, other marks")
        REFUSED = "refused", _("Refused")

    batch = models.ForeignKey(ScanBatch, on_delete=models.PROTECT, related_name="readings")
    page = models.PositiveIntegerField()
    sheet = models.ForeignKey(Sheet, on_delete=models.PROTECT, null=True, blank=True, related_name="readings")
    # The box that the code names, known even where the serial is not.
    box = models.ForeignKey(Box, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    status = models.CharField(max_length=10, choices=Status)
    reason = models.CharField(max_length=40, blank=True, default="")
    image = models.CharField(max_length=200, blank=True, default="")
    fingerprint = models.CharField(max_length=64, blank=True, default="")
    scores = models.JSONField(default=dict)
    interpretation = models.JSONField(default=dict)

    objects = ReadingQuerySet.as_manager()

    class Meta:
        ordering = ["batch", "page"]
        constraints = [models.UniqueConstraint(fields=["batch", "page"], name="one_reading_per_page_of_a_batch")]

    def __str__(self) -> str:
        return f"{self.batch_id}/{self.page}"


class Adjudication(models.Model):
    """A person's decision about a reading, added beside the machine's, never over it."""

    class Outcome(models.TextChoices):
        CHOICES = "choices", _("These choices stand")
        INVALID = "invalid", _("The ballot is invalid")
        DISCARD = "discard", _("This image does not count")

    reading = models.ForeignKey(Reading, on_delete=models.PROTECT, related_name="adjudications")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=8, choices=Outcome)
    choices = models.JSONField(default=dict)
    note = models.CharField(max_length=300, blank=True, default="")
    decided_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["reading"],
                condition=Q(outcome__in=["choices", "invalid", "discard"]),
                name="one_decision_per_reading",
            )
        ]

    def __str__(self) -> str:
        return self.outcome


class ImageView(models.Model):
    """Somebody looked at the image of a sheet: who and when, for ever, even when the image is destroyed."""

    reading = models.ForeignKey(Reading, on_delete=models.PROTECT, related_name="views")
    viewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    viewed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.reading_id} {self.viewer_id}"


class SheetCount(models.Model):
    """Sheets counted by hand for one session and box: handed out beyond exchanges, spoiled, found in the box."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="sheet_counts")
    box = models.ForeignKey(Box, on_delete=models.PROTECT, related_name="sheet_counts")
    replacements = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "box"], name="one_count_of_sheets_per_session_and_box")
        ]

    def __str__(self) -> str:
        return f"{self.session_id}/{self.box_id}"
