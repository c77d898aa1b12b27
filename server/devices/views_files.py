"""Export files at the office: sent whole by a form or in parts by a script, watched, and told what they brought."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from server.meetings.access import access_session
from server.office.access import access_job
from server.office.models import Job
from server.office.views_office import job_facts
from server.web.bodies import FORM_BYTES, takes_at_most
from server.web.plain_text import NothingHidden

from .brought import (
    DIGEST,
    KIND,
    MOST_AT_ONCE,
    PART_BYTES,
    PartWrong,
    arrived,
    is_here,
    page_of,
    read_soon,
    session_of,
    take_part,
    take_whole,
)
from .forms import BeginningForm, ImportForm
from .importing import OUTCOMES
from .models import Stranger
from .views_office import page


@takes_at_most(MOST_AT_ONCE + FORM_BYTES)
@login_required
@require_http_methods(["GET", "POST"])
def import_file(request: HttpRequest, ref: str) -> HttpResponse:
    """Without a script: the whole file in one form. The same file again does no harm."""
    session = access_session(request.user, ref)
    if request.method == "GET":
        return redirect("office_devices:devices", ref)
    form = ImportForm(request.POST, request.FILES)
    if not form.is_valid():
        return page(request, session, import_form=form)
    file = form.cleaned_data["file"]
    if file.size > MOST_AT_ONCE:
        form.add_error("file", _("This file is larger than 64 MiB. Send it in a browser with JavaScript."))
        return page(request, session, import_form=form)
    job = take_whole(session=session, by=request.user, name=file.name, chunks=file.chunks())
    return redirect("office_devices:file", job.pk)


class PartForm(NothingHidden, forms.Form):
    """What the address of a part says; nobody fills it in by hand."""

    name = forms.CharField(max_length=300, required=False, widget=forms.HiddenInput)
    digest = forms.RegexField(DIGEST, widget=forms.HiddenInput)
    size = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    at = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)


@takes_at_most(PART_BYTES)
@login_required
@require_http_methods(["GET", "POST"])
def part(request: HttpRequest, ref: str) -> JsonResponse:
    """GET says how much of a file is here, POST brings its next part; both answer ``{"at", "page"}``: where to go on,
    and the page of the file once it is whole. The file is named by the address, the part is the body (S20).
    """
    session = access_session(request.user, ref)
    form = PartForm(request.GET)
    if not form.is_valid():
        raise PartWrong
    told = form.cleaned_data
    if request.method == "GET":
        here, job = arrived(session=session, by=request.user, digest=told["digest"])
    else:
        facts = {name: told[name] for name in ("name", "digest", "size")}
        here, job = take_part(session=session, by=request.user, at=told["at"] or 0, content=request.body, **facts)
    answer = {"at": here, "page": page_of(job) if job else ""}
    return JsonResponse(answer, headers={"Cache-Control": "no-store"})


@login_required
@require_http_methods(["GET", "POST"])
def file(request: HttpRequest, pk: int) -> HttpResponse:
    """One file that was brought: how far it is, what it brought, or what is wrong with it. POST: read its beginning."""
    job = access_job(request.user, pk)
    if job.kind != KIND:
        raise Http404
    session = session_of(job)
    if stranger := Stranger.objects.filter(pk=job.facts.get("stranger")).first():
        return redirect("office_devices:stranger", stranger.pk)
    form = BeginningForm(request.POST if request.method == "POST" else None) if _may_begin(request, job) else None
    if request.method == "POST" and form and form.is_valid():
        name, digest = job.facts["name"], job.facts["digest"]
        again = read_soon(session=session, by=request.user, name=name, digest=digest, beginning=True)
        return redirect("office_devices:file", again.pk)
    facts = job_facts(job) | {"session": session, "here": "devices", "form": form, "file": _told(job)}
    answer = render(request, "devices/office/file.html", facts, status=400 if form and form.errors else 200)
    answer["Cache-Control"] = "no-store"
    return answer


def _may_begin(request: HttpRequest, job: Job) -> bool:
    """Whether the beginning of this file can be read: by who brought it, while it lies here."""
    is_open = job.state == Job.State.FAILED and job.facts.get("fault", {}).get("proved")
    return bool(is_open) and job.by == request.user and is_here(job, session_of(job))


def _told(job: Job) -> dict[str, Any]:
    """What the page says of the file."""
    report, fault = job.facts.get("report"), job.facts.get("fault")
    words = (_("New"), _("Already here"), _("Kept, to be decided"), _("Second branch"))
    told = report["outcomes"] if report else {}
    counts = [(label, told.get(name, 0)) for name, label in zip(OUTCOMES, words, strict=True)]
    files = report.get("files", {}) if report else {}
    brought = [
        (_("Photos"), files.get("kept", 0)),
        (_("Photos that cannot be read from the file"), files.get("broken", 0)),
    ]
    counts += [(label, count) for label, count in brought if count]
    return {"name": job.facts["name"], "report": report, "counts": counts, "fault": fault}
