"""Sheets drawn by dice and read again from the paper: the draw, and each sheet."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from server.meetings.models import Session
from server.voting.models import Box
from server.voting.refusals import SheetUnknown
from server.voting.sampling import false_counts, table
from server.web.refusals import Refusal

from .access import PRINTERS, READERS, access_sampled, access_session, frame
from .actions import draw_more, draw_sheets, miss_paper, read_again
from .answers import answers_from, written
from .forms import DrawSheetsForm, MoreSheetsForm
from .models import Keying, SampledSheet, SheetSample
from .refusals import AnotherSheet, ChoicesNotAllowed
from .rereading import may_draw, outcome_of, sheets_to_draw_from
from .review_page import contests_of, fields_shown

NO_PAPER = "no_paper"


def _access(request: HttpRequest, ref: str, box_ref: str, *roles: str) -> tuple[Session, Box]:
    session = access_session(request.user, ref, *roles)
    return session, get_object_or_404(session.boxes.exclude(layout=""), ref=box_ref)


def _page(request: HttpRequest, session: Session, box: Box, form: Any = None) -> HttpResponse:
    """The draw and what it can find; once drawn, which sheets it met and what came of them."""
    sample = SheetSample.objects.filter(session=session, box=box).first()
    facts: dict[str, Any] = frame(request.user, session, "review") | {"box": box, "sample": sample}
    if sample is None:
        is_time = may_draw(session)
        count = len(sheets_to_draw_from(session, box)) if is_time else 0
        facts |= {
            "form": form or DrawSheetsForm(),
            "may_draw": is_time,
            "count": count,
            "table": table(count),
            "false_counts": false_counts(count) if count else [],
        }
    else:
        facts |= {
            "form": form or MoreSheetsForm(),
            "sheets": list(sample.sheets.select_related("reading__batch", "read_by")),
            "outcome": outcome_of(sample),
            "may_draw": session.state != Session.State.RECONCILED and sample.size < sample.of,
        }
    is_wrong = form is not None and bool(form.errors)
    return render(request, "paper/sample.html", facts, status=422 if is_wrong else 200)


@login_required
@require_GET
def sample(request: HttpRequest, ref: str, box_ref: str) -> HttpResponse:
    return _page(request, *_access(request, ref, box_ref, *READERS))


@login_required
@require_POST
def draw(request: HttpRequest, ref: str, box_ref: str) -> HttpResponse:
    """The first draw, or more sheets by the same dice."""
    session, box = _access(request, ref, box_ref, *PRINTERS)
    drawn = SheetSample.objects.filter(session=session, box=box).first()
    form = MoreSheetsForm(request.POST) if drawn else DrawSheetsForm(request.POST)
    if not form.is_valid():
        return _page(request, session, box, form)
    try:
        if drawn:
            draw_more(sample=drawn, by=request.user, **form.cleaned_data)
        else:
            draw_sheets(session=session, box=box, by=request.user, **form.cleaned_data)
    except Refusal as refusal:
        form.add_error(None, str(refusal.message))
        return _page(request, session, box, form)
    messages.success(request, _("Drawn. Take these sheets out of their stacks."))
    return redirect("paper:sample", ref, box_ref)


@login_required
@require_http_methods(["GET", "POST"])
def sampled(request: HttpRequest, pk: int) -> HttpResponse:
    """One sheet that was drawn; POST says what its paper says, or that it is not there."""
    row = access_sampled(request.user, pk)
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            found = _said(request, row)
        except (AnotherSheet, ChoicesNotAllowed, SheetUnknown) as wrong:
            refusal = wrong
        else:
            messages.success(request, _told(found))
            return redirect("paper:sample", row.sample.session.ref, row.sample.box.ref)
    return _ask(request, row, refusal)


def _said(request: HttpRequest, row: SampledSheet) -> SampledSheet:
    """Raises what ``read_again`` raises."""
    outcome = request.POST.get("outcome", "")
    choices: dict[str, Any] = {}
    if outcome == NO_PAPER:
        return miss_paper(drawn=row, by=request.user)
    if outcome not in Keying.Outcome.values:
        raise ChoicesNotAllowed
    if outcome == Keying.Outcome.CHOICES:
        choices = answers_from(contests_of(row.sample.box), request.POST)
    code = request.POST.get("code", "")[:60]
    return read_again(drawn=row, code_text=code, outcome=outcome, choices=choices, by=request.user)


def _told(row: SampledSheet) -> str:
    return {
        SampledSheet.Found.SAME: _("The paper says what was read before."),
        SampledSheet.Found.DIFFERENT: _("The paper says something else: people decide about this sheet in the review."),
    }.get(SampledSheet.Found(row.found), _("Noted: the paper was not found."))


def _ask(request: HttpRequest, row: SampledSheet, refusal: Refusal | None) -> HttpResponse:
    session, contests = row.sample.session, contests_of(row.sample.box)
    is_open = row.found in (SampledSheet.Found.NOT_YET, SampledSheet.Found.NO_PAPER)
    context = frame(request.user, session, "review") | {
        "row": row,
        "box": row.sample.box,
        "contests": [fields_shown(one, written(one, request.POST) if refusal else {}) for one in contests],
        "code": request.POST.get("code", ""),
        "refusal": refusal,
        "may_say": is_open and session.state != Session.State.RECONCILED,
    }
    return render(request, "paper/sampled.html", context, status=refusal.status if refusal else 200)
