"""Receipts: the answer "recorded", with its proof. They say nothing of content or counting, and never will."""

from __future__ import annotations

from . import tree
from .actions import checkpoint_document
from .models import Checkpoint, Record
from .nodes import from_stored


def find(text: str) -> Record | None:
    """The record with this id (64 hexadecimal characters, spaces and case do not matter), or None."""
    wanted = "".join(text.split()).lower()
    if len(wanted) != 64 or not set(wanted) <= set("0123456789abcdef"):
        return None
    return Record.objects.filter(pk=wanted).first()


def receipt_for(record: Record) -> dict:
    """Protocol §9: id, index, and, once a checkpoint covers the record, the path from its leaf to the root."""
    covering = Checkpoint.objects.filter(size__gt=record.index).order_by("-log_epoch", "-size").first()
    receipt: dict = {"id": record.id, "index": record.index}
    if covering is None:
        return receipt
    index, size = record.index, covering.size
    path = from_stored(lambda node: tree.inclusion_path(index, size, node))
    return receipt | {
        "size": covering.size,
        "path": [step.hex() for step in path],
        "checkpoint": checkpoint_document(covering),
    }
