"""The organiser's ballot boxes: set up in draft, frozen, opened and closed for votes. What follows is the closing's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from server.budgets.components import component_of
from server.office.forms import TypedForm
from server.office.lists import filter_by, listing
from server.office.previews import is_preview, preview
from server.processes.access import Role, access_space, require_role
from server.processes.checklist import link
from server.processes.localized import Localized
from server.processes.models import Door
from server.voting.actions import close_voting, freeze_box, keep_longer, open_voting
from server.voting.actions.boxes import delete_box, save_box
from server.voting.contests import asks_about_projects, ballot_projects, has_budget
from server.voting.definitions import build_definition, is_single_handed, problems_before_freezing
from server.web.templatetags.parvis import day

from .answers import is_by_number
from .forms_trustees import KeyHolderForm
from .models import Box, Challenge
from .office_forms import BoxForm, KeepForm
from .paper_form import names_of_forms
from .refusals import KeptLonger, NotLonger
from .views_printed import prints_of

if TYPE_CHECKING:
    from server.accounts.models import User

STEPS = {"freeze": freeze_box, "open": open_voting, "close": close_voting}
FROM = {"freeze": Box.State.DRAFT, "open": Box.State.FROZEN, "close": Box.State.OPEN}


def access_box(user: User, ref: str) -> Box:
    """Raises Http404 for an unknown box and for who does not organise its space."""
    box = get_object_or_404(Box.objects.select_related("component__space", "component__budget", "roll"), ref=ref)
    require_role(user, box.space, Role.ORGANISER)
    return box


@login_required
@require_GET
def boxes(request: HttpRequest, slug: str) -> HttpResponse:
    space = access_space(request.user, slug, to=Role.ORGANISER)
    rows = list(Box.objects.filter(component__space=space).select_related("component__space", "roll"))
    shown = listing(
        request,
        rows,
        sorts={"first": ("pk",)},
        first="first",
        words=lambda box: " ".join([*box.title.values(), box.ref, str(box.roll or "")]),
        filters=[filter_by("state", _("State"), Box.State.choices)],
    )
    facts = {"space": space, "here": "boxes", "listing": shown, "has_budget": has_budget(component_of(space))}
    return render(request, "voting/office/boxes.html", facts)


@login_required
@require_http_methods(["GET", "POST"])
def box_add(request: HttpRequest, slug: str) -> HttpResponse:
    space = access_space(request.user, slug, to=Role.ORGANISER)
    component = component_of(space)
    method = Box.Method.APPROVAL if has_budget(component) else Box.Method.YES_NO
    return _box_form(request, Box(component=component, method=method, doors=[Door.WEB, Door.KIOSK, Door.PAPER]))


@login_required
@require_http_methods(["GET", "POST"])
def box_edit(request: HttpRequest, ref: str) -> HttpResponse:
    return _box_form(request, access_box(request.user, ref))


def _box_form(request: HttpRequest, box: Box) -> HttpResponse:
    form = BoxForm(request.POST or None, instance=box)
    keys = KeyHolderForm(request.POST or None, box=box)
    facts = {"space": box.space, "here": "boxes", "box": box, "form": form, "keys": keys}
    page, part = "voting/office/box_form.html", "voting/office/_ballot.html"
    if is_preview(request):
        form.is_valid()  # what is right so far is shown
        return preview(request, form, part=part, page=page, facts=facts, shown=_ballot(form.instance))
    if request.method == "POST" and all([form.is_valid(), keys.is_valid()]):
        kept = save_box(box=form.save(commit=False), by=request.user, trustees=keys.names)
        messages.success(request, _("The ballot box is saved as a draft."))
        return redirect("office_voting:box", kept.ref)
    return render(request, page, facts | _ballot(box), status=400 if form.errors or keys.errors else 200)


def _ballot(box: Box) -> dict[str, Any]:
    """The ballot as voters would see it."""
    contest = build_definition(box)["contests"][0]
    budget = getattr(box.component, "budget", None)
    return {
        "ballot": box,
        "contest": contest,
        "is_by_number": is_by_number(contest),
        "answers": [] if asks_about_projects(box) else [Localized(one["title"]) for one in contest["choices"]],
        "limit": contest["max_cost"],
        "currency": budget.currency if budget else "EUR",
        "projects": ballot_projects(box),
    }


@login_required
@require_http_methods(["GET", "POST"])
def box_delete(request: HttpRequest, ref: str) -> HttpResponse:
    """A draft, for good: GET asks to type its question, POST deletes."""
    this = access_box(request.user, ref)
    form = TypedForm(request.POST or None, word=str(this))
    if request.method == "POST" and form.is_valid():
        delete_box(box=this, by=request.user)
        messages.success(request, _("The draft is deleted."))
        return redirect("office_voting:boxes", this.space.slug)
    facts = {"space": this.space, "here": "boxes", "box": this, "form": form}
    return render(request, "voting/office/box_delete.html", facts, status=400 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def box_keep(request: HttpRequest, ref: str) -> HttpResponse:
    """Put off the day on which what is kept for contests is destroyed."""
    this = access_box(request.user, ref)
    if this.destroy_on is None or this.destroyed_at:
        return redirect("office_voting:box", ref)
    form = KeepForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            kept = keep_longer(box=this, by=request.user, **form.cleaned_data)
        except (NotLonger, KeptLonger) as refusal:
            form.add_error("until", str(refusal.message))
        else:
            messages.success(request, _("Everything is kept until %(day)s.") % {"day": day(kept.destroy_on)})
            return redirect("office_voting:box", ref)
    facts = {"space": this.space, "here": "boxes", "box": this, "form": form}
    return render(request, "voting/office/box_keep.html", facts, status=422 if form.errors else 200)


def _facts(box: Box) -> dict[str, Any]:
    """What the vote is, as frozen or as freezing would make it."""
    is_draft = not box.definition
    definition = build_definition(box)
    session = box.sessions.order_by("meeting__starts_at").first()
    is_in_person = box.offers(Door.KIOSK) or box.offers(Door.PAPER)
    return {
        "space": box.space,
        "here": "boxes",
        "box": box,
        "is_draft": is_draft,
        "is_in_person": is_in_person,
        "projects": ballot_projects(box),
        "contest": definition["contests"][0],
        "budget": getattr(box.component, "budget", None),
        "sheets": names_of_forms(box),
        "problems": problems_before_freezing(box) if is_draft else [],
        "sessions": box.sessions.select_related("meeting").order_by("meeting__starts_at"),
        "paper_url": link("paper:print_runs", session.ref) if session and is_in_person else "",
        "letters_url": link("paper:letters", box.ref) if box.regime == Box.Regime.PERSON and box.offers_web else "",
        "post_url": link("office_voting:post", box.ref) if definition.get("post") else "",
        "challenges_url": link("office_voting:challenges", box.ref) if Challenge.objects.of_box(box).exists() else "",
        "proxies_url": link("office_voting:proxies", box.ref) if definition.get("proxies") else "",
        "meetings_url": link("office_meetings:meetings", box.space.slug),
        "closing_url": link("office_closing:box", box.ref),
        "is_single_handed": is_single_handed(),
        "is_past_close": list(Box.State).index(Box.State(box.state)) >= list(Box.State).index(Box.State.CLOSED),
        "states": _states(box),
        "trustees": list(box.trustees.all()) if box.has_trustees else [],
        "prints": [] if is_draft else prints_of(box),
    }


def _states(box: Box) -> list[dict[str, Any]]:
    """The way of a box, with what lies behind it."""
    here = list(Box.State).index(Box.State(box.state))
    return [
        {"label": state.label, "is_done": place < here, "is_here": place == here}
        for place, state in enumerate(Box.State)
    ]


@login_required
@require_GET
def box(request: HttpRequest, ref: str) -> HttpResponse:
    return render(request, "voting/office/box.html", _facts(access_box(request.user, ref)))


@login_required
@require_http_methods(["GET", "POST"])
def box_step(request: HttpRequest, ref: str, step: str) -> HttpResponse:
    """GET says what becomes final and asks; POST does it. A step that was taken leads back to the box."""
    this = access_box(request.user, ref)
    if request.method == "POST":
        STEPS[step](box=this, by=request.user)
        done = {
            "freeze": _("The ballot box is frozen."),
            "open": _("The vote is open."),
            "close": _("The vote is closed."),
        }
        messages.success(request, done[step])
        return redirect("office_voting:box", ref)
    facts = _facts(this)
    if this.state != FROM[step] or facts["problems"]:
        return redirect("office_voting:box", ref)
    return render(request, f"voting/office/{step}.html", facts)
