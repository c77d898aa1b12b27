"""The page of a job: how far it is, what came of it, and how to go on when its worker died."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from server.processes.checklist import next_step

from .access import access_job
from .jobs import KINDS, go_on_with, progress_of
from .models import Job


def job_facts(job: Job) -> dict[str, Any]:
    kind, progress = KINDS[job.kind], progress_of(job)
    return {
        "job": job,
        "space": job.space,
        "here": "overview",
        "kind": kind,
        "address": kind.address(job),
        "progress": progress,
        "step": next_step(job.space) if job.state == Job.State.DONE else None,
        "is_silent": job.is_silent(progress.at, timezone.now()),
    }


@login_required
@require_GET
def job(request: HttpRequest, pk: int) -> HttpResponse:
    this = access_job(request.user, pk)
    answer = render(request, "office/job.html", job_facts(this))
    answer["Cache-Control"] = "no-store"
    return answer


@login_required
@require_GET
def job_part(request: HttpRequest, pk: int) -> HttpResponse:
    """The moving part alone."""
    return render(request, "office/_job.html", job_facts(access_job(request.user, pk)))


@login_required
@require_POST
def go_on(request: HttpRequest, pk: int) -> HttpResponse:
    return redirect("acts:job", go_on_with(access_job(request.user, pk)).pk)
