"""The answer to a device that has no network, carried back by hand: as a small file, or as a few QR codes (§8).

It is a reply like any other, under the same signature, and the device checks it with the same function. Instead of a
verdict for each record it has ``runs``: ``head`` names the record before ``next``, and through it all before, so that
numbers suffice. ``proof`` shows that the list goes on from the state that the device knew when it wrote its file.
"""

from __future__ import annotations

from typing import Any

from server.ledger import tree
from server.ledger.actions import latest_checkpoint
from server.ledger.models import Chain, Checkpoint, Record
from server.ledger.nodes import from_stored

from .carried import runs
from .models import Device
from .replying import sign_reply


def answers_to(device: Device) -> list[tuple[str, str]]:
    """``(reply, signature)`` for each chain of a device, the one with most records first. Writes nothing.

    Empty before the first state of the list was signed, and for a device that brought nothing.
    """
    checkpoint = latest_checkpoint()
    if checkpoint is None:
        return []
    chains = Chain.objects.filter(dev=device.dev, next_seq__gt=1).order_by("-next_seq", "epoch")
    return [sign_reply(device, chain, checkpoint, said=_said(device, chain, checkpoint)) for chain in chains]


def _said(device: Device, chain: Chain, checkpoint: Checkpoint) -> dict[str, Any]:
    rows = Record.objects.filter(dev=chain.dev, epoch=chain.epoch, seq__lt=chain.next_seq, is_fork=False)
    told = rows.order_by("seq").values_list("seq", "verdict", "reason", "index")
    said: dict[str, Any] = {"runs": runs(told.iterator(chunk_size=2000))}
    if proof := _proof(device, checkpoint):
        said["proof"] = proof
    return said


def _proof(device: Device, checkpoint: Checkpoint) -> dict[str, Any]:
    """From the state that the device knew to this one; nothing where it knew none, or one of another time."""
    seen = device.seen
    if seen.get("epoch") != checkpoint.log_epoch or not 0 < seen.get("size", 0) < checkpoint.size:
        return {}
    steps = from_stored(lambda node: tree.consistency_proof(seen["size"], checkpoint.size, node))
    return {"first": seen["size"], "steps": [step.hex() for step in steps]}
