"""At the desk: proxies are entered, used and revoked, helpers are noted (``actions/proxies``, ``actions/helping``)."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from server.meetings.models import Session
from server.web.live import ring
from server.web.refusals import Refusal

from .actions import enter_proxy, note_help, revoke_proxy, use_proxy
from .desk_search import roll_of
from .desk_views import access_desk, no_store, show_desk, typed
from .forms_proxies import ProxyForm, RevokeForm
from .models import Proxy, RollEntry
from .proxies import boxes_with_proxies


@login_required
@require_http_methods(["GET", "POST"])
def proxy(request: HttpRequest, ref: str, entry: int) -> HttpResponse:
    """This person carries a proxy: of whom, and what was shown. Both names are read once more before it is kept."""
    session = access_desk(request, ref)
    holder = get_object_or_404(roll_of(session), pk=entry)
    boxes = boxes_with_proxies(session, holder.roll_id)
    if not boxes:
        raise Http404
    people = RollEntry.objects.filter(roll=holder.roll_id)
    form = ProxyForm(request.POST or None, people=people, known_holder=holder)
    facts = {"session": session, "space": session.meeting.space, "holder": holder, "form": form}
    status = 422 if form.errors else 200
    if request.method == "POST" and form.is_valid():
        facts["giver"] = form.cleaned_data["giver"]
        if "confirmed" in request.POST:
            try:
                enter_proxy(boxes=boxes, holder=holder, by=request.user, **form.cleaned_data)
            except Refusal as refusal:
                form.add_error("giver", str(refusal.message))
                status = refusal.status
            else:
                messages.success(request, _("The proxy is entered. Find the person who carries it to use it."))
                return redirect("desk:home", ref)
    return no_store(render(request, "desk/proxy.html", facts, status=status))


@login_required
@require_POST
def proxy_use(request: HttpRequest, ref: str, entry: int) -> HttpResponse:
    """The holder stands here: the giver is marked, and one more pass is handed over."""
    session = access_desk(request, ref)
    giver = get_object_or_404(roll_of(session), pk=entry)
    is_keyed_in = session.state == Session.State.CLOSED
    facts = {"token": typed(request, "token"), "is_keyed_in": is_keyed_in}
    try:
        with transaction.atomic():
            use_proxy(session=session, giver=giver, by=request.user, **facts)
            ring(session.meeting.space_id, "turnout")
    except Refusal as refusal:
        return show_desk(request, session, refusal=refusal, failed="mark")
    done = _("Marked from the list.") if is_keyed_in else _("Marked by proxy. Hand over one more pass of the stack.")
    messages.success(request, done)
    return redirect("desk:home", ref)


@login_required
@require_http_methods(["GET", "POST"])
def proxy_revoke(request: HttpRequest, ref: str, entry: int) -> HttpResponse:
    """The giver comes after all, or wants it back: in every box of the session."""
    session = access_desk(request, ref)
    giver = get_object_or_404(roll_of(session), pk=entry)
    given = Proxy.objects.unused().filter(giver=giver, box__in=session.boxes.all()).select_related("holder", "box")
    if not given:
        raise Http404
    form = RevokeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            for one in given:
                revoke_proxy(proxy=one, reason=form.cleaned_data["reason"], by=request.user)
        messages.success(request, _("The proxy is revoked. This person may be marked."))
        return redirect("desk:home", ref)
    facts = {"session": session, "space": session.meeting.space, "giver": giver, "form": form, "proxy": given[0]}
    return no_store(render(request, "desk/proxy_revoke.html", facts, status=422 if form.errors else 200))


@login_required
@require_POST
def help_noted(request: HttpRequest, ref: str) -> HttpResponse:
    """Somebody is helped by this person."""
    session = access_desk(request, ref)
    try:
        noted = note_help(
            session=session, name=typed(request, "helper"), by=request.user, token=typed(request, "token")
        )
    except Refusal as refusal:
        return show_desk(request, session, refusal=refusal, failed="help")
    facts = {"place": noted.place, "most": noted.most}
    messages.success(request, _("Noted: %(place)d of the %(most)d people whom this helper may help.") % facts)
    return redirect("desk:home", ref)
