"""Long work of the office in the background."""

from __future__ import annotations

from django_tasks import task

from .models import Job


@task()
def run_job_task(job_pk: int) -> None:
    from .jobs import run_job

    run_job(Job.objects.get(pk=job_pk))
