"""What cannot be done with proposals."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from server.web.refusals import Refusal


class TooManyProposals(Refusal):
    code = "too_many_proposals"
    message = _("You have brought as many proposals as each person may. Withdraw one to bring another.")


class TooManyEndorsements(Refusal):
    code = "too_many_endorsements"
    message = _("You endorse as many proposals as each person may. Withdraw one endorsement to give another.")


class ProposalGone(Refusal):
    code = "proposal_gone"
    message = _("This proposal was withdrawn, hidden or made part of another. Its page says what became of it.")


class EditWindowOver(Refusal):
    code = "edit_window_over"
    message = _("The time in which you could change this proposal is over. You can withdraw it, or comment on it.")


class NotYours(Refusal):
    code = "not_your_proposal"
    status = 403
    message = _("Only its authors can change this proposal.")


class CannotJoin(Refusal):
    code = "cannot_join"
    message = _("Choose two proposals or more of this list that still stand.")


class TooManyStates(Refusal):
    code = "too_many_states"
    message = _("There are as many states here as there may be. Delete one that no proposal has.")


class StateInUse(Refusal):
    code = "state_in_use"
    message = _("Some proposals have this state. Give them another answer first.")


class LinkOver(Refusal):
    code = "author_link_over"
    status = 410
    message = _(
        "This link no longer leads to a draft: it was published or deleted, or the link is too old. Ask its author."
    )


class TooManyAuthors(Refusal):
    code = "too_many_authors"
    message = _("As many people as there may be have signed this already. You can endorse it once it is published.")


class NotAmendable(Refusal):
    code = "not_amendable"
    message = _("Other wordings cannot be proposed here. You can comment on it, or put your own proposal forward.")


class AmendsAmendment(Refusal):
    code = "amends_amendment"
    message = _(
        "This is an amendment itself. Propose another wording of the text that it would change, or comment on it."
    )


class NothingChanged(Refusal):
    code = "nothing_changed"
    message = _("The wording is the same as before. Change at least one word.")


class AlreadyAmended(Refusal):
    code = "already_amended"
    message = _("Somebody has proposed exactly this wording. Endorse it there, or say in a comment why you agree.")


class TextChanged(Refusal):
    code = "text_changed"
    message = _("The text was changed meanwhile. Load the page again, and look at what it says now.")


class TooManyAmendments(Refusal):
    code = "too_many_amendments"
    message = _("You have brought as many amendments as each person may. Withdraw one to bring another.")


class AmendmentDecided(Refusal):
    code = "amendment_decided"
    message = _("This cannot be done with the amendment as it stands. Its page says what was decided.")


class ProposalAnswered(Refusal):
    code = "proposal_answered"
    message = _("The town has answered this proposal as it reads now. Its words are not changed any more.")


class TextPublished(Refusal):
    code = "text_published"
    message = _("This text is published. From now on it changes by amendments alone.")


class TextUnfinished(Refusal):
    code = "text_unfinished"
    message = _("The text cannot be published yet. Mend the sections that are marked first.")
