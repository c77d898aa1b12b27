"""Looking a receipt up: recorded or not, with the proof. Nothing of content or counting, ever."""

from __future__ import annotations

import json
import re
from typing import Any

from django.apps import apps
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from server.web.refusals import wants_json

from . import keys, messages
from .installation import installation
from .models import Record
from .receipts import find, receipt_for

ID = re.compile(r"[0-9a-fA-F]{64}")


@require_GET
def look_up(request: HttpRequest) -> HttpResponse:
    """The form; what is typed or scanned may be the number or the whole address of a receipt."""
    wanted = request.GET.get("id", "").strip()
    if not wanted:
        return render(request, "ledger/look_up.html")
    number = ID.search("".join(wanted.split()))
    if record := find(number[0] if number else wanted):
        return redirect("receipts:receipt", record.id)
    return _unknown(request, wanted)


def _unknown(request: HttpRequest, wanted: str, promise: str = "") -> HttpResponse:
    """Not on the list. ``promise``: "held" when a device of ours signed that it holds this record, "false" when not."""
    if wants_json(request):
        words = _("This number is not on the public list.")
        return JsonResponse({"code": "receipt_unknown", "message": words, "details": {}}, status=404)
    return render(request, "ledger/look_up.html", {"wanted": wanted[:80], "promise": promise}, status=404)


@require_GET
def receipt(request: HttpRequest, identifier: str) -> HttpResponse:
    """The page of one record: where it stands on the public list."""
    record = find(identifier)
    if record is None:
        return _unknown(request, identifier, _promise(request, identifier))
    proof = receipt_for(record)
    if wants_json(request):
        return JsonResponse(proof)
    facts = {
        "record": record,
        "proof": proof,
        "proof_text": json.dumps(proof, indent=1),
        "is_listed": "path" in proof,
        "title": _title(record),
        "address": installation().origin + reverse("receipts:receipt", args=[record.id]),
    }
    return render(request, "ledger/receipt.html", facts)


def _title(record: Record) -> Any:
    """What the record is about, in the reader's words: the vote for ballots, nothing for other deeds."""
    # By name: the log imports nothing of the rooms that build on it.
    box = apps.get_model("voting", "Box").objects.filter(definition_hash=record.definition).first()
    return box.title if box and record.definition else ""


def _promise(request: HttpRequest, identifier: str) -> str:
    """A kiosk without network signs its receipts (protocol §9): is this one signed by a device of ours?"""
    dev, signature = request.GET.get("d", ""), request.GET.get("s", "")
    if not dev or not signature or not ID.fullmatch(identifier):
        return ""
    device = apps.get_model("devices", "Device").objects.filter(dev=dev[:64]).first()
    try:
        message, signed = messages.receipt_message(identifier.lower()), keys.unb64u(signature)
    except ValueError:
        return "false"
    is_ours = device is not None and keys.verify(bytes(device.public_key), message, signed)
    return "held" if is_ours else "false"
