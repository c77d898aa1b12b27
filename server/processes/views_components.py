"""The office's page of what a space offers: its components, in their order."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from server.office.lists import redirect_with_undo

from .access import Role, access_space
from .component_actions import add_component, delete_component, move_component, save_component, show_component
from .component_forms import ComponentForm, NewComponentForm, settings_form
from .component_types import is_empty, type_of
from .models import Component


@login_required
@require_GET
def components(request: HttpRequest, slug: str) -> HttpResponse:
    space = access_space(request.user, slug, to=Role.ORGANISER)
    rows = list(space.components.all())
    for one in rows:
        one.space = space
    facts = {"space": space, "here": "components", "rows": [_row(one) for one in rows]}
    return render(request, "processes/office/components.html", facts)


def _row(component: Component) -> dict[str, Any]:
    type_ = type_of(component.kind)
    return {
        "component": component,
        "type": type_,
        "office_address": type_.office_address(component) if type_ else "",
        "public_address": component.get_absolute_url(),
    }


@login_required
@require_http_methods(["GET", "POST"])
def component_add(request: HttpRequest, slug: str) -> HttpResponse:
    """POST makes it, unpublished, and leads to what its type wants to know."""
    space = access_space(request.user, slug, to=Role.ORGANISER)
    form = NewComponentForm(request.POST or None, space=space)
    if request.method == "POST" and form.is_valid():
        component = add_component(component=form.save(commit=False), by=request.user)
        messages.success(request, _("The component is made. Set it up, then publish it."))
        if settings_form(component):
            return redirect("office:component", slug, component.pk)
        return redirect("office:components", slug)
    facts = {"space": space, "here": "components", "form": form}
    return render(request, "processes/office/component_add.html", facts, status=400 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def component_edit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Title and introduction, and below them the form of its type."""
    space = access_space(request.user, slug, to=Role.ORGANISER)
    component = get_object_or_404(space.components, pk=pk)
    posted = request.POST if request.method == "POST" else None
    form, setting = ComponentForm(posted, instance=component), settings_form(component, posted)
    is_right = form.is_valid() and (setting is None or setting.is_valid())
    if posted is not None and is_right:
        settings = setting.cleaned_data if setting else None
        save_component(component=form.save(commit=False), settings=settings, by=request.user)
        messages.success(request, _("The component is saved."))
        return redirect("office:components", slug)
    facts = {"space": space, "here": "components", "form": form, "setting": setting, "component": component}
    facts["type"] = type_of(component.kind)
    return render(request, "processes/office/component_form.html", facts, status=400 if posted else 200)


@login_required
@require_POST
def component_move(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    space = access_space(request.user, slug, to=Role.ORGANISER)
    component = get_object_or_404(space.components, pk=pk)
    move_component(component=component, is_up=request.POST.get("to") == "up", by=request.user)
    return redirect("office:components", slug)


@login_required
@require_POST
def component_show(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """On the public page of the space, or off it: as the button says."""
    space = access_space(request.user, slug, to=Role.ORGANISER)
    component = get_object_or_404(space.components, pk=pk)
    act = show_component(component=component, is_public=request.POST.get("public") == "1", by=request.user)
    return redirect_with_undo(act, "office:components", slug) if act else redirect("office:components", slug)


@login_required
@require_http_methods(["GET", "POST"])
def component_delete(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """GET asks, POST deletes."""
    space = access_space(request.user, slug, to=Role.ORGANISER)
    component = get_object_or_404(space.components, pk=pk)
    if request.method == "POST":
        return redirect_with_undo(delete_component(component=component, by=request.user), "office:components", slug)
    facts = {"space": space, "here": "components", "component": component, "is_empty": is_empty(component)}
    return render(request, "processes/office/component_delete.html", facts)
