"""Scans and photos of cards: sent in, watched while they are read, shown page by page."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from server.office.lists import filter_by, listing
from server.paper.forms import ScansForm
from server.paper.models import ScanBatch
from server.paper.uploads import MOST_BYTES_AT_ONCE, receive_files
from server.processes.folding import fold
from server.processes.models import Component
from server.web.bodies import takes_at_most

from .access import access_batch, access_cards, frame
from .models import Card, CardImage
from .receiving import queue_reading, receive_cards
from .words import reason_in_words


def scan_facts(request: HttpRequest, component: Component) -> dict[str, Any]:
    """Files with how many of their pages went which way."""
    batches = list(component.card_batches.all())
    counts: dict[int, dict[str, int]] = {}
    rows = CardImage.objects.filter(batch__component=component).order_by().values_list("batch_id", "status")
    for batch, status, count in rows.annotate(n=Count("pk")):
        counts.setdefault(batch, {})[status] = count
    for one in batches:
        one.counts = counts.get(one.pk, {})
        one.error_in_words = reason_in_words(one.error) if one.error else ""
    shown = listing(
        request,
        batches,
        sorts={"file": lambda one: fold(one.filename), "state": lambda one: one.status, "sent": lambda one: one.pk},
        first="-sent",
        words=lambda one: one.filename,
        filters=[filter_by("state", _("State"), ScanBatch.Status.choices, "status")] if batches else [],
    )
    waiting = Card.objects.of_component(component).for_person(request.user).count()
    return {
        "component": component,
        "listing": shown,
        "waiting": waiting,
        "is_busy": any(one.is_under_way for one in batches),
    }


@takes_at_most(MOST_BYTES_AT_ONCE)
@login_required
@require_http_methods(["GET", "POST"])
def scans(request: HttpRequest, slug: str, component: int) -> HttpResponse:
    here = access_cards(request.user, slug, component)
    form = ScansForm(request.POST, request.FILES) if request.method == "POST" else ScansForm()
    if form.is_valid():
        receive_files(
            request,
            form.cleaned_data["files"],
            lambda name, file: receive_cards(component=here, filename=name, data=file, by=request.user),
        )
        return redirect("cards:scans", slug, component)
    facts = scan_facts(request, here) | frame(request.user, here, "scans") | {"form": form}
    return render(request, "cards/scans.html", facts, status=400 if form.errors else 200)


@login_required
@require_GET
def scan_rows(request: HttpRequest, slug: str, component: int) -> HttpResponse:
    """The list alone, for a page that is open while scans are read."""
    here = access_cards(request.user, slug, component)
    return render(request, "cards/_batches.html", scan_facts(request, here) | {"space": here.space})


@login_required
@require_POST
def read_on(request: HttpRequest, pk: int) -> HttpResponse:
    """Go on with a file that was interrupted. What is read already stays."""
    batch = access_batch(request.user, pk)
    if batch.status != ScanBatch.Status.READ and batch.file:
        queue_reading(batch)
    return redirect("cards:scans", batch.component.space.slug, batch.component_id)


@login_required
@require_GET
def pages(request: HttpRequest, pk: int) -> HttpResponse:
    """One file, page by page, and what became of each."""
    batch = access_batch(request.user, pk)
    images = list(batch.images.select_related("card"))
    for image in images:
        image.reason_in_words = reason_in_words(image.reason) if image.reason else ""
    shown = listing(
        request,
        images,
        sorts={"page": lambda one: one.page, "became": lambda one: (one.status, one.page)},
        first="page",
        words=lambda one: f"{one.page} {one.reason_in_words}",
        filters=[filter_by("became", _("What became of it"), CardImage.Status.choices, "status")] if images else [],
    )
    facts = {"batch": batch, "listing": shown} | frame(request.user, batch.component, "scans")
    return render(request, "cards/batch.html", facts)
