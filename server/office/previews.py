"""A form that shows what it would make before it is saved: by a button, and while somebody types.

The form is sent to its own address with ``preview``. A script asks for the part alone with the header ``X-Preview``;
the button gets the page with the part in it. Nothing is written either way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

if TYPE_CHECKING:
    from collections.abc import Mapping


def is_preview(request: HttpRequest) -> bool:
    return request.method == "POST" and "preview" in request.POST


def preview(
    request: HttpRequest, form: BaseForm, *, part: str, page: str, facts: Mapping[str, Any], shown: Mapping[str, Any]
) -> HttpResponse:
    """``part`` with ``shown`` for a script; for the button, ``page`` with ``facts`` and ``shown`` and what is wrong."""
    if request.headers.get("X-Preview"):
        return render(request, part, shown)
    return render(request, page, {**facts, **shown, "form": form}, status=400 if form.errors else 200)
