"""Proposals come from a file, which is shown first, and go into one."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from server.budgets.forms import FileForm
from server.office.jobs import start_job
from server.processes import spool
from server.processes.access import Role
from server.processes.fault_words import sentences
from server.processes.tables import BadTable, Fault
from server.web.bodies import FORM_BYTES, takes_at_most

from .access import access_component
from .imports import MAX_BYTES, read_proposals
from .jobs import planned, purpose

MOST_SHOWN = 50


@takes_at_most(MAX_BYTES + FORM_BYTES)
@login_required
@require_http_methods(["GET", "POST"])
def import_file(request: HttpRequest, slug: str, component: int) -> HttpResponse:
    """GET asks for a file; POST shows what it would bring and writes nothing."""
    here = access_component(request.user, slug, component, to=Role.ORGANISER)
    form = FileForm(request.POST or None, request.FILES or None)
    form.fields["file"].widget.attrs["accept"] = ".csv,.txt,.xlsx,.json"
    facts = {"space": here.space, "component": here, "here": "components", "form": form}
    if request.method == "GET" or not form.is_valid():
        return render(request, "proposals/office/import.html", facts, status=400 if form.errors else 200)
    upload = form.cleaned_data["file"]
    try:
        if upload.size > MAX_BYTES:
            raise BadTable([Fault(0, "too_big")])
        content = upload.read()
        rows = read_proposals(content)
        list(planned(here, rows))
    except BadTable as bad:
        facts |= {"faults": sentences(bad.faults), "file_name": upload.name}
        return render(request, "proposals/office/import.html", facts, status=400)
    token = spool.keep(user=request.user, purpose=purpose(here), content=content)
    there = set(here.proposals.values_list("ref", flat=True)) if any(row.identifier for row in rows) else set()
    known = sum(row.ref(here.pk) in there for row in rows if row.identifier)
    counts = {"new": len(rows) - known, "known": known}
    facts |= {"rows": rows[:MOST_SHOWN], "counts": counts, "token": token, "file_name": upload.name}
    return render(request, "proposals/office/preview.html", facts)


@login_required
@require_POST
def import_confirm(request: HttpRequest, slug: str, component: int) -> HttpResponse:
    """Write what was shown, in the background."""
    here = access_component(request.user, slug, component, to=Role.ORGANISER)
    token = request.POST.get("token", "")
    if spool.read(user=request.user, purpose=purpose(here), token=token) is None:
        messages.error(request, _("This file was already written, or it is no longer here. Send it again if need be."))
        return redirect("office_proposals:import", slug, component)
    facts = {"component": here.pk}
    job = start_job(kind="proposals.import", key=token, space=here.space, by=request.user, facts=facts)
    return redirect("acts:job", job.pk)
