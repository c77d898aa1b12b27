"""What paper refuses, each with a code and a sentence that says what to do."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from server.web.refusals import Refusal


class NoPaperDoor(Refusal):
    code = "no_paper_door"
    message = _("This ballot box takes no paper.")


class NoSuchLayout(Refusal):
    code = "no_such_layout"
    message = _("This ballot has no such form. The page of the ballot box lists those that it has.")


class BoxNotInSession(Refusal):
    code = "box_not_in_session"
    message = _("This ballot box is not part of this session.")


class SessionOver(Refusal):
    code = "session_over"
    message = _("This session is reconciled: its paper is closed.")


class QuantityOutOfRange(Refusal):
    code = "quantity_out_of_range"
    status = 400
    message = _("Ask for between 1 and 10,000 at a time.")


class UnusedOutOfRange(Refusal):
    code = "unused_out_of_range"
    status = 400
    message = _("More sheets than were printed cannot come back.")


class NoRollToWrite(Refusal):
    code = "no_roll"
    message = _("Letters need a roll: choose one for this ballot box first.")


class LettersComplete(Refusal):
    code = "letters_complete"
    message = _("Everybody on the roll has a letter.")


class FileNotReady(Refusal):
    code = "file_not_ready"
    status = 404
    message = _("This file is not ready, or it has been removed.")


class ScanEmpty(Refusal):
    code = "scan_empty"
    status = 400
    message = _("This file is empty.")


class ScanTooLarge(Refusal):
    code = "scan_too_large"
    status = 413
    message = _("This file is larger than 512 MB. Scan in smaller batches.")


class ScanIsHeic(Refusal):
    code = "scan_is_heic"
    status = 400
    message = _("This photo is in a format that cannot be read here. Save or share it as JPEG, and send that.")


class ScanNotAnImage(Refusal):
    code = "scan_not_an_image"
    status = 400
    message = _("This is neither PDF, TIFF, JPEG nor PNG. Archives are not opened: send the scans themselves.")


class TooManyFiles(Refusal):
    code = "too_many_files"
    status = 400
    message = _("At most 100 files at a time.")


class AlreadyDecided(Refusal):
    code = "already_decided"
    message = _("Somebody else has just decided this sheet. Their decision stands; go on with the next one.")


class HeldByAnother(Refusal):
    code = "held_by_another"
    message = _("Somebody else looks at this sheet just now. Nothing of yours was kept; go on with the next one.")


class SheetChanged(Refusal):
    code = "sheet_changed"
    message = _("Something new about this sheet has come in since you opened it. Look at it again, then decide.")


class AnotherPersonAsked(Refusal):
    code = "another_person_asked"
    message = _("You have said what you see here. Somebody else looks at it now, without seeing what you said.")


class KeyedAlready(Refusal):
    code = "keyed_already"
    message = _("This sheet is typed in: people agree what it says. Put it with the others.")


class NothingToDecide(Refusal):
    code = "nothing_to_decide"
    message = _("This image does not wait for a decision.")


class ChoicesNotAllowed(Refusal):
    code = "choices_not_allowed"
    status = 400
    message = _("These choices do not make a valid ballot. Correct them, or say that the ballot is invalid.")


class SheetsDrawn(Refusal):
    code = "sheets_drawn"
    message = _("The sheets are drawn already. They are drawn once; more can be added to them, none taken away.")


class NotYetDrawn(Refusal):
    code = "sheets_not_drawable"
    message = _("Sheets are drawn once the session is closed, the stacks are counted and no sheet waits for a person.")


class SampleOutOfRange(Refusal):
    code = "sample_out_of_range"
    status = 422
    message = _("Draw at least one sheet, and no more than there are.")


class AnotherSheet(Refusal):
    code = "another_sheet"
    status = 422
    message = _("This is the number of another sheet than the one that was drawn. Look at its neighbours in the stack.")


class ReadAgainAlready(Refusal):
    code = "read_again_already"
    message = _("Somebody has read this sheet again already. Go on with the next one.")
