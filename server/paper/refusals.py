"""What paper refuses, each with a code and a sentence that says what to do."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from server.web.refusals import Refusal


class NoPaperDoor(Refusal):
    code = "no_paper_door"
    message = _("This ballot box takes no paper.")


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


class NothingToDecide(Refusal):
    code = "nothing_to_decide"
    message = _("This image does not wait for a decision.")


class ChoicesNotAllowed(Refusal):
    code = "choices_not_allowed"
    status = 400
    message = _("These choices do not make a valid ballot. Correct them, or say that the ballot is invalid.")
