"""How the words of a comment are kept. Pure: every door and the log say them alike."""

from __future__ import annotations

import re
import unicodedata


def tidy(text: str) -> str:
    """Lines end alike, letters are written alike, and no more than one empty line stands between two."""
    plain = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").strip()
    return re.sub(r"\n\s*\n\s*\n+", "\n\n", plain)
