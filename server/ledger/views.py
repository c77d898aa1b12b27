"""Looking a receipt up: recorded or not, with the proof. Nothing of content or counting, ever."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import parse_qsl

from django.apps import apps
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from server.web.refusals import wants_json

from . import promises, recovery
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
    if not number:
        return _unknown(request, wanted)
    told, name = _as_json(wanted), number[0].lower()
    promise = promises.read(name, dict(parse_qsl(wanted.partition("?")[2])))
    return _unknown(request, name if told else wanted, promise, recovery.affected(told))


def _as_json(wanted: str) -> Any:
    """A receipt as its page gives it to those who check; None for anything else."""
    try:
        return json.loads(wanted) if wanted.startswith("{") else None
    except (ValueError, RecursionError):
        return None


def _unknown(
    request: HttpRequest,
    wanted: str,
    promise: promises.Promise | None = None,
    affected: recovery.Affected | None = None,
) -> HttpResponse:
    """Not on the list: what a kiosk promised of it, if it did; and whether a backup was restored since."""
    if wants_json(request):
        words = _("This number is not on the public list.")
        details: dict[str, Any] = {"promise": promise.outcome, "last": promise.last} if promise else {}
        if affected:
            details |= {"affected": "listed" if affected.is_listed else "possible"}
        return JsonResponse({"code": "receipt_unknown", "message": words, "details": details}, status=404)
    facts = {"wanted": wanted[:80], "promise": promise, "affected": affected}
    if promise and promise.document:
        facts["promise_text"] = json.dumps(promise.document, indent=1)
    return render(request, "ledger/look_up.html", facts, status=404)


@require_GET
def receipt(request: HttpRequest, identifier: str) -> HttpResponse:
    """The page of one record: where it stands on the public list."""
    record = find(identifier)
    if record is None:
        is_number = ID.fullmatch(identifier) is not None
        promise = promises.read(identifier.lower(), request.GET.dict())
        return _unknown(request, identifier, promise, recovery.affected(None) if is_number else None)
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
