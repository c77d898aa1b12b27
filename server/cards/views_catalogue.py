"""The printed catalogue of proposals: which there are, and a button that has one made or made anew."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from server.paper.views import pdf_answer
from server.processes.localized import readers_language
from server.processes.models import Component

from .access import access_catalogue, access_proposals
from .catalogue import catalogues_for, order_catalogue


@require_http_methods(["GET", "POST"])
def catalogue(request: HttpRequest, slug: str, component: int) -> HttpResponse:
    """GET shows what is there; POST has it made, unless nothing changed since."""
    here, language = access_proposals(request.user, slug, component), readers_language()
    if request.method == "POST":
        order_catalogue(component=here, language=language, is_large_print="large" in request.POST)
        return redirect("catalogue:catalogue", slug, component)
    return render(request, "cards/catalogue.html", _facts(here))


def _facts(here: Component) -> dict[str, Any]:
    shown = catalogues_for(here, readers_language())
    return {"space": here.space, "component": here, "catalogues": shown, "is_busy": any(one.is_busy for one in shown)}


@require_GET
def catalogue_rows(request: HttpRequest, slug: str, component: int) -> HttpResponse:
    """The list alone, for a page that is open while one is made."""
    return render(request, "cards/_catalogues.html", _facts(access_proposals(request.user, slug, component)))


@require_GET
def catalogue_file(request: HttpRequest, slug: str, component: int, pk: int) -> HttpResponse:
    found = access_catalogue(request.user, slug, component, pk)
    size = "-large" if found.is_large_print else ""
    return pdf_answer(found, f"{slug}-{component}-{found.language}{size}.pdf")
