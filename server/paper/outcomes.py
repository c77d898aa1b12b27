"""What became of photos of sheets: told to whoever holds the sheet, so that it is taken again on the spot (B11, B14).

Pure decisions: no Django, no clock. A photo is

    reading  on its way through the reader
    read     what stands on it is known, or the same sheet was read already; other pages of its sheet may be missing
    people   somebody looks at its image
    again    the picture is not good enough: the sheet is photographed once more
    aside    the sheet itself is not one to be counted here
"""

from __future__ import annotations

READING, READ, PEOPLE, AGAIN, ASIDE = "reading", "read", "people", "again", "aside"

# Of the picture, not of the sheet: a better one mends it (``printouts/read/refusals.py``).
_PICTURE = {
    "no_code",
    "not_a_sheet",
    "no_corners",
    "too_cropped",
    "mirrored",
    "two_sheets",
    "too_blurred",
    "too_faint",
    "distorted",
    "box_unseen",
    "blank_page",
    "too_few_pixels",
    "too_many_pixels",
    "too_much_memory",
    "too_slow",
    "reader_died",
}
# Of a file that is whole, as its hash says, and still no picture.
_FILE = {"damaged", "truncated", "not_an_image", "empty", "encrypted", "too_many_pages", "too_many_bytes"}
_SHEET = {"test_sheet": "test_sheet", "spoiled_sheet": "spoiled_sheet"}
OTHER_VOTE = "other_vote"


def outcome_of(
    *, batch: str, error: str, reading: str, reason: str, is_decided: bool, is_seen_again: bool
) -> tuple[str, str]:
    """Return what became of a photo, and why where somebody must take the sheet in hand.

    batch: status of its file; error: why the file was not read; reading: status of its page, "" where there is none;
    reason: of that; is_decided: a person has said what the page means; is_seen_again: a later image shows its sheet.
    """
    if batch == "failed":
        return (AGAIN, error) if error in _PICTURE | _FILE else (PEOPLE, "")
    if batch != "read" or not reading:
        return READING, ""
    if reading in ("automatic", "repeated", "part") or is_decided:
        return READ, ""
    if reason in _PICTURE and not is_seen_again:
        return AGAIN, reason
    if reading == "refused":
        return ASIDE, _SHEET.get(reason, OTHER_VOTE)
    return PEOPLE, ""
