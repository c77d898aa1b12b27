"""Refusals: what a person or a client asked for and cannot have, each with a stable code and a sentence.

One place turns them into a page or into ``{"code", "message", "details"}``. Every code is listed in ``docs/errors.md``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _


class Refusal(Exception):
    """Expected, and told. Subclasses give ``code``, ``status`` and ``message``; an instance may bring ``details``."""

    code = "refused"
    status = 409
    message: Any = _("This cannot be done now.")

    def __init__(self, message: Any = None, *, details: Mapping[str, Any] | None = None) -> None:
        super().__init__(self.code)
        if message is not None:
            self.message = message
        self.details: dict[str, Any] = dict(details or {})

    def as_json(self) -> dict[str, Any]:
        return {"code": self.code, "message": str(self.message), "details": self.details}
