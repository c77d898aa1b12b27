"""How a browser is named to the person who used it."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext as _

register = template.Library()
# Each browser also claims to be those named after it here, so the order decides.
BROWSERS = {"Edg/": "Edge", "OPR/": "Opera", "Firefox/": "Firefox", "Chrome/": "Chrome", "Safari/": "Safari"}
SYSTEMS = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS": "Mac",
    "Linux": "Linux",
}


@register.filter
def browser(agent: str) -> str:
    """``Firefox, Windows``; what names neither is shown as it came, cut."""
    name = next((shown for mark, shown in BROWSERS.items() if mark in agent), "")
    system = next((shown for mark, shown in SYSTEMS.items() if mark in agent), "")
    return ", ".join(filter(None, (name, system))) or agent[:60] or _("Unknown browser")
