"""Voices: by what deeds that are not secret name the holder of a pass."""

from __future__ import annotations

from django.db import models

from server.meetings.models import Session


class Voice(models.Model):
    """There is a pass in the stack of this session that has this voice; which one it is, no row says.

    Beside a pass stands the value that its ballot carries: a voice there would join what somebody endorsed in the open
    with a sealed ballot. So they are kept apart, each in the order of its own values, and only a code gives both.
    What becomes of the pass changes nothing here: a voice is only ever added.
    """

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="voices")
    value = models.CharField(max_length=32, unique=True)

    class Meta:
        ordering = ["value"]

    def __str__(self) -> str:
        return self.value[:8]
