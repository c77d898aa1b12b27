"""One line of a roll at a time: seen, added, amended, struck, put back; and the versions that this made."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from server.office.models import Approval
from server.processes.access import Role, access_space
from server.web.refusals import Refusal

from .actions import Correction, correct_roll, unmatch_account, void_letter
from .actions.correcting import needs_reason
from .actions.roll_lists import has_lines
from .actions.unmatching import KIND as UNMATCH
from .forms_rolls import LineForm, ReasonForm
from .models import Box, Roll, RollCorrection, RollEntry, RollVersion
from .two_persons import roll_takes_two

Kind = RollVersion.Kind
AT_FIELD = {"number_taken": "number", "reason_missing": "reason"}


def _roll(request: HttpRequest, slug: str, pk: int) -> Roll:
    space = access_space(request.user, slug, to=Role.ORGANISER)
    return get_object_or_404(space.rolls.select_related("space"), pk=pk)


def _facts(roll: Roll, **more: Any) -> dict[str, Any]:
    return {"space": roll.space, "here": "roll", "roll": roll, "needs_reason": needs_reason(roll), **more}


def _correct(request: HttpRequest, correction: Correction) -> HttpResponse:
    """Do it, or have it wait; then lead to what came of it. Raises what correcting raises."""
    outcome = correct_roll(correction=correction, by=request.user)
    roll = correction.roll
    if isinstance(outcome, Approval):
        return redirect("acts:approval", outcome.pk)
    messages.success(request, _("The roll is corrected. This is version %(number)d.") % {"number": outcome.number})
    return redirect("office_voting:line", roll.space.slug, roll.pk, outcome.entry_id)


@login_required
@require_http_methods(["GET", "POST"])
def line_add(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One person more."""
    roll = _roll(request, slug, pk)
    return _line_form(request, roll, LineForm(request.POST or None, needs_reason=needs_reason(roll)), None)


@login_required
@require_http_methods(["GET", "POST"])
def line_amend(request: HttpRequest, slug: str, pk: int, entry: int) -> HttpResponse:
    """Names, date, address: what a line says. Its number stays."""
    roll = _roll(request, slug, pk)
    this = get_object_or_404(roll.entries, pk=entry)
    form = LineForm(request.POST or None, instance=this, needs_reason=needs_reason(roll))
    return _line_form(request, roll, form, this)


def _line_form(request: HttpRequest, roll: Roll, form: LineForm, entry: RollEntry | None) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        kind = Kind.AMENDED if entry else Kind.ADDED
        reason = form.cleaned_data.get("reason", "")
        try:
            return _correct(request, Correction(roll, kind, reason, entry, form.line()))
        except Refusal as refusal:
            form.add_error(AT_FIELD.get(refusal.code) if entry is None else None, str(refusal.message))
    facts = _facts(roll, form=form, entry=entry)
    return render(request, "voting/office/line_form.html", facts, status=422 if form.errors else 200)


@login_required
@require_GET
def line(request: HttpRequest, slug: str, pk: int, entry: int) -> HttpResponse:
    """What the register knows of one person, and what was corrected."""
    roll = _roll(request, slug, pk)
    this = get_object_or_404(roll.entries.select_related("account"), pk=entry)
    return render(request, "voting/office/line.html", _line_facts(roll, this, ReasonForm()))


def _line_facts(
    roll: Roll,
    entry: RollEntry,
    form: ReasonForm,
    *,
    letter_form: ReasonForm | None = None,
    unmatch_form: ReasonForm | None = None,
) -> dict[str, Any]:
    corrections = RollCorrection.objects.filter(entry=entry).values_list("pk", flat=True)
    matchings = list(entry.matchings.select_related("account", "by", "ended_by", "agreed_by"))
    facts = {
        "corrections": entry.corrections.select_related("by", "agreed_by"),
        "approval": _waiting("roll.correct", corrections).first(),
        "letters": entry.letters.select_related("letter__batch__box__component").order_by("pk"),
        "letter_form": letter_form or ReasonForm(prefix="letter"),
        "matchings": matchings,
        "unmatching": _waiting(UNMATCH, [one.pk for one in matchings if not one.is_over]).first(),
        "unmatch_form": unmatch_form or ReasonForm(prefix="unmatch"),
        "takes_two_to_unmatch": roll_takes_two(roll),
    }
    return _facts(roll, entry=entry, form=form, **facts)


def _waiting(kind: str, keys: Iterable[int]) -> QuerySet[Approval]:
    return Approval.objects.waiting(kind, keys=keys)


@login_required
@require_POST
def line_letter(request: HttpRequest, slug: str, pk: int, entry: int) -> HttpResponse:
    """Make this person's letter for one vote void."""
    roll = _roll(request, slug, pk)
    this = get_object_or_404(roll.entries.select_related("account"), pk=entry)
    box = get_object_or_404(Box, ref=request.POST.get("box", ""), roll=roll)
    form = ReasonForm(request.POST, prefix="letter")
    if form.is_valid():
        try:
            void_letter(box=box, entry=this, reason=form.cleaned_data["reason"], by=request.user)
        except Refusal as refusal:
            form.add_error(None, str(refusal.message))
        else:
            messages.success(request, _("The letter is void. Print another one now: its code will be new."))
            return redirect("paper:letters", box.ref)
    facts = _line_facts(roll, this, ReasonForm(), letter_form=form)
    return render(request, "voting/office/line.html", facts, status=422)


@login_required
@require_POST
def line_strike(request: HttpRequest, slug: str, pk: int, entry: int) -> HttpResponse:
    """Strike a person who is on the roll, or put back one who was struck: the button says which."""
    roll = _roll(request, slug, pk)
    this = get_object_or_404(roll.entries.select_related("account"), pk=entry)
    form = ReasonForm(request.POST)
    form.fields["reason"].required = needs_reason(roll)
    kind = Kind.READMITTED if request.POST.get("deed") == "readmit" else Kind.STRUCK
    if form.is_valid():
        try:
            return _correct(request, Correction(roll, kind, form.cleaned_data["reason"], this))
        except Refusal as refusal:
            form.add_error(None, str(refusal.message))
    return render(request, "voting/office/line.html", _line_facts(roll, this, form), status=422)


@login_required
@require_POST
def line_unmatch(request: HttpRequest, slug: str, pk: int, entry: int) -> HttpResponse:
    """Separate the account from this line, with a reason."""
    roll = _roll(request, slug, pk)
    this = get_object_or_404(roll.entries.select_related("account"), pk=entry)
    form = ReasonForm(request.POST, prefix="unmatch")
    if not form.is_valid():
        facts = _line_facts(roll, this, ReasonForm(), unmatch_form=form)
        return render(request, "voting/office/line.html", facts, status=422)
    outcome = unmatch_account(entry=this, reason=form.cleaned_data["reason"], by=request.user)
    if isinstance(outcome, Approval):
        return redirect("acts:approval", outcome.pk)
    messages.success(request, _("The account is separated from this line. The right stays one."))
    return redirect("office_voting:line", slug, pk, entry)


@login_required
@require_GET
def versions(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Every version of a roll, the newest first: what made it, who, and the commitment that the log holds."""
    roll = _roll(request, slug, pk)
    rows = roll.versions.select_related("by", "agreed_by", "entry")
    waiting = _waiting("roll.correct", roll.corrections.values_list("pk", flat=True))
    facts = {"versions": rows, "waiting": waiting, "lists": has_lines(rows, roll)}
    return render(request, "voting/office/versions.html", _facts(roll, **facts))
