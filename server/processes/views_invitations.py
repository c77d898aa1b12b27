"""Inviting people: to a space by its organisers, to the installation by its administrators; and answering."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from server.accounts.models import User

from .access import Role, access_space
from .invitation_forms import AdministratorForm, InvitationForm
from .invitations import (
    accept_invitation,
    dismiss_administrator,
    find_invitation,
    invite,
    revoke_invitation,
    send_letter,
)
from .models import Invitation

if TYPE_CHECKING:
    from .models import Space

SHOWN = 50


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def of_space(request: HttpRequest, slug: str) -> HttpResponse:
    """Who was asked to help run a space; POST asks somebody."""
    space = access_space(request.user, slug, to=Role.ORGANISER)
    form = InvitationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _invited(request, space, form.cleaned_data["email"], form.cleaned_data["role"])
    asked = space.invitations.all()[:SHOWN]
    return _page(request, form, {"space": space, "here": "team", "asked": asked})


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def of_installation(request: HttpRequest) -> HttpResponse:
    """Who looks after the installation; POST asks somebody to."""
    _require_administrator(request.user)
    form = AdministratorForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _invited(request, None, form.cleaned_data["email"], "")
    administrators = User.objects.filter(is_staff=True, is_active=True).order_by("email")
    asked = Invitation.objects.filter(space=None)[:SHOWN]
    return _page(request, form, {"administrators": administrators, "asked": asked})


def _require_administrator(user: Any) -> None:
    if not user.is_staff:
        raise Http404


def _page(request: HttpRequest, form: AdministratorForm, facts: dict[str, Any]) -> HttpResponse:
    facts |= {"form": form, "link": request.session.pop("invitation_link", None)}
    return render(request, "processes/office/invitations.html", facts, status=400 if form.errors else 200)


def _invited(request: HttpRequest, space: Space | None, email: str, role: str) -> HttpResponse:
    invitation, link = invite(space=space, email=email, role=role, by=request.user)
    if send_letter(invitation, link):
        messages.success(request, _("The invitation is on its way."))
    else:
        # Shown once, to the one who invites: it is kept nowhere else.
        request.session["invitation_link"] = link
    return redirect("office:invitations", space.slug) if space else redirect("office:people")


@login_required
@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    invitation = get_object_or_404(Invitation.objects.select_related("space"), pk=pk)
    if invitation.space:
        access_space(request.user, invitation.space.slug, to=Role.ORGANISER)
    else:
        _require_administrator(request.user)
    revoke_invitation(invitation=invitation, by=request.user)
    messages.success(request, _("The invitation is taken back. Its link opens nothing any more."))
    return redirect("office:invitations", invitation.space.slug) if invitation.space else redirect("office:people")


@login_required
@require_POST
def dismiss(request: HttpRequest, pk: int) -> HttpResponse:
    _require_administrator(request.user)
    user = get_object_or_404(User, pk=pk, is_staff=True)
    dismiss_administrator(user=user, by=request.user)
    messages.success(request, _("This person looks after the installation no more."))
    return redirect("office:people" if user != request.user else "office:home")


@never_cache
@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, code: str) -> HttpResponse:
    """What the link of a letter shows: who asks, for what; and a way to an account for whoever has none."""
    if request.method == "POST" and request.user.is_authenticated:
        invitation = accept_invitation(code=code, user=request.user)
        messages.success(request, _("Welcome. You may work here now."))
        if invitation.space and invitation.role == Role.ORGANISER:
            return redirect("office:space", invitation.space.slug)
        return redirect("office:home")
    invitation = find_invitation(code)
    way_back = urlencode({"next": request.path})
    facts = {
        "invitation": invitation,
        "log_in": f"{reverse('account_login')}?{way_back}",
        "sign_up": f"{reverse('account_signup')}?{way_back}",
    }
    return render(request, "processes/invitation/answer.html", facts)
