"""Long work in the background: started once, watched, gone on with after a break.

A kind of job is a function of the job and a ``Tell``, registered with :func:`runs`. It takes its time, tells how far it
is, and is safe to call again from the start: whatever it calls holds its rows and does each thing once.

Progress lies in a small file beside the keys, not in the job's row: a job that writes all or nothing holds one
transaction from beginning to end, and nobody else would see a row change meanwhile. When the file was last written is
the job's sign of life. A worker that is killed leaves none; the page then says so and offers to go on.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from server.ledger.queue import queue_with_commit
from server.web.live import ring
from server.web.refusals import Refusal

from .models import Job
from .telling import Tell

if TYPE_CHECKING:
    from server.accounts.models import User
    from server.processes.models import Space

EVERY_S = 0.5


@dataclass(frozen=True)
class Kind:
    """``title``: what is under way; ``done``: said at the end; ``address``: where the outcome is seen.

    is_by_day: a date asks for it and no person (``watched``).
    """

    work: Callable[[Job, Tell], None]
    title: Any
    done: Any
    address: Callable[[Job], str]
    is_by_day: bool = False


KINDS: dict[str, Kind] = {}


def runs(
    kind: str, *, title: Any, done: Any, address: Callable[[Job], str], is_by_day: bool = False
) -> Callable[..., Any]:
    """Register the function that does a kind of job."""

    def keep(work: Callable[[Job, Tell], None]) -> Callable[[Job, Tell], None]:
        KINDS[kind] = Kind(work, title, done, address, is_by_day)
        return work

    return keep


def start_job(*, kind: str, key: str, space: Space, by: User, facts: Mapping[str, Any] | None = None) -> Job:
    """Have the work done in the background. While the same is under way, that job is given: two clicks, one job."""
    language = (translation.get_language() or settings.LANGUAGE_CODE)[:2]
    wanted = {"space": space, "by": by, "facts": {**(facts or {}), "language": language}}
    try:
        with transaction.atomic():
            job = Job.objects.create(kind=kind, key=key, **wanted)
            _queue(job)
    except IntegrityError:
        return Job.objects.under_way().get(kind=kind, key=key)
    return job


def _queue(job: Job) -> None:
    from .tasks import run_job_task

    queue_with_commit(run_job_task, job.pk)
    ring(job.space_id, "jobs")


def go_on_with(job: Job) -> Job:
    """Queue once more a job that is silent. Harmless where it was not: the work itself is done once."""
    if job.is_under_way and job.is_silent(progress_of(job).at, timezone.now()):
        beat(job, 0, 0)
        _queue(job)
    return job


def run_job(job: Job) -> Job:
    """Do the work, from the start or once more. Ends as done, or as failed with the sentence of the refusal."""
    if not Job.objects.under_way().filter(pk=job.pk).update(state=Job.State.RUNNING):
        return job
    last = 0.0

    def tell(done: int, of: int) -> None:
        nonlocal last
        if done >= of or time.monotonic() - last >= EVERY_S:
            last = time.monotonic()
            beat(job, done, of)

    beat(job, 0, 0)
    with translation.override(job.facts.get("language", settings.LANGUAGE_CODE)):
        if job.by is None and not KINDS[job.kind].is_by_day:
            return _end(job, Job.State.FAILED, _("The account that asked for this is erased."))
        try:
            KINDS[job.kind].work(job, tell)
        except Refusal as refusal:
            problems = refusal.details.get("problems", [])
            return _end(job, Job.State.FAILED, " ".join([str(refusal.message), *problems])[:400])
        except Exception:
            # A bug is not ours to mend here; but the page must not wait for ever, and the trace goes on its way.
            _end(job, Job.State.FAILED)
            raise
    return _end(job, Job.State.DONE)


@contextmanager
def watched(*, kind: str, key: str, space: Space) -> Iterator[Tell]:
    """Work that a date asks for, done here and now and shown as a job while it goes on. What it raises ends the job."""
    facts = {"space": space, "state": Job.State.RUNNING}
    job, _is_new = Job.objects.under_way().get_or_create(kind=kind, key=key, defaults=facts)
    beat(job, 0, 0)
    try:
        yield lambda done, of: beat(job, done, of)
    except Exception:
        _end(job, Job.State.FAILED)
        raise
    _end(job, Job.State.DONE)


def _end(job: Job, state: str, error: str = "") -> Job:
    """Another worker may have ended it meanwhile: what it wrote first stands."""
    with transaction.atomic():
        Job.objects.under_way().filter(pk=job.pk).update(state=state, error=error, ended_at=timezone.now())
        ring(job.space_id, "jobs")
    with suppress(FileNotFoundError):
        _path(job).unlink()
    job.refresh_from_db()
    return job


@dataclass(frozen=True)
class Progress:
    """``of`` is 0 while nobody knows how much there is; ``at`` is None before the work began."""

    done: int = 0
    of: int = 0
    at: datetime | None = None

    @property
    def percent(self) -> int:
        return min(100, 100 * self.done // self.of) if self.of else 0


def _path(job: Job) -> Path:
    folder = Path(settings.PARVIS_VAR) / "jobs"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder / str(job.pk)


def beat(job: Job, done: int, of: int) -> None:
    """Leave a sign of life, with how far the work is. Written aside and moved: nobody reads half a number."""
    path = _path(job)
    aside = path.with_name(f"{path.name}.{os.getpid()}")
    aside.write_text(f"{done} {of}", encoding="ascii")
    aside.replace(path)


def progress_of(job: Job) -> Progress:
    path = _path(job)
    try:
        done, of = path.read_text(encoding="ascii").split()
        at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except (FileNotFoundError, ValueError):
        return Progress()
    return Progress(int(done), int(of), at)
