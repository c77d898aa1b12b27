"""F15, rows altered by SQL under a certified vote, which is then published (X17).

First as the program's own role, with the guards up: what the database refuses is counted. Then as whoever owns the
tables, with the guards down: either publishing is refused, or both verifiers find it in what is published. Everything
is rolled back.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

TIMES = 5

Sql = tuple[str, tuple[Any, ...]]


def tamper_with_rows(box: Any, rng: random.Random, root: Path) -> dict[str, Any]:
    from tests.server.opendata.second_verifier import judged

    from .tampering import is_right_for_python

    refused, folders, unpublished = 0, [], 0
    for name, alter in KINDS.items():
        for time in range(TIMES):
            statements, folder = alter(box, rng), root / f"rows-{name}-{time}"
            refused += _is_refused(statements)
            if _is_published(statements, box, folder):
                folders.append(folder)
            else:
                unpublished += 1
    browser = [not told["isRight"] for told in judged(folders)] if folders else []
    found = [not is_right_for_python(folder) and seen for folder, seen in zip(folders, browser, strict=True)]
    return {
        "tamperings": len(KINDS) * TIMES,
        "kinds": len(KINDS),
        "refused_by_the_database": refused,
        "behind_the_guards": {"refused_when_published": unpublished, "found_by_both": sum(found)},
        "missed": [folder.name for folder, is_found in zip(folders, found, strict=True) if not is_found],
    }


def _is_refused(statements: list[Sql]) -> bool:
    """Whether the guards refuse it."""
    from django.db import DatabaseError, connection

    from .hall import undone

    try:
        with undone(), connection.cursor() as cursor:
            for sql, values in statements:
                cursor.execute(sql, values)
    except DatabaseError:
        return True
    return False


def _is_published(statements: list[Sql], box: Any, folder: Path) -> bool:
    """With the guards down. False where a constraint or the act of publishing refuses."""
    from django.db import DatabaseError, connection, transaction

    from server.opendata.actions import publish
    from server.voting.models import Box
    from server.web.refusals import Refusal
    from tests.server.votes import without_guards

    from .hall import undone

    with undone():
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                with without_guards():
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
    tables = (("ledger_payload", "record_index"), ("ledger_record", '"index"'))
    return [(f"DELETE FROM {table} WHERE {column} = %s", (row.index,)) for table, column in tables]


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


def _opened_added(box: Any, rng: random.Random) -> list[Sql]:
    row = rng.choice(list(box.cast_vote_records.all()))
    columns = "(box_id, position, choices, status)"
    values = (box.pk, box.cast_vote_records.count() + 1, json.dumps(row.choices), row.status)
    return [(f"INSERT INTO {row._meta.db_table} {columns} VALUES (%s, %s, %s, %s)", values)]


def _winners(box: Any, rng: random.Random) -> list[Sql]:
    result = json.loads(json.dumps(box.result))
    contest = result["contests"][0]
    contest["winners"] = rng.sample(list(contest["votes"]), len(contest["winners"]) or 1)[::-1] + ["x"]
    return [(f"UPDATE {box._meta.db_table} SET result = %s WHERE id = %s", (json.dumps(result), box.pk))]


def _by_door(box: Any, rng: random.Random) -> list[Sql]:
    settlement = json.loads(json.dumps(box.settlement))
    settlement["by_door"][rng.choice(list(settlement["by_door"]))] += rng.choice([20, 30])
    return [(f"UPDATE {box._meta.db_table} SET settlement = %s WHERE id = %s", (json.dumps(settlement), box.pk))]


def _gave_way(box: Any, rng: random.Random) -> list[Sql]:
    settlement = json.loads(json.dumps(box.settlement))
    settlement["superseded_by_pair"].append({"door": "web", "by": "kiosk", "count": rng.randrange(1, 5)})
    return [(f"UPDATE {box._meta.db_table} SET settlement = %s WHERE id = %s", (json.dumps(settlement), box.pk))]


def _fork(box: Any, rng: random.Random) -> list[Sql]:
    return [("UPDATE ledger_record SET is_fork = %s WHERE id = %s", (True, _own_ballot(box, rng).id))]


def _parked(box: Any, rng: random.Random) -> list[Sql]:
    sql = "UPDATE ledger_record SET verdict = 'parked', reason = 'gap' WHERE id = %s"
    return [(sql, (_own_ballot(box, rng).id,))]


def _type(box: Any, rng: random.Random) -> list[Sql]:
    return [("UPDATE ledger_record SET type = 'box.noted' WHERE id = %s", (_own_ballot(box, rng).id,))]


def _of_no_box(box: Any, rng: random.Random) -> list[Sql]:
    return [("UPDATE ledger_record SET definition = '' WHERE id = %s", (_own_ballot(box, rng).id,))]


def _cost(box: Any, rng: random.Random) -> list[Sql]:
    definition = json.loads(box.definition)
    rng.choice(definition["contests"][0]["choices"])["cost"] += 100 * rng.randrange(1, 1000)
    sql = f"UPDATE {box._meta.db_table} SET definition = %s WHERE id = %s"
    return [(sql, (json.dumps(definition, ensure_ascii=False), box.pk))]


def _signature(box: Any, rng: random.Random) -> list[Sql]:
    from server.ledger.models import Checkpoint

    one, other = rng.sample(list(Checkpoint.objects.order_by("size")), 2)
    return [(f"UPDATE {one._meta.db_table} SET signature = %s WHERE id = %s", (other.signature, one.pk))]


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
    "a_checkpoint_is_signed_for_another_state": _signature,
    "an_opened_ballot_is_added": _opened_added,
    "the_kept_winners_are_others": _winners,
    "the_numbers_by_door_are_others": _by_door,
    "more_gave_way_than_did": _gave_way,
    "a_ballot_is_called_a_fork": _fork,
    "a_ballot_is_called_parked": _parked,
    "a_ballot_is_called_something_else": _type,
    "a_ballot_is_of_no_box": _of_no_box,
    "a_cost_in_the_definition_is_another": _cost,
}
