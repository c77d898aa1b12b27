"""The page on which anyone asks about a state of the list that they kept."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from server.web.refusals import wants_json

from . import kept
from .actions import checkpoint_document, latest_checkpoint
from .views_api import NoCheckpoint


@require_GET
def state(request: HttpRequest) -> HttpResponse:
    """The form, or the answer with its proof. Raises NoCheckpoint while nothing was signed."""
    text = request.GET.get("state", "")
    if not text.strip():
        return render(request, "ledger/kept.html")
    found, today = kept.read(text), latest_checkpoint()
    if found is None:
        return render(
            request, "ledger/kept.html", {"text": text[: kept.MOST_CHARACTERS], "is_unread": True}, status=400
        )
    if today is None:
        raise NoCheckpoint
    answer = kept.compare(found, today)
    if wants_json(request):
        return JsonResponse(_proof(answer))
    facts = {"text": text, "answer": answer, "root": found.root.hex()}
    return render(request, "ledger/kept.html", facts | {"proof_text": json.dumps(_proof(answer), indent=1)})


def _proof(answer: kept.Answer) -> dict[str, Any]:
    """The answer for machines, with what shows it (protocol §9)."""
    return {
        "outcome": answer.outcome,
        "first": answer.kept.size,
        "root": answer.kept.root.hex(),
        "second": answer.today.size,
        "proof": [step.hex() for step in answer.proof],
        "checkpoint": checkpoint_document(answer.today),
    }
