"""What every page may say: the town's name and the reader's display choices."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest

from server.processes.localized import direction, further_languages

from .reading import AS_THE_PAGE
from .site_texts import conformity

DISPLAY = {"theme": ("light", "dark"), "contrast": ("normal", "more"), "size": ("2", "3", "4")}


def display_choices() -> dict[str, tuple[str, ...]]:
    """What a reader may choose: with the language of the texts, where there are more than the pages speak."""
    further = tuple(code for code, _name in further_languages())
    return {**DISPLAY, "texts": (AS_THE_PAGE, *further)} if further else DISPLAY


def installation(request: HttpRequest) -> dict[str, object]:
    """``town``; ``display``: theme, contrast, text size and language of texts from the reader's cookies, "" where not
    chosen; ``text_languages``: those beyond the languages of the pages.

    ``conformity``, asked only where a page says it: how accessible the site is found to be.
    """
    choices = display_choices()
    chosen = {name: request.COOKIES.get(f"display_{name}", "") for name in choices}
    display = {name: value if value in choices[name] else "" for name, value in chosen.items()}
    return {
        "town": settings.PARVIS_TOWN,
        "display": display,
        "text_languages": [(code, name, direction(code)) for code, name in further_languages()],
        "is_single_handed": settings.PARVIS_SINGLE_HANDED,
        "conformity": conformity,
    }
