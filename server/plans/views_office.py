"""The office's page of the plan, for the staff of the installation."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from server.office.access import is_installation_staff
from server.web.bodies import FORM_BYTES, takes_at_most

from .actions import remove_plan, save_plan
from .forms import PlanForm
from .geojson import MAX_BYTES
from .showing import plan_with


@takes_at_most(MAX_BYTES + FORM_BYTES)
@login_required
@require_http_methods(["GET", "POST"])
def plan(request: HttpRequest) -> HttpResponse:
    """GET shows it; POST draws a new one, or takes it away."""
    if not is_installation_staff(request.user):
        raise Http404
    if request.method == "POST" and "remove" in request.POST:
        remove_plan(by=request.user)
        messages.success(request, _("The plan is taken away. Points that were chosen are kept."))
        return redirect("office_plans:plan")
    form = PlanForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        save_plan(shapes=form.shapes, credit=form.cleaned_data["credit"], by=request.user)
        messages.success(request, _("The plan is drawn."))
        return redirect("office_plans:plan")
    facts = {"form": form, "plan": plan_with()}
    return render(request, "plans/office/plan.html", facts, status=400 if form.errors else 200)
