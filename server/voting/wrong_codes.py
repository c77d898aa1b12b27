"""Wrong codes are counted by browser session, by address and its block, and by roll; more of them are answered with a
longer and longer wait (P15, P16).

They are counted in the database, so that a new cookie, another address of the same line or another worker does not
begin at nought. Nobody is shut out: a right code is served however many wrong ones came before it, because a hall
shares one address and a town one roll.
"""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connection
from django.utils import timezone

from server.web.address import client_address

from .models import WrongCodes
from .refusals import TryAgainLater

if TYPE_CHECKING:
    from django.http import HttpRequest

    from server.web.refusals import Refusal

FREE_TRIES = 10  # wrong codes before waiting begins: a hall of people mistypes from one address
# Whoever has a line has a whole /64 of IPv6; a /24 of IPv4 is a neighbourhood; a roll is a town.
ALLOWED = {"session": FREE_TRIES, "address": FREE_TRIES, "line": 20, "block": 100, "roll": 1000}
LONGEST_WAIT_S = 300
FORGOTTEN_AFTER = timedelta(hours=1)


def throttle_keys(request: HttpRequest) -> tuple[str, ...]:
    """Whom wrong codes are counted against: the browser's session, the address, its block. None is kept as it is."""
    if not request.session.session_key:
        request.session.create()
    return (f"session {request.session.session_key}", *address_key(request))


def address_key(request: HttpRequest) -> tuple[str, ...]:
    """The address and its block alone: at the door of devices there are no sessions."""
    address = client_address(request)
    return (f"address {address}", *block_key(address))


def block_key(address: str) -> tuple[str, ...]:
    """``line`` and the /64 of an IPv6, ``block`` and the /24 of an IPv4; nothing where no address is known."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return ()
    name, length = ("line", 64) if found.version == 6 else ("block", 24)
    return (f"{name} {ipaddress.ip_network((found, length), strict=False)}",)


def count_wrong(throttle_keys: Sequence[str], refusal: Refusal) -> Refusal:
    """Count one wrong code against each source. Returns what to raise: ``refusal``, or TryAgainLater after too many.

    Never call it inside a transaction that the refusal would undo, or that would hold the rows: many share some of
    them, and each is counted by a statement of its own, in one order, so that nobody waits for anybody in a circle.
    """
    allowed = {_source(key): ALLOWED.get(key.partition(" ")[0], FREE_TRIES) for key in throttle_keys}
    now = timezone.now()
    WrongCodes.objects.filter(last_at__lt=now - FORGOTTEN_AFTER).delete()
    beyond = max((_count_one(source, now) - allowed[source] for source in sorted(allowed)), default=0)
    if beyond <= 0:
        return refusal
    wait_s = min(2 ** min(beyond, 16), LONGEST_WAIT_S)
    return TryAgainLater(details={"retry_after_s": wait_s})


def _count_one(source: str, now: datetime) -> int:
    """Count one more of this source, whether it has a row already or not. Returns how many there are now.

    In SQL, because the ORM takes two statements and a transaction for it: whoever guesses makes us count a lot.
    """
    table = WrongCodes._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (source, count, last_at) VALUES (%s, 1, %s) "  # noqa: S608
            f"ON CONFLICT (source) DO UPDATE SET count = {table}.count + 1, last_at = excluded.last_at RETURNING count",
            [source, connection.ops.adapt_datetimefield_value(now)],
        )
        return int(cursor.fetchone()[0])


def _source(key: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), b"wrong code " + key.encode(), "sha256").hexdigest()
