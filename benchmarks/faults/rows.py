"""F15, rows altered by SQL under a certified vote, which is then published again (X17).

Either publishing is refused, or both verifiers find it in what is published. Every alteration is rolled back.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

TIMES = 3

Sql = tuple[str, tuple[Any, ...]]


def tamper_with_rows(box: Any, rng: random.Random, root: Path) -> dict[str, Any]:
    from tests.server.opendata.second_verifier import judged

    from .hall import undone
    from .tampering import is_right_for_python

    fates, missed = Counter[str](), []
    for name, alter in KINDS.items():
        for time in range(TIMES):
            folder = root / f"rows-{name}-{time}"
            with undone():
                is_published = _published_after(alter(box, rng), box, folder)
            if not is_published:
                fates["refused"] += 1
            elif not is_right_for_python(folder) and not judged([folder])[0]["isRight"]:
                fates["found_by_both"] += 1
            else:
                missed.append(folder.name)
    tamperings = len(KINDS) * TIMES
    return {"tamperings": tamperings, "refused": 0, "found_by_both": 0, **fates, "missed": missed}


def _published_after(statements: list[Sql], box: Any, folder: Path) -> bool:
    """False where the database or the act of publishing refuses."""
    from django.db import DatabaseError, connection, transaction

    from server.opendata.actions import publish
    from server.voting.models import Box
    from server.web.refusals import Refusal

    try:
        with transaction.atomic(), connection.cursor() as cursor:
            for sql, values in statements:
                cursor.execute(sql, values)
            publish(Box.objects.get(pk=box.pk), folder)
    except (DatabaseError, Refusal):
        return False
    return True


def _own_ballot(box: Any, rng: random.Random) -> Any:
    from server.ledger.models import Record

    # Not the last of its chain: nobody but the checkpoints would miss that one, and those are tried below.
    rows = list(Record.objects.filter(definition=box.definition_hash, type="ballot.sealed").order_by("index"))
    return rng.choice(rows)


def _header(box: Any, rng: random.Random) -> list[Sql]:
    row = _own_ballot(box, rng)
    header = json.loads(row.header) | {"body_c": rng.randbytes(32).hex()}
    return [("UPDATE ledger_record SET header = %s WHERE id = %s", (json.dumps(header, separators=(",", ":")), row.id))]


def _gone(box: Any, rng: random.Random) -> list[Sql]:
    row = _own_ballot(box, rng)
    tables = (("ledger_payload", "record_id"), ("ledger_record", "id"))
    return [(f"DELETE FROM {table} WHERE {column} = %s", (row.id,)) for table, column in tables]


def _verdict(box: Any, rng: random.Random) -> list[Sql]:
    row = _own_ballot(box, rng)
    return [("UPDATE ledger_record SET verdict = 'quarantined' WHERE id = %s", (row.id,))]


def _exchanged(box: Any, rng: random.Random) -> list[Sql]:
    one, other = _own_ballot(box, rng), _own_ballot(box, rng)
    while one.id == other.id:
        other = _own_ballot(box, rng)
    sql = "UPDATE ledger_record SET header = %s WHERE id = %s"
    return [(sql, (other.header, one.id)), (sql, (one.header, other.id))]


def _opened(box: Any, rng: random.Random) -> list[Sql]:
    row = rng.choice(list(box.cast_vote_records.all()))
    chosen = [choice["id"] for choice in box.frozen_choices() if choice["id"] not in row.choices.get("q1", [])]
    choices = json.dumps({"q1": [rng.choice(chosen)]})
    return [(f"UPDATE {row._meta.db_table} SET choices = %s WHERE id = %s", (choices, row.pk))]


def _opened_gone(box: Any, rng: random.Random) -> list[Sql]:
    row = rng.choice(list(box.cast_vote_records.all()))
    return [(f"DELETE FROM {row._meta.db_table} WHERE id = %s", (row.pk,))]


def _result(box: Any, rng: random.Random) -> list[Sql]:
    result = json.loads(json.dumps(box.result))
    votes = result["contests"][0]["votes"]
    votes[rng.choice(list(votes))] += 1
    return [(f"UPDATE {box._meta.db_table} SET result = %s WHERE id = %s", (json.dumps(result), box.pk))]


def _settlement(box: Any, rng: random.Random) -> list[Sql]:
    settlement = dict(box.settlement) | {"counted": box.settlement["counted"] + rng.choice([-1, 1])}
    return [(f"UPDATE {box._meta.db_table} SET settlement = %s WHERE id = %s", (json.dumps(settlement), box.pk))]


def _seed(box: Any, rng: random.Random) -> list[Sql]:
    settlement = dict(box.settlement) | {"seed": rng.randbytes(32).hex()}
    return [(f"UPDATE {box._meta.db_table} SET settlement = %s WHERE id = %s", (json.dumps(settlement), box.pk))]


def _definition(box: Any, rng: random.Random) -> list[Sql]:
    definition = json.loads(box.definition)
    definition["budget"] += 100 * rng.randrange(1, 1000)
    sql = f"UPDATE {box._meta.db_table} SET definition = %s WHERE id = %s"
    return [(sql, (json.dumps(definition, ensure_ascii=False), box.pk))]


def _checkpoint(box: Any, rng: random.Random) -> list[Sql]:
    from server.ledger.models import Checkpoint

    row = rng.choice(list(Checkpoint.objects.order_by("size")))
    return [(f"UPDATE {row._meta.db_table} SET root = %s WHERE id = %s", (rng.randbytes(32).hex(), row.pk))]


KINDS: dict[str, Callable[[Any, random.Random], list[Sql]]] = {
    "a_header_is_another": _header,
    "a_ballot_is_gone": _gone,
    "a_ballot_is_called_quarantined": _verdict,
    "two_headers_changed_places": _exchanged,
    "an_opened_ballot_is_another": _opened,
    "an_opened_ballot_is_gone": _opened_gone,
    "the_kept_result_is_another": _result,
    "the_numbers_of_the_settlement_are_others": _settlement,
    "the_seed_is_another": _seed,
    "the_definition_is_another": _definition,
    "a_checkpoint_is_another": _checkpoint,
}
