"""The page on which a box is closed, reconciled, opened, certified. Views reach and answer; ``closing_steps`` does."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from server.office.approvals import ask
from server.office.jobs import start_job
from server.web.live import ring
from server.web.refusals import Refusal

from .access import access_frozen
from .actions.polls import require_finishable
from .balance import balance_of
from .closing_steps import deed_of, steps_of
from .late import too_late
from .models import Box
from .two_persons import wants_second
from .views_printed import prints_of

UNFINISHED = (Box.State.OPEN, Box.State.CLOSED, Box.State.RECONCILED, Box.State.OPENED)


@login_required
@require_GET
def box_closing(request: HttpRequest, ref: str) -> HttpResponse:
    box = access_frozen(request.user, ref)
    is_settled = box.state in (Box.State.RECONCILED, Box.State.OPENED, Box.State.CERTIFIED)
    facts = {
        "space": box.space,
        "here": "boxes",
        "box": box,
        "steps": steps_of(box),
        "equations": balance_of(box) if is_settled else [],
        "sessions": box.sessions.select_related("meeting"),
        "is_certified": box.state == Box.State.CERTIFIED,
        "late": too_late(box) if box.state == Box.State.CERTIFIED else None,
        "prints": prints_of(box),
        "can_finish": box.is_poll and box.state in UNFINISHED,
    }
    return render(request, "voting/office/closing.html", facts)


@login_required
@require_POST
def poll_finish(request: HttpRequest, ref: str) -> HttpResponse:
    """Close a poll, count it and publish its result, in the background."""
    box = access_frozen(request.user, ref)
    require_finishable(box)
    return redirect("acts:job", start_job(kind="poll.finish", key=box.ref, space=box.space, by=request.user).pk)


@login_required
@require_http_methods(["GET", "POST"])
def box_deed(request: HttpRequest, ref: str, name: str) -> HttpResponse:
    """GET asks, POST does. Taken twice, a step is done once."""
    box = access_frozen(request.user, ref)
    deed = deed_of(name)
    if name == "open" and box.has_trustees:
        return redirect("office_closing:trustees_open", ref)
    asks = box.state == deed.before and wants_second(box, name)
    if request.method == "POST" and asks:
        return redirect("acts:approval", ask(kind=f"box.{name}", key=box.ref, space=box.space, by=request.user).pk)
    if request.method == "POST" and deed.is_long:
        job = start_job(kind=f"box.{name}", key=box.ref, space=box.space, by=request.user)
        return redirect("acts:job", job.pk)
    if request.method == "POST":
        try:
            deed.action(box=box, by=request.user)
            ring(box.space.pk, "box")
            messages.success(request, deed.done)
        except Refusal as refusal:
            messages.error(request, refusal.message)
        return redirect("office_closing:box", ref)
    facts = {"space": box.space, "here": "boxes", "box": box, "deed": deed, "wants_second": asks}
    return render(request, "voting/office/deed.html", facts)
