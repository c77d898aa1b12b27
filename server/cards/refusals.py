"""What cards refuse, each with a code and a sentence that says what to do."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from server.web.refusals import Refusal


class NoCardsHere(Refusal):
    code = "no_cards_here"
    message = _("There are cards for proposals and for debates, and for nothing else.")


class NothingToCommentOn(Refusal):
    code = "nothing_to_comment_on"
    status = 400
    message = _("Cards for comments need something to comment on: choose what is shown on the site.")


class CardsTooWordy(Refusal):
    code = "cards_too_wordy"
    status = 400
    message = _("The title leaves no room to write on these cards. Take large print, one card on a sheet.")


class CardHeldByAnother(Refusal):
    code = "card_held_by_another"
    message = _("Somebody else types this card in now. Take the next one.")


class CardSettled(Refusal):
    code = "card_settled"
    message = _("This card is typed in already, or its image is gone. Take the next one.")


class AnotherPersonTypes(Refusal):
    code = "another_person_types"
    message = _("You have typed this card in. Another person does so as well.")


class SubjectGone(Refusal):
    code = "subject_gone"
    message = _("What this card comments on is no longer there. Say “Not a contribution”, and keep the card.")


class CatalogueEmpty(Refusal):
    code = "catalogue_empty"
    message = _("There is no proposal to print yet.")
