"""The organiser's page of the cards of a component: order, download, see where they are."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from server.office.lists import filter_by, listing
from server.paper.models import PrintRun
from server.paper.views import pdf_answer
from server.processes.models import Component
from server.web.refusals import Refusal

from .access import access_cards, access_run, frame
from .accounts import accounts_of, strange_pages
from .forms import OrderCardsForm
from .models import Kind
from .printing import order_cards, queue_drawing


def run_facts(request: HttpRequest, component: Component) -> dict[str, Any]:
    """What the list of the page shows; the part that is asked for again while cards are being made."""
    runs = list(component.card_runs.prefetch_related("forms"))
    accounts = accounts_of(component, runs)
    shown = listing(
        request,
        accounts,
        sorts={"number": lambda one: one.run.number, "printed": lambda one: one.printed},
        first="-number",
        words=lambda one: " ".join([str(one.run), *(form.about for form in one.run.forms.all())]),
        filters=[
            filter_by("kind", _("Which cards"), Kind.choices),
            filter_by("state", _("State"), PrintRun.Status.choices, "status"),
        ]
        if runs
        else [],
    )
    return {"component": component, "listing": shown, "is_busy": any(run.is_under_way for run in runs)}


@login_required
@require_http_methods(["GET", "POST"])
def runs(request: HttpRequest, slug: str, component: int) -> HttpResponse:
    """GET shows what was printed and where it is; POST orders more."""
    here = access_cards(request.user, slug, component, prints=True)
    form = OrderCardsForm(request.POST or None, component=here)
    if request.method == "POST" and form.is_valid():
        try:
            order_cards(component=here, order=form.order(), subjects=form.subjects, by=request.user)
        except Refusal as refusal:
            form.add_error(None, str(refusal.message))
        else:
            messages.success(request, _("The cards are being made. You may leave this page."))
            return redirect("cards:runs", slug, component)
    facts = run_facts(request, here) | frame(request.user, here, "print")
    facts |= {"form": form, "strange": strange_pages(here)}
    return render(request, "cards/runs.html", facts, status=400 if form.errors else 200)


@login_required
@require_GET
def run_rows(request: HttpRequest, slug: str, component: int) -> HttpResponse:
    """The list alone, for a page that is open while cards are made."""
    here = access_cards(request.user, slug, component, prints=True)
    return render(request, "cards/_runs.html", run_facts(request, here) | {"space": here.space})


@login_required
@require_POST
def draw_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin again what was interrupted. Harmless where it was not."""
    run = access_run(request.user, pk)
    queue_drawing(run)
    return redirect("cards:runs", run.space.slug, run.component_id)


@login_required
@require_GET
def run_file(request: HttpRequest, pk: int) -> HttpResponse:
    run = access_run(request.user, pk)
    return pdf_answer(run, f"{run.kind}-cards-{run.number}{'-test' if run.is_test else ''}.pdf")
