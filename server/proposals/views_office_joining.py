"""Several proposals become one, one becomes several, and what has a price becomes a project."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from server.office.lists import picked
from server.processes.access import Role
from server.processes.models import Component

from .access import access_component, access_proposal
from .answering import join_proposals, split_proposal
from .converting import make_projects
from .forms_office import JoinForm, SplitForm
from .listing import in_order, taxons_of
from .models import Proposal
from .refusals import CannotJoin
from .writing import About

MOST_JOINED = 50


@login_required
@require_POST
def join(request: HttpRequest, slug: str, component: int) -> HttpResponse:
    """First the words are asked, with those of all of them to begin with; sent with words, they are joined."""
    here = access_component(request.user, slug, component, to=Role.ORGANISER)
    chosen = _chosen(request, here)
    if len(chosen) < 2:
        raise CannotJoin
    is_told = "title" in request.POST
    form = JoinForm(request.POST) if is_told else JoinForm(initial=_together(chosen))
    if is_told and form.is_valid():
        first = chosen[0]
        about = About(category=first.category, area=first.area, place_name=first.place_name)
        made = join_proposals(proposals=chosen, text=form.text(first.language), about=about, by=request.user)
        messages.success(request, _("They are one proposal now. Their pages say so, and lead there."))
        return redirect("office_proposals:proposal", slug, component, made.number)
    facts = {"space": here.space, "component": here, "here": "components", "chosen": chosen, "form": form}
    return render(request, "proposals/office/join.html", facts, status=400 if is_told else 200)


def _chosen(request: HttpRequest, component: Component) -> list[Proposal]:
    """Those that were ticked and still stand, in the order in which they came."""
    rows = component.proposals.standing().filter(pk__in=picked(request, MOST_JOINED))
    return in_order(sorted(rows.values_list("pk", flat=True)), component, taxons_of(component))


def _together(chosen: list[Proposal]) -> dict[str, str]:
    most = max(chosen, key=lambda one: one.endorsement_count)
    return {"title": most.title, "body": "\n\n".join(one.body for one in chosen)}


@login_required
@require_POST
def to_projects(request: HttpRequest, slug: str, component: int) -> HttpResponse:
    """What was ticked becomes projects of the space's budget."""
    here = access_component(request.user, slug, component, to=Role.ORGANISER)
    chosen = _chosen(request, here)
    made = make_projects(proposals=chosen, by=request.user) if chosen else []
    if not made:
        messages.warning(request, _("Tick at least one proposal first that is no project yet."))
        return redirect("office_proposals:proposals", slug, component)
    messages.success(request, _("They are projects of the budget now."))
    return redirect("office_budgets:budget", slug)


@login_required
@require_http_methods(["GET", "POST"])
def split(request: HttpRequest, slug: str, component: int, number: int) -> HttpResponse:
    mine = access_proposal(request.user, slug, component, number, to=Role.ORGANISER)
    form = SplitForm(request.POST or None, initial={"parts": f"{mine.title}\n{mine.body}\n---\n"})
    if request.method == "POST" and form.is_valid():
        made = split_proposal(proposal=mine, texts=form.texts(mine.language), by=request.user)
        messages.success(request, _("It is %(count)s proposals now.") % {"count": len(made)})
        return redirect("office_proposals:proposals", slug, component)
    facts = {
        "space": mine.component.space,
        "component": mine.component,
        "here": "components",
        "proposal": mine,
        "form": form,
    }
    return render(request, "proposals/office/split.html", facts, status=400 if form.errors else 200)
