"""Reads: the vocabulary for many records."""

from __future__ import annotations

from django.db import models


class RecordQuerySet(models.QuerySet):
    def of_box(self, definition: str):
        return self.filter(definition=definition)

    def ballots(self):
        return self.filter(type="ballot.sealed")

    def accepted(self):
        return self.filter(verdict="accepted")

    def in_session(self, session_ref: str):
        return self.filter(session_ref=session_ref)

    def with_payload(self):
        return self.select_related("payload")
