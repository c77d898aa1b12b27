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


class InvitationUnknown(Refusal):
    code = "invitation_unknown"
    status = 404
    message = _("This invitation is not known here, or was taken back. Ask whoever invited you for a new one.")


class InvitationUsed(Refusal):
    code = "invitation_used"
    message = _("This invitation was answered already. Log in to work here.")


class InvitationExpired(Refusal):
    code = "invitation_expired"
    status = 410
    message = _("This invitation has expired. Ask whoever invited you for a new one.")


class PhaseClosed(Refusal):
    code = "phase_closed"
    message = _("This is not open now, or not by this way. The page of the process says what is open, and until when.")
