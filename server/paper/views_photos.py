"""Photos of sheets taken in the browser of whoever reads scans: no station is enrolled, and no file is chosen (B21).

The page takes the photo in its own memory, keeps it until it has arrived, and sends it as often as it needs to: the
same image is the same batch.
"""

from __future__ import annotations

import re

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from server.attachments.limits import MOST_BYTES
from server.meetings.models import Session
from server.web.bodies import MIB, takes_at_most

from .access import READERS, access_session, frame
from .actions import receive_scans
from .photos import became_of
from .refusals import ScanEmpty, ScanTooLarge
from .words import REASONS

MOST_ASKED = 100  # photos in one question about what became of them
_DIGEST = re.compile(r"[0-9a-f]{64}")


@takes_at_most(MOST_BYTES + MIB)
@login_required
@require_http_methods(["GET", "POST"])
def photos(request: HttpRequest, ref: str) -> HttpResponse:
    """GET: the page with the camera. POST: one photo; the answer names it by its hash once it is on the disk."""
    session = access_session(request.user, ref, *READERS)
    if request.method == "POST":
        return _take(request, session)
    return render(request, "paper/photos.html", frame(request.user, session, "scans"))


def _take(request: HttpRequest, session: Session) -> JsonResponse:
    photo = request.FILES.get("photo")
    if photo is None:
        raise ScanEmpty
    if (photo.size or 0) > MOST_BYTES:
        raise ScanTooLarge
    batch = receive_scans(session=session, filename=photo.name or "", data=photo, by=request.user)
    return JsonResponse({"photo": batch.digest})


@login_required
@require_GET
def photo_outcomes(request: HttpRequest, ref: str) -> JsonResponse:
    """What became of some photos: ``{"photos": {hash: [outcome, why in words]}}``; of one that is not here, nothing."""
    session = access_session(request.user, ref, *READERS)
    asked = [digest for digest in request.GET.getlist("photo")[:MOST_ASKED] if _DIGEST.fullmatch(digest)]
    found = became_of(session.scan_batches.filter(digest__in=asked))
    told = {digest: [outcome, str(_why(why)) if why else ""] for (_pk, digest), (outcome, why) in found.items()}
    return JsonResponse({"photos": told}, headers={"Cache-Control": "no-store"})


def _why(code: str) -> object:
    return REASONS.get(code, _("Not legible."))
