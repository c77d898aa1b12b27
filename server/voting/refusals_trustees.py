"""What cannot be done around trustees and their cards. Nothing here repeats what was typed."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from server.web.refusals import Refusal


class CardRefused(Refusal):
    """A card that opens nothing. ``details["card"]``: which of those typed, from 1; 0 where it is all of them."""

    status = 422


class CardsNeeded(CardRefused):
    code = "cards_needed"
    message = _("This ballot box is opened with the cards of two of its three trustees.")


class CardMistyped(CardRefused):
    code = "card_mistyped"
    message = _("There is a typing error in a card. Compare each character with the card.")


class CardUnknown(CardRefused):
    code = "card_unknown"
    message = _("A card is well typed, but it is not a card of this ballot box.")


class SameCard(CardRefused):
    code = "same_card"
    message = _("This is the same card twice. It takes the cards of two different trustees.")


class CardOfAnother(CardRefused):
    code = "card_of_another"
    message = _("A card belongs to another trustee of this ballot box.")


class PairFileDamaged(CardRefused):
    code = "pair_file_damaged"
    status = 409
    message = _(
        "Both cards are right, but the file of this pair is missing or damaged. Nothing was opened. Try with the third "
        "trustee, or bring the key folder back from a backup."
    )


class NoTrustees(Refusal):
    code = "no_trustees"
    message = _("The key of this ballot box is held by the installation, not by trustees.")


class CardShown(Refusal):
    code = "card_shown"
    message = _("This card was shown once already, and no card is shown twice. Make a new one if it was not printed.")


class CardsMissing(Refusal):
    code = "cards_missing"
    message = _("Show each of the three trustees their card first.")


class CeremonyHeld(Refusal):
    code = "ceremony_held"
    message = _("The ceremony has been held: the cards are valid. Begin again to make all of them void.")


class CeremonyMissing(Refusal):
    code = "ceremony_missing"
    message = _("The ceremony has not been held yet: there is no key that cards could open.")
