"""The log: one record per deed, a Merkle tree over their headers, signed checkpoints.

``docs/protocol.md`` §5 and §9 describe the bytes. Rows here are only ever added to; what changes is the verdict of a
record that waited (``parked``) or was waiting for people (``provisional``, ``quarantined``).
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .fields import PlaceField
from .querysets import RecordQuerySet

REFUSED = "refused"  # the reason of what people set aside


class Verdict(models.TextChoices):
    ACCEPTED = "accepted", _("Accepted")
    PROVISIONAL = "provisional", _("Provisional")
    PARKED = "parked", _("Parked")
    QUARANTINED = "quarantined", _("Quarantined")


class Log(models.Model):
    """The single row that everyone who appends locks: size and peaks of the tree."""

    log_epoch = models.PositiveIntegerField(default=1)
    size = models.PositiveBigIntegerField(default=0)
    peaks = models.JSONField(default=list)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="there_is_one_log")]

    def __str__(self) -> str:
        return f"log {self.log_epoch}, {self.size} records"


class Chain(models.Model):
    """Where one device's chain stands: ``next_seq`` is the first number not held without a gap."""

    dev = models.CharField(max_length=64)
    epoch = models.CharField(max_length=16)
    next_seq = models.PositiveBigIntegerField(default=1)
    head = models.CharField(max_length=64, blank=True, default="")
    session_state = models.CharField(max_length=10, blank=True, default="")
    is_closed = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dev", "epoch"], name="one_chain_per_device_and_epoch")]

    def __str__(self) -> str:
        return f"{self.dev[:8]}/{self.epoch[:4]} → {self.next_seq}"


class Record(models.Model):
    """One authentic deed as it was received. ``header`` is the leaf of the tree, byte for byte."""

    id = models.CharField(primary_key=True, max_length=64)
    index = models.PositiveBigIntegerField(unique=True)
    header = models.TextField()
    type = models.CharField(max_length=32)
    definition = models.CharField(max_length=64, blank=True, default="")
    session_ref = models.CharField(max_length=16, blank=True, default="")
    dev = models.CharField(max_length=64)
    epoch = models.CharField(max_length=16)
    seq = models.PositiveBigIntegerField()
    # None: it waits behind a gap, and nobody knows yet. Only False stands in its number.
    is_fork = models.BooleanField(null=True, default=False)
    verdict = models.CharField(max_length=12, choices=Verdict, default=Verdict.ACCEPTED)
    first_verdict = models.CharField(max_length=12, choices=Verdict, default=Verdict.ACCEPTED)
    reason = models.CharField(max_length=24, blank=True, default="")
    is_applied = models.BooleanField(default=False)

    objects = RecordQuerySet.as_manager()  # type: ignore[django-manager-missing]

    class Meta:
        ordering = ["index"]
        constraints = [
            models.UniqueConstraint(
                fields=["dev", "epoch", "seq"], condition=Q(is_fork=False), name="one_record_per_number"
            ),
        ]
        indexes = [
            models.Index(fields=["definition", "type", "verdict"], name="records_of_a_definition"),
            models.Index(fields=["session_ref", "type"], name="records_of_a_session"),
            # What waits is a handful: the index is that small, and holds all that is asked to know how many they are.
            models.Index(
                fields=["verdict", "index", "is_applied"], condition=Q(is_applied=False), name="records_yet_to_apply"
            ),
            models.Index(
                fields=["dev", "epoch", "seq"], condition=Q(is_fork__isnull=True), name="records_behind_a_gap"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.index} {self.type} {self.id[:8]}"


class Payload(models.Model):
    """What travels beside a header and is never published. It may be erased: the log stays whole.

    Its key is the record's place in the log: what comes together lies together. The database does not ask for each of
    them whether its record is there: one function writes both, and nothing is signed that lacks one of them.
    """

    record = PlaceField(
        Record,
        to_field="index",
        db_column="record_index",
        db_constraint=False,
        on_delete=models.PROTECT,
        primary_key=True,
        related_name="payload",
    )
    subject = models.CharField(max_length=80, blank=True, default="")
    subject_salt = models.BinaryField(max_length=16)
    body = models.BinaryField()
    body_salt = models.BinaryField(max_length=16)

    class Meta:
        # Not by ``db_index``, which on PostgreSQL makes a second one for beginnings.
        indexes = [models.Index(fields=["subject"], name="payloads_of_a_subject")]

    def __str__(self) -> str:
        return f"beside {self.record_id}"


class Node(models.Model):
    """Complete subtrees of the log: neighbours of one ``level``, as many as one writing made (``nodes``).

    ``index`` counts the nodes of a level from the left and is that of the first; ``hashes``: 32 bytes for each of them.
    Leaves are level 0.
    """

    level = models.PositiveSmallIntegerField()
    index = models.PositiveBigIntegerField()
    hashes = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["level", "index"], name="one_node_per_place")]

    def __str__(self) -> str:
        return f"{self.level}/{self.index}"


class Checkpoint(models.Model):
    """A signed statement of the log's size and root."""

    log_epoch = models.PositiveIntegerField()
    size = models.PositiveBigIntegerField()
    root = models.CharField(max_length=64)
    signature = models.CharField(max_length=90)
    signed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["size"]
        constraints = [models.UniqueConstraint(fields=["log_epoch", "size"], name="one_checkpoint_per_size")]

    def __str__(self) -> str:
        return f"{self.size} {self.root[:8]}"


class Recovery(models.Model):
    """The list was begun another time, because a backup was restored: what is left of it, and what is known as lost.

    ``size`` and ``root``: the list goes on from here. While ``ended_at`` is empty, people put things in order
    (``recovery``). ``came``: records of devices since, counted when that ended. ``proved``: the longest earlier state
    that was signed and that this list does not contain, {epoch, size, root, sig}; empty while none is known.
    """

    log_epoch = models.PositiveIntegerField(unique=True)
    size = models.PositiveBigIntegerField()
    root = models.CharField(max_length=64)
    began_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    came = models.PositiveBigIntegerField(default=0)
    proved = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["log_epoch"]

    def __str__(self) -> str:
        return f"{self.log_epoch}, from {self.size}"


class Held(models.Model):
    """Bytes that were not authentic: kept, bounded, outside the log, for a person to look at.

    ``mark``: what comes again under the same one takes the place of what is shorter.
    """

    received_at = models.DateTimeField(auto_now_add=True)
    code = models.CharField(max_length=40)
    dev = models.CharField(max_length=64, blank=True, default="")
    mark = models.CharField(max_length=64, blank=True, default="")
    content = models.BinaryField()

    class Meta:
        ordering = ["-received_at"]
        constraints = [
            models.UniqueConstraint(fields=["mark"], condition=~Q(mark=""), name="what_is_held_is_held_once")
        ]

    def __str__(self) -> str:
        return self.code
