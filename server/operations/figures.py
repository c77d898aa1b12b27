"""Figures for Prometheus: how much, how fast, how many wait. Nothing about a person, a choice or a single deed.

Counters are kept by each process. Page workers of one command share a folder (``PROMETHEUS_MULTIPROC_DIR``, set before
they fork), so that any of them answers for all. What the database knows is asked when the figures are read, at most
every ten seconds.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from threading import Lock

from django.conf import settings
from django.db.models import Count, Min
from django.utils import timezone
from prometheus_client import REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest, multiprocess
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

BUCKETS_S = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
KEPT_S = 10
PUSH = "api/v1/push"
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "any")

REQUESTS = Counter("parvis_requests", "Requests by route.", ["method", "route", "status"])
SECONDS = Histogram("parvis_request_seconds", "Seconds to answer, by route.", ["route"], buckets=BUCKETS_S)
BATCHES = Counter("parvis_ingest_batches", "Batches that devices pushed.", ["outcome"])


def count_request(*, method: str, route: str, status: int, seconds: float) -> None:
    REQUESTS.labels(method if method in METHODS else "other", route, str(status)).inc()
    SECONDS.labels(route).observe(seconds)
    if route == PUSH:
        BATCHES.labels("stored" if status == 200 else "refused").inc()


class House(Collector):
    """What the database and the disk know, remembered for a moment: who asks often must not cost much."""

    def __init__(self) -> None:
        self._lock, self._read_at, self._kept = Lock(), float("-inf"), [*self._read_nothing()]

    def collect(self) -> list[Metric]:
        with self._lock:
            if time.monotonic() - self._read_at > KEPT_S:
                self._kept, self._read_at = list(self._read()), time.monotonic()
            return self._kept

    def _read_nothing(self) -> Iterator[Metric]:
        yield from ()

    def describe(self) -> list[Metric]:
        return []

    def _read(self) -> Iterator[Metric]:
        yield from _tasks()
        yield from _ledger()
        yield from _house()


def _gauge(name: str, words: str, value: float) -> Metric:
    return GaugeMetricFamily(f"parvis_{name}", words, value=value)


def _tasks() -> Iterator[Metric]:
    """Tasks by state, how many wait now, and for how long the oldest has."""
    from django_tasks_db.models import DBTaskResult

    by_status = GaugeMetricFamily("parvis_tasks", "Background tasks by name and state.", labels=["task", "status"])
    counted = DBTaskResult.objects.values_list("task_path", "status").annotate(count=Count("pk")).order_by()
    for path, status, count in counted:
        by_status.add_metric([path.rpartition(".")[2], status], count)
    yield by_status
    waiting = DBTaskResult.objects.ready().aggregate(count=Count("pk"), oldest=Min("enqueued_at"))
    yield _gauge("queue_depth", "Tasks that could run now and wait.", waiting["count"])
    age = (timezone.now() - waiting["oldest"]).total_seconds() if waiting["oldest"] else 0
    yield _gauge("queue_oldest_seconds", "How long the oldest waiting task waits.", max(0, age))


def _ledger() -> Iterator[Metric]:
    """The list as of its last signature, which is public; what waits for people."""
    from server.ledger.models import Checkpoint, Held, Record, Verdict

    last = Checkpoint.objects.order_by("-log_epoch", "-size").values_list("size", flat=True).first()
    yield _gauge("log_size", "Records on the public list at its last signature.", last or 0)
    waits = GaugeMetricFamily("parvis_records_waiting", "Records that wait for people, by verdict.", labels=["verdict"])
    verdicts = [Verdict.PROVISIONAL, Verdict.PARKED, Verdict.QUARANTINED]
    found = dict(
        Record.objects.filter(verdict__in=verdicts).values_list("verdict").annotate(count=Count("pk")).order_by()
    )
    for verdict in verdicts:
        waits.add_metric([verdict.value], found.get(verdict.value, 0))
    yield waits
    yield _gauge("held", "Batches that were not authentic and are kept for a look.", Held.objects.count())


def _house() -> Iterator[Metric]:
    from .health import worker_age_s

    yield _gauge("disk_free_bytes", "Free room where this installation keeps its files.", free_bytes())
    age = worker_age_s()
    yield _gauge("worker_age_seconds", "Since a worker of tasks gave a sign; -1: never.", -1 if age is None else age)


def free_bytes() -> int:
    return shutil.disk_usage(settings.PARVIS_VAR).free


HOUSE = House()


def page() -> bytes:
    """All figures in Prometheus' text form."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        own = generate_latest(REGISTRY)
    else:
        shared = CollectorRegistry()
        multiprocess.MultiProcessCollector(shared)
        own = generate_latest(shared)
    house = CollectorRegistry()
    house.register(HOUSE)
    return own + generate_latest(house)
