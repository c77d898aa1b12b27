"""The organiser's room: spaces, their state, their team."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.models import EmailAddress
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Exists, OuterRef, Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from server.office.forms import TypedForm
from server.office.jobs import KINDS
from server.office.lists import filter_by, listing, redirect_with_undo

from .access import Role, access_space, may_make_spaces
from .actions import delete_space, give_role, save_space, take_role
from .attention_words import needs_attention
from .checklist import checklist
from .folding import fold
from .forms import RoleForm, SpaceForm
from .models import Component, Space, SpaceRole
from .standing import standing_of

if TYPE_CHECKING:
    from server.accounts.models import User


@login_required
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The spaces in which this person has a part, each with that part."""
    user = request.user
    is_staff = user.is_staff or user.is_superuser
    rows = []
    for space in _spaces_of(user):
        roles = {role.role for role in space.my_roles}
        sessions = [session for meeting in space.meetings.all() for session in meeting.unfinished]
        for session in sessions:
            at = {role.role for role in space.my_roles if role.reaches(session.meeting_id)}
            session.is_desk, session.is_scanner = Role.DESK in at, Role.SCANNER in at
        rows.append(
            {
                "space": space,
                "is_organiser": is_staff or Role.ORGANISER in roles,
                "sessions": sessions,
                "is_observer": Role.OBSERVER in roles,
                "is_moderator": Role.MODERATOR in roles,
                "with_cards": space.with_cards if _scans_everywhere(space) else [],
                "phase": next((phase for phase in space.phases.all() if phase.is_active()), None),
            }
        )
    return render(
        request, "processes/office/home.html", {"rows": rows, "may_make": may_make_spaces(user), "is_staff": is_staff}
    )


def _scans_everywhere(space: Any) -> bool:
    """Whether this person scans for the whole space: the cards of its components belong to no single meeting."""
    return any(role.role == Role.SCANNER and not role.meetings for role in space.my_roles)


def _spaces_of(user: User) -> Any:
    """With ``my_roles``, in each meeting its ``unfinished`` sessions, and as ``with_cards`` components that have cards.

    Six queries, whatever their number.
    """
    from server.meetings.models import Session

    unfinished = Session.objects.exclude(state=Session.State.RECONCILED)
    return Space.objects.run_by(user).prefetch_related(
        "phases",
        Prefetch("roles", SpaceRole.objects.filter(user=user), to_attr="my_roles"),
        Prefetch("meetings__sessions", unfinished, to_attr="unfinished"),
        Prefetch("components", Component.objects.filter(card_runs__isnull=False).distinct(), to_attr="with_cards"),
    )


@login_required
@require_GET
def space(request: HttpRequest, slug: str) -> HttpResponse:
    here = access_space(request.user, slug, to=Role.ORGANISER)
    standing = standing_of(here)
    steps = checklist(standing)
    facts = {
        "space": here,
        "here": "overview",
        "steps": steps,
        "done_count": sum(step.state == "done" for step in steps),
        "next": next((step for step in steps if step.state == "now"), None),
        "attention": needs_attention(standing),
        "jobs": [(job, KINDS[job.kind].title) for job in here.jobs.under_way() if job.kind in KINDS],
        "phase": next((phase for phase in standing.phases if phase.is_active()), None),
        "now": timezone.now(),
    }
    return render(request, "processes/office/space.html", facts)


@login_required
@require_http_methods(["GET", "POST"])
def edit_space(request: HttpRequest, slug: str) -> HttpResponse:
    here = access_space(request.user, slug, to=Role.ORGANISER)
    form = SpaceForm(request.POST or None, instance=access_space(request.user, slug, to=Role.ORGANISER))
    if request.method == "POST" and form.is_valid():
        kept = save_space(space=form.save(commit=False), is_public=form.cleaned_data["is_public"], by=request.user)
        messages.success(request, _("The space is saved."))
        return redirect("office:space", kept.slug)
    facts = {"form": form, "space": here, "here": "overview"}
    return render(request, "processes/office/space_form.html", facts, status=400 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def delete(request: HttpRequest, slug: str) -> HttpResponse:
    """A draft, for good: GET asks to type its address, POST deletes."""
    here = access_space(request.user, slug, to=Role.ORGANISER)
    form = TypedForm(request.POST or None, word=here.slug)
    if request.method == "POST" and form.is_valid():
        delete_space(space=here, by=request.user)
        messages.success(request, _("The draft is deleted."))
        return redirect("office:home")
    facts = {"space": here, "here": "overview", "form": form}
    return render(request, "processes/office/space_delete.html", facts, status=400 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def team(request: HttpRequest, slug: str) -> HttpResponse:
    """Who runs the space; POST gives somebody a role."""
    here = access_space(request.user, slug, to=Role.ORGANISER)
    form = RoleForm(request.POST or None, space=here)
    if request.method == "POST" and form.is_valid():
        chosen = {"role": form.cleaned_data["role"], "meetings": form.cleaned_data.get("meetings", [])}
        give_role(space=here, user=form.user, by=request.user, **chosen)
        messages.success(request, _("The role is given."))
        if not EmailAddress.objects.filter(user=form.user, verified=True).exists():
            # Anyone can make an account with somebody else's address as long as nobody has to confirm it.
            messages.warning(
                request, _("This account has not confirmed its address. Ask the person whether it is theirs.")
            )
        return redirect("office:team", slug)
    confirmed = EmailAddress.objects.filter(user=OuterRef("user"), verified=True)
    roles = here.roles.select_related("user").annotate(is_confirmed=Exists(confirmed)).order_by("role", "user__email")
    shown = listing(
        request,
        list(roles),
        sorts={"person": lambda one: fold(str(one.user)), "role": lambda one: (one.role, fold(str(one.user)))},
        first="role",
        words=lambda one: f"{one.user} {one.user.email}",
        filters=[filter_by("role", _("Role"), Role.choices)],
    )
    titles = {one.pk: str(one) for one in here.meetings.all()} if any(one.meetings for one in roles) else {}
    for one in shown.page:
        one.only_at = [titles.get(pk, _("a meeting that is gone")) for pk in one.meetings]
    facts = {"space": here, "here": "team", "listing": shown, "form": form}
    return render(request, "processes/office/team.html", facts, status=400 if form.errors else 200)


@login_required
@require_POST
def team_remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    here = access_space(request.user, slug, to=Role.ORGANISER)
    act = take_role(role=get_object_or_404(here.roles, pk=pk), by=request.user)
    return redirect_with_undo(act, "office:team", slug)
