"""At the desk: a mark is undone against the pass, with a reason and a second person (``actions/giving_back.py``)."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from server.accounts.models import User
from server.web.live import ring
from server.web.refusals import Refusal

from .actions import ask_office, restore_right
from .actions.giving_back import is_asked, needs_second
from .desk_views import access_desk, no_store
from .forms_desk import GiveBackForm
from .models import PresenceMark
from .refusals_desk import ColleagueUnknown


@sensitive_post_parameters("password", "code")
@login_required
@require_http_methods(["GET", "POST"])
def give_back(request: HttpRequest, ref: str, mark: int) -> HttpResponse:
    """The person gives the pass back and may vote online again. The pass is void."""
    session = access_desk(request, ref)
    marks = PresenceMark.objects.in_hall().select_related("entry")
    found = get_object_or_404(marks, pk=mark, session=session)
    found.session = session
    if request.method == "POST" and "ask" in request.POST:
        return _ask(request, found)
    form = GiveBackForm(request.POST or None, wants_colleague=needs_second(found))
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                return _restore(request, found, form)
            except Refusal as refusal:
                status = refusal.status
                form.refuse(refusal)
    facts = {"session": session, "space": session.meeting.space, "mark": found, "form": form}
    facts |= {"is_asked": is_asked(found)}
    return no_store(render(request, "desk/give_back.html", facts, status=status))


def _restore(request: HttpRequest, mark: PresenceMark, form: GiveBackForm) -> HttpResponse:
    said = form.cleaned_data
    second = _colleague(request, said["email"], said["password"]) if form.wants_colleague else None
    restore_right(
        mark=mark, code_text=said["code"], reason=said["reason"], note=said["note"], by=request.user, second=second
    )
    ring(mark.session.meeting.space_id, "turnout")
    messages.success(
        request, _("Undone. The pass is void: put it with the spoiled passes. This person may vote online again.")
    )
    return redirect("desk:home", mark.session.ref)


def _ask(request: HttpRequest, mark: PresenceMark) -> HttpResponse:
    ask_office(mark=mark, by=request.user)
    messages.success(request, _("The office is asked. Once somebody there has agreed, undo the mark here."))
    return redirect("desk:give_back", mark.session.ref, mark.pk)


def _colleague(request: HttpRequest, email: str, password: str) -> User:
    """Who this is, by a password typed on the same device. Nobody is logged in; wrong ones count as at the log-in.

    Raises ColleagueUnknown.
    """
    try:
        user = get_adapter(request).authenticate(request, email=email.strip().lower(), password=password)
    except ValidationError as error:  # too many tries
        raise ColleagueUnknown from error
    if not isinstance(user, User):
        raise ColleagueUnknown
    return user
