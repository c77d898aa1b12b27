"""Wrong codes are counted by browser session and by address, and answered with a longer and longer wait (P16).

They are counted in the database, so that a new cookie or another worker does not begin at nought. Nobody is shut out:
a right code is served however many wrong ones came before it, because a hall shares one address.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import F, Max
from django.utils import timezone

from server.web.address import client_address

from .models import WrongCodes
from .refusals import TryAgainLater

if TYPE_CHECKING:
    from django.http import HttpRequest

    from server.web.refusals import Refusal

FREE_TRIES = 10  # wrong codes before waiting begins: a hall of people mistypes from one address
LONGEST_WAIT_S = 300
FORGOTTEN_AFTER = timedelta(hours=1)


def throttle_keys(request: HttpRequest) -> tuple[str, ...]:
    """Whom wrong codes are counted against: the browser's session and the address. Neither is kept as it is."""
    if not request.session.session_key:
        request.session.create()
    return (f"session {request.session.session_key}", *address_key(request))


def address_key(request: HttpRequest) -> tuple[str]:
    """The address alone: at the door of devices there are no sessions."""
    return (f"address {client_address(request)}",)


def count_wrong(throttle_keys: Sequence[str], refusal: Refusal) -> Refusal:
    """Count one wrong code against each source. Returns what to raise: ``refusal``, or TryAgainLater after too many.

    Never call it inside a transaction that the refusal would undo.
    """
    sources, now = [_source(key) for key in throttle_keys], timezone.now()
    known = WrongCodes.objects.filter(source__in=sources)
    WrongCodes.objects.filter(last_at__lt=now - FORGOTTEN_AFTER).delete()
    WrongCodes.objects.bulk_create([WrongCodes(source=source) for source in sources], ignore_conflicts=True)
    known.update(count=F("count") + 1, last_at=now)
    count = known.aggregate(most=Max("count"))["most"] or 0
    if count <= FREE_TRIES:
        return refusal
    wait_s = min(2 ** min(count - FREE_TRIES, 16), LONGEST_WAIT_S)
    return TryAgainLater(details={"retry_after_s": wait_s})


def _source(key: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), b"wrong code " + key.encode(), "sha256").hexdigest()
