"""What cannot be done around accounts."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from server.web.refusals import Refusal


class LastAdministrator(Refusal):
    code = "last_administrator"
    message = _("This account is the last that looks after the installation. Name another one first.")


class ServiceAway(Refusal):
    code = "service_away"
    status = 503
    message = _("The other service does not answer. Try again later, or log in with your password.")
