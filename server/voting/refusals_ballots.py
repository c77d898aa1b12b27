"""What is wrong with a ballot that somebody wants to cast: stable codes, and sentences that say what to do."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from server.web.refusals import Refusal


class BallotRefused(Refusal):
    """The choices do not fit the rules of the frozen box. ``details`` name the contest."""

    status = 422


class UnknownChoice(BallotRefused):
    code = "unknown_choice"
    message = _("One of the projects chosen is not on this ballot. Open the ballot again.")


class RepeatedChoice(BallotRefused):
    code = "repeated"
    message = _("A project was chosen twice. Choose each project once.")


class TooFew(BallotRefused):
    code = "too_few"
    message = _("Choose more projects, or none for a blank ballot.")


class TooMany(BallotRefused):
    code = "too_many"
    message = _("You chose too many projects. Remove some.")


class Malformed(BallotRefused):
    code = "malformed"
    message = _("This is not a ballot of this vote. Open the ballot again.")


class OutOfRange(BallotRefused):
    code = "out_of_range"
    message = _("A number is outside what this ballot allows. Choose one that it offers.")


class TooManyPoints(BallotRefused):
    code = "too_many_points"
    message = _("You gave more dots than you have. Take some away.")


class RankTwice(BallotRefused):
    """Of a form alone: an answer is a list, in which each rank has one place."""

    code = "rank_twice"
    message = _("Two projects have the same rank. Give each rank once.")


class RankMissing(BallotRefused):
    code = "rank_missing"
    message = _("A rank is left out. Begin with the first and leave none out.")


class OverBudget(BallotRefused):
    code = "over_budget"
    message = _("The projects you chose cost more than the budget. Remove some.")


class SealedMalformed(BallotRefused):
    code = "sealed_malformed"
    message = _("The sealed ballot is damaged. Open the ballot again and vote once more.")


class SealedCopied(BallotRefused):
    code = "sealed_copied"
    status = 409
    message = _("This sealed ballot was sent before. Open the ballot again and vote once more.")
