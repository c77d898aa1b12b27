"""Letters with a return envelope: to whom they go is shown before anything is made."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from server.voting.actions.posting import SENDS_POST, entries_to_write
from server.voting.definitions import Definition
from server.voting.models import Box, Envelope, RollEntry
from server.web.refusals import Refusal

from .access import PRINTERS, access_box
from .actions import order_post
from .forms import OrderPostForm
from .models import SlipRun

MOST_SHOWN = 20


def _rows(box: Box) -> dict[str, Any]:
    """What was made and is being made; the part that is asked for again meanwhile."""
    runs = list(SlipRun.objects.filter(box=box, kind=SlipRun.Kind.POST).select_related("session"))
    return {"box": box, "runs": runs, "is_busy": any(run.is_under_way for run in runs)}


def _facts(box: Box) -> dict[str, Any]:
    takes_post = bool(box.definition) and Definition.of(box).takes_post
    return _rows(box) | {
        "space": box.space,
        "here": "boxes",
        "takes_post": takes_post,
        "is_over": takes_post and box.state not in SENDS_POST,
        "missing": entries_to_write(box).count() if takes_post else 0,
        "sent": Envelope.objects.sent().filter(box=box).count(),
    }


def _chosen(box: Box, form: OrderPostForm) -> QuerySet[RollEntry]:
    """The people found, in the order of the roll."""
    people = entries_to_write(box)
    if form.cleaned_data["who"] == "some":
        for word in form.cleaned_data["words"].split()[:6]:
            names = Q(family_name__icontains=word) | Q(given_name__icontains=word) | Q(address__icontains=word)
            people = people.filter(names | Q(number__iexact=word))
    return people.order_by("family_name", "given_name", "number")


@login_required
@require_http_methods(["GET", "POST"])
def post(request: HttpRequest, ref: str) -> HttpResponse:
    """POST shows who is found; with ``order`` their letters are made."""
    box = access_box(request.user, ref, *PRINTERS)
    form = OrderPostForm(request.POST or None, box=box)
    facts = _facts(box) | {"form": form}
    if request.method == "POST" and form.is_valid():
        people = _chosen(box, form)
        if "order" in request.POST:
            try:
                order_post(box=box, session=form.cleaned_data["session"], entries=people, by=request.user)
            except Refusal as refusal:
                messages.error(request, refusal.message)
            else:
                messages.success(request, _("The letters are being made. You may leave this page."))
            return redirect("paper:post", ref)
        facts |= {"is_shown": True, "found": people.count(), "people": people[:MOST_SHOWN]}
    answer = render(request, "paper/post.html", facts, status=422 if form.errors else 200)
    answer["Cache-Control"] = "no-store"
    return answer


@login_required
@require_GET
def post_rows(request: HttpRequest, ref: str) -> HttpResponse:
    """The moving part alone, for a page that is open while letters are being made."""
    return render(request, "paper/_post.html", _rows(access_box(request.user, ref, *PRINTERS)))
