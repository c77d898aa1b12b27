"""The answer to a device without network: shown as QR codes, printed on one page, given as a file. Reading alone."""

from __future__ import annotations

import json
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.text import slugify
from django.views.decorators.http import require_GET

from .access import access_device
from .answers import answers_to
from .carried import answers_file, codes_of
from .models import Device


@login_required
@require_GET
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """One page for one device; most have one chain, whose answer is two or three codes."""
    device = access_device(request.user, pk)
    told = [_told(reply, sig) for reply, sig in answers_to(device)]
    facts = {"device": device, "session": device.session, "space": device.session.meeting.space, "here": "devices"}
    page = render(request, "devices/office/answer.html", facts | {"answers": told, "name": _name(device)})
    page["Cache-Control"] = "no-store"
    return page


def _told(reply: str, sig: str) -> dict[str, Any]:
    """What the page says of an answer: how many records are here, how many on the list, how many co-signed."""
    facts = json.loads(reply)
    found, size, cosigned = facts["runs"], facts["checkpoint"]["size"], facts.get("cosigned", 0)
    return {
        "codes": codes_of(reply, sig),
        "here": facts["next"] - 1,
        "listed": sum(last - first + 1 for first, last, _verdict, _reason, index in found if index < size),
        "cosigned": sum(last - first + 1 for first, last, _verdict, _reason, index in found if index < cosigned),
        "is_certified": "certified" in facts,
        "epoch": facts["epoch"],
    }


@login_required
@require_GET
def answer_file(request: HttpRequest, pk: int) -> HttpResponse:
    device = access_device(request.user, pk)
    answers = answers_to(device)
    if not answers:
        raise Http404
    headers = {"Content-Disposition": f'attachment; filename="{_name(device)}"', "Cache-Control": "no-store"}
    return HttpResponse(answers_file(answers), content_type="application/json", headers=headers)


def _name(device: Device) -> str:
    return f"parvis-answer-{slugify(device.label) or 'kiosk'}.json"
