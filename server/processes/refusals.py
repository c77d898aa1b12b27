"""What cannot be done around spaces."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from server.web.refusals import Refusal


class LastOrganiser(Refusal):
    code = "last_organiser"
    message = _("A space keeps at least one organiser. Name another one first.")


class SpaceStands(Refusal):
    code = "space_stands"
    message = _("Only a draft without a frozen ballot box can be deleted. Take it off the public pages instead.")
