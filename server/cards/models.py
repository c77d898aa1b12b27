"""Cards that people write on: what was printed, what was seen of it, what was typed in. And the printed catalogue."""

from __future__ import annotations

import datetime as dt
import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from printouts.geometry import Layout
from server.discussion.models import Stance
from server.meetings.models import Session
from server.paper.models import PrintRun, ScanBatch
from server.paper.progress import Progress
from server.processes.models import Component, Space

from .querysets import CardQuerySet, ImageQuerySet, LeaseQuerySet

# Days for which the image of a page is kept that is no card of ours: nothing on it says how long.
STRANGE_DAYS = 30


def new_key() -> bytes:
    return secrets.token_bytes(32)


class Kind(models.TextChoices):
    IDEA = "idea", _("Cards for ideas")
    COMMENT = "comment", _("Cards for comments")


class CardRun(Progress, models.Model):
    """Cards of one component that were ordered together. ``images_until``: the day that is printed on each of them.

    ``persons``: how many type each card in, apart from each other.
    """

    component = models.ForeignKey(Component, on_delete=models.CASCADE, related_name="card_runs")
    session = models.ForeignKey(Session, on_delete=models.SET_NULL, null=True, blank=True, related_name="card_runs")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=8, choices=Kind)
    quantity = models.PositiveIntegerField(_("number of cards"))
    is_test = models.BooleanField(default=False)
    is_large_print = models.BooleanField(default=False)
    language = models.CharField(max_length=2)
    persons = models.PositiveSmallIntegerField(default=1)
    images_until = models.DateField()
    code_key = models.BinaryField(default=new_key, editable=False)
    status = models.CharField(max_length=10, choices=PrintRun.Status, default=PrintRun.Status.WAITING)
    done_count = models.PositiveIntegerField(default=0)
    file = models.CharField(max_length=200, blank=True, default="")
    ordered_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["component", "number"], name="one_run_of_cards_per_number"),
            models.CheckConstraint(condition=Q(persons__in=(1, 2)), name="a_card_is_typed_in_by_one_or_two"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}"

    @property
    def space(self) -> Space:
        return self.component.space


class CardForm(models.Model):
    """What stands on the cards of a run: for ideas one form, for comments one for each thing that is commented on.

    The code on a card names it by the first 8 bytes of ``definition_hash``. ``about``: as printed.
    """

    run = models.ForeignKey(CardRun, on_delete=models.CASCADE, related_name="forms")
    subject_kind = models.CharField(max_length=16, blank=True, default="")
    subject_ref = models.CharField(max_length=32, blank=True, default="")
    about = models.CharField(max_length=300, blank=True, default="")
    definition = models.TextField()
    definition_hash = models.CharField(max_length=64, unique=True)
    layout = models.TextField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.about or str(self.run)

    @property
    def lies(self) -> bool:
        """Whether a card is wider than high: laid straight, so is its image, for which a page keeps room beforehand."""
        layout = Layout.from_json(self.layout.encode())
        return layout.width > layout.height


class Card(models.Model):
    """One printed card. Its serial is in the PDF alone; of it a keyed value is kept, and nothing of who got it.

    ``outcome``: what people said it is, once that is settled. ``result``: the ref of the proposal or comment.
    """

    class Outcome(models.TextChoices):
        TYPED = "typed", _("Typed in")
        EMPTY = "empty", _("Empty")
        UNREADABLE = "unreadable", _("Unreadable")
        NO_CONTRIBUTION = "none", _("Not a contribution")

    form = models.ForeignKey(CardForm, on_delete=models.CASCADE, related_name="cards")
    use_value = models.CharField(max_length=32, unique=True)
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True, default="")
    result = models.CharField(max_length=32, blank=True, default="")

    objects = CardQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.use_value[:8]


class CardBatch(Progress, models.Model):
    """One file of scans or one photo, sent in for the cards of a component. The file itself goes once it is read."""

    component = models.ForeignKey(Component, on_delete=models.CASCADE, related_name="card_batches")
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    filename = models.CharField(max_length=200)
    file = models.CharField(max_length=200, blank=True, default="")
    digest = models.CharField(max_length=64)
    status = models.CharField(max_length=8, choices=ScanBatch.Status, default=ScanBatch.Status.WAITING)
    error = models.CharField(max_length=40, blank=True, default="")
    page_count = models.PositiveIntegerField(default=0)
    done_count = models.PositiveIntegerField(default=0)
    received_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["component", "digest"], name="one_batch_of_cards_per_file_and_component")
        ]

    def __str__(self) -> str:
        return self.filename


