"""Where a witness says what it saw, and where anyone reads what all of them said."""

from __future__ import annotations

from dataclasses import asdict

from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from server.ledger.statements import MOST_BYTES
from server.web.bodies import takes_at_most

from .actions import receive
from .refusals import StatementTooLarge
from .told import everything_said


@csrf_exempt
@takes_at_most(MOST_BYTES, StatementTooLarge)
@require_http_methods(["GET", "POST"])
def statements(request: HttpRequest) -> JsonResponse:
    """POST takes a statement, a refusal or a file of both: signed, so no cookie and no log-in. GET tells them all."""
    if request.method == "POST":
        return JsonResponse(asdict(receive(request.body)))
    return JsonResponse(everything_said())
