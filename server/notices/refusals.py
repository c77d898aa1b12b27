"""What cannot be done around following."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from server.web.refusals import Refusal


class FollowsTooMuch(Refusal):
    code = "follows_too_much"
    status = 409
    message = _("You follow as many things as an account can. Stop following some of them first.")
