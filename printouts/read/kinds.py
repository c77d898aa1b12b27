"""What kind of file it is, by its first bytes; imports no library of images."""

from __future__ import annotations

_HEIC = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif", b"avis")


def is_heic(start: bytes) -> bool:
    """True for a photo as new phones keep it (HEIC, AVIF). No library that we keep opens it; who sent it can."""
    return start[4:8] == b"ftyp" and start[8:12] in _HEIC