class CardImage(models.Model):
    """One page of a batch: the image of a card, or of something else. An observation, never changed afterwards."""

    class Status(models.TextChoices):
        CARD = "card", _("A card to type in")
        AGAIN = "again", _("Same card, same writing")
        OTHER = "other", _("Same card, other writing")
        REFUSED = "refused", _("Refused")

    batch = models.ForeignKey(CardBatch, on_delete=models.CASCADE, related_name="images")
    page = models.PositiveIntegerField()
    card = models.ForeignKey(Card, on_delete=models.CASCADE, null=True, blank=True, related_name="images")
    # The form that the code names, known even where the serial is not.
    form = models.ForeignKey(CardForm, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    status = models.CharField(max_length=8, choices=Status)
    reason = models.CharField(max_length=40, blank=True, default="")
    image = models.CharField(max_length=200, blank=True, default="")

    objects = ImageQuerySet.as_manager()

    class Meta:
        ordering = ["batch", "page"]
        constraints = [models.UniqueConstraint(fields=["batch", "page"], name="one_image_per_page_of_a_batch_of_cards")]

    def __str__(self) -> str:
        return f"{self.batch_id}/{self.page}"

    @property
    def destroy_on(self) -> dt.date:
        """From this day on its image is gone."""
        if self.form is not None:
            return self.form.run.images_until
        return timezone.localdate(self.batch.received_at) + dt.timedelta(days=STRANGE_DAYS)


class CardLease(models.Model):
    """Somebody has a card before them just now, so that nobody else is given it meanwhile (B17)."""

    card = models.OneToOneField(Card, on_delete=models.CASCADE, related_name="lease")
    holder = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    until = models.DateTimeField()

    objects = LeaseQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.card_id} {self.holder_id}"


class Transcription(models.Model):
    """What one person typed in from a card, where two are asked without seeing the other's (B16). Never changed.

    ``facts``: what was typed, by field; it goes with the images. ``settles``: with this one it is settled.
    """

    card = models.ForeignKey(Card, on_delete=models.CASCADE, related_name="transcriptions")
    number = models.PositiveSmallIntegerField()
    typed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=10, choices=Card.Outcome)
    facts = models.JSONField(default=dict)
    settles = models.BooleanField(default=False)
    # Made with the form: the same form sent twice is one.
    token = models.CharField(max_length=32, unique=True)
    typed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["card", "number"], name="one_transcription_per_number_of_a_card"),
            models.UniqueConstraint(fields=["card", "typed_by"], name="nobody_types_a_card_in_twice"),
            models.UniqueConstraint(
                fields=["card"], condition=Q(settles=True), name="one_transcription_settles_a_card"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.card_id} {self.number}"

    @property
    def words(self) -> list[str]:
        """What was typed, field by field."""
        names = {value: str(label) for value, label in Stance.choices}
        return [names.get(text, text) if name == "stance" else text for name, text in self.facts.items() if text]


class CardView(models.Model):
    """Somebody looked at the image of a card: who and when, for ever, even when the image is destroyed."""

    image = models.ForeignKey(CardImage, on_delete=models.CASCADE, related_name="views")
    viewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    viewed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.image_id} {self.viewer_id}"


class Catalogue(Progress, models.Model):
    """All proposals of a component as a PDF: as they were at ``made_at``. One for each language and size of print.

    ``stands_for``: what the proposals were then (``catalogue.state_of``).
    """

    component = models.ForeignKey(Component, on_delete=models.CASCADE, related_name="catalogues")
    language = models.CharField(max_length=2)
    is_large_print = models.BooleanField(default=False)
    status = models.CharField(max_length=10, choices=PrintRun.Status, default=PrintRun.Status.WAITING)
    done_count = models.PositiveIntegerField(default=0)
    quantity = models.PositiveIntegerField(default=0)
    file = models.CharField(max_length=200, blank=True, default="")
    stands_for = models.CharField(max_length=64, blank=True, default="")
    asked_at = models.DateTimeField(default=timezone.now)
    made_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["language", "is_large_print"]
        constraints = [
            models.UniqueConstraint(
                fields=["component", "language", "is_large_print"], name="one_catalogue_per_language_and_size"
            )
        ]

    def __str__(self) -> str:
        return f"{self.component_id} {self.language}"
