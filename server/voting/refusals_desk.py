"""What cannot be done at the desk, or decided about what the desk wrote down."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from server.web.refusals import Refusal


class PassProvisional(Refusal):
    code = "pass_provisional"
    message = _(
        "This pass belongs to somebody who is not on the roll. It serves at a kiosk. For a sheet, the office must "
        "first decide about this person."
    )


class NoneHandedOver(Refusal):
    code = "none_handed_over"
    message = _("No pass is noted as handed over here. There is nothing to take back.")


class PassUsed(Refusal):
    code = "pass_used"
    message = _("A ballot was already cast with this pass. It cannot be taken back any more.")


class VotedOnline(Refusal):
    code = "voted_online"
    message = _("This right was used online before the hall opened, and online stands in this vote. Hand over no pass.")


class ColleagueUnknown(Refusal):
    code = "colleague_unknown"
    status = 403
    message = _("This is not the address and password of a colleague of this desk. Try again, or ask the office.")


class WalkInsUndecided(Refusal):
    code = "walk_ins_undecided"
    message = _("Some people who are not on the roll voted in the hall. Decide about each of them first.")


class AlreadyDecided(Refusal):
    code = "decided_already"
    message = _("This was already decided, or the pass was given back. Load the page again.")


class AlreadyAsked(Refusal):
    code = "already_asked"
    message = _("A decision already waits for a second person. Agree to it or refuse it first.")


class MatchCodeUnknown(Refusal):
    """One answer for a code that is unknown, mistyped, used or too old."""

    code = "match_code_unknown"
    status = 404
    message = _("This is not a code of an account, or it is too old. Ask the person to show a new one.")


class OwnAccount(Refusal):
    code = "own_account"
    status = 403
    message = _("This is your own account. Ask a colleague to do it for you.")


class NotMarkedElsewhere(Refusal):
    code = "not_marked_elsewhere"
    message = _("This person is not marked at another session. Mark the person from the list in the ordinary way.")


class MarkedTwice(Refusal):
    code = "marked_twice"
    message = _(
        "Another session noted this person on paper as well, so the mark stays. Enter the pass under “A pass comes "
        "back unused”: it becomes void."
    )


class ChallengesUndecided(Refusal):
    code = "challenges_undecided"
    message = _("Some people are marked at two sessions. Decide about each of them first.")


class DeedsWaiting(Refusal):
    code = "desk_deeds_waiting"
    message = _("What desks without network brought is still being entered. Try again in a minute.")
