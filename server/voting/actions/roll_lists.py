"""The lines behind each version of a roll: kept until the names are destroyed, given out to whoever may check them.

A correction keeps one line beside the version before it, a file all of them: 200,000 lines with 500 corrections take
little more than 200,000 lines.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from django.db import transaction

from server.office.actions import note_act
from server.voting.models import Roll, RollVersion, VersionLines
from server.voting.refusals import ListGone
from server.voting.roll_lines import LINE, in_order, list_head, texts_of

if TYPE_CHECKING:
    from server.accounts.models import User


def keep_lines(version: RollVersion, texts: Mapping[str, bytes]) -> None:
    """Keep what the version commits to. The roll is held.

    Of a roll that no frozen box knows, earlier versions were told to nobody: their lines are let go.
    """
    before = VersionLines.objects.filter(version__roll=version.roll, version__number=version.number - 1)
    if version.entry and before.exists():
        number = version.entry.number
        packed = _packed([texts.get(number, b"")])
        VersionLines.objects.create(version=version, is_whole=False, number=number, packed=packed)
        return
    VersionLines.objects.create(version=version, is_whole=True, packed=_packed(in_order(texts)))
    if not version.roll.boxes.exclude(definition="").exists():
        VersionLines.objects.filter(version__roll=version.roll).exclude(version=version).delete()


def _packed(texts: Iterable[bytes]) -> bytes:
    pack = zlib.compressobj()
    return b"".join([*(pack.compress(text) for text in texts), pack.flush()])


@transaction.atomic
def give_list(*, version: RollVersion, by: User) -> bytes:
    """The list that a version commits to, with its salt, for a sworn observer; the office's log says who took it.

    Raises ListGone once the names are destroyed, and for versions made before lines were kept.
    """
    roll = Roll.objects.select_related("space").get(pk=version.roll_id)
    texts = lines_of(version)
    if texts is None or roll.destroyed_at:
        raise ListGone
    note_act("roll.list_given", by=by, space=roll.space, subject=roll, facts={"version": version.number})
    salt = bytes(version.salt)
    head = list_head(version=version.number, people=version.people, commitment=version.commitment, salt=salt)
    return head + b"".join(in_order(texts))


def has_lines(versions: Iterable[RollVersion], roll: Roll) -> list[tuple[RollVersion, bool]]:
    """Each version, the newest first, and whether its list can be given out."""
    kept = dict(VersionLines.objects.filter(version__roll=roll).values_list("version__number", "is_whole"))
    found, is_reached = {}, False
    for version in sorted(versions, key=lambda one: one.number):
        is_reached = kept.get(version.number, False) or (is_reached and version.number in kept)
        found[version.number] = is_reached or version.number == roll.version
    return [(version, found[version.number] and not roll.destroyed_at) for version in versions]


def lines_of(version: RollVersion) -> dict[str, bytes] | None:
    """The lines of a version by their numbers, made again from what was kept; None where something is missing."""
    kept = VersionLines.objects.filter(version__roll=version.roll_id, version__number__lte=version.number)
    whole = kept.filter(is_whole=True).order_by("-version__number").select_related("version").first()
    if whole is None:
        return _lines_today(version)
    texts = {json.loads(text)[0]: text for text in zlib.decompress(whole.packed).splitlines(keepends=True)}
    steps = list(kept.filter(version__number__gt=whole.version.number).order_by("version__number"))
    if len(steps) != version.number - whole.version.number:
        return _lines_today(version)
    for step in steps:
        texts.pop(step.number, None)
        if text := zlib.decompress(step.packed):
            texts[step.number] = text
    return texts


def _lines_today(version: RollVersion) -> dict[str, bytes] | None:
    """Nothing was kept, as before lines were: the newest version is the roll as it stands."""
    if version.number != version.roll.version:
        return None
    return texts_of(version.roll.entries.with_right().order_by().values_list(*LINE))
