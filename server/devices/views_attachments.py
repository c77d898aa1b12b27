"""The devices' door for attachments: how much of a file is here, and a piece more (``docs/protocol.md`` §14)."""

from __future__ import annotations

import hashlib
import json

from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from server.attachments.actions import Held, held_of, take_piece
from server.attachments.limits import PIECE_BYTES
from server.ledger import keys, messages
from server.ledger.installation import installation
from server.web.bodies import takes_at_most

from .authentic import BadSignature, BatchTooLarge, UnknownDevice
from .models import Device
from .views import RequestMalformed, signed_by


class PieceTooLarge(BatchTooLarge):
    code = "piece_too_large"
    message = _("At most 1 MiB of a file in one piece.")


@csrf_exempt
@takes_at_most(PIECE_BYTES, PieceTooLarge)
@require_http_methods(["GET", "PUT"])
def attachment(request: HttpRequest, dev: str, sha256: str) -> JsonResponse:
    """GET: how much is here. PUT: a piece, from the byte ``offset`` on. Both are answered alike, and signed."""
    if request.method == "GET":
        signed_by(request, dev)
        return _told(dev, sha256, held_of(dev=dev, sha256=sha256))
    offset, piece = _piece(request, dev, sha256)
    return _told(dev, sha256, take_piece(dev=dev, sha256=sha256, offset=offset, piece=piece))


def _piece(request: HttpRequest, dev: str, sha256: str) -> tuple[int, bytes]:
    """The piece, once it is certain that the device sent it. Raises RequestMalformed, UnknownDevice, BadSignature."""
    told, piece = request.GET.get("offset", ""), request.body
    if not (told.isascii() and told.isdecimal() and len(told) < 12):
        raise RequestMalformed
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    try:
        signature = keys.unb64u(token)
    except ValueError as error:
        raise RequestMalformed from error
    device = Device.objects.filter(dev=dev).first()
    if device is None:
        raise UnknownDevice
    piece_sha256 = hashlib.sha256(piece).hexdigest()
    message = messages.piece_message(installation().log_id, dev, sha256, int(told), piece_sha256)
    if scheme != "Parvis" or not keys.verify(bytes(device.public_key), message, signature):
        raise BadSignature
    return int(told), piece


def _told(dev: str, sha256: str, here: Held) -> JsonResponse:
    house = installation()
    facts = {
        "log_id": house.log_id,
        "dev": dev,
        "sha256": sha256,
        "size": here.size,
        "held": here.held,
        "whole": here.is_whole,
    }
    text = json.dumps(facts, separators=(",", ":"))
    signature = keys.b64u(house.sign(messages.attachment_message(text.encode())))
    return JsonResponse({"reply": text, "sig": signature}, headers={"Cache-Control": "no-store"})
