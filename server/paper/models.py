"""Print runs, sheets, scans and what people decided about them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from server.meetings.models import Session
from server.voting.models import Box, PassBatch
from server.voting.paper_form import FORM_NAMES, LAYOUT_NUMBER, paper_of

from .progress import Progress
from .querysets import KeyingQuerySet, LeaseQuerySet, ReadingQuerySet, SheetQuerySet

# In place of the digest of a file, of the one batch of a session that holds what people typed in.
KEYED = "keyed"


class PrintRun(Progress, models.Model):
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
    # Which of the ballot's frozen layouts: 1 is the ordinary one (``voting.paper_form``).
    layout_number = models.PositiveSmallIntegerField(default=1)
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
    def form_words(self) -> str:
        """What tells these sheets from the ordinary ones of a vote on A4; "" for those."""
        form = "" if self.layout_number == LAYOUT_NUMBER else str(FORM_NAMES[self.layout_number])
        paper = "" if self.box.paper_size == Box.PaperSize.A4 else paper_of(self.box, self.layout_number)
        return ", ".join(words for words in (form, paper) if words)


class SlipRun(Progress, models.Model):
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


class ScanBatch(Progress, models.Model):
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
        return str(_("Typed in by people")) if self.is_keyed else self.filename

    @property
    def is_keyed(self) -> bool:
        """No file: what people typed in from sheets (``keying``)."""
        return self.digest == KEYED


class Photo(models.Model):
    """A photo of a sheet that a scanner station took, as its record says: written by apply alone, from the log.

    The image travels apart (``server/attachments``); once here, it is a ``ScanBatch`` of one page, by this digest.
    """

    record = models.CharField(primary_key=True, max_length=64)
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="photos")
    dev = models.CharField(max_length=64)
    seq = models.PositiveBigIntegerField()
    digest = models.CharField(max_length=64, db_index=True)

    class Meta:
        ordering = ["dev", "seq"]

    def __str__(self) -> str:
        return f"{self.dev[:8]} {self.seq}"


class Reading(models.Model):
    """What the machine saw on one page of one batch: an observation, never changed afterwards."""

    class Status(models.TextChoices):
        AUTOMATIC = "automatic", _("Read automatically")
        DOUBTFUL = "doubtful", _("A person must look")
        REPEATED = "repeated", _("Same sheet, same marks")
        CONFLICT = "conflict", _("Same sheet, other marks")
        PART = "part", _("Waits for the sheet’s other pages")
        REFUSED = "refused", _("Refused")
        KEYED = "keyed", _("Typed in by people")

    batch = models.ForeignKey(ScanBatch, on_delete=models.PROTECT, related_name="readings")
    page = models.PositiveIntegerField()
    sheet = models.ForeignKey(Sheet, on_delete=models.PROTECT, null=True, blank=True, related_name="readings")
    # Page n of the N pages of its sheet; ``page`` above counts those of the file.
    sheet_page = models.PositiveSmallIntegerField(default=1)
    sheet_pages = models.PositiveSmallIntegerField(default=1)
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


class ReviewLease(models.Model):
    """Somebody looks at a sheet just now, so that nobody else is given one of its images meanwhile (B17).

    It ends with ``until``, with a decision, or when its holder takes another sheet or lets go.
    """

    sheet = models.OneToOneField(Sheet, on_delete=models.CASCADE, related_name="lease")
    holder = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    until = models.DateTimeField()

    objects = LeaseQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.sheet_id} {self.holder_id}"


class Adjudication(models.Model):
    """A person's decision about a reading, added beside the machine's, never over it.

    ``settles``: with this one the image is decided. Where two persons are asked (``second_looks``), the first decision
    does not settle it yet.
    """

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
    settles = models.BooleanField(default=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["reading"], condition=Q(settles=True), name="one_decision_settles_a_reading"
            ),
            models.UniqueConstraint(
                fields=["reading", "decided_by"],
                condition=Q(settles=False),
                name="nobody_is_first_and_second_about_a_reading",
            ),
        ]

    def __str__(self) -> str:
        return self.outcome


class Keying(models.Model):
    """What one person typed in from a sheet of paper, without seeing what another one typed (B16). Never changed.

    ``number``: first, second, or third, who decides between two that differ. ``settles``: with this one it is settled
    what the sheet says (``second_looks``). ``image``: of this sheet, where there is one that could not be read.
    """

    class Outcome(models.TextChoices):
        CHOICES = "choices", _("These choices stand")
        INVALID = "invalid", _("The ballot is invalid")

    sheet = models.ForeignKey(Sheet, on_delete=models.PROTECT, related_name="keyings")
    image = models.ForeignKey(Reading, on_delete=models.PROTECT, null=True, blank=True, related_name="keyings")
    number = models.PositiveSmallIntegerField()
    keyed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=8, choices=Outcome)
    choices = models.JSONField(default=dict)
    settles = models.BooleanField(default=False)
    # Made with the form: the same form sent twice is one.
    token = models.CharField(max_length=32, unique=True)
    keyed_at = models.DateTimeField(auto_now_add=True)

    objects = KeyingQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "number"], name="one_keying_per_number_of_a_sheet"),
            models.UniqueConstraint(fields=["sheet"], condition=Q(settles=True), name="one_keying_settles_a_sheet"),
        ]

    def __str__(self) -> str:
        return f"{self.sheet_id} {self.number}"


class ImageView(models.Model):
    """Somebody looked at the image of a sheet: who and when, for ever, even when the image is destroyed."""

    reading = models.ForeignKey(Reading, on_delete=models.PROTECT, related_name="views")
    viewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    viewed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.reading_id} {self.viewer_id}"


class SheetSample(models.Model):
    """Sheets of a session and box, drawn by dice, whose paper people read again (B18). Drawn once, then added to."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="sheet_samples")
    box = models.ForeignKey(Box, on_delete=models.PROTECT, related_name="sheet_samples")
    seed = models.CharField(_("seed"), max_length=100)
    size = models.PositiveIntegerField(_("sheets"))
    of = models.PositiveIntegerField()  # sheets with a ballot, when it was drawn
    drawn_at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "box"], name="one_sample_of_sheets_per_session_and_box")
        ]

    def __str__(self) -> str:
        return f"{self.size}/{self.of}"


class SampledSheet(models.Model):
    """One sheet that was drawn, and what came of reading its paper again."""

    class Found(models.TextChoices):
        NOT_YET = "not_yet", _("Not looked at yet")
        SAME = "same", _("The paper says the same")
        DIFFERENT = "different", _("The paper says something else")
        NO_PAPER = "no_paper", _("The paper was not found")

    sample = models.ForeignKey(SheetSample, on_delete=models.PROTECT, related_name="sheets")
    sheet = models.ForeignKey(Sheet, on_delete=models.PROTECT, related_name="+")
    # Where the paper lies: the first image of it, by the order of its stack.
    reading = models.ForeignKey(Reading, on_delete=models.PROTECT, related_name="+")
    place = models.PositiveIntegerField()  # in the order of the draw
    found = models.CharField(max_length=9, choices=Found, default=Found.NOT_YET)
    read_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(fields=["sample", "place"], name="one_sheet_per_place_of_a_sample"),
            models.UniqueConstraint(fields=["sample", "sheet"], name="a_sheet_is_drawn_once"),
        ]

    def __str__(self) -> str:
        return str(self.place)


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
