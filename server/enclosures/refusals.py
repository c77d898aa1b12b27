"""What cannot be done with photos and documents."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from server.web.refusals import Refusal


class TooManyEnclosures(Refusal):
    code = "too_many_enclosures"
    message = _("There are as many photos and documents here as there may be. Take one away to add another.")
