"""What a publisher does to the closings of sessions, to lost devices and to a sample of letters, and signs anew.

A "no" that he calls a "yes" is found by nobody here, nor is the number of ballots on a slip, which its device does not
sign: whoever answered, and whoever holds the paper slip, knows better.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable

from server.ledger.keys import b64u

from .engine import OTHER_KEY, shift
from .numbers import json_kind

Change = Callable[[dict, random.Random], object]


def _lost(data: dict, rng: random.Random, *, has_slip: bool | None = None) -> dict:
    """One of the lost devices; LookupError where there is none."""
    return rng.choice([one for one in data["missing"] if has_slip is None or ("promised" in one) is has_slip])


def _said(one: dict, change: Callable[[dict], object]) -> None:
    """Another body in the place of the one that the list committed to."""
    body = json.loads(one["body"])
    change(body)
    one["body"] = json.dumps(body)


def _pairing(data: dict) -> dict:
    return next((one for one in data["equations"] if one["name"] == "devices"), {})["right"]


def _call_unknown(data: dict, rng: random.Random) -> None:
    one = _lost(data, rng, has_slip=True)
    del one["promised"], one["lost"]


def _call_found(data: dict, rng: random.Random) -> None:
    """A lost device is said to have come back: it leaves the list, and the account of devices holds."""
    data["missing"].remove(_lost(data, rng))
    terms = _pairing(data)
    terms["missing"], terms["closed"] = terms["missing"] - 1, terms["closed"] + 1


def _make_one_up(data: dict, rng: random.Random) -> None:
    data["missing"].append(_lost(data, rng) | {"dev": rng.randbytes(32).hex()})


def _another_head(body: dict) -> None:
    list(body["heads"].values())[0][0]["head"] = "5e" * 32


LOSSES: dict[str, Change] = {
    "fewer_ballots_are_lost": lambda d, r: (one := _lost(d, r, has_slip=True)).update(lost=one["lost"] - 1),
    "more_ballots_of_a_lost_device_arrived": lambda d, r: (one := _lost(d, r)).update(arrived=one["arrived"] + 1),
    "fewer_records_of_a_lost_device_are_gone": lambda d, r: (one := _lost(d, r)).update(records=one["records"] - 1),
    "a_slip_names_fewer_ballots": lambda d, r: (one := _lost(d, r, has_slip=True)).update(
        promised=one["promised"] - 1, lost=one["lost"] - 1
    ),
    "a_slip_was_written_anew": lambda d, r: _said(
        _lost(d, r, has_slip=True)["named"], lambda body: body["slip"].update(ballots=body["slip"]["ballots"] - 1)
    ),
    "a_loss_is_called_unknown": _call_unknown,
    "an_unknown_loss_is_called_none": lambda d, r: (one := _lost(d, r, has_slip=False)).update(
        promised=one["arrived"], lost=0
    ),
    "a_lost_device_is_not_told": lambda d, r: d["missing"].remove(_lost(d, r)),
    "no_lost_device_is_told": lambda d, r: d.pop("missing"),
    "a_lost_device_is_said_to_be_back": _call_found,
    "a_lost_device_is_made_up": _make_one_up,
    "a_device_was_lost_for_another_reason": lambda d, r: _lost(d, r).update(reason="Rendue."),
    "a_slip_is_of_another_key": lambda d, r: _lost(d, r, has_slip=True).update(public_key=b64u(OTHER_KEY)),
    "a_lost_device_was_named_by_another_record": lambda d, r: _lost(d, r)["named"].update(index=0),
    "the_naming_of_a_lost_device_is_gone": lambda d, r: _lost(d, r).pop("named"),
}
CLOSINGS: dict[str, Change] = {
    "the_closings_are_gone": lambda d, r: d.pop("closings"),
    "a_closing_is_gone": lambda d, r: d["closings"].pop(r.randrange(len(d["closings"]))),
    "a_closing_is_another_record": lambda d, r: r.choice(d["closings"]).update(index=0),
    "a_closing_has_another_salt": lambda d, r: r.choice(d["closings"]).update(salt=r.randbytes(16).hex()),
    "a_closing_is_of_another_session": lambda d, r: r.choice(d["closings"]).update(session=r.randbytes(8).hex()),
    "a_chain_is_said_to_end_elsewhere": lambda d, r: _said(r.choice(d["closings"]), _another_head),
    "a_closing_lost_nothing": lambda d, r: _said(r.choice(d["closings"]), lambda body: body.pop("lost")),
    "a_device_is_not_in_the_accounts": lambda d, r: (
        _pairing(d).update(closed=_pairing(d)["closed"] - 1),
        [one["left"].update(devices=one["left"]["devices"] - 1) for one in d["equations"] if one["name"] == "devices"],
    ),
    "the_account_of_devices_is_gone": lambda d, r: (
        _pairing(d),
        d.update(equations=[one for one in d["equations"] if one["name"] != "devices"]),
    ),
}
REVOKED: dict[str, Change] = {
    "no_revocation_is_told": lambda d, r: d.pop("revoked"),
    "a_revocation_is_another_record": lambda d, r: r.choice(d["revoked"]).update(index=0),
    "a_revocation_has_another_salt": lambda d, r: r.choice(d["revoked"]).update(salt=r.randbytes(16).hex()),
    "a_revocation_is_told_twice": lambda d, r: d["revoked"].append(r.choice(d["revoked"])),
    "a_revoked_device_is_trusted_for_longer": lambda d, r: _said(
        r.choice(d["revoked"]), lambda body: body.update(size=body["size"] + 1)
    ),
}
SAMPLE: dict[str, Change] = {
    "the_sample_is_gone": lambda d, r: d.pop("sample"),
    "an_answer_is_off": lambda d, r: shift(
        d["sample"], r, [name for name in ("confirmed", "denied", "returned", "silent") if name in d["sample"]]
    ),
    "fewer_people_were_asked": lambda d, r: d["sample"].update(
        size=d["sample"]["size"] - 1, silent=d["sample"]["silent"] - 1
    ),
    "more_people_could_be_asked": lambda d, r: d["sample"].update(marks=d["sample"]["marks"] + 1),
    "a_sample_was_drawn_with_another_seed": lambda d, r: d["sample"].update(seed="1 1 1"),
    "a_sample_was_drawn_by_another_record": lambda d, r: d["sample"].update(index=0),
    "a_sample_committed_to_another_seed": lambda d, r: _said(d["sample"], lambda body: body.update(seed="1 1 1")),
    "a_sample_has_another_salt": lambda d, r: d["sample"].update(salt=r.randbytes(16).hex()),
}
for _name, _change in {**LOSSES, **CLOSINGS, **REVOKED, **SAMPLE}.items():
    json_kind("accounts.json", _name, _change)


def _sample_made_up(data: dict, rng: random.Random) -> None:
    """A look at the desk that nobody took; the sample that there is goes."""
    closing = rng.choice(data["closings"])
    data["sample"] = {**closing, "seed": "1 1 1", "marks": 1, "size": 1, "confirmed": 1}
    data["sample"] |= {"denied": 0, "returned": 0, "silent": 0}


json_kind("accounts.json", "a_sample_is_made_up", _sample_made_up)
