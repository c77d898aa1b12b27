"""Signs of life, and days that have begun."""

from __future__ import annotations

from django.db import models


class WorkerSign(models.Model):
    """A worker of tasks wrote this a moment ago. One row for each start of a worker; old rows are cleared away."""

    worker = models.CharField(max_length=64, primary_key=True)
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.worker


class Day(models.Model):
    """This day has begun: what falls due was queued. One row, of the last day that the workers saw."""

    day = models.DateField(primary_key=True)

    def __str__(self) -> str:
        return str(self.day)


class Hour(models.Model):
    """The same of this hour."""

    hour = models.DateTimeField(primary_key=True)

    def __str__(self) -> str:
        return str(self.hour)
