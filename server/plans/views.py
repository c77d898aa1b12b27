"""The picture of the plan."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from .models import TownPlan

A_YEAR = "public, max-age=31536000, immutable"


@require_GET
def picture(_request: HttpRequest, version: str) -> HttpResponse:
    """By its version: a new plan has a new address. No session and no language is asked for."""
    found = TownPlan.objects.filter(version=version).values_list("picture", flat=True).first()
    if found is None:
        raise Http404
    headers = {"Cache-Control": A_YEAR, "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}
    return HttpResponse(found, content_type="image/svg+xml; charset=utf-8", headers=headers)
