"""One's own account: what it is called, how it is guarded, what is held about it, and its end."""

from __future__ import annotations

from allauth.account.decorators import reauthentication_required
from allauth.account.models import EmailAddress
from allauth.mfa.utils import is_mfa_enabled
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from .actions import erase_account, rename_account
from .forms import ErasureForm, NameForm
from .holdings import holdings


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    form = NameForm(request.POST or None, initial={"name": request.user.display_name})
    if request.method == "POST" and form.is_valid():
        rename_account(user=request.user, name=form.cleaned_data["name"])
        messages.success(request, _("The name is kept."))
        return redirect("accounts:account")
    facts = {
        "form": form,
        "is_confirmed": EmailAddress.objects.filter(user=request.user, verified=True).exists(),
        "has_second_factor": is_mfa_enabled(request.user),
        "session_count": UserSession.objects.filter(user=request.user).count(),
    }
    return render(request, "accounts/account.html", facts, status=422 if form.errors else 200)


@login_required
@never_cache
@require_GET
@reauthentication_required
def download(request: HttpRequest) -> HttpResponse:
    """All that is held about this account, as one file."""
    response = JsonResponse(holdings(request.user), json_dumps_params={"ensure_ascii": False, "indent": 2})
    response["Content-Disposition"] = 'attachment; filename="parvis-account.json"'
    return response


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
@reauthentication_required
def erase(request: HttpRequest) -> HttpResponse:
    form = ErasureForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        erase_account(user=request.user)
        logout(request)
        messages.success(request, _("Your account is erased."))
        return redirect("web:home")
    return render(request, "accounts/erase.html", {"form": form}, status=422 if form.errors else 200)
