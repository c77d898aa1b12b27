"""The witnesses' page of the office. Organisers read it; the staff of the installation names, ends and answers."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from server.ledger.statements import MOST_BYTES
from server.office.access import is_installation_staff
from server.office.actions import note_act
from server.web.bodies import FORM_BYTES, takes_at_most
from server.web.refusals import Refusal

from .access import access_alarm, access_witness, require_reader, require_staff
from .actions import Received, answer_alarm, change_address, end_witness, name_witness, receive
from .forms import AddressForm, AnswerForm, FileForm, WitnessForm
from .models import Alarm, Witness
from .tasks import ask_witnesses_task
from .words import TROUBLES

SHOWN = 50


def _page(request: HttpRequest, **forms: Any) -> HttpResponse:
    rows = Witness.objects.with_last_statement()
    facts = {
        "witnesses": [(one, TROUBLES.get(one.trouble, one.trouble)) for one in rows],
        "alarms": Alarm.objects.select_related("witness")[:SHOWN],
        "is_staff": is_installation_staff(request.user),
        "can_ask": Witness.objects.to_ask().exists(),
        "form": WitnessForm(),
        "file_form": FileForm(),
    }
    return render(request, "witnesses/office/witnesses.html", facts | forms, status=400 if forms else 200)


@login_required
@require_http_methods(["GET", "POST"])
def witnesses(request: HttpRequest) -> HttpResponse:
    """Who co-signs the list, and what they report; POST names one."""
    require_reader(request.user)
    if request.method == "GET":
        return _page(request)
    require_staff(request.user)
    form = WitnessForm(request.POST)
    if not form.is_valid():
        return _page(request, form=form)
    try:
        witness = name_witness(**form.cleaned_data, by=request.user)
    except Refusal as refusal:
        form.add_error("public_key", str(refusal.message))
        return _page(request, form=form)
    messages.success(request, _("The witness is named. Compare the fingerprint with the one that it tells you."))
    return redirect("office_witnesses:witness", witness.pk)


@takes_at_most(MOST_BYTES + FORM_BYTES)
@login_required
@require_http_methods(["GET", "POST"])
def file(request: HttpRequest) -> HttpResponse:
    """Read a file that somebody brought. The same file again does no harm."""
    require_staff(request.user)
    if request.method == "GET":
        return redirect("office_witnesses:witnesses")
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, file_form=form)
    try:
        received = receive(form.cleaned_data["file"].read())
    except Refusal as refusal:
        form.add_error("file", str(refusal.message))
        return _page(request, file_form=form)
    note_act("witness.file_read", by=request.user, space=None, facts=vars(received))
    _tell(request, received)
    return redirect("office_witnesses:witnesses")


def _tell(request: HttpRequest, received: Received) -> None:
    if received.alarms:
        messages.error(request, _("This file raises an alarm. Read it below."))
    words = ngettext("%(n)d state newly co-signed.", "%(n)d states newly co-signed.", received.cosigned)
    messages.success(request, words % {"n": received.cosigned})
    if received.refused:
        words = ngettext("%(n)d part could not be taken.", "%(n)d parts could not be taken.", received.refused)
        messages.warning(request, words % {"n": received.refused})


@login_required
@require_POST
def ask(request: HttpRequest) -> HttpResponse:
    """Ask all of them now, in the background."""
    require_staff(request.user)
    ask_witnesses_task.enqueue()
    messages.success(request, _("The witnesses are being asked. Load this page again in a minute."))
    return redirect("office_witnesses:witnesses")


@login_required
@require_http_methods(["GET", "POST"])
def witness(request: HttpRequest, pk: int) -> HttpResponse:
    """Where its file is fetched; POST changes that."""
    here = access_witness(request.user, pk)
    form = AddressForm(request.POST or None, initial={"address": here.address})
    if request.method == "POST" and form.is_valid():
        change_address(witness=here, address=form.cleaned_data["address"], by=request.user)
        messages.success(request, _("Saved."))
        return redirect("office_witnesses:witnesses")
    facts = {"witness": here, "form": form, "trouble": TROUBLES.get(here.trouble, here.trouble)}
    facts["statements"] = here.statements.order_by("-log_epoch", "-size")[:SHOWN]
    return render(request, "witnesses/office/witness.html", facts, status=400 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """GET asks, POST listens to it no more."""
    here = access_witness(request.user, pk)
    if request.method == "POST":
        end_witness(witness=here, by=request.user)
        messages.success(request, _("This witness is listened to no more. What it co-signed stays."))
        return redirect("office_witnesses:witnesses")
    return render(request, "witnesses/office/end.html", {"witness": here})


@login_required
@require_http_methods(["GET", "POST"])
def alarm(request: HttpRequest, pk: int) -> HttpResponse:
    """Both sides of it, what to do, and the answer; POST answers."""
    here = access_alarm(request.user, pk)
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        answer_alarm(alarm=here, answer=form.cleaned_data["answer"], by=request.user)
        messages.success(request, _("Answered. The page of the list shows it."))
        return redirect("office_witnesses:witnesses")
    facts = {"alarm": here, "form": form}
    return render(request, "witnesses/office/alarm.html", facts, status=400 if form.errors else 200)
