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


class ComponentInUse(Refusal):
    code = "component_in_use"
    message = _("Something is in this component already: it can be hidden, not deleted.")


class OneIsEnough(Refusal):
    code = "one_is_enough"
    message = _("A space has one component of this kind, and this one has it already. Work with the one that is there.")


class AnswerMissing(Refusal):
    code = "answer_missing"
    message = _(
        "A phase is closed with the answer of the town. Write what became of its promise, publish it, then close."
    )


class PhaseNotOver(Refusal):
    code = "phase_not_over"
    message = _("This phase is not over. End it first: what it opens shuts then.")


class PhaseStands(Refusal):
    code = "phase_stands"
    message = _("This phase is closed: what it said and what it opened stay as they are.")


class NotByHand(Refusal):
    code = "not_by_hand"
    message = _("This phase cannot be begun or ended now. Look at it again: it may have been done already.")


class CannotCopy(Refusal):
    code = "cannot_copy"
    message = _("This space holds something that a copy cannot take.")


class TooManyLevels(Refusal):
    code = "too_many_levels"
    message = _("Categories and areas have three levels at most. Choose a place further up.")


class TooManyTaxons(Refusal):
    code = "too_many_taxons"
    message = _("This space has as many categories and areas as it can hold. Delete some that nobody needs.")


class MemberTwice(Refusal):
    code = "member_twice"
    message = _("This account belongs to the space already.")


class SpaceIsPublic(Refusal):
    code = "space_is_public"
    message = _("Everybody can read this space. Take it off the public pages first, then let its members in.")


class ShareUnknown(Refusal):
    code = "share_unknown"
    status = 404
    message = _("This link is not known here, has expired or was taken back. Ask whoever gave it to you for a new one.")
