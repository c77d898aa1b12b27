"""Accounts of a roll: a file says which account is whose; what is doubtful waits here for a person."""

from __future__ import annotations

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
from server.processes.tables import MAX_BYTES, BadTable, Fault
from server.web.bodies import FORM_BYTES, takes_at_most
from server.web.refusals import Refusal

from .actions import answer_question
from .actions.match_files import MatchPlan, candidates_of, plan_matching
from .desk_views import no_store
from .jobs import match_purpose
from .match_file import NAMES, read_claims
from .models import MatchQuestion, Roll
from .office_forms import AnswerForm
from .refusals import RollInUse

QUESTIONS_A_PAGE = 10
ROWS_SHOWN = 50


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
    try:
        if upload.size > MAX_BYTES:
            raise BadTable([Fault(0, "too_big")])
        content = upload.read()
        plan = plan_matching(roll, read_claims(content))
    except BadTable as bad:
        facts |= {"faults": sentences(bad.faults), "file_name": upload.name}
        return render(request, "voting/office/match_file.html", facts, status=400)
    token = spool.keep(user=request.user, purpose=match_purpose(roll), content=content)
    return _preview(request, roll, plan, token, upload.name)


def _preview(request: HttpRequest, roll: Roll, plan: MatchPlan, token: str, name: str) -> HttpResponse:
    exact = plan.of("exact")
    lines = roll.entries.in_bulk([row.found.exact.key for row in exact[:ROWS_SHOWN] if row.found.exact])
    left = plan.of("nobody", "no_account", "taken", "elsewhere", "twice")
    facts = {
        "counts": plan.counts,
        "exact": [(row.claim, lines[row.found.exact.key]) for row in exact[:ROWS_SHOWN] if row.found.exact],
        "doubtful": plan.of("doubtful")[:ROWS_SHOWN],
        "left": left[:ROWS_SHOWN],
        "left_count": len(left),
        "shown": ROWS_SHOWN,
        "token": token,
        "file_name": name,
    }
    return no_store(render(request, "voting/office/match_preview.html", _facts(roll, **facts)))


@login_required
@require_POST
def match_confirm(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Match what was shown, in the background, all of it or nothing. Pressed twice, it is one job (D19)."""
    roll = _roll(request, slug, pk)
    token = request.POST.get("token", "")
    if spool.read(user=request.user, purpose=match_purpose(roll), token=token) is None:
        messages.error(request, _("This file was already written, or it is no longer here. Send it again if need be."))
        return redirect("office_voting:match_file", slug, pk)
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
