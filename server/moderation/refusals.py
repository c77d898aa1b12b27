"""What cannot be done around moderation."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from server.web.refusals import Refusal


class AccountBlocked(Refusal):
    code = "account_blocked"
    status = 403
    message = _("This account cannot write in this process for now. What you can read stays open to you.")


class TooManyReports(Refusal):
    code = "too_many_reports"
    status = 429
    message = _("Too many reports came from here. Wait an hour, or write to the town.")
