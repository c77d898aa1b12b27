"""The closing slip of a device, as its QR code holds it (``docs/protocol.md`` §8): it measures what is lost with it."""

from __future__ import annotations

import json
from typing import Any

from django.utils.translation import gettext_lazy as _

from server.web.refusals import Refusal

from . import keys, messages
from .headers import HEX_64, MAX_NUMBER, SHAPES
from .installation import installation


class SlipWrong(Refusal):
    code = "slip_wrong"
    status = 422
    message = _(
        "This is not a closing slip that this device signed. Copy it again, or enter the number of ballots only."
    )


def read_slip(text: str, *, dev: str, public_key: bytes) -> dict[str, Any]:
    """``{"epoch", "seq", "head", "ballots", "sig"}`` of the device's own slip. Raises SlipWrong.

    The signature is that of a push: it binds the last record and its number; the number of ballots is what the device
    says besides.
    """
    try:
        told = json.loads(text)
        numbers = [told["seq"], told["ballots"]]
        is_sound = told["format"] == "parvis-slip-1" and told["dev"] == dev
        is_sound = is_sound and all(type(one) is int and 0 <= one <= MAX_NUMBER for one in numbers)
        is_sound = is_sound and told["ballots"] <= told["seq"]
        is_sound = is_sound and bool(SHAPES["epoch"].fullmatch(told["epoch"]) and HEX_64.fullmatch(told["head"]))
        message = messages.push_message(installation().log_id, dev, told["epoch"], told["seq"], told["head"])
        if not (is_sound and keys.verify(public_key, message, keys.unb64u(told["sig"]))):
            raise SlipWrong
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise SlipWrong from error
    return {name: told[name] for name in ("epoch", "seq", "head", "ballots", "sig")}
