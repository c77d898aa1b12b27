"""Looking a receipt up: recorded or not, with the proof. Nothing of content or counting, ever."""

from __future__ import annotations

import json

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from server.web.refusals import wants_json

from .receipts import find, receipt_for


@require_GET
def look_up(request: HttpRequest) -> HttpResponse:
    wanted = request.GET.get("id", "").strip()
    if not wanted:
        return render(request, "ledger/look_up.html")
    if record := find(wanted):
        return redirect("receipts:receipt", record.id)
    return render(request, "ledger/look_up.html", {"wanted": wanted[:80]}, status=404)


@require_GET
def receipt(request: HttpRequest, identifier: str) -> HttpResponse:
    """The page of one record: where it stands on the public list."""
    record = find(identifier)
    if record is None:
        return render(request, "ledger/look_up.html", {"wanted": identifier[:80]}, status=404)
    proof = receipt_for(record)
    if wants_json(request):
        return JsonResponse(proof)
    facts = {"record": record, "proof": proof, "proof_text": json.dumps(proof, indent=1), "is_listed": "path" in proof}
    return render(request, "ledger/receipt.html", facts)


