"""The office's page of categories and areas."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from .access import Role, access_space
from .models import Taxon
from .taxon_forms import TaxonForm
from .taxons import delete_taxon, every, move_taxon, save_taxon, tree_of


@login_required
@require_http_methods(["GET", "POST"])
def taxons(request: HttpRequest, slug: str) -> HttpResponse:
    """All of them in their order; POST adds one."""
    space = access_space(request.user, slug, to=Role.ORGANISER)
    form = TaxonForm(request.POST if request.method == "POST" else None, space=space)
    if request.method == "POST" and form.is_valid():
        save_taxon(space=space, taxon=Taxon(space=space), by=request.user, **form.as_kept())
        messages.success(request, _("The word is kept."))
        return redirect("office:taxons", slug)
    facts = {"space": space, "here": "components", "form": form, "branches": every(tree_of(space))}
    return render(request, "processes/office/taxons.html", facts, status=400 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def taxon_edit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    space = access_space(request.user, slug, to=Role.ORGANISER)
    taxon = get_object_or_404(space.taxons, pk=pk)
    form = TaxonForm(request.POST if request.method == "POST" else None, space=space, taxon=taxon)
    if request.method == "POST" and form.is_valid():
        save_taxon(space=space, taxon=taxon, by=request.user, **form.as_kept())
        messages.success(request, _("The word is kept."))
        return redirect("office:taxons", slug)
    facts = {"space": space, "here": "components", "form": form, "taxon": taxon}
    return render(request, "processes/office/taxon_form.html", facts, status=400 if form.errors else 200)


@login_required
@require_POST
def taxon_move(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    space = access_space(request.user, slug, to=Role.ORGANISER)
    move_taxon(taxon=get_object_or_404(space.taxons, pk=pk), is_up=request.POST.get("to") == "up", by=request.user)
    return redirect("office:taxons", slug)


@login_required
@require_http_methods(["GET", "POST"])
def taxon_delete(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """GET asks, POST deletes."""
    space = access_space(request.user, slug, to=Role.ORGANISER)
    taxon = get_object_or_404(space.taxons, pk=pk)
    if request.method == "POST":
        delete_taxon(taxon=taxon, by=request.user)
        messages.success(request, _("The word is deleted."))
        return redirect("office:taxons", slug)
    branch = next(one for one in every(tree_of(space)) if one.taxon.pk == pk)
    facts = {"space": space, "here": "components", "taxon": taxon, "below": [one.taxon for one in branch.all()][1:]}
    return render(request, "processes/office/taxon_delete.html", facts)
