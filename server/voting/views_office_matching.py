"""Accounts of a roll: a file says which account is whose; what is doubtful waits here for a person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from server.office.jobs import start_job
from server.office.lists import listing
from server.processes import spool
from server.processes.access import Role, access_space
from server.processes.fault_words import sentences
from server.processes.tables import MAX_BYTES, Fault
from server.web.bodies import FORM_BYTES, takes_at_most
from server.web.refusals import Refusal

from .actions import answer_question
from .actions.match_files import candidates_of, sketch_matching
from .desk_views import no_store
from .forms_rolls import AnswerForm
from .jobs import match_purpose, matched_purpose
from .match_file import NAMES
from .match_sketch import FIRST, MatchSketch
from .models import MatchQuestion, Roll
from .refusals import RollInUse
from .views_office_imports import AT_ONCE_BYTES, LONGEST_NAME

QUESTIONS_A_PAGE = 10
AT_ONCE_LINES = 5000  # of the roll, which is walked through for a file of any length


def _roll(request: HttpRequest, slug: str, pk: int) -> Roll:
    space = access_space(request.user, slug, to=Role.ORGANISER)
    return get_object_or_404(space.rolls.select_related("space"), pk=pk)


def _facts(roll: Roll, **more: Any) -> dict[str, Any]:
    return {"space": roll.space, "here": "roll", "roll": roll, **more}


@login_required
@require_http_methods(["GET", "POST"])
def accounts(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """How many lines have an account, and what a person must decide; POST answers one question."""
    roll = _roll(request, slug, pk)
    questions = roll.match_questions.select_related("account", "roll")
    answered = None
    if request.method == "POST":
        question = get_object_or_404(questions, pk=_number(request.POST.get("question", "")))
        answered = _bound(request, question)
        if answered.is_valid() and _answer(request, question, answered):
            return redirect("office_voting:accounts", slug, pk)
    shown = listing(request, questions, sorts={"first": ("pk",)}, first="first", per_page=QUESTIONS_A_PAGE)
    facts = {
        "listing": shown,
        "asked": [_asked(question, answered) for question in shown.page],
        "form": answered,
        "people": roll.entries.count(),
        "matched": roll.entries.exclude(account=None).count(),
    }
    status = 422 if answered is not None else 200
    return no_store(render(request, "voting/office/accounts.html", _facts(roll, **facts), status=status))


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def _bound(request: HttpRequest, question: MatchQuestion) -> AnswerForm:
    candidates = candidates_of(question)
    return AnswerForm(request.POST, roll=question.roll, candidates=candidates, prefix=f"q{question.pk}")


def _answer(request: HttpRequest, question: MatchQuestion, form: AnswerForm) -> bool:
    try:
        entry = answer_question(question=question, entry=form.cleaned_data["entry"], by=request.user)
    except Refusal as refusal:
        form.add_error("choice", str(refusal.message))
        return False
    done = _("The account is matched.") if entry else _("The account stays without a line.")
    messages.success(request, done)
    return True


def _asked(question: MatchQuestion, answered: AnswerForm | None) -> dict[str, Any]:
    """A question as the page shows it: the lines beside what the file says, and the form."""
    prefix = f"q{question.pk}"
    if answered is not None and answered.prefix == prefix:
        form = answered
    else:
        form = AnswerForm(roll=question.roll, candidates=candidates_of(question), prefix=prefix)
    lines = list(form.lines.values())
    return {"question": question, "form": form, "lines": lines, "rows": question.compared(lines)}


@takes_at_most(MAX_BYTES + FORM_BYTES)
@login_required
@require_http_methods(["GET", "POST"])
def match_file(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """GET asks for a file; POST shows what it would match and writes nothing."""
    from server.budgets.forms import FileForm

    roll = _roll(request, slug, pk)
    form = FileForm(request.POST or None, request.FILES or None)
    form.fields["file"].widget.attrs["accept"] = ".csv,.txt,.xlsx"
    facts = _facts(roll, form=form)
    if request.method == "GET" or not form.is_valid():
        return render(request, "voting/office/match_file.html", facts, status=200 if request.method == "GET" else 400)
    upload = form.cleaned_data["file"]
    if upload.size > MAX_BYTES:
        return _refused(request, roll, [Fault(0, "too_big")], upload.name)
    content = upload.read()
    if len(content) > AT_ONCE_BYTES or roll.entries.count() > AT_ONCE_LINES:
        return _read_later(request, roll, content, upload.name)
    sketch = sketch_matching(roll, content)
    if sketch.faults:
        return _refused(request, roll, sketch.faults, upload.name)
    return _show(request, roll, sketch, _keep(request, roll, content), upload.name)


def _keep(request: HttpRequest, roll: Roll, content: bytes) -> str:
    return spool.keep(user=request.user, purpose=match_purpose(roll), content=content)


def _refused(request: HttpRequest, roll: Roll, faults: Sequence[Fault], name: str) -> HttpResponse:
    from server.budgets.forms import FileForm

    facts = _facts(roll, form=FileForm(), faults=sentences(faults), file_name=name)
    return render(request, "voting/office/match_file.html", facts, status=400)


def _read_later(request: HttpRequest, roll: Roll, content: bytes, name: str) -> HttpResponse:
    """A large file, or a large roll, is walked through in the background; the outcome leads to ``match_preview``."""
    facts = {"roll": roll.pk, "name": name[:LONGEST_NAME]}
    token = _keep(request, roll, content)
    job = start_job(kind="roll.match_read", key=token, space=roll.space, by=request.user, facts=facts)
    return redirect("acts:job", job.pk)


def _show(request: HttpRequest, roll: Roll, sketch: MatchSketch, token: str, name: str) -> HttpResponse:
    lines = roll.entries.in_bulk([key for _claim, key in sketch.exact])
    facts = {
        "counts": sketch.counts,
        "exact": [(claim, lines[key]) for claim, key in sketch.exact if key in lines],
        "doubtful": sketch.doubtful,
        "left": sketch.left,
        "left_count": sketch.left_count,
        "shown": FIRST,
        "token": token,
        "file_name": name,
    }
    return no_store(render(request, "voting/office/match_preview.html", _facts(roll, **facts)))


@login_required
@require_GET
def match_preview(request: HttpRequest, slug: str, pk: int, token: str) -> HttpResponse:
    """What the background read of a file of accounts."""
    roll = _roll(request, slug, pk)
    kept = spool.read(user=request.user, purpose=matched_purpose(roll), token=token)
    if kept is None:
        return _gone(request, slug, pk)
    sketch = MatchSketch.from_json(kept)
    job = roll.space.jobs.filter(kind="roll.match_read", key=token).first()
    name = job.facts.get("name", "") if job else ""
    if sketch.faults:
        return no_store(_refused(request, roll, sketch.faults, name))
    return _show(request, roll, sketch, token, name)


def _gone(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    messages.error(request, _("This file was already written, or it is no longer here. Send it again if need be."))
    return redirect("office_voting:match_file", slug, pk)


@login_required
@require_POST
def match_confirm(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Match what was shown, in the background, all of it or nothing. Pressed twice, it is one job (D19)."""
    roll = _roll(request, slug, pk)
    token = request.POST.get("token", "")
    if spool.read(user=request.user, purpose=match_purpose(roll), token=token) is None:
        return _gone(request, slug, pk)
    if roll.destroyed_at:
        raise RollInUse
    job = start_job(kind="roll.match", key=token, space=roll.space, by=request.user, facts={"roll": roll.pk})
    return redirect("acts:job", job.pk)


@login_required
@require_GET
def template_file(request: HttpRequest, slug: str) -> HttpResponse:
    """A CSV with the columns and nobody in it."""
    access_space(request.user, slug, to=Role.ORGANISER)
    headers = {"Content-Disposition": 'attachment; filename="accounts.csv"'}
    return HttpResponse("\ufeff" + ";".join(NAMES) + "\r\n", content_type="text/csv; charset=utf-8", headers=headers)
