"""Sheets typed in by people: which one somebody holds, and what it says."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from server.meetings.models import Session
from server.voting.balance_facts import counts_blind
from server.voting.refusals import SheetSpoiled, SheetUnknown
from server.web.refusals import Refusal

from .access import READERS, access_session, frame
from .actions import key_sheet
from .answers import answers_from, written
from .forms import SheetCodeForm
from .keying import Asked, ask
from .models import KEYED, Keying, Reading, Sheet
from .refusals import AnotherPersonAsked, ChoicesNotAllowed, KeyedAlready
from .review_page import Opinion, contests_of, fields_shown
from .words import reason_in_words

# Images on which a person may see a sheet where the machine did not. What is known to be none is not offered.
NO_SHEET = ("blank_page", "test_sheet", "spoiled_sheet", "other_box", "other_session", "unknown_definition")
MOST_IMAGES = 100


def images_to_key(session: Session) -> list[Reading]:
    """Images that could not be read and that nobody has typed in, with how many people began to."""
    rows = Reading.objects.in_session(session).not_read().exclude(image="").exclude(reason__in=NO_SHEET)
    images: list[Reading] = list(rows.select_related("batch").order_by("pk")[:MOST_IMAGES])
    for one in images:
        one.reason_in_words = reason_in_words(one.reason)
    return images


def _facts(request: HttpRequest, session: Session) -> dict[str, Any]:
    half = Sheet.objects.filter(run__session=session).half_keyed()
    words = Counter(Keying.objects.filter(sheet__in=half).values_list("sheet", flat=True))
    is_blind = counts_blind(session)
    return frame(request.user, session, "keying") | {
        "images": images_to_key(session),
        "for_second": 0 if is_blind else sum(count == 1 for count in words.values()),
        "for_third": 0 if is_blind else sum(count == 2 for count in words.values()),
    }


def _image(session: Session, pk: Any) -> Reading | None:
    """The image that the sheet goes with, if it is one of this session that could not be read."""
    text = str(pk or "")
    rows = Reading.objects.in_session(session).not_read().exclude(image="")
    return rows.filter(pk=int(text)).first() if text.isascii() and text.isdecimal() and len(text) < 18 else None


@login_required
@require_GET
def keying(request: HttpRequest, ref: str) -> HttpResponse:
    """Which sheet? With ``image`` in the address, the one that this image shows."""
    session = access_session(request.user, ref, *READERS)
    image = _image(session, request.GET.get("image"))
    form = SheetCodeForm(initial={"image": image.pk if image else None})
    return render(request, "paper/keying.html", _facts(request, session) | {"form": form, "image": image})


@login_required
@require_POST
def sheet(request: HttpRequest, ref: str) -> HttpResponse:
    """The number of a sheet was typed: what does it say? And, with an outcome, what somebody typed in from it.

    The number travels in the form, never in an address: whoever reads the log of the web server learns none.
    """
    session = access_session(request.user, ref, *READERS)
    form, image = SheetCodeForm(request.POST), _image(session, request.POST.get("image"))
    try:
        if not form.is_valid():
            raise SheetUnknown
        asked = ask(session=session, code_text=form.cleaned_data["code"], by=request.user)
        outcome = request.POST.get("outcome", "")
        if outcome in Keying.Outcome.values:
            return _keep(request, session, asked, form, image)
    except (SheetUnknown, SheetSpoiled, KeyedAlready, AnotherPersonAsked) as refusal:
        facts = _facts(request, session) | {"form": form, "image": image, "refusal": refusal}
        return render(request, "paper/keying.html", facts, status=refusal.status)
    return _ask(request, session, asked, form, image)


def _ask(
    request: HttpRequest,
    session: Session,
    asked: Asked,
    form: SheetCodeForm,
    image: Reading | None,
    refusal: Refusal | None = None,
) -> HttpResponse:
    contests = contests_of(asked.box)
    context = frame(request.user, session, "keying") | {
        "code": form.cleaned_data["code"],
        "image": image,
        "box": asked.box,
        "contests": [fields_shown(one, written(one, request.POST) if refusal else {}) for one in contests],
        "opinions": [Opinion.of(asked.box, one) for one in asked.shown],
        "refusal": refusal,
        "token": request.POST.get("token") or get_random_string(32),
    }
    return render(request, "paper/key_sheet.html", context, status=refusal.status if refusal else 200)


def _keep(
    request: HttpRequest, session: Session, asked: Asked, form: SheetCodeForm, image: Reading | None
) -> HttpResponse:
    outcome, choices = request.POST["outcome"], {}
    try:
        if outcome == Keying.Outcome.CHOICES:
            choices = answers_from(contests_of(asked.box), request.POST)
        keyed = key_sheet(
            session=session,
            code_text=form.cleaned_data["code"],
            outcome=outcome,
            choices=choices,
            image=image,
            by=request.user,
            token=request.POST.get("token", "")[:32],
        )
    except ChoicesNotAllowed as refusal:
        return _ask(request, session, asked, form, image, refusal=refusal)
    messages.success(request, _told(keyed))
    return redirect("paper:keying", session.ref)


def _told(keyed: Keying) -> str:
    """What becomes of the sheet now."""
    if not keyed.settles:
        differ = keyed.number > 1
        return (
            _("Kept. The two who typed this sheet in differ: a third person looks at the paper.")
            if differ
            else _("Kept. Somebody else types the same sheet in, without seeing what you typed.")
        )
    observed = keyed.sheet.readings.filter(batch__digest=KEYED).last()
    if observed and observed.status == Reading.Status.REPEATED:
        return _("Settled: the machine had read the same.")
    if observed and observed.status == Reading.Status.CONFLICT:
        return _("Kept. The machine had read something else: people decide about it in the review.")
    return _("Settled: this sheet counts as it was typed in.")
