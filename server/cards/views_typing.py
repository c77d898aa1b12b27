"""Cards are given to people one by one, and each is typed in beside its image."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from server.discussion.subjects import find
from server.office.previews import is_preview, preview
from server.paper.image_files import answer_image
from server.processes.models import Component
from server.proposals.views_writing import MOST_ALIKE
from server.web.plain_text import plain_line
from server.web.refusals import Refusal

from . import leases
from .access import access_card, access_cards, access_image, frame
from .forms import TypedForm
from .models import Card, CardImage, CardLease, Kind
from .refusals import AnotherPersonTypes, CardHeldByAnother, CardSettled
from .typing_in import asked, note_view, type_in, what_became
from .words import reason_in_words

LATE = (AnotherPersonTypes, CardHeldByAnother, CardSettled)
PAGE, ALIKE = "cards/card.html", "cards/_alike.html"


@login_required
@require_GET
def queue(request: HttpRequest, slug: str, component: int) -> HttpResponse:
    """What waits, who types what in, and the button that gives out the next card."""
    here = access_cards(request.user, slug, component)
    cards = Card.objects.of_component(here)
    leased = CardLease.objects.standing().filter(card__form__run__component=here).exclude(holder=request.user)
    waiting, mine = cards.waiting().count(), cards.for_person(request.user).count()
    facts = {"waiting": waiting, "for_me": mine, "for_others": waiting - mine, "lost": cards.lost().count()}
    facts |= {"held": list(leased.select_related("holder").order_by("until"))} | frame(request.user, here, "queue")
    return render(request, "cards/queue.html", facts)


@login_required
@require_POST
def next_card(request: HttpRequest, slug: str, component: int) -> HttpResponse:
    return _next(request, access_cards(request.user, slug, component))


def _next(request: HttpRequest, component: Component, after: int = 0) -> HttpResponse:
    """To the next card that nobody else holds, or back to the queue."""
    found = leases.take_next(component=component, by=request.user, after=after)
    return redirect("cards:card", found.pk) if found else redirect("cards:queue", component.space.slug, component.pk)


@login_required
@require_http_methods(["GET", "POST"])
def card(request: HttpRequest, pk: int) -> HttpResponse:
    """GET shows a card, whatever became of it; POST says what stands on it."""
    here = access_card(request.user, pk)
    if request.method == "GET":
        return render(request, PAGE, _facts(request, here, _form(here)))
    form = _form(here, request.POST)
    if is_preview(request):
        return _preview(request, here, form)
    outcome = request.POST.get("outcome", "")
    if outcome not in Card.Outcome.values:
        raise Http404
    is_typed = outcome == Card.Outcome.TYPED
    if is_typed and not form.is_valid():
        return render(request, PAGE, _facts(request, here, form), status=400)
    try:
        token = plain_line(request.POST.get("token", ""), 32)
        facts = form.facts() if is_typed else {}
        word = type_in(card=here, outcome=outcome, facts=facts, by=request.user, token=token)
    except LATE as refusal:
        messages.warning(request, refusal.message)
    except Refusal as refusal:
        shown = _facts(request, here, form) | {"refusal": refusal}
        return render(request, PAGE, shown, status=refusal.status)
    else:
        messages.success(request, _("Kept.") if word.settles else _("Kept. Another person types it in as well."))
    return _next(request, here.form.run.component, after=pk)


def _form(here: Card, data: Any = None) -> TypedForm:
    subject = find(here.form.subject_kind, here.form.subject_ref) if here.form.subject_kind else None
    return TypedForm(data, card=here, asks_stance=bool(subject and subject.asks_stance))


def _preview(request: HttpRequest, here: Card, form: TypedForm) -> HttpResponse:
    """What is like the idea, while it is typed in."""
    told = f"{request.POST.get('title', '')[:200]}\n{request.POST.get('text', '')[:5000]}"
    shown = {"alike": _alike(here, told)}
    return preview(request, form, part=ALIKE, page=PAGE, facts=_facts(request, here, form), shown=shown)


def _alike(here: Card, words: str) -> list[Any]:
    if here.form.run.kind != Kind.IDEA or not words.strip():
        return []
    rows = here.form.run.component.proposals.standing().select_related("component__space", "state", "category", "area")
    return list(rows.like(words, most=MOST_ALIKE))


def _facts(request: HttpRequest, here: Card, form: TypedForm) -> dict[str, Any]:
    """Everything the page of one card needs. What others typed is there only for whom it is meant."""
    component = here.form.run.component
    images = list(here.images.exclude(status=CardImage.Status.REFUSED).exclude(image="").order_by("pk"))
    for one in images:
        one.reason_in_words = reason_in_words(one.reason) if one.reason else ""
    waits = Card.objects.for_person(request.user)
    is_asked = waits.filter(pk=here.pk).exists()
    lease = CardLease.objects.standing().filter(card=here).select_related("holder").first()
    holds = is_asked and lease is not None and lease.holder_id == request.user.pk
    question = asked(here)
    return frame(request.user, component, "queue") | {
        "card": here,
        "images": images,
        "form": form,
        "token": request.POST.get("token") or get_random_string(32),
        "is_idea": here.form.run.kind == Kind.IDEA,
        "can_type": holds,
        "can_take": is_asked and lease is None,
        "holder": lease.holder if lease and not holds else None,
        "opinions": question.shown if holds else (),
        "is_mine": any(one.typed_by_id == request.user.pk for one in question.said) and not here.outcome,
        "became": what_became(here),
        "waiting": waits.of_component(component).count(),
        "alike": [],
    }


@login_required
@require_POST
def take(request: HttpRequest, pk: int) -> HttpResponse:
    """This very card, rather than the next one."""
    here = access_card(request.user, pk)
    try:
        leases.take(card=here, by=request.user)
    except LATE as refusal:
        messages.warning(request, refusal.message)
    return redirect("cards:card", pk)


@login_required
@require_POST
def hold(request: HttpRequest, pk: int) -> HttpResponse:
    """An open page says that somebody is still at it. 204, or a refusal as JSON once somebody else is."""
    here = access_card(request.user, pk)
    try:
        leases.keep(card=here, by=request.user)
    except LATE as refusal:
        return JsonResponse(refusal.as_json(), status=refusal.status)
    return HttpResponse(status=204)


@login_required
@require_POST
def skip(request: HttpRequest, pk: int) -> HttpResponse:
    """Let go of this card and take the next one."""
    here = access_card(request.user, pk)
    leases.let_go(card=here, by=request.user)
    return _next(request, here.form.run.component, after=pk)


@login_required
@require_GET
def image(request: HttpRequest, pk: int) -> HttpResponse:
    """The image of a card."""
    seen = access_image(request.user, pk)
    return answer_image(seen.image, lambda: note_view(image=seen, viewer=request.user))
