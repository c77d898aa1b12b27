"""The sealed ballots are read once more: the question, how far it is, and what each reading found."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from server.office.jobs import start_job
from server.office.models import Act
from server.web.refusals import Refusal

from .access import access_frozen
from .actions.rereading import read_again
from .forms_trustees import CardsForm
from .views_office_trustees import with_cards


@login_required
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def reading(request: HttpRequest, ref: str) -> HttpResponse:
    """GET asks and shows earlier readings; POST reads, with the cards of two trustees where they hold the key.

    With cards it is done within this request, as at the opening: the key is given to no queue and no other process.
    """
    box = access_frozen(request.user, ref)
    form, status = CardsForm.of_two(request.POST or None) if box.has_trustees else None, 200
    if request.method == "POST" and form is None:
        return redirect("acts:job", start_job(kind="box.read_again", key=box.ref, space=box.space, by=request.user).pk)
    if request.method == "POST":
        assert form is not None
        try:
            status = with_cards(request, form, lambda: read_again(box=box, by=request.user, cards=form.texts))
        except Refusal as refusal:
            messages.error(request, refusal.message)
            return redirect("office_closing:reading", ref)
        if not status:
            messages.success(request, _("The sealed ballots say what the opened ones say."))
            return redirect("office_closing:reading", ref)
    facts: dict[str, Any] = {"space": box.space, "here": "boxes", "box": box, "form": form}
    facts["readings"] = Act.objects.about(box).filter(deed="box.read_again")
    return render(request, "voting/office/reading.html", facts, status=status or 200)
