"""How much a request may bring: said by its view, checked before anything of the body is parsed or kept.

A page's form is small, so the limit is, unless the view says otherwise:

    @takes_at_most(16 * MIB)
    def import_file(request): …

Page workers stream, and with them the body of a refused request is never read; daphne reads it to the end first.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.defaultfilters import filesizeformat
from django.utils.deprecation import MiddlewareMixin
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .refusals import Refusal, answer

MIB = 1024 * 1024
FORM_BYTES = MIB  # what stands around a file in its form: generous
View = TypeVar("View", bound=Callable[..., Any])


class BodyTooLarge(Refusal):
    code = "body_too_large"
    status = 413
    message = gettext_lazy("This is too large to be taken here. Nothing of it was kept.")


def takes_at_most(most_bytes: int, refusal: type[Refusal] | None = None) -> Callable[[View], View]:
    """Say how many bytes the body of a request to this view may have, and what it is refused with."""

    def mark(view: View) -> View:
        view.most_bytes, view.too_large = most_bytes, refusal  # type: ignore[attr-defined]
        return view

    return mark


class BodyMiddleware(MiddlewareMixin):
    """Stands before the middleware that looks for a form's token: reading that means storing every file of the form."""

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], _args: Any, _named: Any
    ) -> HttpResponse | None:
        most = getattr(view, "most_bytes", settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdecimal() and int(length) <= most:
            return None
        refusal = getattr(view, "too_large", None)
        return answer(request, refusal() if refusal else _of_any_page(most))


def _of_any_page(most_bytes: int) -> BodyTooLarge:
    words = _("At most %(size)s can be sent here at once. Nothing of it was kept.")
    return BodyTooLarge(words % {"size": filesizeformat(most_bytes)})
