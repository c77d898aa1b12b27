"""Work of notices that is done in the background."""

from __future__ import annotations

from django_tasks import task
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from .letters import at_once_waits, send_at_once
from .telling import tell_all, waits


@task()
def tell_task() -> int:
    """Tell what is new, and send the letters that leave at once. Called again, it goes on where it was."""
    steps = tell_all()
    send_at_once()
    return steps


def tell_what_is_new() -> bool:
    """Order the task where something waits and nobody has: asked by a worker every few seconds, so that whoever writes
    a comment need not. Says whether it was this call."""
    if not (waits() or at_once_waits()):
        return False
    of_its = DBTaskResult.objects.filter(task_path=tell_task.module_path)
    if of_its.filter(status__in=[TaskResultStatus.READY, TaskResultStatus.RUNNING]).exists():
        return False
    tell_task.enqueue()
    return True
