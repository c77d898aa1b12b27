"""The office's page of the states of proposals."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from server.processes.access import Role
from server.processes.models import Component

from .access import access_component
from .forms_office import StateForm
from .models import State
from .states import delete_state, move_state, save_state, states_of


@login_required
@require_http_methods(["GET", "POST"])
def states(request: HttpRequest, slug: str, component: int) -> HttpResponse:
    """All of them in their order; POST adds one."""
    here = access_component(request.user, slug, component, to=Role.ORGANISER)
    return _form(request, here, State(), "proposals/office/states.html")


@login_required
@require_http_methods(["GET", "POST"])
def state(request: HttpRequest, slug: str, component: int, pk: int) -> HttpResponse:
    here = access_component(request.user, slug, component, to=Role.ORGANISER)
    mine = get_object_or_404(here.proposal_states, pk=pk)
    return _form(request, here, mine, "proposals/office/state.html")


def _form(request: HttpRequest, here: Component, state: State, page: str) -> HttpResponse:
    initial = {"title": state.title, "tone": state.tone} if state.pk else None
    form = StateForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        save_state(component=here, state=state, by=request.user, **form.cleaned_data)
        messages.success(request, _("The state is kept."))
        return redirect("office_proposals:states", here.space.slug, here.pk)
    facts = {
        "space": here.space,
        "component": here,
        "here": "components",
        "form": form,
        "state": state,
        "states": states_of(here),
    }
    return render(request, page, facts, status=400 if form.errors else 200)


@login_required
@require_POST
def change(request: HttpRequest, slug: str, component: int, pk: int) -> HttpResponse:
    """Up, down, or away."""
    here = access_component(request.user, slug, component, to=Role.ORGANISER)
    mine = get_object_or_404(here.proposal_states, pk=pk)
    if "delete" in request.POST:
        delete_state(component=here, state=mine, by=request.user)
        messages.success(request, _("The state is deleted."))
    else:
        move_state(component=here, state=mine, is_up=request.POST.get("to") == "up", by=request.user)
    return redirect("office_proposals:states", slug, component)
