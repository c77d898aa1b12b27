"""After a backup was restored: a time in which people put things in order, and what is known to be lost (S9).

A restored installation has forgotten what came after the backup, and devices still hold their part of it. Until
somebody says that all is here that will come, it *takes* records, by network and by file, and paper that is read; and
it does nothing that rests on having all of them: nothing is opened, closed, counted, published or destroyed, no desk
marks anybody, and no ballot is cast online (``require_in_order``).

A file beside the keys is the sign for all this, so that every page can ask without asking the database.

*What is lost*: whoever kept a signed state of the list as it was, a device or a witness, proves that it held so many
records. The places from where the list goes on up to there are the *lost span*: a receipt that names one of them is
affected until its record stands on the list of today.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from server.web.refusals import Refusal

from . import statements, tree
from .installation import installation, write_once
from .keys import b64u
from .messages import epoch_message
from .models import Log, Record, Recovery

SIGN = "recovering"


class Recovering(Refusal):
    code = "recovering"
    message = _(
        "This installation was restored from a backup, and people are putting it in order: devices bring back what it "
        "has forgotten. Until that is done nothing is opened, closed, counted or published here, and no ballot is "
        "taken online. Please come back later."
    )


def _sign() -> Path:
    return Path(settings.PARVIS_VAR) / "keys" / SIGN  # not by way of the keys: a page must not make them


def root_of(log: Any) -> str:
    """The root over the whole log (hex), from its row; whichever release's model that is of."""
    return tree.Frontier(log.size, [bytes.fromhex(peak) for peak in log.peaks]).root().hex()


@transaction.atomic
def begin() -> Recovery:
    """Note that the list goes on as another one from where it stands, and put the sign out. Again changes nothing.

    Whoever restored it has raised ``Log.log_epoch``.
    """
    log, _new = Log.objects.get_or_create(pk=1)
    facts = {"size": log.size, "root": root_of(log)}
    recovery, _is_new = Recovery.objects.get_or_create(log_epoch=log.log_epoch, defaults=facts)
    if recovery.ended_at is None:
        _sign().parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_once(_sign(), b"")
    return recovery


def current() -> Recovery | None:
    """The recovery that is under way; None in ordinary times, without asking the database."""
    return Recovery.objects.filter(ended_at=None).last() if _sign().exists() else None


def require_in_order() -> None:
    """Before anything that rests on having all records. Raises Recovering."""
    if current() is not None:
        raise Recovering


@transaction.atomic
def end() -> list[Recovery]:
    """All is here that will come. Whoever calls has asked people, and notes who they were: nobody, where none was
    under way. A restore during a recovery leaves two; one end is for both."""
    under_way = list(Recovery.objects.select_for_update().filter(ended_at=None))
    for held in under_way:
        held.came, held.ended_at = _came(held), timezone.now()
        held.save(update_fields=["came", "ended_at"])
    transaction.on_commit(_take_sign_down)
    return under_way


def _take_sign_down() -> None:
    with contextlib.suppress(FileNotFoundError):
        _sign().unlink()


# -- What is lost ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Lost:
    """places: so many of the earlier list are proved and gone from where they were; came: records that devices brought
    since, up to the end of the recovery; missing: so many records at least were not back then."""

    recovery: Recovery
    places: int
    came: int

    @property
    def missing(self) -> int:
        return max(0, self.places - self.came)

    @property
    def first(self) -> int:
        return self.recovery.size

    @property
    def last(self) -> int:
        """The last place of the lost span; one less than the first where there is none."""
        return self.recovery.size + self.places - 1


def lost(recovery: Recovery) -> Lost:
    places = max(0, recovery.proved.get("size", 0) - recovery.size)
    return Lost(recovery, places, recovery.came if recovery.ended_at else _came(recovery))


def _came(recovery: Recovery) -> int:
    return Record.objects.filter(index__gte=recovery.size).exclude(dev=installation().dev).count()


def after(epoch: int) -> Recovery | None:
    """What ended this time of the list: the first recovery after it; None where it is the list of today, or unknown."""
    return Recovery.objects.filter(log_epoch__gt=epoch).first()


def note_state(state: Mapping[str, Any]) -> None:
    """Keep a state {epoch, size, root, sig} that we signed and do not contain, where it shows more of the lost span.

    A state that is no longer than what is left of the list, and not contained in it, is of no lost span: the list was
    changed, and no restore explains that.
    """
    recovery = after(state["epoch"])
    if recovery is None or state["size"] <= recovery.size:
        return
    with transaction.atomic():
        held = Recovery.objects.select_for_update().get(pk=recovery.pk)
        if state["size"] > held.proved.get("size", 0):
            held.proved = {name: state[name] for name in ("epoch", "size", "root", "sig")}
            held.save(update_fields=["proved"])


@dataclass(frozen=True)
class Affected:
    """What is said of a receipt whose record is not on the list. recovery: the newest that it may be of.

    place: what the receipt names as its place on an earlier list; None where it names none. is_listed: the place is of
    the lost span, or beyond the part of it that is proved.
    """

    recovery: Recovery
    place: int | None = None

    @property
    def is_listed(self) -> bool:
        return self.place is not None


def affected(told: Any) -> Affected | None:
    """Whether a receipt may be of a lost span. told: the receipt as JSON gives it (§9), or None for its number alone.

    None where no backup was restored, and for a place that the restore did not touch: then the list was changed.
    """
    newest = Recovery.objects.last()
    if newest is None or told is None:
        return Affected(newest) if newest else None
    try:
        index, point = told["index"], statements.require_checkpoint(told["checkpoint"])
        is_ours = type(index) is int and 0 <= index < point["size"]
        is_ours = is_ours and statements.is_signed_by(point, installation().public_key)
    except (ValueError, KeyError, TypeError):
        return Affected(newest)
    recovery = after(point["epoch"]) if is_ours else newest
    if recovery is None or (is_ours and index < recovery.size):
        return None
    return Affected(recovery, index if is_ours else None)


def document(found: Lost) -> dict[str, Any]:
    """What the list goes on from, signed, and what is known to be lost (§9)."""
    house, recovery = installation(), found.recovery
    facts = (house.origin, house.log_id, recovery.log_epoch, recovery.size, recovery.root)
    names = ("origin", "log_id", "epoch", "size", "root")
    told: dict[str, Any] = dict(zip(names, facts, strict=True))
    told |= {"sig": b64u(house.sign(epoch_message(*facts))), "began": f"{recovery.began_at:%Y-%m-%d}"}
    if recovery.ended_at:
        told["ended"] = f"{recovery.ended_at:%Y-%m-%d}"
    told |= {"lost": found.places, "came": found.came, "missing": found.missing}
    return told | ({"proved": recovery.proved} if recovery.proved else {})
