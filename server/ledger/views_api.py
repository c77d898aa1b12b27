"""The newest signed state of the log, and proofs that it extends an earlier one. Public, and the same for everyone."""

from __future__ import annotations

import re

from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from server.web.refusals import Refusal

from . import recovery, tree
from .actions import checkpoint_document, latest_checkpoint
from .installation import installation
from .keys import b64u
from .models import Recovery
from .nodes import from_stored

NUMBER = re.compile(r"[0-9]{1,16}", re.ASCII)


class NoCheckpoint(Refusal):
    code = "no_checkpoint"
    status = 404
    message = _("No state of the list has been signed yet. Come back in five minutes.")


class LogRange(Refusal):
    code = "log_range"
    status = 400
    message = _("Give two sizes of the list as whole numbers, “first” up to “second”, neither beyond the last signed.")


@require_GET
def checkpoint(_request: HttpRequest) -> JsonResponse:
    """The newest checkpoint, with the key that it is signed by. Raises NoCheckpoint."""
    last = latest_checkpoint()
    if last is None:
        raise NoCheckpoint
    house = installation()
    return JsonResponse({"public_key": b64u(house.public_key), "checkpoint": checkpoint_document(last)})


@require_GET
def epochs(_request: HttpRequest) -> JsonResponse:
    """Each time that the list was begun anew after a backup was restored: from where, signed, and what was lost."""
    found = [recovery.document(recovery.lost(one)) for one in Recovery.objects.all()]
    return JsonResponse({"public_key": b64u(installation().public_key), "epochs": found})


@require_GET
def consistency(request: HttpRequest) -> JsonResponse:
    """The hashes which show that the log of ``second`` records extends the log of ``first``. Raises LogRange."""
    texts = request.GET.get("first", ""), request.GET.get("second", "")
    last = latest_checkpoint()
    if last is None or not all(NUMBER.fullmatch(text) for text in texts):
        raise LogRange
    first, second = map(int, texts)
    if not first <= second <= last.size:
        raise LogRange(details={"size": last.size})
    proof = from_stored(lambda node: tree.consistency_proof(first, second, node))
    return JsonResponse({"first": first, "second": second, "proof": [step.hex() for step in proof]})
