"""Scans: sent in, watched while they are read, shown page by page."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from server.meetings.models import Session
from server.office.lists import filter_by, listing
from server.processes.folding import fold
from server.voting.balance_facts import counts_blind
from server.web.bodies import takes_at_most

from .access import READERS, access_batch, access_session, frame
from .actions import queue_reading, receive_scans
from .forms import ScansForm
from .incomplete import incomplete_sheets
from .models import KEYED, Reading, ScanBatch
from .photos import stations_of
from .querysets import WAITING
from .uploads import MOST_BYTES_AT_ONCE, receive_files
from .words import reason_in_words


def scan_facts(request: HttpRequest, session: Session) -> dict[str, Any]:
    """Batches with how many of their pages went which way, and what scanner stations brought, each as one.

    Of their photos only those are listed that somebody should look at: their number would tell that of the sheets.
    """
    batches, is_blind = list(session.scan_batches.exclude(digest=KEYED)), counts_blind(session)
    counts: dict[int, dict[str, int]] = {}
    rows = Reading.objects.in_session(session).order_by().values_list("batch_id", "status").annotate(Count("pk"))
    for batch, status, count in rows:
        counts.setdefault(batch, {})[status] = count
    for batch in batches:
        batch.counts = counts.get(batch.pk, {})
        batch.error_in_words = reason_in_words(batch.error) if batch.error else ""
    stations = stations_of(session)
    is_busy = any(batch.is_under_way for batch in batches)
    if stations:
        photos = set(session.photos.values_list("digest", flat=True))
        batches = [one for one in batches if one.digest not in photos or (not is_blind and _is_odd(one))]
    waiting = Reading.objects.in_session(session).waiting().count()
    shown = listing(
        request,
        batches,
        sorts={"file": lambda one: fold(one.filename), "state": lambda one: one.status, "sent": lambda one: one.pk},
        first="sent",
        words=lambda one: one.filename,
        filters=[filter_by("state", _("State"), ScanBatch.Status.choices, "status")],
    )
    facts = {"session": session, "listing": shown, "waiting": waiting, "is_busy": is_busy}
    return facts | {"is_blind": is_blind, "stations": stations}


def _is_odd(batch: Any) -> bool:
    """A photo that could not be opened, or on which no sheet of ours was found."""
    return batch.status == ScanBatch.Status.FAILED or bool(batch.counts.get(Reading.Status.REFUSED))


@takes_at_most(MOST_BYTES_AT_ONCE)
@login_required
def scans(request: HttpRequest, ref: str) -> HttpResponse:
    session = access_session(request.user, ref, *READERS)
    form = ScansForm(request.POST, request.FILES) if request.method == "POST" else ScansForm()
    if form.is_valid():
        receive_files(
            request,
            form.cleaned_data["files"],
            lambda name, file: receive_scans(session=session, filename=name, data=file, by=request.user),
        )
        return redirect("paper:scans", ref)
    context = scan_facts(request, session) | frame(request.user, session, "scans")
    context |= {"form": form, "incomplete": incomplete_sheets(session)}
    return render(request, "paper/scans.html", context, status=400 if form.errors else 200)


@login_required
@require_GET
def scan_rows(request: HttpRequest, ref: str) -> HttpResponse:
    """The list alone, for a page that is open while scans are read."""
    session = access_session(request.user, ref, *READERS)
    return render(request, "paper/_batches.html", scan_facts(request, session))


@login_required
@require_POST
def read_on(request: HttpRequest, pk: int) -> HttpResponse:
    """Go on with a batch that was interrupted. What is read already stays."""
    batch = access_batch(request.user, pk)
    if batch.status != ScanBatch.Status.READ:
        queue_reading(batch)
    return redirect("paper:scans", batch.session.ref)


@login_required
@require_GET
def batch_pages(request: HttpRequest, pk: int) -> HttpResponse:
    batch = access_batch(request.user, pk)
    readings: list[Reading] = list(batch.readings.prefetch_related("adjudications__decided_by").order_by("page"))
    is_blind = counts_blind(batch.session)
    if is_blind:  # a list of all pages would tell the number that people are about to count
        readings = [reading for reading in readings if reading.status in WAITING]
    for reading in readings:
        said = list(reading.adjudications.all())
        reading.told = said if any(one.settles for one in said) else []  # a second person must not see the first's word
        reading.reason_in_words = reason_in_words(reading.reason) if reading.reason else ""
    shown = listing(
        request,
        readings,
        sorts={"page": lambda one: one.page, "became": lambda one: (one.status, one.page)},
        first="page",
        words=lambda one: f"{one.page} {one.reason_in_words}",
        filters=[filter_by("became", _("What became of it"), Reading.Status.choices, "status")],
    )
    context = {"batch": batch, "listing": shown, "is_blind": is_blind} | frame(request.user, batch.session, "scans")
    return render(request, "paper/batch.html", context)
