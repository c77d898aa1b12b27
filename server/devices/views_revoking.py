"""A device is revoked, or several: from now on, or from a moment that lies back, its effect told before (D16)."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from server.meetings.access import access_session
from server.office.forms import TypedForm
from server.office.lists import picked
from server.web.live import ring

from .access import access_device
from .actions import revoke_device
from .forms import RevokeForm
from .models import Device
from .trust import State, effect_of, named_size, state_before


@login_required
@require_http_methods(["GET", "POST"])
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """GET asks, POST revokes from now on. A moment that lies back is first answered with what it would do.

    That answer names the state of the list, and confirmed it is this very state: what else arrives meanwhile waits too.
    """
    device = access_device(request.user, pk)
    sent = request.POST if request.method == "POST" else None
    form = RevokeForm(sent, is_revoked=device.status == Device.Status.REVOKED)
    effect = None
    if request.method == "POST" and form.is_valid():
        state = form.state or (state_before(form.cleaned_data["moment"]) if form.cleaned_data["moment"] else None)
        if state is None or form.state is not None:
            return _revoked(request, device, state, form.cleaned_data["why"])
        effect = effect_of(device, state)
    known = named_size(device)
    facts = {"device": device, "session": device.session, "space": device.session.meeting.space, "here": "devices"}
    facts |= {"form": form, "effect": effect, "is_known": effect and known is not None and known <= effect.state.size}
    return render(request, "devices/office/revoke.html", facts, status=400 if form.errors else 200)


def _revoked(request: HttpRequest, device: Device, state: State | None, why: str) -> HttpResponse:
    with transaction.atomic():
        revoke_device(device=device, by=request.user, trusted=state, why=why)
        ring(device.session.meeting.space_id, "devices")
    messages.success(request, _("“%(device)s” is revoked.") % {"device": device})
    return redirect("office_devices:devices", device.session.ref)


@login_required
@require_http_methods(["GET", "POST"])
def revoke_several(request: HttpRequest, ref: str) -> HttpResponse:
    """Those that are ticked, after a word is typed: a revoked device cannot come back."""
    session = access_session(request.user, ref)
    rows = list(session.devices.exclude(status=Device.Status.REVOKED).order_by("label", "pk"))
    ticked = picked(request)
    form = TypedForm(request.POST or None, word=_("revoke"))
    is_sent = request.method == "POST" and form.is_valid()
    if is_sent and not ticked:
        form.add_error(None, _("Tick at least one device."))
    elif is_sent:
        for device in rows:
            if device.pk in ticked:  # each on its own: nobody holds the log while he waits for a device's chain
                with transaction.atomic():
                    revoke_device(device=device, by=request.user)
                    ring(session.meeting.space_id, "devices")
        messages.success(request, _("The devices are revoked."))
        return redirect("office_devices:devices", ref)
    facts = {"session": session, "space": session.meeting.space, "here": "devices", "form": form}
    facts |= {"devices": rows, "ticked": ticked}
    return render(request, "devices/office/revoke_several.html", facts, status=400 if form.errors else 200)
