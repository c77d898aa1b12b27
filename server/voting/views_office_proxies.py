"""Proxies of a ballot box in the office: entered from signed papers, revoked until they are used."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from server.web.refusals import Refusal

from .access import access_frozen
from .actions import enter_proxy, revoke_proxy
from .actions.proxies import TAKES_PROXIES
from .definitions import Definition
from .desk_views import no_store
from .forms_proxies import ProxyForm, RevokeForm
from .models import Box, Proxy, RollEntry


def _box(request: HttpRequest, ref: str) -> Box:
    box = access_frozen(request.user, ref)
    if not Definition.of(box).proxies_per_holder:
        raise Http404
    return box


@login_required
@require_http_methods(["GET", "POST"])
def proxies(request: HttpRequest, ref: str) -> HttpResponse:
    """Who carries whose; POST enters one, once both names were read again."""
    box = _box(request, ref)
    form = ProxyForm(request.POST or None, people=RollEntry.objects.filter(roll=box.roll_id))
    facts = {"space": box.space, "here": "boxes", "box": box, "form": form}
    facts |= {"most": Definition.of(box).proxies_per_holder, "is_open": box.state in TAKES_PROXIES}
    status = 422 if form.errors else 200
    if request.method == "POST" and form.is_valid():
        giver, holder = form.cleaned_data["giver"], form.chosen_holder
        facts |= {"giver": giver, "holder": holder}
        if "confirmed" in request.POST:
            try:
                said = form.cleaned_data["shown"]
                enter_proxy(boxes=[box], giver=giver, holder=holder, shown=said, by=request.user)
            except Refusal as refusal:
                form.add_error("giver", str(refusal.message))
                status = refusal.status
            else:
                messages.success(request, _("The proxy is entered."))
                return redirect("office_voting:proxies", ref)
    rows = Proxy.objects.filter(box=box).select_related("giver", "holder")
    facts["proxies"] = rows.order_by("holder__family_name", "holder__given_name", "place", "pk")
    return no_store(render(request, "voting/office/proxies.html", facts, status=status))


@login_required
@require_http_methods(["GET", "POST"])
def proxy(request: HttpRequest, ref: str, pk: int) -> HttpResponse:
    """One proxy, and its end."""
    box = _box(request, ref)
    this = get_object_or_404(Proxy.objects.select_related("giver", "holder", "session", "entered_by"), box=box, pk=pk)
    form = RevokeForm(request.POST or None)
    status = 422 if form.errors else 200
    if request.method == "POST" and form.is_valid():
        try:
            revoke_proxy(proxy=this, reason=form.cleaned_data["reason"], by=request.user)
        except Refusal as refusal:
            form.add_error("reason", str(refusal.message))
            status = refusal.status
        else:
            messages.success(request, _("The proxy is revoked."))
            return redirect("office_voting:proxies", ref)
    facts = {"space": box.space, "here": "boxes", "box": box, "proxy": this, "form": form}
    facts["may_revoke"] = this.state == Proxy.State.GIVEN
    return no_store(render(request, "voting/office/proxy.html", facts, status=status))
