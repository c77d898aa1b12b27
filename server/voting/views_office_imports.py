"""People come onto a roll from a file: shown first, then written. Unknown columns are asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from server.budgets.forms import FileForm
from server.office.jobs import start_job
from server.processes import spool
from server.processes.access import Role, access_space
from server.processes.fault_words import sentences
from server.processes.tables import MAX_BYTES, Fault, read_columns
from server.voting.actions.rolls import is_in_use
from server.web.bodies import FORM_BYTES, takes_at_most

from .forms_rolls import ColumnsForm
from .jobs import roll_purpose, sketch_of, sketch_purpose
from .models import Roll
from .refusals import RollInUse
from .roll_import import OTHER_NAMES, guess_columns
from .roll_sketch import RollSketch

AT_ONCE_BYTES = 512 * 1024  # read while somebody waits: some thousand people, a fraction of a second
LONGEST_NAME = 200


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
    this = _roll(request, slug, pk)
    form = FileForm(request.POST or None, request.FILES or None)
    form.fields["file"].widget.attrs["accept"] = ".csv,.txt,.xlsx"
    facts = _facts(this, form=form, is_in_use=is_in_use(this))
    if request.method == "GET" or not form.is_valid():
        return render(request, "voting/office/import.html", facts, status=200 if request.method == "GET" else 400)
    upload = form.cleaned_data["file"]
    if upload.size > MAX_BYTES:
        return _refused(request, this, [Fault(0, "too_big")], upload.name)
    content = upload.read()
    if len(content) > AT_ONCE_BYTES:
        return _read_later(request, this, _keep(request, this, content), upload.name, None)
    sketch = sketch_of(this, content, None)
    if sketch.faults and not sketch.lacks_columns:
        return _refused(request, this, sketch.faults, upload.name)
    return _show(request, this, sketch, _keep(request, this, content), upload.name)


def _keep(request: HttpRequest, roll: Roll, content: bytes) -> str:
    return spool.keep(user=request.user, purpose=roll_purpose(roll), content=content)


def _refused(request: HttpRequest, roll: Roll, faults: Sequence[Fault], name: str) -> HttpResponse:
    facts = _facts(roll, form=FileForm(), is_in_use=is_in_use(roll), faults=sentences(faults), file_name=name)
    return render(request, "voting/office/import.html", facts, status=400)


def _read_later(
    request: HttpRequest, roll: Roll, token: str, name: str, columns: dict[str, str] | None
) -> HttpResponse:
    """A large file is read in the background, where its progress can be seen; the outcome leads to ``roll_preview``."""
    facts = {"roll": roll.pk, "columns": columns, "name": name[:LONGEST_NAME]}
    job = start_job(kind="roll.read", key=token, space=roll.space, by=request.user, facts=facts)
    return redirect("acts:job", job.pk)


def _show(request: HttpRequest, roll: Roll, sketch: RollSketch, token: str, name: str) -> HttpResponse:
    """What was read: the changes, a question about columns, or what is wrong."""
    if sketch.lacks_columns:
        return _ask_columns(request, roll, sketch.header, token, name)
    if sketch.faults:
        return _refused(request, roll, sketch.faults, name)
    facts = _facts(roll, sketch=sketch, token=token, file_name=name)
    return render(request, "voting/office/preview.html", facts)


def _sketch(request: HttpRequest, roll: Roll, token: str) -> RollSketch | None:
    kept = spool.read(user=request.user, purpose=sketch_purpose(roll), token=token)
    return RollSketch.from_json(kept) if kept else None


@never_cache
@login_required
@require_GET
def roll_preview(request: HttpRequest, slug: str, pk: int, token: str) -> HttpResponse:
    """What the background read of a large file."""
    this = _roll(request, slug, pk)
    sketch = _sketch(request, this, token)
    if sketch is None:
        return _gone(request, slug, pk)
    job = this.space.jobs.filter(kind="roll.read", key=token).first()
    return _show(request, this, sketch, token, job.facts.get("name", "") if job else "")


def _gone(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    messages.error(request, _("This file was already written, or it is no longer here. Send it again if need be."))
    return redirect("office_voting:roll_import", slug, pk)


@login_required
@require_POST
def roll_columns(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """A file that was sent, read by the columns that somebody chose; with ``choose`` only the choice is shown."""
    this = _roll(request, slug, pk)
    token, name = request.POST.get("token", ""), request.POST.get("file_name", "")[:LONGEST_NAME]
    content = spool.read(user=request.user, purpose=roll_purpose(this), token=token)
    if content is None:
        return _gone(request, slug, pk)
    header = _header(request, this, content, token)
    if "choose" in request.POST:
        return _ask_columns(request, this, header, token, name)
    form = ColumnsForm(request.POST, header=header)
    if not form.is_valid():
        return _ask_columns(request, this, header, token, name, form)
    if len(content) > AT_ONCE_BYTES:
        return _read_later(request, this, token, name, form.cleaned_data)
    sketch = sketch_of(this, content, form.cleaned_data)
    if sketch.faults:
        return _ask_columns(request, this, header, token, name, form, sentences(sketch.faults))
    return _show(request, this, sketch, token, name)


def _header(request: HttpRequest, roll: Roll, content: bytes, token: str) -> Sequence[str]:
    """The columns of the file; of a large one as the background read them."""
    sketch = _sketch(request, roll, token)
    return sketch.header if sketch else read_columns(content)


def _ask_columns(
    request: HttpRequest,
    roll: Roll,
    header: Sequence[str],
    token: str,
    name: str,
    form: ColumnsForm | None = None,
    faults: list[str] | None = None,
) -> HttpResponse:
    facts = _facts(roll, token=token, file_name=name, faults=faults or [])
    facts["form"] = form or ColumnsForm(header=header, initial=guess_columns(header))
    status = 422 if form is not None else 200
    return render(request, "voting/office/columns.html", facts, status=status)


@login_required
@require_POST
def roll_import_confirm(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Write what was shown, all of it or nothing, in the background. Pressed twice, it is one job."""
    this = _roll(request, slug, pk)
    token = request.POST.get("token", "")
    content = spool.read(user=request.user, purpose=roll_purpose(this), token=token)
    if content is None:
        return _gone(request, slug, pk)
    if is_in_use(this):
        raise RollInUse
    form = ColumnsForm(request.POST, header=_header(request, this, content, token))
    facts = {"roll": this.pk} | ({"columns": form.cleaned_data} if form.is_valid() else {})
    if sketch := _sketch(request, this, token):
        facts["rows"] = sketch.new_count + sketch.changed_count + sketch.same_count
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
