"""Photos and documents are added and taken away. Who may do so is asked by the room whose thing it is."""

from __future__ import annotations

import hashlib
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from django.db import transaction

from . import storage
from .looking import Seen, look_at
from .models import Enclosure
from .refusals import TooManyEnclosures

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

    from server.accounts.models import User


@dataclass(frozen=True)
class Kept:
    """A file that was looked at, and lies on the disk. ``size``: bytes of what is kept."""

    seen: Seen
    sha256: str
    size: int


@dataclass(frozen=True)
class About:
    """One thing: its kind as its room registered it, and its ref."""

    kind: str
    ref: str


def keep_file(file: UploadedFile) -> Kept:
    """Look at what somebody uploaded, and keep a photo made anew or a document as it came. Raises BadFile."""
    with tempfile.TemporaryDirectory(prefix="parvis-look-") as name:
        folder = Path(name)
        came = folder / "came"
        with came.open("wb") as there:
            for piece in file.chunks():
                there.write(piece)
        seen = look_at(came, folder)
        if seen.sort == Enclosure.Sort.DOCUMENT:
            content = came.read_bytes()
            sha256 = hashlib.sha256(content).hexdigest()
            storage.keep(content, sha256, storage.DOCUMENT)
        else:
            content = (folder / "photo.jpg").read_bytes()
            sha256 = hashlib.sha256(content).hexdigest()
            storage.keep((folder / "small.jpg").read_bytes(), sha256, storage.SMALL)
            storage.keep(content, sha256, storage.WHOLE)
    return Kept(seen, sha256, len(content))


@transaction.atomic
def add_enclosure(*, about: About, kept: Kept, words: str, by: User | None, most: int) -> Enclosure:
    """Added twice, it is the one that is there. Raises TooManyEnclosures. What it belongs to is held by who calls."""
    there = enclosures_of(about)
    for one in there:
        if one.sha256 == kept.sha256:
            return one
    if len(there) >= most:
        raise TooManyEnclosures(details={"most": most})
    return Enclosure.objects.create(
        about_kind=about.kind,
        about_ref=about.ref,
        sort=kept.seen.sort,
        words=words,
        sha256=kept.sha256,
        size=kept.size,
        width=kept.seen.width,
        height=kept.seen.height,
        position=max((one.position for one in there), default=0) + 1,
        added_by=by,
    )


def remove_enclosures(rows: Iterable[Enclosure]) -> None:
    """The rows, and each file that no other row names, once it is certain."""
    gone = list(rows)
    Enclosure.objects.filter(pk__in=[one.pk for one in gone]).delete()
    transaction.on_commit(lambda: destroy_unnamed([one.sha256 for one in gone]))


def destroy_unnamed(hashes: Iterable[str]) -> None:
    still = set(Enclosure.objects.filter(sha256__in=list(hashes)).values_list("sha256", flat=True))
    for sha256 in set(hashes) - still:
        storage.destroy(sha256)


@contextmanager
def kept_if_named(kept: Kept) -> Iterator[Kept]:
    """The file goes again where what was to name it is refused."""
    try:
        yield kept
    except BaseException:
        destroy_unnamed([kept.sha256])
        raise


def enclosures_of(about: About) -> list[Enclosure]:
    return list(Enclosure.objects.filter(about_kind=about.kind, about_ref=about.ref))


def by_thing(kind: str, refs: Iterable[str]) -> dict[str, list[Enclosure]]:
    """Those of each thing that has any, in their order: one query, for lists."""
    found: dict[str, list[Enclosure]] = defaultdict(list)
    for one in Enclosure.objects.filter(about_kind=kind, about_ref__in=list(refs)):
        found[one.about_ref].append(one)
    return found
