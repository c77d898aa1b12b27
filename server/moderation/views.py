"""Reporting: a page of its own, for everyone, with an account or without."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from server.web.address import client_address

from .access import access_reported
from .actions import report
from .forms import ReportForm


@require_http_methods(["GET", "POST"])
def report_page(request: HttpRequest, kind: str, ref: str) -> HttpResponse:
    thing = access_reported(request.user, kind, ref)
    form = ReportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        by = request.user if request.user.is_authenticated else None
        report(thing=thing, **form.cleaned_data, by=by, source=client_address(request))
        messages.success(request, _("The moderators of this process are told. They decide, and note why."))
        return redirect(thing.address)
    facts = {"thing": thing, "space": thing.space, "form": form}
    return render(request, "moderation/report.html", facts, status=400 if form.errors else 200)
