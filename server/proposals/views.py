"""The public pages of proposals: the list, one of them, its versions; endorsing."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from server.discussion.thread import thread_of
from server.plans.showing import has_plan, plan_with
from server.processes.component_types import Activity
from server.processes.openness import times_of
from server.processes.origin import Origin

from .access import access_component, access_proposal
from .coauthoring import coauthors_of
from .enclosing import files_of, show_photos
from .endorsing import by_door, endorse_proposal, endorsed_by, withdraw_endorsement
from .exports import amendments_as_csv, as_csv, as_json
from .listing import list_proposals, orders
from .models import Proposal
from .rules import Rules
from .subject import subject_of
from .texts import changes
from .views_amending import amendment_of, beside
from .writing import is_author, may_edit

MOST_ON_PLAN = 500  # more points hide each other
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMS = {"csv": (as_csv, "text/csv; charset=utf-8"), "json": (as_json, "application/json")}


@require_GET
def proposals_page(request: HttpRequest, slug: str, component: int) -> HttpResponse:
    here = access_component(request.user, slug, component)
    shown, times = list_proposals(request, here), times_of(here)[Activity.PROPOSE]
    rules = Rules.of(here.settings)
    if rules.most_files:
        show_photos(shown.page.object_list)
    facts = {
        "space": here.space,
        "component": here,
        "listing": shown,
        "orders": orders(shown),
        "times": times,
        "drafts": _drafts(request, here),
        "is_on_plan": rules.asks_point and has_plan(),
        "takes_amendments": rules.takes_amendments,
    }
    return render(request, "proposals/proposals.html", facts)


def _drafts(request: HttpRequest, component: Any) -> list[Proposal]:
    if not request.user.is_authenticated:
        return []
    mine = Q(author=request.user) | Q(coauthors=request.user)
    return list(component.proposals.filter(mine, published_at__isnull=True).distinct().order_by("-created_at"))


@require_GET
def proposal_page(request: HttpRequest, slug: str, component: int, number: int) -> HttpResponse:
    """A proposal, or a section of a text; an amendment has an address of its own."""
    proposal = access_proposal(request.user, slug, component, number)
    if proposal.is_amendment:
        return redirect(proposal.get_absolute_url())
    return _page(request, proposal, "proposals/proposal.html")


@require_GET
def amendment_page(request: HttpRequest, slug: str, component: int, number: int) -> HttpResponse:
    proposal = access_proposal(request.user, slug, component, number)
    amendment_of(proposal)
    return _page(request, proposal, "proposals/amendment.html")


def _page(request: HttpRequest, proposal: Proposal, template: str) -> HttpResponse:
    here, user = proposal.component, request.user
    if hidden := _hidden(proposal):
        return render(request, "proposals/hidden.html", {"space": here.space, "component": here, "proposal": hidden})
    is_mine, near = user.is_authenticated and is_author(proposal, user), proposal.near()
    family, shown = proposal.family(near), [one for one in near if one.is_shown and not one.is_draft]
    for one in shown:
        one.component = here  # joined and split within one component
    times = times_of(here)
    facts = {
        "space": here.space,
        "component": here,
        "proposal": proposal,
        "rules": (rules := Rules.of(here.settings)),
        "files": files_of(proposal) if rules.most_files else [],
        "coauthors": coauthors_of(proposal) if proposal.author_id else [],
        "counts": by_door(proposal, family),
        "times": times[Activity.ENDORSE],
        "is_endorsed": user.is_authenticated and bool(endorsed_by(proposal, user.right, family)),
        "is_mine": is_mine,
        "may_edit": is_mine and may_edit(proposal),
        "plan": plan_with([(proposal.latitude, proposal.longitude, "", "")]) if proposal.latitude else None,
        "merged_from": [one for one in shown if one.became_id == proposal.pk],
        "parts": [one for one in shown if one.split_from_id == proposal.pk],
        "version_count": proposal.version,
        "thread": thread_of(request, subject_of(proposal), times[Activity.COMMENT]),
    }
    return render(request, template, facts | beside(request, proposal, times))


def _hidden(proposal: Proposal) -> Proposal | None:
    """What the town hid: this, or what it would change, whose words an amendment repeats."""
    told = [proposal, proposal.amendment.amends] if proposal.is_amendment else [proposal]
    return next((one for one in told if one.hidden_at), None)


@require_GET
def versions_page(request: HttpRequest, slug: str, component: int, number: int) -> HttpResponse:
    """Every version, the newest first, each with what it changed and the amendment that it takes up."""
    proposal = access_proposal(request.user, slug, component, number)
    if _hidden(proposal):
        raise Http404
    rows = list(proposal.versions.select_related("takes_up__component__space"))
    told = [{"version": rows[0], "title": [("same", rows[0].title)], "body": [("same", rows[0].body)]}] if rows else []
    for before, after in pairwise(rows):
        told.append(
            {"version": after, "title": changes(before.title, after.title), "body": changes(before.body, after.body)}
        )
    facts = {"space": proposal.component.space, "component": proposal.component, "proposal": proposal}
    return render(request, "proposals/versions.html", facts | {"versions": told[::-1]})


@require_GET
def plan_page(request: HttpRequest, slug: str, component: int) -> HttpResponse:
    """The list on the plan of the town, with the same search and filters in the address."""
    here = access_component(request.user, slug, component)
    shown = list_proposals(request, here, per_page=MOST_ON_PLAN)
    places = [(one.latitude, one.longitude, one.get_absolute_url(), one.title) for one in shown.page]
    plan = plan_with(places) if Rules.of(here.settings).asks_point else None
    if plan is None:
        raise Http404
    there = [one for one in shown.page if one.latitude is not None]
    facts = {"space": here.space, "component": here, "listing": shown, "plan": plan, "proposals": there}
    return render(request, "proposals/plan.html", facts)


@require_GET
def export(request: HttpRequest, slug: str, component: int, form: str) -> StreamingHttpResponse:
    """All of them as ``csv``, ``json`` or ``xlsx``, streamed."""
    here = access_component(request.user, slug, component)
    name = f"{here.space.slug}-{here.pk}.{form}"
    if form == "xlsx":
        from .workbook import as_xlsx

        return FileResponse(as_xlsx(here), as_attachment=True, filename=name, content_type=XLSX)
    if form not in FORMS:
        raise Http404
    write, kind = FORMS[form]
    return _file(write(here), name, kind)


@require_GET
def export_amendments(request: HttpRequest, slug: str, component: int) -> StreamingHttpResponse:
    """All amendments as CSV, streamed; in JSON they stand beside the proposals."""
    here = access_component(request.user, slug, component)
    return _file(amendments_as_csv(here), f"{here.space.slug}-{here.pk}-amendments.csv", FORMS["csv"][1])


def _file(content: Iterator[bytes], name: str, kind: str) -> StreamingHttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(content, content_type=kind, headers=headers)


@login_required
@require_POST
def endorse(request: HttpRequest, slug: str, component: int, number: int) -> HttpResponse:
    proposal = access_proposal(request.user, slug, component, number)
    right, origin = request.user.right, Origin.online(request)
    if "withdraw" in request.POST:
        withdraw_endorsement(proposal=proposal, right=right, origin=origin)
        messages.success(request, _("Your endorsement is withdrawn."))
    else:
        endorse_proposal(proposal=proposal, right=right, origin=origin)
        messages.success(request, _("You endorse this proposal."))
    return redirect(f"{proposal.get_absolute_url()}#endorsements")
