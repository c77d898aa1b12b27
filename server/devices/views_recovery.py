"""After a backup was restored: who has been heard since, who is not known here, and the end of it (S9)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from server.ledger import recovery as ledger
from server.ledger.models import Recovery
from server.office.access import is_installation_staff
from server.office.forms import TypedForm
from server.office.models import Approval
from server.processes.access import Role, may_make_spaces, require_role
from server.web.live import ring

from .ending import KIND, devices_waited_for, end_recovery
from .forms import StrangerForm
from .models import Stranger
from .taking_in import take_in


@login_required
@require_GET
def recovery(request: HttpRequest) -> HttpResponse:
    """Whoever organises a space sees its devices; the staff of the installation sees all of them, and ends it."""
    if not may_make_spaces(request.user):
        raise Http404
    newest = Recovery.objects.last()
    if newest is None:
        return render(request, "devices/office/recovery.html", {"recovery": None})
    is_staff = is_installation_staff(request.user)
    mine = set(request.user.space_roles.filter(role=Role.ORGANISER).values_list("space", flat=True))
    waited = devices_waited_for(newest)
    unknown = Stranger.objects.select_related("session__meeting__space")
    facts = {
        "recovery": newest,
        "lost": ledger.lost(newest),
        "devices": [one for one in waited if is_staff or one.session.meeting.space_id in mine],
        "strangers": [one for one in unknown if is_staff or one.session.meeting.space_id in mine],
        "is_staff": is_staff,
        "waiting": Approval.objects.waiting(KIND, keys=[newest.log_epoch]).first(),
    }
    return render(request, "devices/office/recovery.html", facts)


@login_required
@require_http_methods(["GET", "POST"])
def end(request: HttpRequest) -> HttpResponse:
    """GET asks, POST ends it or asks a second person."""
    if not is_installation_staff(request.user):
        raise Http404
    newest = Recovery.objects.last()
    if newest is None or newest.ended_at:
        return redirect("office_devices:recovery")
    form = TypedForm(request.POST or None, word=_("end"))
    if request.method == "POST" and form.is_valid():
        outcome = end_recovery(recovery=newest, by=request.user)
        if isinstance(outcome, Approval):
            return redirect("acts:approval", outcome.pk)
        messages.success(request, _("The recovery is ended. Everything can be done again."))
        return redirect("office_devices:recovery")
    silent = [device for device in devices_waited_for(newest) if not device.is_back]
    facts: dict[str, Any] = {"recovery": newest, "form": form, "silent": silent, "lost": ledger.lost(newest)}
    return render(request, "devices/office/recovery_end.html", facts, status=400 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def stranger(request: HttpRequest, pk: int) -> HttpResponse:
    """GET shows its key, to be compared with the tablet; POST takes it in."""
    unknown = Stranger.objects.select_related("session__meeting__space")
    found = get_object_or_404(unknown, pk=pk)
    require_role(request.user, found.session.meeting.space, Role.ORGANISER)
    form = StrangerForm(request.POST or None, initial={"label": found.label})
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            device = take_in(stranger=found, label=form.cleaned_data["label"], by=request.user)
            ring(found.session.meeting.space_id, "devices")
        messages.success(request, _("“%(device)s” is taken in. It sends the rest by itself.") % {"device": device})
        return redirect("office_devices:devices", found.session.ref)
    facts = {"stranger": found, "session": found.session, "space": found.session.meeting.space, "here": "devices"}
    return render(request, "devices/office/stranger.html", facts | {"form": form}, status=400 if form.errors else 200)
