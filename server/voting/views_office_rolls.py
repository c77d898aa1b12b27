"""The organiser's rolls: made, searched, people taken off them."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from server.office.lists import Filter, listing, picked, redirect_with_undo
from server.processes.access import Role, access_space
from server.voting.actions.rolls import is_bound, is_in_use, make_roll, remove_people
from server.voting.desk_search import find_in

from .actions.look_alikes import tell_apart
from .forms_rolls import RollForm
from .models import RollEntry

MOST_FOUND = 500
PAIRS_A_PAGE = 20
TOLD_SHOWN = 20


@login_required
@require_http_methods(["GET", "POST"])
def rolls(request: HttpRequest, slug: str) -> HttpResponse:
    """The rolls of a space; POST makes one."""
    space = access_space(request.user, slug, to=Role.ORGANISER)
    form = RollForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = make_roll(space=space, title=form.cleaned_data["title"], by=request.user)
        messages.success(request, _("The roll is made. Bring in the people now."))
        return redirect("office_voting:roll_import", slug, made.pk)
    rows = list(space.rolls.annotate(people=Count("entries")))
    shown = listing(request, rows, sorts={"first": ("pk",)}, first="first", words=str)
    facts = {"space": space, "here": "roll", "listing": shown, "form": form}
    return render(request, "voting/office/rolls.html", facts, status=400 if form.errors else 200)


@login_required
@require_GET
def roll(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The entries of a roll, by pages; with ``q`` those that match, up to ``MOST_FOUND``."""
    space = access_space(request.user, slug, to=Role.ORGANISER)
    this = get_object_or_404(space.rolls, pk=pk)
    shown = listing(
        request,
        this.entries.all(),
        sorts={
            "name": ("family_name", "given_name", "number"),
            "number": ("number",),
            "born": ("birth_date", "family_name"),
        },
        first="name",
        find=lambda entries, text: find_in(entries, text, most=MOST_FOUND),
        filters=[Filter("lacks", _("Without"), list(LACKS.items()), _lacking)],
    )
    facts = {"space": space, "here": "roll", "roll": this, "listing": shown, "is_in_use": is_in_use(this)}
    facts |= {"is_bound": is_bound(this), "most_found": MOST_FOUND, "pairs": this.look_alikes.open().count()}
    return render(request, "voting/office/roll.html", facts)


@login_required
@require_http_methods(["GET", "POST"])
def look_alikes(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Pairs of lines that may be one person, side by side; POST tells two apart, or asks again."""
    space = access_space(request.user, slug, to=Role.ORGANISER)
    this = get_object_or_404(space.rolls, pk=pk)
    pairs = this.look_alikes.select_related("first", "second")
    if request.method == "POST":
        pair = get_object_or_404(pairs, pk__in=picked(request, most=1))
        tell_apart(pair=pair, are_two=request.POST.get("deed") == "apart", by=request.user)
        return redirect("office_voting:look_alikes", slug, pk)
    told = pairs.exclude(told_apart_at=None).order_by("-told_apart_at")[:TOLD_SHOWN]
    shown = listing(request, pairs.open(), sorts={"first": ("pk",)}, first="first", per_page=PAIRS_A_PAGE)
    facts = {"space": space, "here": "roll", "roll": this, "listing": shown, "told": told, "is_bound": is_bound(this)}
    return render(request, "voting/office/look_alikes.html", facts)


LACKS = {
    "account": gettext_lazy("account"),
    "address": gettext_lazy("address"),
    "email": gettext_lazy("e-mail"),
    "birth_date": gettext_lazy("date of birth"),
}


def _lacking(entries: QuerySet[RollEntry], what: str) -> QuerySet[RollEntry]:
    is_null = what in ("account", "birth_date")
    return entries.filter(**{f"{what}__isnull": True} if is_null else {what: ""})


@login_required
@require_POST
def roll_remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Take those who are ticked off the roll. It can be undone for a day."""
    space = access_space(request.user, slug, to=Role.ORGANISER)
    act = remove_people(roll=get_object_or_404(space.rolls, pk=pk), numbers=picked(request), by=request.user)
    if act is None:
        messages.warning(request, _("Tick at least one person first."))
        return redirect("office_voting:roll", slug, pk)
    return redirect_with_undo(act, "office_voting:roll", slug, pk)
