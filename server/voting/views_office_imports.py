"""People come onto a roll from a file: shown first, then written. Unknown columns are asked for."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from server.office.jobs import start_job
from server.processes import spool
from server.processes.access import Role, access_space
from server.processes.fault_words import sentences
from server.processes.tables import MAX_BYTES, BadTable, Fault, read_columns
from server.voting.actions.rolls import is_in_use, people_of
from server.web.bodies import FORM_BYTES, takes_at_most

from .jobs import roll_purpose
from .models import Roll
from .office_forms import ColumnsForm
from .refusals import RollInUse
from .roll_import import OTHER_NAMES, RollPlan, guess_columns, plan_roll, read_people

SHOWN = 50


def _roll(request: HttpRequest, slug: str, pk: int) -> Roll:
    space = access_space(request.user, slug, to=Role.ORGANISER)
    return get_object_or_404(space.rolls.select_related("space"), pk=pk)


def _facts(roll: Roll, **more: Any) -> dict[str, Any]:
    return {"space": roll.space, "here": "roll", "roll": roll, **more}


@takes_at_most(MAX_BYTES + FORM_BYTES)
@login_required
@require_http_methods(["GET", "POST"])
def roll_import(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """GET asks for a file; POST shows what it would change and writes nothing."""
    from server.budgets.forms import FileForm

    this = _roll(request, slug, pk)
    form = FileForm(request.POST or None, request.FILES or None)
    form.fields["file"].widget.attrs["accept"] = ".csv,.txt,.xlsx"
    facts = _facts(this, form=form, is_in_use=is_in_use(this))
    if request.method == "GET" or not form.is_valid():
        return render(request, "voting/office/import.html", facts, status=200 if request.method == "GET" else 400)
    upload = form.cleaned_data["file"]
    name = upload.name
    try:
        if upload.size > MAX_BYTES:
            raise BadTable([Fault(0, "too_big")])
        content = upload.read()
        columns = guess_columns(read_columns(content))
        plan = plan_roll(read_people(content, columns), people_of(this))
    except BadTable as bad:
        if {fault.code for fault in bad.faults} == {"missing_column"}:
            return _ask_columns(request, this, content, _keep(request, this, content), name)
        facts |= {"faults": sentences(bad.faults), "file_name": name}
        return render(request, "voting/office/import.html", facts, status=400)
    return _preview(request, this, plan, _keep(request, this, content), name, columns)


def _keep(request: HttpRequest, roll: Roll, content: bytes) -> str:
    return spool.keep(user=request.user, purpose=roll_purpose(roll), content=content)


@login_required
@require_POST
def roll_columns(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """A file that was sent, read by the columns that somebody chose; with ``choose`` only the choice is shown."""
    this = _roll(request, slug, pk)
    token, name = request.POST.get("token", ""), request.POST.get("file_name", "")[:200]
    content = spool.read(user=request.user, purpose=roll_purpose(this), token=token)
    if content is None:
        messages.error(request, _("This file was already written, or it is no longer here. Send it again if need be."))
        return redirect("office_voting:roll_import", slug, pk)
    if "choose" in request.POST:
        return _ask_columns(request, this, content, token, name)
    form = ColumnsForm(request.POST, header=read_columns(content))
    if not form.is_valid():
        return _ask_columns(request, this, content, token, name, form)
    try:
        plan = plan_roll(read_people(content, form.cleaned_data), people_of(this))
    except BadTable as bad:
        return _ask_columns(request, this, content, token, name, form, sentences(bad.faults))
    return _preview(request, this, plan, token, name, form.cleaned_data)


def _ask_columns(
    request: HttpRequest,
    roll: Roll,
    content: bytes,
    token: str,
    name: str,
    form: ColumnsForm | None = None,
    faults: list[str] | None = None,
) -> HttpResponse:
    header = read_columns(content)
    facts = _facts(roll, token=token, file_name=name, faults=faults or [])
    facts["form"] = form or ColumnsForm(header=header, initial=guess_columns(header))
    status = 422 if form is not None else 200
    return render(request, "voting/office/columns.html", facts, status=status)


def _preview(
    request: HttpRequest, roll: Roll, plan: RollPlan, token: str, name: str, columns: dict[str, str]
) -> HttpResponse:
    facts = _facts(roll, plan=plan, token=token, file_name=name, twins=plan.twins[:SHOWN], columns=columns)
    facts |= {"first": plan.new[:20], "changed": plan.changed[:20]}
    return render(request, "voting/office/preview.html", facts)


@login_required
@require_POST
def roll_import_confirm(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Write what was shown, all of it or nothing, in the background. Pressed twice, it is one job."""
    this = _roll(request, slug, pk)
    token = request.POST.get("token", "")
    content = spool.read(user=request.user, purpose=roll_purpose(this), token=token)
    if content is None:
        messages.error(request, _("This file was already written, or it is no longer here. Send it again if need be."))
        return redirect("office_voting:roll_import", slug, pk)
    if is_in_use(this):
        raise RollInUse
    form = ColumnsForm(request.POST, header=read_columns(content))
    facts = {"roll": this.pk} | ({"columns": form.cleaned_data} if form.is_valid() else {})
    job = start_job(kind="roll.import", key=token, space=this.space, by=request.user, facts=facts)
    return redirect("acts:job", job.pk)


@login_required
@require_GET
def template_file(request: HttpRequest, slug: str) -> HttpResponse:
    """A CSV with the columns and nobody in it."""
    access_space(request.user, slug, to=Role.ORGANISER)
    headers = {"Content-Disposition": 'attachment; filename="roll.csv"'}
    text = "\ufeff" + ";".join(OTHER_NAMES) + "\r\n"
    return HttpResponse(text, content_type="text/csv; charset=utf-8", headers=headers)
