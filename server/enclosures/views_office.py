"""The office's page of the documents and photos of a space."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from server.processes.access import Role, access_space
from server.web.bodies import FORM_BYTES, takes_at_most

from .component_type import KIND, MOST, files_of
from .forms import MOST_BYTES, EnclosureForm
from .space_files import add_space_file, move_space_file, remove_space_file


@takes_at_most(MOST_BYTES + FORM_BYTES)
@login_required
@require_http_methods(["GET", "POST"])
def documents(request: HttpRequest, slug: str, component: int) -> HttpResponse:
    """GET shows them; POST adds one, moves up what ``up`` names, or takes away what ``remove`` names."""
    space = access_space(request.user, slug, to=Role.ORGANISER)
    here = get_object_or_404(space.components, kind=KIND, pk=component)
    here.space = space
    if request.method == "POST" and "up" in request.POST:
        move_space_file(component=here, ref=request.POST["up"], by=request.user)
        return redirect(request.path)
    if request.method == "POST" and "remove" in request.POST:
        remove_space_file(component=here, ref=request.POST["remove"], by=request.user)
        messages.success(request, _("It is taken away."))
        return redirect(request.path)
    form = EnclosureForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        add_space_file(component=here, kept=form.kept, words=form.cleaned_data["words"], by=request.user)
        messages.success(request, _("It is added."))
        return redirect(request.path)
    there = files_of(here)
    facts = {
        "space": space,
        "component": here,
        "here": "components",
        "files": there,
        "left": max(0, MOST - len(there)),
        "form": form,
    }
    return render(request, "enclosures/office/documents.html", facts, status=400 if form.errors else 200)
