"""The organiser's print page of a session: sheets, passes, letters, accounts. Files go to people of the space only."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from server.meetings.models import Session
from server.office.lists import Listing, filter_by, listing
from server.voting.balance_facts import counts_blind
from server.voting.models import Box, PassBatch
from server.web.refusals import Refusal

from . import storage
from .access import PRINTERS, access_run, access_session, access_slips, frame
from .accounts import sheet_accounts
from .actions import count_unused, make_print_run, order_letters, order_passes, queue_drawing
from .forms import OrderPassesForm, OrderSheetsForm, UnusedForm
from .models import PrintRun, SlipRun
from .printing import letters_missing, takes_letters
from .refusals import FileNotReady


def print_facts(request: HttpRequest, session: Session) -> dict[str, Any]:
    """What the list of the page shows; the part that is asked for again while something is being made.

    Each print says ``what`` it is, and of which ``family``: sheets, passes or letters.
    """
    runs = PrintRun.objects.filter(session=session).select_related("box").order_by("box_id", "number")
    slips = SlipRun.objects.filter(session=session, kind=SlipRun.Kind.STACK).select_related("passes")
    letters = SlipRun.objects.filter(box__sessions=session, kind=PassBatch.Kind.LETTERS).select_related("box")
    prints: list[Any] = []
    for family, rows in (("sheets", runs), ("passes", slips), ("letters", letters)):
        for one in rows:
            one.family, one.what = family, _what(family, is_test=one.is_test)
            prints.append(one)
    is_busy = any(one.is_under_way for one in prints)
    return {"session": session, "listing": _listing(request, prints), "is_busy": is_busy}


def _what(family: str, *, is_test: bool) -> str:
    if family == "letters":
        return _("Letters")
    if family == "passes":
        return _("Test passes") if is_test else _("Passes")
    return _("Test sheets") if is_test else _("Sheets")


def _listing(request: HttpRequest, prints: list[Any]) -> Listing:
    """In the order in which they are made: sheets, passes, letters."""
    families = [("sheets", _("Sheets")), ("passes", _("Passes")), ("letters", _("Letters"))]
    return listing(
        request,
        prints,
        sorts={"made": ()},
        first="made",
        words=lambda one: " ".join([one.what, str(getattr(one, "number", "")), str(one.box or "")]),
        filters=[
            filter_by("what", _("What"), families, "family"),
            filter_by("state", _("State"), PrintRun.Status.choices, "status"),
        ],
    )


def _frozen_boxes(session: Session) -> list[Box]:
    return list(session.boxes.exclude(definition="").order_by("pk"))


def _letters_to_make(boxes: list[Box]) -> list[tuple[Box, int]]:
    """Boxes that take letters, with how many people have none."""
    by_person = [box for box in boxes if box.regime == Box.Regime.PERSON and box.roll_id and takes_letters(box)]
    return [(box, letters_missing(box)) for box in by_person]


def _page(request: HttpRequest, session: Session, **forms: Any) -> HttpResponse:
    boxes = _frozen_boxes(session)
    is_blind = counts_blind(session)
    context = print_facts(request, session) | {
        "sheets_form": OrderSheetsForm(session=session),
        "passes_form": OrderPassesForm(),
        "is_blind": is_blind,
        "accounts": [] if is_blind else [(box, sheet_accounts(session, box)) for box in boxes if box.layout],
        "letter_boxes": _letters_to_make(boxes),
        "hall_boxes": [box for box in boxes if box.layout],
        **frame(request.user, session, "print"),
    }
    status = 400 if forms else 200
    return render(request, "paper/print.html", context | forms, status=status)


@login_required
@require_GET
def print_runs(request: HttpRequest, ref: str) -> HttpResponse:
    return _page(request, access_session(request.user, ref, *PRINTERS))


@login_required
@require_GET
def progress(request: HttpRequest, ref: str) -> HttpResponse:
    """The lists alone, for a page that is open while something is being made; who still wants a letter comes along."""
    session = access_session(request.user, ref, *PRINTERS)
    facts = {"is_refresh": True, "letter_boxes": _letters_to_make(_frozen_boxes(session))}
    return render(request, "paper/_prints.html", print_facts(request, session) | facts)


@login_required
@require_POST
def order_sheets(request: HttpRequest, ref: str) -> HttpResponse:
    session = access_session(request.user, ref, *PRINTERS)
    form = OrderSheetsForm(request.POST, session=session)
    if not form.is_valid():
        return _page(request, session, sheets_form=form)
    wanted = form.cleaned_data
    for quantity, is_test in ((wanted["tests"], True), (wanted["quantity"], False)):
        if quantity:
            facts = {"quantity": quantity, "is_test": is_test, "layout": wanted["layout"]}
            make_print_run(box=wanted["box"], session=session, by=request.user, **facts)
    messages.success(request, _("The sheets are being made. You may leave this page."))
    return redirect("paper:print_runs", ref)


@login_required
@require_POST
def order_stack(request: HttpRequest, ref: str) -> HttpResponse:
    session = access_session(request.user, ref, *PRINTERS)
    form = OrderPassesForm(request.POST)
    if not form.is_valid():
        return _page(request, session, passes_form=form)
    wanted = form.cleaned_data
    facts = {"quantity": wanted["passes"], "is_test": wanted["is_test"], "form": wanted["form"] or SlipRun.Form.SHEET}
    order_passes(session=session, by=request.user, **facts)
    messages.success(request, _("The passes are being made. You may leave this page."))
    return redirect("paper:print_runs", ref)


@login_required
@require_POST
def order_post(request: HttpRequest, ref: str, box_ref: str) -> HttpResponse:
    session = access_session(request.user, ref, *PRINTERS)
    order_letters(box=get_object_or_404(session.boxes, ref=box_ref), by=request.user)
    messages.success(request, _("The letters are being made. You may leave this page."))
    return redirect("paper:print_runs", ref)


@login_required
@require_POST
def draw_again(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Begin again what was interrupted. Harmless where it was not."""
    run = access_run(request.user, pk) if kind == "sheets" else access_slips(request.user, pk)
    queue_drawing(run)
    if isinstance(run, SlipRun) and run.kind == SlipRun.Kind.POST:
        return redirect("paper:post", run.box.ref)
    if run.session is None:
        return redirect("paper:letters", run.box.ref)
    return redirect("paper:print_runs", run.session.ref)


