"""The page on which anyone asks about a state of the list that they kept."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from server.web.refusals import wants_json

from . import kept, recovery
from .actions import checkpoint_document, latest_checkpoint
from .models import Recovery
from .views_api import NoCheckpoint


@require_GET
def state(request: HttpRequest) -> HttpResponse:
    """The form, or the answer with its proof. Raises NoCheckpoint while nothing was signed."""
    text = request.GET.get("state", "")
    facts: dict[str, Any] = {"text": text, "restored": [recovery.lost(one) for one in Recovery.objects.all()]}
    if not text.strip():
        return render(request, "ledger/kept.html", facts)
    found, today = kept.read(text), latest_checkpoint()
    if found is None:
        facts |= {"text": text[: kept.MOST_CHARACTERS], "is_unread": True}
        return render(request, "ledger/kept.html", facts, status=400)
    if today is None:
        raise NoCheckpoint
    answer = kept.compare(found, today)
    if wants_json(request):
        return JsonResponse(_proof(answer))
    facts |= {"answer": answer, "root": found.root.hex(), "proof_text": json.dumps(_proof(answer), indent=1)}
    return render(request, "ledger/kept.html", facts)


def _proof(answer: kept.Answer) -> dict[str, Any]:
    """The answer for machines, with what shows it (protocol §9)."""
    restored = {"restored": recovery.document(recovery.lost(answer.restored))} if answer.restored else {}
    return restored | {
        "outcome": answer.outcome,
        "first": answer.kept.size,
        "root": answer.kept.root.hex(),
        "second": answer.today.size,
        "proof": [step.hex() for step in answer.proof],
        "checkpoint": checkpoint_document(answer.today),
    }
