"""What every page may say: the town's name and the reader's display choices."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest

from .site_texts import conformity

DISPLAY = {"theme": ("light", "dark"), "contrast": ("normal", "more"), "size": ("2", "3", "4")}


def installation(request: HttpRequest) -> dict[str, object]:
    """``town``; ``display``: theme, contrast and text size from the reader's cookies, "" where not chosen.

    ``conformity``, asked only where a page says it: how accessible the site is found to be.
    """
    chosen = {name: request.COOKIES.get(f"display_{name}", "") for name in DISPLAY}
    display = {name: value if value in DISPLAY[name] else "" for name, value in chosen.items()}
    return {
        "town": settings.PARVIS_TOWN,
        "display": display,
        "is_single_handed": settings.PARVIS_SINGLE_HANDED,
        "conformity": conformity,
    }
