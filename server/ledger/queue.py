"""Background work that is ordered in the transaction of what it is about: both are there, or neither (S7, S8)."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django_tasks.base import Task
from django_tasks_db.backend import DatabaseBackend


def queue_with_commit(task: Task[..., Any], *arguments: Any) -> None:
    """Have the task done once this transaction is committed.

    The queue is a table of the same database, so the order is written beside the work: no worker sees it before the
    commit, a rollback takes it back, and a process killed right after the commit does not lose it. A queue that lies
    elsewhere is told after the commit.
    """
    if isinstance(task.get_backend(), DatabaseBackend):
        task.enqueue(*arguments)
    else:
        transaction.on_commit(lambda: task.enqueue(*arguments))
