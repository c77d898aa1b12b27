"""The worker of tasks: a process of its own, or a thread beside daphne. It gives signs of life and takes up lost work.

A worker that is killed leaves its task "running" for ever, as far as the queue knows. Whoever works next sees that the
one who took it gave no sign for a while and puts the task back. Every task of this house may be called again: it goes
on where it was, or changes nothing.
"""

from __future__ import annotations

import logging
import os
import secrets
import signal
import socket
import threading
from datetime import timedelta
from types import FrameType

from django.db import close_old_connections, transaction
from django.utils import timezone
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from server.ledger.tasks import apply_what_was_left
from server.notices.tasks import tell_what_is_new

from .days import begin_day, begin_hour
from .health import WORKER_SILENT_S
from .models import WorkerSign

log = logging.getLogger(__name__)

SIGN_EVERY_S = 15
LOOK_EVERY_S = 0.5
# A task that takes three workers down with it is not given to a fourth.
ATTEMPTS = 3
KEPT = timedelta(days=1)


def give_sign(worker: str) -> None:
    """Say that this worker lives, and forget those who said nothing for a day."""
    now = timezone.now()
    WorkerSign.objects.update_or_create(worker=worker, defaults={"seen_at": now})
    WorkerSign.objects.filter(seen_at__lt=now - KEPT).delete()


@transaction.atomic
def take_up_lost_tasks() -> int:
    """Put back the tasks of workers that gave no sign; returns how many. After the third time it has failed."""
    since = timezone.now() - timedelta(seconds=WORKER_SILENT_S)
    living = set(WorkerSign.objects.filter(seen_at__gt=since).values_list("worker", flat=True))
    # What was taken a moment ago may be of a worker whose first sign is still under way.
    running = DBTaskResult.objects.running().filter(started_at__lt=since).select_for_update(skip_locked=True)
    lost = [task for task in running if task.worker_ids and task.worker_ids[-1] not in living]
    for task in lost:
        is_over = len(task.worker_ids) >= ATTEMPTS
        what = "given up" if is_over else "again"
        log.warning("a task lost its worker", extra={"task": task.task_path, "what": what})
        if is_over:
            task.set_failed(WorkerLost())
        else:
            task.status = "READY"
            task.save(update_fields=["status"])
    return len(lost)


class WorkerLost(Exception):
    """The worker of this task ended without a word, more than once."""


class HouseWorker:
    """Runs queued tasks until it is told to stop. What breaks between two tasks is told and tried again."""

    def __init__(self) -> None:
        self.name = f"{socket.gethostname()[:40]}-{os.getpid()}-{secrets.token_hex(4)}"
        self.ended = threading.Event()
        self._stop = threading.Event()
        self._worker = Worker(
            queue_names=["default"],
            interval=LOOK_EVERY_S,
            batch=False,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=self.name,
            excluded_queue_names=[],
        )
        # Signals are ours: a thread may not set handlers, and a process must end its signs too.
        self._worker.configure_signals = lambda: None  # type: ignore[method-assign]

    def run(self) -> None:
        signs = threading.Thread(target=self._give_signs, name="signs", daemon=True)
        signs.start()
        try:
            while self._worker.running:
                try:
                    self._worker.run()
                except Exception:
                    log.exception("the worker stumbled")
                    self._stop.wait(5)
        finally:
            self._stop.set()
            signs.join(timeout=5)
            self.ended.set()

    def stop(self, *_signal: int | FrameType | None) -> None:
        """End after the task in hand."""
        self._worker.running = False
        self._stop.set()

    def _give_signs(self) -> None:
        while True:
            try:
                give_sign(self.name)
                take_up_lost_tasks()
                begin_day()
                begin_hour()
                apply_what_was_left()
                tell_what_is_new()
            except Exception:
                log.exception("no sign of life could be written")
            finally:
                close_old_connections()
            if self._stop.wait(SIGN_EVERY_S):
                return


def work() -> int:
    """A process of its own, until SIGTERM or SIGINT. The task in hand is finished first."""
    worker = HouseWorker()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, worker.stop)
    log.info("worker begins", extra={"worker": worker.name})
    worker.run()
    log.info("worker ends", extra={"worker": worker.name})
    return 0


def start_thread() -> HouseWorker:
    """The worker beside daphne, which alone shares its in-memory channel layer."""
    worker = HouseWorker()
    threading.Thread(target=worker.run, name="tasks", daemon=True).start()
    return worker