@login_required
@require_POST
def unused(request: HttpRequest, pk: int) -> HttpResponse:
    run = access_run(request.user, pk)
    form = UnusedForm(request.POST)
    if form.is_valid():
        try:
            count_unused(run=run, unused=form.cleaned_data["unused"], by=request.user)
            messages.success(request, _("The count is kept."))
        except Refusal as refusal:
            messages.error(request, refusal.message)
    else:
        messages.error(request, _("Type a whole number of sheets."))
    return redirect("paper:print_runs", run.session.ref)


@login_required
@require_GET
def sheets_file(request: HttpRequest, pk: int) -> HttpResponse:
    run = access_run(request.user, pk)
    return pdf_answer(run, f"sheets-{run.number}{'-test' if run.is_test else ''}.pdf")


@login_required
@require_GET
def slips_file(request: HttpRequest, pk: int) -> HttpResponse:
    run = access_slips(request.user, pk)
    names = {SlipRun.Kind.STACK: "passes", SlipRun.Kind.LETTERS: "letters", SlipRun.Kind.POST: "post"}
    return pdf_answer(run, f"{names[SlipRun.Kind(run.kind)]}-{run.pk}.pdf")


def pdf_answer(run: Any, filename: str) -> HttpResponse:
    """The file, straight from our own folder, never kept by a cache: its codes open ballots."""
    path = storage.absolute(run.file) if run.file else None
    if path is None or not path.is_file():
        raise FileNotReady
    answer = FileResponse(path.open("rb"), as_attachment=True, filename=filename, content_type="application/pdf")
    answer["Cache-Control"] = "no-store"
    return answer
