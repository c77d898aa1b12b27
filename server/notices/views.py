"""Pages of notices: what is new to me, what I follow, how I am told, and the link of a letter that stops it."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Max, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from . import following as actions
from .access import access_followable, access_notice, access_place
from .forms import WishesForm
from .letters import leave
from .lines import groups_of
from .models import Follow
from .stopping import ALL_LETTERS, read_link
from .stopping import stop as stop_it
from .things import KINDS, Place, Thing, find_all, find_for
from .wishing import keep_wishes, remember_language, wishes_of

PER_PAGE = 20
LINES_OF_A_PAGE = 200


@login_required
@never_cache
@require_GET
def notices(request: HttpRequest) -> HttpResponse:
    """The latest first, gathered by what they are about."""
    mine = request.user.notices.filter(is_here=True)
    about = mine.values("kind", "ref").annotate(last=Max("pk")).order_by("-last")
    page = Paginator(about, PER_PAGE).get_page(request.GET.get("page"))
    wanted = Q(pk__in=[])
    for one in page:
        wanted |= Q(kind=one["kind"], ref=one["ref"])
    rows = mine.filter(wanted).select_related("news").order_by("-pk")[:LINES_OF_A_PAGE]
    facts = {"page": page, "groups": groups_of(request.user, rows), "tab": "notices", **_around(page)}
    return render(request, "notices/notices.html", facts)


def _around(page: Any) -> dict[str, Any]:
    return {
        "before": f"?page={page.previous_page_number()}" if page.has_previous() else "",
        "after": f"?page={page.next_page_number()}" if page.has_next() else "",
    }


@login_required
@require_GET
def open_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """What it leads to; all that is new about the same thing is read with it."""
    notice = access_notice(request.user, pk)
    groups = groups_of(request.user, [notice])
    actions.mark_read(user=request.user, place=(notice.kind, notice.ref))
    address = groups[0].lines[0].address
    if not address:
        messages.info(request, _("This is gone, or not shown any more."))
        return redirect("notices:notices")
    return redirect(address)


@login_required
@require_POST
def read(request: HttpRequest) -> HttpResponse:
    """``kind`` and ``ref``: what is new about one thing; without them: all of it."""
    place = None
    if request.POST.get("kind"):
        place = access_place(request.POST["kind"], request.POST.get("ref", ""))
    actions.mark_read(user=request.user, place=place)
    return redirect("notices:notices")


@login_required
@never_cache
@require_GET
def following(request: HttpRequest) -> HttpResponse:
    """What I follow, the latest first."""
    rows = request.user.follows.filter(is_on=True)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    found = find_for(request.user, [(one.kind, one.ref) for one in page])
    lines = [_followed(one, found.get((one.kind, one.ref))) for one in page]
    facts = {"page": page, "lines": lines, "tab": "following", **_around(page)}
    return render(request, "notices/following.html", facts)


def _followed(one: Follow, thing: Thing | None) -> dict[str, Any]:
    known = KINDS.get(one.kind)
    return {"follow": one, "kind": thing.kind_name if thing else known and known.name, "thing": thing}


@login_required
@require_POST
def follow(request: HttpRequest) -> HttpResponse:
    """``on``: "1" follows, "0" does not any more. Leads back to the thing, or to the list of what one follows."""
    kind, ref = access_place(request.POST.get("kind", ""), request.POST.get("ref", ""))
    if request.POST.get("on") == "0":
        actions.unfollow(user=request.user, place=(kind, ref))
        messages.success(request, _("You do not follow this any more."))
        if request.POST.get("from") == "list":
            return redirect("notices:following")
        found = find_for(request.user, [(kind, ref)]).get((kind, ref))
        return redirect(found.address if found else "notices:following")
    thing = access_followable(request.user, kind, ref)
    actions.follow(user=request.user, place=(kind, ref))
    remember_language(request.user)
    messages.success(request, _("You follow this: what is new about it is told to you."))
    return redirect(thing.address)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def wishes(request: HttpRequest) -> HttpResponse:
    form = WishesForm(request.POST or None, wishes=wishes_of(request.user))
    if request.method == "POST" and form.is_valid():
        keep_wishes(user=request.user, **form.wished())
        messages.success(request, _("Kept: this is how you are told from now on."))
        return redirect("notices:wishes")
    is_confirmed = EmailAddress.objects.filter(user=request.user, email=request.user.email, verified=True).exists()
    facts = {"form": form, "is_confirmed": is_confirmed, "letters_leave": leave(), "tab": "wishes"}
    return render(request, "notices/wishes.html", facts, status=422 if form.errors else 200)


@csrf_exempt  # mail programs press it (RFC 8058): the link itself is signed, and opens nothing else
@never_cache
@require_http_methods(["GET", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """GET asks, because programs that look at letters open links; POST stops, without a log-in."""
    found = read_link(token)
    if found is None:
        raise Http404
    user, place = found
    if request.method == "POST":
        stop_it(user, place)
    facts = {"is_done": request.method == "POST", "is_all": place == ALL_LETTERS, "title": _title(place)}
    return render(request, "notices/stop.html", facts)


def _title(place: Place) -> Any:
    """Of what is public: whoever holds the letter need not be who may read a space for members."""
    thing = find_all([place]).get(place)
    return thing.title if thing and thing.is_shown and thing.space.is_published else ""
