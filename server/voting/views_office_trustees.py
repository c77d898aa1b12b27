"""Trustees on the office's screen: cards shown once, proved, tried, lost, and the box opened by two of them.

No answer here is kept by a browser, no card stands in an address, and none is written back into a page.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from server.web.live import ring

from .actions import open_box
from .actions.trustees import hold_ceremony, record_card, show_card, try_cards, undo_ceremony
from .closing_steps import deed_of
from .forms_trustees import CardsForm
from .models import Box, Trustee
from .refusals_trustees import CardRefused
from .views_office_boxes import access_box
from .wrong_codes import count_wrong, throttle_keys

if TYPE_CHECKING:
    from server.accounts.models import User


def _access(user: User, ref: str) -> tuple[Box, list[Trustee]]:
    """A box that trustees open, for organisers. Raises Http404."""
    box = access_box(user, ref)
    if not (trustees := list(box.trustees.all())):
        raise Http404
    return box, trustees


def _facts(box: Box, trustees: list[Trustee]) -> dict[str, Any]:
    return {
        "space": box.space,
        "here": "boxes",
        "box": box,
        "trustees": trustees,
        "is_draft": not box.definition,
        "have_cards": all(trustee.has_card for trustee in trustees),
        "is_proved": all(trustee.is_proved for trustee in trustees),
        "lost": sum(trustee.is_card_lost for trustee in trustees),
        "is_opened": any(trustee.has_opened for trustee in trustees),
        "next": next((trustee for trustee in trustees if not trustee.has_card), None),
    }


def with_cards(request: HttpRequest, form: CardsForm, deed: Callable[[], Any]) -> int:
    """Do what the cards are typed for; 0 when it is done, else the status of a page that says which is not right."""
    if not form.is_valid():
        return 400
    try:
        deed()
    except CardRefused as refusal:
        place = refusal.details.get("card", 0)
        form.add_error(f"card{place}" if place else None, str(refusal.message))
        slowed = count_wrong(throttle_keys(request), refusal)
        if slowed is not refusal:
            form.add_error(None, str(slowed.message))
        return slowed.status
    return 0


@login_required
@never_cache
@require_GET
def trustees(request: HttpRequest, ref: str) -> HttpResponse:
    """Who they are, where the ceremony stands, what can be done."""
    return render(request, "voting/office/trustees.html", _facts(*_access(request.user, ref)))


@login_required
@never_cache
@require_POST
def card(request: HttpRequest, ref: str, number: str) -> HttpResponse:
    """Make a card and show it: this answer is the only place where it ever stands."""
    box, found = _access(request.user, ref)
    made = show_card(box=box, number=int(number), instead=request.POST.get("instead", ""), by=request.user)
    facts = _facts(*_access(request.user, ref))
    return render(request, "voting/office/card.html", facts | {"trustee": found[int(number) - 1], "card": made})


@login_required
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def prove(request: HttpRequest, ref: str) -> HttpResponse:
    """All three type their cards on one screen: the key is made, wrapped and tried with each pair."""
    box, found = _access(request.user, ref)
    facts = _facts(box, found)
    if box.definition or facts["is_proved"] or not facts["have_cards"]:
        return redirect("office_closing:trustees", ref)
    form = CardsForm(request.POST or None, labels=[_("Card of %(name)s") % {"name": one.name} for one in found])
    status = 200
    if request.method == "POST":
        status = with_cards(request, form, lambda: hold_ceremony(box=box, texts=form.texts, by=request.user))
        if not status:
            messages.success(request, _("Each pair of cards has opened a test ballot. The box can be frozen."))
            return redirect("office_closing:trustees", ref)
    return render(request, "voting/office/cards_prove.html", facts | {"form": form}, status=status)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def again(request: HttpRequest, ref: str) -> HttpResponse:
    """Before freezing: make every card void and begin the ceremony again."""
    box, found = _access(request.user, ref)
    if box.definition:
        return redirect("office_closing:trustees", ref)
    if request.method == "POST":
        undo_ceremony(box=box, by=request.user)
        messages.success(request, _("All cards are void. Destroy them, and begin with the first trustee."))
        return redirect("office_closing:trustees", ref)
    return render(request, "voting/office/cards_again.html", _facts(box, found))


@login_required
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def try_two(request: HttpRequest, ref: str) -> HttpResponse:
    """Two trustees see that their cards open a test ballot; the box stays shut."""
    box, found = _access(request.user, ref)
    facts = _facts(box, found)
    if not facts["is_proved"] or box.destroyed_at:
        return redirect("office_closing:trustees", ref)
    form, status = CardsForm.of_two(request.POST or None), 200
    if request.method == "POST":
        status = with_cards(request, form, lambda: try_cards(box=box, texts=form.texts, by=request.user))
        if not status:
            messages.success(request, _("These two cards open a test ballot. No ballot of the box was touched."))
            return redirect("office_closing:trustees", ref)
    return render(request, "voting/office/cards_try.html", facts | {"form": form}, status=status)


@login_required
@require_POST
def lost(request: HttpRequest, ref: str, number: str) -> HttpResponse:
    """A card is recorded as lost, or as found again."""
    box, _found = _access(request.user, ref)
    record_card(box=box, number=int(number), is_lost=request.POST.get("lost") == "1", by=request.user)
    return redirect("office_closing:trustees", ref)


@login_required
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def open_by_two(request: HttpRequest, ref: str) -> HttpResponse:
    """Two cards open the reconciled box, within this request: the key is given to no queue and no other process."""
    box, found = _access(request.user, ref)
    if box.state != Box.State.RECONCILED:
        return redirect("office_closing:box", ref)
    form, status = CardsForm.of_two(request.POST or None), 200
    if request.method == "POST":
        status = with_cards(request, form, lambda: open_box(box=box, by=request.user, cards=form.texts))
        if not status:
            ring(box.space.pk, "box")
            messages.success(request, deed_of("open").done)
            return redirect("office_closing:box", ref)
    facts = _facts(box, found) | {"form": form, "deed": deed_of("open")}
    return render(request, "voting/office/cards_open.html", facts, status=status)
