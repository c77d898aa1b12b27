"""The only way in which a view reaches a ballot box."""

from __future__ import annotations

from django.http import Http404

from .models import Box


def access_box(slug: str, ref: str) -> Box:
    """A frozen box of a published space, by its public address. Anything else does not exist (404)."""
    box = (
        Box.objects.select_related("component__space", "roll")
        .filter(ref=ref, component__space__slug=slug, component__space__published_at__isnull=False)
        .exclude(definition="")
        .first()
    )
    if box is None:
        raise Http404
    return box
