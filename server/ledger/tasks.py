"""Work of the log that is done in the background."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django_tasks import default_task_backend, task
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult, get_date_max

from .actions import sign_checkpoint
from .applying import apply_pending
from .asked import Asked
from .failpoints import failpoint
from .models import Record
from .queue import queue_with_commit

STEP_S = 300


@task()
def sign_checkpoint_task() -> int:
    """Sign the list as it stands; returns its size."""
    return sign_checkpoint().size


@task()
def apply_task() -> int:
    """Apply what waits; returns how many records were. Called again, it goes on where it was."""
    failpoint("apply.begun")
    return apply_pending()


def apply_soon() -> None:
    """Have what waits applied in the background, ordered in the transaction that stored it."""
    if _is_ordered():
        transaction.on_commit(apply_what_was_left)  # it may have begun before we commit
    elif Record.objects.to_apply().exists():
        queue_with_commit(apply_task)


def apply_later(record: Record) -> None:
    """Have what the installation itself has just written applied in its turn by the worker, as what devices bring is:
    where it must see all that stands before it, and holds rows that whoever wrote it may not wait for."""
    Record.objects.filter(pk=record.pk).update(is_applied=False)
    apply_soon()


def _is_ordered() -> bool:
    """Many pushes, one task: what is committed before a task begins, it finds."""
    return bool(ORDERED.rows(timezone.now()))


def _ordered(now: datetime) -> QuerySet[DBTaskResult, Any]:
    """As ``ready`` of the queue, at this moment."""
    is_due = Q(run_after=get_date_max()) | Q(run_after__lte=now)
    ready = DBTaskResult.objects.filter(is_due, status=TaskResultStatus.READY, task_path=apply_task.module_path)
    return ready.order_by().values_list("pk")[:1]


ORDERED = Asked(_ordered, datetime)


def apply_what_was_left() -> bool:
    """Order again what waits to be applied and has no order: that was lost with its worker, or the database stumbled.

    Says whether there was any. Called now and then by a worker, and when it begins.
    """
    if _is_ordered() or not Record.objects.to_apply().exists():
        return False
    apply_task.enqueue()
    return True


def sign_soon() -> None:
    """Have the list signed at the next full five minutes. Many callers, one signature.

    Not at once: a checkpoint keeps when it was signed, and one for each ballot would tell when each was cast.
    """
    now = timezone.now().timestamp()
    due = math.ceil((now + 1) / STEP_S) * STEP_S
    if not cache.add(f"ledger.sign_soon.{due}", True, timeout=STEP_S):
        return
    signing = sign_checkpoint_task
    if default_task_backend.supports_defer:
        signing = signing.using(run_after=datetime.fromtimestamp(due, UTC))
    transaction.on_commit(lambda: signing.enqueue())
