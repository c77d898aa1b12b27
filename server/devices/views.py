"""The devices' door: enrol, fetch the pack, push. No cookies: everything is signed by the device's own key."""

from __future__ import annotations

import json
import time

from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from server.ledger import keys, messages
from server.voting.wrong_codes import address_key, count_wrong
from server.web.bodies import takes_at_most
from server.web.live import ring
from server.web.refusals import Refusal

from .actions import EnrolmentUnknown, enrol_device
from .authentic import MAX_BATCH_BYTES, BatchTooLarge
from .intake import receive_push
from .models import Device
from .packs import build_pack
from .words import word_pair

TOLERANCE_S = 300


class RequestUnsigned(Refusal):
    """It tells the time: a tablet whose battery was flat may be years off, and asks once more by ours."""

    code = "request_not_signed"
    status = 403
    message = _("This request is not signed by an enrolled device, or its clock is far off.")

    def __init__(self) -> None:
        super().__init__(details={"time": int(time.time())})


class DeviceRevoked(Refusal):
    """Said to whoever holds the device's key, and to nobody else."""

    code = "device_revoked"
    status = 403
    message = _("This device is revoked or replaced: it gets no meeting any more. What it still holds is taken.")


class RequestMalformed(Refusal):
    code = "request_malformed"
    status = 400
    message = _("This request is not what was expected here.")


def _fields(request: HttpRequest, *names: str) -> list[str]:
    try:
        body = json.loads(request.body)
        values = [body[name] for name in names]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise RequestMalformed from error
    if not all(isinstance(value, str) and len(value) < 200 for value in values):
        raise RequestMalformed
    return values


@csrf_exempt
@require_POST
def enrol(request: HttpRequest) -> JsonResponse:
    code_text, public_key, proof = _fields(request, "code", "public_key", "proof")
    try:
        device, code = enrol_device(code_text=code_text, public_key=public_key, proof=proof)
    except EnrolmentUnknown as refusal:
        raise count_wrong(address_key(request), refusal) from refusal
    ring(device.session.meeting.space_id, "devices")
    return JsonResponse(
        {
            "device": {"id": device.dev, "label": device.label, "mode": device.mode},
            "words": word_pair(code.text, public_key, request.LANGUAGE_CODE),
            "pack_url": f"/api/v1/devices/{device.dev}/pack",
        }
    )


def signed_by(request: HttpRequest, dev: str) -> Device:
    """The device that signed this GET (``Authorization: Parvis <time>.<sig>``). Raises RequestUnsigned."""
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    moment, _dot, signature = token.partition(".")
    device = Device.objects.named(dev)
    if scheme != "Parvis" or device is None or not moment.isdecimal() or len(moment) > 12:
        raise RequestUnsigned
    try:
        raw = keys.unb64u(signature)
    except ValueError as error:
        raise RequestUnsigned from error
    message = messages.get_message(request.path, int(moment))
    if abs(time.time() - int(moment)) > TOLERANCE_S or not keys.verify(bytes(device.public_key), message, raw):
        raise RequestUnsigned
    return device


@require_GET
def pack(request: HttpRequest, dev: str) -> JsonResponse:
    device = signed_by(request, dev)
    if not device.is_welcome:
        raise DeviceRevoked
    text, signature = build_pack(device)
    Device.objects.filter(pk=device.pk).exclude(pack_taken=device.pack_version).update(pack_taken=device.pack_version)
    return JsonResponse({"pack": text, "sig": signature}, headers={"Cache-Control": "no-store"})


@csrf_exempt
@takes_at_most(MAX_BATCH_BYTES, BatchTooLarge)
@require_POST
def push(request: HttpRequest) -> JsonResponse:
    reply, signature, space_id = receive_push(request.body)
    ring(space_id, "devices")
    return JsonResponse({"reply": reply, "sig": signature}, headers={"Cache-Control": "no-store"})
