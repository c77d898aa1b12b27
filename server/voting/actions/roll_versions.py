"""Every change of a roll makes a version; the log of every vote that is bound to the roll hears of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from server.ledger.actions import append
from server.voting.models import Box, Roll, RollVersion
from server.voting.models_rolls import new_salt
from server.voting.roll_lines import LINE, commitment_of_texts, texts_of

from .roll_lists import keep_lines

if TYPE_CHECKING:
    from server.accounts.models import User

# Bound to the roll, and not settled yet.
LISTENING = (Box.State.FROZEN, Box.State.OPEN, Box.State.CLOSED)


def locked_roll(roll: Roll) -> Roll:
    """The roll as it stands, with its boxes, held until the transaction ends."""
    list(Box.objects.filter(roll=roll).select_for_update(no_key=True).order_by("pk"))
    return Roll.objects.select_for_update(no_key=True).get(pk=roll.pk)


def renew(roll: Roll, kind: RollVersion.Kind, *, by: User | None, **facts: Any) -> RollVersion:
    """The roll was changed: number the version, commit to its lines, tell the log. The roll is held.

    facts: ``entry``, ``reason`` and ``agreed_by`` where one line was corrected.
    """
    roll.version += 1
    roll.save(update_fields=["version", "imported_at"])
    version = _version(roll, kind, by=by, **facts)
    bound = roll.boxes.filter(state__in=LISTENING, regime=Box.Regime.PERSON)
    for box in bound.select_related("component__space").order_by("pk"):
        announce(box, version)
    return version


def announce_roll(box: Box, *, by: User) -> None:
    """A box by person was frozen: its log says which version of the roll holds."""
    if box.roll is None or box.regime != Box.Regime.PERSON:
        return
    roll = Roll.objects.select_for_update(no_key=True).get(pk=box.roll.pk)
    version = roll.versions.filter(number=roll.version).first() or _version(roll, RollVersion.Kind.FIRST, by=by)
    announce(box, version)


def announce(box: Box, version: RollVersion) -> None:
    body = {"version": version.number, "people": version.people, "commitment": version.commitment}
    append(
        type="roll.version",
        definition=box.definition_hash,
        space=box.space.slug,
        actor="organiser",
        body=json.dumps(body).encode(),
    )


def _version(roll: Roll, kind: RollVersion.Kind, *, by: User | None, **facts: Any) -> RollVersion:
    texts = texts_of(roll.entries.with_right().order_by().values_list(*LINE).iterator(chunk_size=2000))
    salt = new_salt()
    version = RollVersion.objects.create(
        roll=roll,
        number=roll.version,
        kind=kind,
        people=len(texts),
        salt=salt,
        commitment=commitment_of_texts(salt, texts),
        by=by,
        **facts,
    )
    keep_lines(version, texts)
    return version
