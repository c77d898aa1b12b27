"""The style page: every part of the design in every state, in the reader's language, and in Arabic from the right."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_safe

from server.processes.localized import readers_language
from server.processes.localized_forms import LocalizedFormField
from server.processes.models import Involvement

from .style_words import LANGUAGES, words
from .templatetags.icons import ICONS

NOW = datetime(2027, 3, 15, 9, tzinfo=UTC)
# fmt: off
COLOURS = [
    "ground", "sheet", "leaf", "leaf-rose", "leaf-tilleul", "leaf-ciel", "wash", "ink", "ink-2", "line",
    "hair", "plate", "link", "act", "cross", "stamp", "stamp-wash", "garden", "garden-wash", "lamp", "slate",
]
# fmt: on
# A town that writes in a language beyond those of the pages has a field for each.
IN_THREE = [*settings.LANGUAGES, ("ar", "العربية")]
# Months of the four phases: (first, last).
MONTHS = [(1, 1), (2, 2), (3, 4), (5, 12)]


@require_safe
def style(request: HttpRequest, language: str = "") -> HttpResponse:
    """All parts. ``language``: one of those of the specimens; the reader's own without."""
    if language and language not in LANGUAGES:
        raise Http404
    with translation.override(language or readers_language()):
        answer = render(request, "web/style.html", specimens(words(readers_language())))
        answer["Content-Language"] = readers_language()
    return answer


def specimens(said: dict[str, str]) -> dict[str, Any]:
    """What the parts hold on this page; ``said``: the words."""
    phases = [
        SimpleNamespace(
            title=said[f"phase_{number}"],
            time="past" if number < 3 else "now" if number == 3 else "coming",
            begins=datetime(2027, first, 1, tzinfo=UTC),
            ends=datetime(2027, last, 28, tzinfo=UTC),
        )
        for number, (first, last) in enumerate(MONTHS, start=1)
    ]
    projects = [(said["shade"], 28_000_00, 1152, "ok"), (said["bikes"], 14_500_00, 737, "ok")]
    projects += [(said["books"], 7_400_50, 20, "wait")]
    return {
        "w": said,
        "languages": LANGUAGES,
        "colours": COLOURS,
        "icons": sorted(ICONS),
        "doors": {"web": True, "kiosk": True, "paper": False, "desk": True},
        "form": filled_form(said, {"postcode": "12", "district": "north", "how": "letter", "name": "Łucja Ó Fiaich"}),
        "plain_form": filled_form(said, None),
        "phases": phases,
        "steps": Involvement.choices,
        "projects": projects,
        "rows": [(title, votes) for title, _cost, votes, _state in projects],
        "funded": [(title, cost) for title, cost, _votes, state in projects if state == "ok"],
        "by_door": {"web": 680, "kiosk": 330, "paper": 220, "desk": 40},
        "listing": listing(said),
        "page": SimpleNamespace(number=2, paginator=SimpleNamespace(num_pages=7)),
    }


def listing(said: dict[str, str]) -> SimpleNamespace:
    """A list that was searched, as the bar of filters knows it."""
    options = [("centre", said["centre"]), ("north", said["north"])]
    choice = SimpleNamespace(name="district", label=said["district"], options=options, value="north")
    facts = {"total": 131, "count": 84, "is_narrowed": True, "can_search": True, "text": said["books"], "order": ""}
    return SimpleNamespace(**facts, asked=SimpleNamespace(sort=""), choices=[choice])


def filled_form(said: dict[str, str], filled: dict[str, str] | None) -> forms.Form:
    """Every kind of field. ``filled``: what somebody wrote, faults and all; None: nothing yet."""
    districts = [("centre", said["centre"]), ("north", said["north"])]
    ways = [("letter", said["by_letter"]), ("mail", said["by_mail"])]
    postcode = forms.RegexField(
        r"^[0-9]{5}$",
        label=said["postcode"],
        help_text=said["postcode_help"],
        error_messages={"invalid": said["postcode_bad"]},
    )
    fields: dict[str, forms.Field] = {
        "name": forms.CharField(label=said["name"], required=False),
        "postcode": postcode,
        "district": forms.ChoiceField(label=said["district"], choices=districts),
        "idea": forms.CharField(
            label=said["idea"], help_text=said["idea_help"], widget=forms.Textarea(attrs={"rows": 3}), required=False
        ),
        "how": forms.ChoiceField(label=said["how"], choices=ways, widget=forms.RadioSelect, required=False),
        "title": LocalizedFormField(
            label=said["by_language"], help_text=said["by_language_help"], required=False, languages=IN_THREE
        ),
        "agree": forms.BooleanField(label=said["agree"], error_messages={"required": said["agree_bad"]}),
    }
    prefix = "filled" if filled else "plain"
    form = forms.Form(filled and {f"{prefix}-{name}": value for name, value in filled.items()}, prefix=prefix)
    form.fields.update(fields)
    return form
