"""How often devices push: one that knocks without end is asked to wait, and all of them when applying lags behind.

Whoever is asked to wait loses nothing: it keeps its records and sends them later (``docs/protocol.md`` §7).
"""

from __future__ import annotations

import logging
import time
from functools import lru_cache

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from server.ledger.applying import count_waiting
from server.web.counting import count_once_more
from server.web.refusals import Refusal

from .models import Device

log = logging.getLogger(__name__)
MINUTE_S = 60
# Records that wait to be applied before anyone is asked to pause, and how many a worker surely applies in a second.
MANY_WAIT = 2_000
APPLIED_PER_S = 200
LONGEST_PAUSE_S = 60
KEPT_S = 1.0


class TooManyPushes(Refusal):
    code = "too_many_pushes"
    status = 429
    message = _("This device sends too often. It keeps what it holds, and sends it in a moment.")


def count_push(device: Device) -> None:
    """One more push that is signed by this device. Raises TooManyPushes above ``PARVIS_MOST_PUSHES`` in a minute."""
    if not settings.PARVIS_MOST_PUSHES:
        return
    minute, passed_s = divmod(int(time.time()), MINUTE_S)
    key = f"push:{device.pk}:{minute}"
    try:
        count = count_once_more(key, 2 * MINUTE_S)
    except Exception:
        # No record waits for a cache; what a broken one raises is its own business.
        log.warning("pushes are not counted")
        return
    if count > settings.PARVIS_MOST_PUSHES:
        raise TooManyPushes(details={"retry_after_s": MINUTE_S - passed_s})


def pause_s() -> int:
    """How long a device should send nothing more, so that what is stored is applied: 0 unless very much waits.

    Counted once in ``KEPT_S``: a hall that sends at once asks a hundred times in a second.
    """
    return _pause_s(time.monotonic() // KEPT_S)


@lru_cache(maxsize=1)
def _pause_s(_moment: float) -> int:
    return count_waiting(least=MANY_WAIT, most=LONGEST_PAUSE_S * APPLIED_PER_S) // APPLIED_PER_S
