"""Asking witnesses for what they signed, in the background."""

from __future__ import annotations

from django.core.cache import cache
from django_tasks import task

from .actions import ask_witness
from .models import Witness

EVERY_S = 3600


@task()
def ask_witnesses_task() -> int:
    """Ask each one that publishes at an address, the next also where one does not answer. Returns how many were new."""
    received = [ask_witness(witness=witness) for witness in Witness.objects.to_ask()]
    return sum(one.cosigned + one.alarms for one in received if one is not None)


def ask_soon() -> None:
    """Once an hour at the most, however often somebody thinks of it."""
    if cache.add("witnesses.ask_soon", True, timeout=EVERY_S) and Witness.objects.to_ask().exists():
        ask_witnesses_task.enqueue()
