"""What witnesses said, as it is told: to machines, on public pages, in the files of a result."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import F, OuterRef, Prefetch, QuerySet, Subquery, Window
from django.db.models.functions import RowNumber

from server.ledger.actions import latest_checkpoint
from server.ledger.installation import installation
from server.ledger.keys import b64u
from server.ledger.models import Checkpoint

from .models import Alarm, Statement, Witness

# A witness's newest statement says that the list extends all it saw before: older ones add little.
MOST_OF_ONE = 50
MOST_ALARMS = 50


def statement_document(statement: Statement) -> dict[str, Any]:
    """As the witness said it (protocol §9): with its own key, anyone checks it."""
    return {
        "format": "parvis-witness-1",
        "checkpoint": {
            "origin": statement.origin,
            "log_id": installation().log_id,
            "epoch": statement.log_epoch,
            "size": statement.size,
            "root": statement.root,
            "sig": statement.checkpoint_sig,
        },
        "witness": statement.witness.key_hash,
        "public_key": b64u(bytes(statement.witness.public_key)),
        "sig": statement.signature,
    }


def witness_document(witness: Witness) -> dict[str, Any]:
    return {"name": witness.name, "witness": witness.key_hash, "public_key": b64u(bytes(witness.public_key))}


def everything_said() -> dict[str, Any]:
    """The witnesses, the newest statements of each, and every alarm with its answer."""
    return {
        "witnesses": [witness_document(one) | {"active": one.is_active} for one in Witness.objects.all()],
        "statements": [statement_document(one) for one in _newest_of_each(Statement.objects.all())],
        "alarms": [
            {
                "witness": one.witness.key_hash,
                "kind": one.kind,
                "day": f"{one.raised_at:%Y-%m-%d}",
                "document": one.document,
                "answer": one.answer,
            }
            for one in Alarm.objects.select_related("witness")[:MOST_ALARMS]
        ],
    }


def _newest_of_each(rows: QuerySet[Statement]) -> list[Statement]:
    """The newest of each witness, chosen by the database; the oldest of them first."""
    newest_first = [F("log_epoch").desc(), F("size").desc(), F("pk").desc()]
    placed = rows.annotate(place=Window(RowNumber(), partition_by=F("witness_id"), order_by=newest_first))
    return list(placed.filter(place__lte=MOST_OF_ONE).select_related("witness").order_by("log_epoch", "size", "pk"))


def published(checkpoints: Sequence[Checkpoint]) -> dict[str, Any]:
    """``witnesses.json`` (protocol §11): who co-signed which of these states of the list."""
    sizes = {(one.log_epoch, one.size, one.root) for one in checkpoints}
    epoch = {one.log_epoch for one in checkpoints}
    rows = Statement.objects.filter(log_epoch__in=epoch, origin=installation().origin)
    kept = [one for one in _newest_of_each(rows) if (one.log_epoch, one.size, one.root) in sizes]
    named = {one.witness_id: one.witness for one in kept}
    return {
        "format": "parvis-witnesses-1",
        "witnesses": [witness_document(named[pk]) for pk in sorted(named)],
        "statements": [statement_document(one) for one in kept],
    }


def witnesses_of_today() -> list[Witness]:
    """Who is listened to or ever said something: with ``last_size`` and ``last_at``, and its alarms at hand.

    Without the evidence of the alarms: it is long, and no list of them shows it.
    """
    alarms = Prefetch("alarms", Alarm.objects.defer("document"))
    rows = Witness.objects.with_last_statement().prefetch_related(alarms)
    return [one for one in rows if one.is_active or one.last_size is not None or one.alarms.all()]


def cosigned_by(index: int) -> list[Statement]:
    """For each witness, the first state it co-signed that holds the record at this index."""
    last = latest_checkpoint()
    if last is None:
        return []
    firsts = Statement.objects.holding(index, last.log_epoch).filter(witness=OuterRef("pk")).values("pk")[:1]
    found = Witness.objects.annotate(first=Subquery(firsts)).exclude(first=None).values("first")
    return list(Statement.objects.filter(pk__in=found).select_related("witness").order_by("size", "pk"))
