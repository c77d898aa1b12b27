"""The office decides on amendments of the texts of the town."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from server.processes.access import Role

from .access import access_proposal
from .amending import is_for_the_town
from .views_amending import amendment_of, decide_on

PAGE = "proposals/office/amendment.html"


@login_required
@require_http_methods(["GET", "POST"])
def amendment(request: HttpRequest, slug: str, component: int, number: int) -> HttpResponse:
    """One amendment beside the decision. Those that authors decide on are shown without a form."""
    proposal = access_proposal(request.user, slug, component, number, to=Role.ORGANISER)
    row = amendment_of(proposal)
    if request.method == "POST" and not is_for_the_town(row.amends):
        return redirect("office_proposals:amendment", slug, component, number)
    done = reverse("office_proposals:amendment", args=[slug, component, number])
    return decide_on(request, row, page=PAGE, done=done, for_town=True)
