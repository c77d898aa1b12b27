"""When witnesses are asked: each day, also where nothing happens; and, at most once an hour, while the list grows."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.dispatch import receiver

from server.ledger.signals import checkpoint_signed
from server.processes.days import day_begun

from .tasks import ask_soon, ask_witnesses_task


@receiver(day_begun)
def ask_each_day(**_named: Any) -> None:
    ask_witnesses_task.enqueue()


@receiver(checkpoint_signed)
def ask_while_it_grows(**_named: Any) -> None:
    transaction.on_commit(ask_soon)
