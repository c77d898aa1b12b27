"""What a poll shows while it goes on. A vote shows nothing before its result is certified."""

from __future__ import annotations

from django.db import models


class PollTally(models.Model):
    """The numbers last shown. ``counted``: the ids of the ballots in them, so that they move by steps (``polls``)."""

    box = models.OneToOneField("voting.Box", on_delete=models.CASCADE, related_name="poll_tally")
    received = models.PositiveIntegerField(default=0)
    counted = models.JSONField(default=list)
    votes = models.JSONField(default=dict)
    blank = models.PositiveIntegerField(default=0)
    at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return str(self.ballots)

    @property
    def ballots(self) -> int:
        """How many ballots are in the numbers."""
        return len(self.counted)
