"""Reasons of the machine, in words for people."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

REASONS: dict[str, str | Promise] = {
    # why a person must look
    "doubtful_mark": _("A mark is unclear."),
    "ink_around": _("There is ink beside a box."),
    "too_many": _("More marks than allowed."),
    "too_few": _("Fewer marks than asked for."),
    "two_in_row": _("Two marks in a row where one is allowed."),
    "same_rank": _("The same rank twice."),
    "rank_gap": _("A rank is left out."),
    "over_points": _("More points than there are to give."),
    "repeated": _("A choice is named twice."),
    "unknown_choice": _("A choice that this ballot does not have."),
    "other_pages": _("Other pages of this sheet were not read yet."),
    "doubtful_page": _("Another page of this sheet is in doubt."),
    "late_page": _("A page of a sheet whose ballot is decided already."),
    "over_budget": _("Together the projects cost too much."),
    "other_marks": _("This sheet was read before with other marks."),
    "read_again": _("Read again from the paper, this sheet says something else."),
    "same_marks": _("This sheet was read before with the same marks."),
    # why a page is not read
    "no_code": _("No sheet of ours: its code was not found."),
    "not_a_sheet": _("A code was found, but not that of a sheet."),
    "blank_page": _("A blank page."),
    "test_sheet": _("A test sheet: it never counts."),
    "unknown_definition": _("A sheet of no vote of ours."),
    "idea_card": _("A card with an idea or a comment: send it on the page of its cards."),
    "other_box": _("A sheet of another ballot box."),
    "other_session": _("A sheet of another session."),
    "other_vote": _("A sheet of another vote, or not printed here."),
    "unknown_layout": _("A sheet of a layout that this vote never had."),
    "unknown_serial": _("This sheet was never printed here."),
    "spoiled_sheet": _("This sheet was declared spoiled."),
    "wrong_page": _("The code names a page that its ballot does not have."),
    "no_corners": _("The corners of the sheet are not all in view."),
    "too_cropped": _("Only a part of the sheet is in the image."),
    "mirrored": _("The page is seen from behind."),
    "two_sheets": _("More than one sheet is in view: one at a time."),
    "too_blurred": _("The image is blurred."),
    "too_faint": _("The image is too pale."),
    "two_tones": _("Scanned in black and white alone: pale marks do not show. Scan in grey, or look at the sheet."),
    "distorted": _("The paper is not flat, or not printed at its true size."),
    "too_many_pixels": _("The image is too large."),
    "too_much_memory": _("The image is too large."),
    "reader_died": _("This page could not be opened."),
    "too_slow": _("This page took too long to open."),
    "damaged": _("The file is damaged."),
    "truncated": _("The end of the file is missing."),
    "encrypted": _("The file is locked with a password."),
    "empty": _("The file is empty."),
    "not_an_image": _("This is neither PDF, TIFF, JPEG nor PNG."),
    "is_heic": _("This photo is in a format that cannot be read here. Save or share it as JPEG, and send that."),
    "too_many_pages": _("More than 2,000 pages: scan in smaller batches."),
    "too_many_bytes": _("The file is too large."),
    # why the ballots of a batch could not be stored
    "box_not_open": _("The ballot box takes no ballots now. Open it, then read on."),
    "session_not_open": _("The session is not open. Open it, then read on."),
    "door_closed": _("This vote takes no paper."),
}


def reason_in_words(code: str) -> str | Promise:
    return REASONS.get(code, code)
