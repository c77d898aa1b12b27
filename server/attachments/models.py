"""Files that records name and that travel apart: which record names which file, and which files are here."""

from __future__ import annotations

from django.db import models

from .querysets import NamedQuerySet


class Named(models.Model):
    """A record of a device names a file by its hash. Written with the record, whatever its verdict; never changed.

    It gives that device, and no other, the right to bring the file.
    """

    record = models.CharField(max_length=64)
    session_ref = models.CharField(max_length=16)
    dev = models.CharField(max_length=64)
    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.PositiveIntegerField()

    objects = NamedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["record", "sha256"], name="a_record_names_a_file_once"),
        ]
        indexes = [models.Index(fields=["dev", "sha256"], name="files_of_a_device")]

    def __str__(self) -> str:
        return f"{self.record[:8]} {self.sha256[:8]}"


class StoredFile(models.Model):
    """A file that is here whole, kept once however many records name it.

    ``name``: below ``PARVIS_VAR/media``; empty once it was destroyed, and then nobody is asked for it again.
    """

    sha256 = models.CharField(primary_key=True, max_length=64)
    size = models.PositiveIntegerField()
    name = models.CharField(max_length=200, blank=True, default="")

    def __str__(self) -> str:
        return self.sha256[:8]
