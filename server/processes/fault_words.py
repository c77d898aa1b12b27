"""What is wrong with a file, in words that say how to mend it."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .tables import Fault

SENTENCES = {
    "empty": gettext_lazy("The file is empty."),
    "too_big": gettext_lazy("The file is too large."),
    "not_a_table": gettext_lazy("This is neither CSV nor XLSX."),
    "old_excel": gettext_lazy("This is an old or a protected Excel file. Save it as XLSX or CSV without a password."),
    "not_xlsx": gettext_lazy("This archive is not a plain Excel workbook. Save the table as XLSX or CSV."),
    "broken_xlsx": gettext_lazy("The Excel file is damaged or was cut. Save and send it again."),
    "zip_bomb": gettext_lazy("The Excel file would unpack to an enormous size. Save the table as CSV."),
    "macros": gettext_lazy("The Excel file holds macros. Save it as XLSX without macros."),
    "embedded": gettext_lazy("The Excel file holds other files. Save the table alone."),
    "utf16": gettext_lazy("The encoding is UTF-16. Save the file as “CSV UTF-8”."),
    "not_utf8": gettext_lazy("The encoding is not UTF-8. Save the file as UTF-8."),
    "bad_encoding": gettext_lazy("The encoding is neither UTF-8 nor Windows-1252. Save the file as “CSV UTF-8”."),
    "truncated": gettext_lazy("The file ends in the middle of a row: it was cut. Send the whole file."),
    "control_character": gettext_lazy("There are characters that cannot be seen."),
    "hidden": gettext_lazy("There are characters that cannot be seen."),
    "bad_quotes": gettext_lazy("A quotation mark opens here and does not close properly."),
    "no_rows": gettext_lazy("There are column names and no rows."),
    "repeated_column": gettext_lazy("There are two columns of this name."),
    "missing_column": gettext_lazy("This column is missing."),
    "row_width": gettext_lazy("The row does not have as many cells as there are columns."),
    "too_many_rows": gettext_lazy("There are too many rows."),
    "too_many_columns": gettext_lazy("There are too many columns."),
    "too_many_errors": gettext_lazy("There is more; the list stops here."),
    "missing_value": gettext_lazy("A value is missing."),
    "too_long": gettext_lazy("The text is too long."),
    "bad_number": gettext_lazy("This is not a number."),
    "ambiguous_number": gettext_lazy("This can be read as thousands or as decimals. Write it without a separator."),
    "negative_number": gettext_lazy("A number below zero makes no sense here."),
    "zero_cost": gettext_lazy("A project costs more than nothing."),
    "bad_identifier": gettext_lazy(
        "An identifier holds up to 40 plain letters, digits, hyphens, dots and underscores. It begins with a letter "
        "or digit."
    ),
    "bad_project_id": gettext_lazy("This identifier cannot be used."),
    "duplicate_project": gettext_lazy("This identifier stands twice."),
    "repeated_identifier": gettext_lazy("This identifier stands twice."),
    "not_one_of": gettext_lazy("This word is not one of those that can stand here."),
    "bad_json": gettext_lazy("This is not JSON with a list of proposals."),
    "duplicate_number": gettext_lazy("This number stands twice."),
    "duplicate_account": gettext_lazy("This account stands twice."),
    "says_too_little": gettext_lazy("Give the number on the roll, or the family name and the date of birth."),
    "number_taken": gettext_lazy("Another project of this budget has this number on the ballot."),
    "bad_date": gettext_lazy("This is not a date. Write 1980-05-31 or 31/05/1980."),
    "bad_email": gettext_lazy("This is not an e-mail address."),
    "no_section": gettext_lazy("A .pb file begins with the section META."),
    "missing_section": gettext_lazy("This section is missing."),
    "repeated_section": gettext_lazy("This section stands twice."),
    "missing_key": gettext_lazy("This key is missing."),
    "repeated_key": gettext_lazy("This key stands twice."),
    "count_differs": gettext_lazy("The file announces another number of rows: it was cut or changed."),
}


def sentence(fault: Fault) -> str:
    """``Line 3: This is not a number. (abc)``"""
    words = str(SENTENCES.get(fault.code, _("This cannot be read.")))
    if fault.detail:
        words = f"{words} ({fault.detail})"
    if not fault.line:
        return words
    return _("Line %(line)d: %(words)s") % {"line": fault.line, "words": words}


def sentences(faults: Iterable[Fault]) -> list[str]:
    return [sentence(fault) for fault in faults]
