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
