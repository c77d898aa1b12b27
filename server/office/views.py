"""The log of the office: who did what when, in one space or in the whole installation; as a page and as CSV."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from server.accounts.models import User
from server.opendata.cells import safe_cell
from server.processes.access import Role, access_space, has_role
from server.processes.folding import fold
from server.processes.models import Space
from server.web.refusals import Refusal

from .access import access_act, is_installation_staff
from .actions import UNDOERS, undo_act
from .deeds import DEEDS
from .lists import Filter, Listing, listing
from .models import Act

KINDS = {
    "space": gettext_lazy("Spaces, phases, site"),
    "role": gettext_lazy("Team"),
    "project": gettext_lazy("Budget and projects"),
    "content": gettext_lazy("Proposals, debates, moderation"),
    "roll": gettext_lazy("Roll"),
    "box": gettext_lazy("Ballot boxes"),
    "session": gettext_lazy("Meetings and sessions"),
    "device": gettext_lazy("Devices"),
    "paper": gettext_lazy("Paper"),
}
STARTS = {
    "space": ("space", "phase", "component", "taxon", "share", "group", "site", "witness", "recovery"),
    "roll": ("roll", "account", "accounts"),
    "box": ("box", "approval"),
    "role": ("role", "member", "person", "invitation", "administrator"),
    "project": ("project", "projects", "budget"),
    "content": ("content", "proposal", "proposals", "amendment", "text", "cards", "debate", "writer"),
    "session": ("session", "meeting", "record", "walkin", "proxy", "challenge", "sample"),
    "device": ("device", "unlock_card"),
    "paper": ("sheets", "passes", "letters", "scans", "envelope", "envelopes"),
}
DAYS = {"1": gettext_lazy("Last 24 hours"), "7": gettext_lazy("Last 7 days"), "31": gettext_lazy("Last 31 days")}


def _of_kind(rows: Any, kind: str) -> Any:
    starts = STARTS.get(kind, (kind,))
    return rows.filter(deed__in=[deed for deed in DEEDS if deed.partition(".")[0] in starts])


def _of_days(rows: Any, days: str) -> Any:
    return rows.filter(at__gte=timezone.now() - timedelta(days=int(days)))


def _find(rows: Any, text: str) -> Any:
    """By the words of the deed in the reader's language, of its subject, or by who did it."""
    for word in text.split()[:6]:
        named = [deed for deed, label in DEEDS.items() if fold(word) in fold(str(label))]
        found = (
            Q(deed__in=named)
            | Q(subject__icontains=word)
            | Q(by__email__icontains=word)
            | Q(by__display_name__icontains=word)
        )
        rows = rows.filter(found | Q(place__icontains=word))
    return rows


def _listing(request: HttpRequest, space: Space | None) -> Listing:
    rows = Act.objects.with_people()
    filters = [
        Filter("kind", _("About"), list(KINDS.items()), _of_kind),
        Filter("days", _("When"), list(DAYS.items()), _of_days),
    ]
    rows = rows.filter(space=space) if space else rows
    return listing(request, rows, sorts={"at": ("id",)}, first="-at", find=_find, filters=filters)


def _name_whom(acts: Iterable[Act]) -> list[Act]:
    """Acts about an account say whose, as long as it exists."""
    acts = list(acts)
    users = User.objects.in_bulk({act.facts["user"] for act in acts if "user" in act.facts})
    for act in acts:
        act.whom = users.get(act.facts.get("user"))
    return acts


def _page(request: HttpRequest, space: Space | None) -> HttpResponse:
    shown = _listing(request, space)
    shown.page.object_list = _name_whom(shown.page.object_list)
    facts = {"space": space, "here": "log", "listing": shown, "undoable": set(UNDOERS), "csv": shown.address()}
    return render(request, "office/log.html", facts)


@login_required
@require_GET
def space_log(request: HttpRequest, slug: str) -> HttpResponse:
    return _page(request, access_space(request.user, slug, to=Role.ORGANISER))


@login_required
@require_GET
def whole_log(request: HttpRequest) -> HttpResponse:
    """Everything, for the staff of the installation."""
    if not is_installation_staff(request.user):
        raise Http404
    return _page(request, None)


@login_required
@require_GET
def space_log_file(request: HttpRequest, slug: str) -> StreamingHttpResponse:
    space = access_space(request.user, slug, to=Role.ORGANISER)
    return _file(_listing(request, space), f"log-{space.slug}.csv")


@login_required
@require_GET
def whole_log_file(request: HttpRequest) -> StreamingHttpResponse:
    if not is_installation_staff(request.user):
        raise Http404
    return _file(_listing(request, None), "log.csv")


class _Line:
    """A file that gives back what is written to it, for a CSV that is never held whole."""

    def write(self, text: str) -> str:
        return text


def _lines(acts: Any) -> Iterator[str]:
    write = csv.writer(_Line(), delimiter=";").writerow
    yield "\ufeff" + write(["number", "at", "space", "by", "deed", "what", "subject", "facts", "undoes"])
    for act in acts:
        facts = "; ".join(f"{name}={value}" for name, value in sorted(act.facts.items()))
        cells = [act.place, str(act.by or ""), act.deed, str(act.get_deed_display()), act.subject, facts]
        yield write([act.pk, act.at.isoformat(), *(safe_cell(cell) for cell in cells), act.undoes_id or ""])


def _file(shown: Listing, name: str) -> StreamingHttpResponse:
    """All rows that match, not those of one page alone."""
    rows = shown.page.paginator.object_list
    lines = _lines(rows.iterator(chunk_size=2000))
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=headers)


@login_required
@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a deed back and return to where it was pressed."""
    act = access_act(request.user, pk)
    try:
        undone = undo_act(act=act, by=request.user)
        messages.success(request, _("Undone. %(deed)s.") % {"deed": undone.get_deed_display()})
    except Refusal as refusal:
        messages.error(request, refusal.message)
    back = request.POST.get("back", "")
    # Only a path of our own office: an address from a form is not believed.
    is_ours = back.startswith("/office/") and not urlsplit(back).netloc and "\\" not in back
    return redirect(back if is_ours else _log_of(act, request.user))


def _log_of(act: Act, user: User) -> str:
    """Where a deed is read; for whoever may undo it and not read the log: where they began."""
    if act.space is None:
        return reverse("acts:log")
    if not has_role(user, act.space, Role.ORGANISER):
        return reverse("office:home")
    return reverse("acts:space_log", args=[act.space.slug])
