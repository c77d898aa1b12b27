"""What cannot be done around boxes, rights and passes: stable codes, and sentences that say what to do."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from server.web.refusals import Refusal


class BoxNotDraft(Refusal):
    code = "box_frozen"
    message = _("This ballot box is frozen: its question, projects and rules can no longer be changed.")


class BoxNotFrozen(Refusal):
    code = "box_not_frozen"
    message = _("Freeze the ballot box first.")


class NotReadyToFreeze(Refusal):
    code = "box_not_ready"
    message = _("The ballot box cannot be frozen yet. Complete what is missing, then freeze it.")


class BoxNotOpen(Refusal):
    code = "box_not_open"
    message = _("The ballot box takes no ballots now.")


class WrongState(Refusal):
    code = "wrong_state"
    message = _("This step cannot be taken now: an earlier step is missing, or a later one was taken.")


class OnlineClosed(Refusal):
    code = "online_closed"
    message = _("Online voting is closed, as the rules of this vote say. You can still vote in person, at a meeting.")


class OnlineStillOpen(Refusal):
    code = "online_still_open"
    message = _("In this vote online closes before the hall opens. Close online voting first, on the page of the box.")


class OnlineNotFirst(Refusal):
    code = "online_not_first"
    message = _("In this vote online stays open as long as the vote. Close the vote itself.")


class DoorClosed(Refusal):
    code = "door_closed"
    message = _("This vote does not take ballots this way.")


class BallotExpired(Refusal):
    """A web ballot carries its right, signed, for an hour: it was left open longer, or is not a ballot of ours."""

    code = "ballot_expired"
    message = _("This ballot was left open for too long. Nothing was cast: enter again and vote.")


class AccountSeparated(Refusal):
    """A web ballot that an account opened: somebody logged out, or the account stands for that line no more."""

    code = "account_separated"
    status = 403
    message = _(
        "The account that opened this ballot is logged out, or no longer tied to the roll. Nothing was cast: log in "
        "and enter again, vote with the code of your letter, or ask at the desk."
    )


class RightUnknown(Refusal):
    """One answer for a code that is unknown, mistyped, void or handed in: trying teaches nothing."""

    code = "right_unknown"
    status = 404
    message = _("This code does not open a ballot here. Check each character, or ask at the desk.")


class NotOnTheRoll(Refusal):
    code = "not_on_the_roll"
    status = 403
    message = _("Your account is not matched to the electoral roll of this vote. Use the code of your letter.")


class TryAgainLater(Refusal):
    """Too many wrong codes from one browser or address. A right code is served all the same."""

    code = "try_again_later"
    status = 429
    message = _("Too many wrong codes. Wait a moment, then type the code carefully.")


class TestRight(Refusal):
    __test__ = False
    code = "test_right"
    message = _("This is for tests. It never counts.")


class EntryTaken(Refusal):
    code = "entry_taken"
    message = _(
        "This entry of the roll already belongs to an account. Sign in with that account, or ask the town hall."
    )


class AccountTaken(Refusal):
    code = "account_taken"
    message = _("This account is already matched to another entry of the roll.")


class UsedInPerson(Refusal):
    code = "used_in_person"
    message = _("This person has already been marked as voting in person. Do not hand over another pass.")


class PassUnknown(Refusal):
    code = "pass_unknown"
    status = 404
    message = _("This is not a pass of this session. Check each character.")


class PassSpent(Refusal):
    code = "pass_spent"
    message = _("This pass was already handed in for a sheet. Do not hand out another one.")


class PassVoid(Refusal):
    code = "pass_void"
    message = _("This pass is void. Take it back and destroy it.")


class MarkRestored(Refusal):
    code = "mark_restored"
    message = _("This right was already given back.")


class SheetUnknown(Refusal):
    code = "sheet_unknown"
    status = 404
    message = _("This is not a sheet of this session. Check each character.")


class SheetSpoiled(Refusal):
    code = "sheet_spoiled"
    message = _("This sheet was declared spoiled. It cannot count.")


class SheetRead(Refusal):
    code = "sheet_read"
    message = _("This sheet was already read as a ballot. It cannot be declared spoiled.")


class SessionNotOpen(Refusal):
    code = "session_not_open"
    message = _("The session is not open.")


class SessionsStillOpen(Refusal):
    code = "sessions_still_open"
    message = _("Close the sessions of this ballot box first.")


class SessionsNotReconciled(Refusal):
    code = "sessions_not_reconciled"
    message = _("Reconcile every session of this ballot box first.")


class RecordsOutOfLine(Refusal):
    code = "records_out_of_line"
    message = _("Some ballots do not stand in the chain of their device. Decide about them first.")


class RecordsNewer(Refusal):
    code = "records_newer"
    message = _("Some ballots are of a newer release than this server. Update the server, or set them aside.")


class GroupChanged(Refusal):
    code = "group_changed"
    message = _("Ballots of this group came or were decided meanwhile. Look at the closing again, then decide.")


class RecordsUndecided(Refusal):
    code = "records_undecided"
    message = _("Some ballots came late or from a revoked device. Decide about each of them first.")


class DecisionWaiting(Refusal):
    code = "decision_waiting"
    message = _("The contrary was asked for and waits for its second person. Answer that first.")


class TooLateToOpen(Refusal):
    """What counts was fixed before this ballot came. It stays sealed, and is told as a number beside the result."""

    code = "too_late_to_open"
    message = _("This ballot came after its box was reconciled. It is never opened, and told as a number.")


class NothingToTell(Refusal):
    code = "nothing_to_tell"
    message = _("No ballot came since, or an addendum already tells of all of them.")


class SheetsUndecided(Refusal):
    code = "sheets_undecided"
    message = _("Some sheets still need a person to look at them. Decide about each of them first.")


class SettlementChanged(Refusal):
    """What counts is no longer what was settled: someone changed the database. Nothing is opened."""

    code = "settlement_changed"
    message = _("The ballots that count are not those that were settled at reconciliation. The box stays shut.")


class ResultChanged(Refusal):
    """The opened ballots no longer give the certified result: someone changed the database. Nothing is published."""

    code = "result_changed"
    message = _("The opened ballots do not give the certified result any more. Nothing is published.")


class BalanceOpen(Refusal):
    code = "balance_open"
    message = _("The accounts do not add up. Explain each difference first.")


class RollInUse(Refusal):
    code = "roll_in_use"
    message = _("A vote with this roll has begun: the roll stays as it is.")


class RollFrozen(Refusal):
    code = "roll_frozen"
    message = _("A ballot box with this roll is frozen: nobody is taken off it any more.")


class RollSettled(Refusal):
    code = "roll_settled"
    message = _("A vote with this roll is being settled: the roll stays as it is until the result is certified.")


class ListGone(Refusal):
    code = "list_gone"
    status = 410
    message = _("The lines of this version are no longer kept, or never were. Only its fingerprint is left.")


class RollUnchanged(Refusal):
    code = "roll_unchanged"
    message = _("The roll says this already. Nothing was changed.")
    status = 422


class ReasonMissing(Refusal):
    code = "reason_missing"
    message = _("Say why: a vote with this roll is under way.")
    status = 422


class VoteNotBegun(Refusal):
    code = "vote_not_begun"
    message = _("The vote has not begun: there is nothing to object to yet.")


class DecisionMissing(Refusal):
    code = "decision_missing"
    message = _("Write what is decided, and why.")
    status = 422


class ObjectionDecided(Refusal):
    code = "objection_decided"
    message = _("This objection was already decided.")


class ObjectionsOpen(Refusal):
    code = "objections_open"
    message = _("An objection waits for its decision. Decide it, then certify the result.")


class NotAPoll(Refusal):
    code = "not_a_poll"
    message = _("This is a vote, not a poll: its steps are taken one by one.")


class LetterMissing(Refusal):
    code = "letter_missing"
    message = _("This person has no valid letter for this vote: there is nothing to make void.")


class NumberTaken(Refusal):
    code = "number_taken"
    message = _("Somebody else on this roll has this number. Give another one.")
    status = 422


class Struck(Refusal):
    code = "struck"
    status = 403
    message = _("This name was struck from the roll. If that is a mistake, ask the town hall to put it back.")


class FileGone(Refusal):
    code = "file_gone"
    message = _("This file was already written, or it is no longer here. Send it again if need be.")


class FileUnreadable(Refusal):
    code = "file_unreadable"
    status = 422
    message = _("The file cannot be read so. Nothing was written.")


class NotDueYet(Refusal):
    code = "not_due_yet"
    message = _("What is kept for contests is destroyed at its date, not before.")


class AlreadyDestroyed(Refusal):
    code = "already_destroyed"
    message = _("What was kept for contests has been destroyed. The published files are all there is.")


class ReadsOtherwise(Refusal):
    """The sealed ballots that were kept are not what the opened ones say: one of the two was altered."""

    code = "reads_otherwise"
    message = _(
        "Read again, the sealed ballots say something else than the opened ones: one of the two was altered. Keep "
        "everything, make copies, and put off the day on which it is destroyed."
    )


class NotLonger(Refusal):
    code = "not_longer"
    message = _("Give a day later than the one that is announced. It can be put off, never brought forward.")
    status = 422


class KeptLonger(Refusal):
    code = "kept_too_long"
    message = _("Five years are the most. Put it off again when that day comes near.")
    status = 422
