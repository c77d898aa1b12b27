"""Photos and documents of one's own proposal, before and after it is published."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from server.enclosures.forms import MOST_BYTES, EnclosureForm
from server.web.bodies import FORM_BYTES, takes_at_most

from .access import access_mine_by_ref
from .enclosing import add_file, files_of, remove_file
from .models import Proposal
from .rules import Rules


@takes_at_most(MOST_BYTES + FORM_BYTES)
@login_required
@require_http_methods(["GET", "POST"])
def files(request: HttpRequest, slug: str, component: int, ref: str) -> HttpResponse:
    """GET shows them; POST adds one, or takes away the one that ``remove`` names."""
    proposal = access_mine_by_ref(request.user, slug, component, ref)
    most = Rules.of(proposal.component.settings).most_files
    if not most:
        raise Http404
    if request.method == "POST" and "remove" in request.POST:
        remove_file(proposal=proposal, ref=request.POST["remove"], by=request.user)
        messages.success(request, _("It is taken away."))
        return redirect(request.path)
    form = EnclosureForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        add_file(proposal=proposal, kept=form.kept, words=form.cleaned_data["words"], by=request.user)
        messages.success(request, _("It is added."))
        return redirect(request.path)
    return _page(request, proposal, form, most)


def _page(request: HttpRequest, proposal: Proposal, form: EnclosureForm, most: int) -> HttpResponse:
    there = files_of(proposal)
    facts = {
        "space": proposal.component.space,
        "component": proposal.component,
        "proposal": proposal,
        "files": there,
        "left": max(0, most - len(there)),
        "form": form,
    }
    return render(request, "proposals/files.html", facts, status=400 if form.errors else 200)
