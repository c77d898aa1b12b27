"""Register, box and log: no key joins the register to the other two, and PostgreSQL keeps them apart (X17)."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import ProgrammingError, connection, transaction
from django.db.models import ForeignKey

from server.ledger.models import Payload
from server.ledger.schemas import BOX, LOG, REGISTER, SCHEMAS, divide, is_divided, only
from server.voting.models import RollEntry
from tests.server.votes import make_vote

pytestmark = pytest.mark.django_db
HOME = {table: schema for schema, tables in SCHEMAS.items() for table in tables}
NEEDS_SCHEMAS = "schemas are PostgreSQL's; the PostgreSQL part of the tests runs this"


def test_no_foreign_key_joins_the_register_to_box_or_log():
    joined = [
        (model._meta.db_table, field.related_model._meta.db_table)
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, ForeignKey)
    ]
    assert ("voting_presencemark", "voting_rollentry") in joined  # the look is not blind
    apart = [{HOME.get(one), HOME.get(other)} for one, other in joined]
    assert {REGISTER, BOX} not in apart and {REGISTER, LOG} not in apart


def test_every_table_named_here_exists():
    assert set(HOME) <= {model._meta.db_table for model in apps.get_models()}


def test_a_box_says_whether_the_database_keeps_them_apart():
    assert ('"small_vote":true' in make_vote().box.definition) is not is_divided()


def tables_by_schema() -> dict[str, set[str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT schemaname, tablename FROM pg_tables WHERE schemaname = ANY(%s)", [list(SCHEMAS)])
        found: dict[str, set[str]] = {}
        for schema, table in cursor.fetchall():
            found.setdefault(schema, set()).add(table)
    return found


def test_each_table_lies_in_its_schema_and_dividing_again_changes_nothing():
    if not is_divided():
        pytest.skip(NEEDS_SCHEMAS)
    divide()
    assert tables_by_schema() == {schema: set(tables) for schema, tables in SCHEMAS.items()}


def test_a_step_that_sees_the_box_alone_cannot_read_the_register():
    if not is_divided():
        pytest.skip(NEEDS_SCHEMAS)
    vote = make_vote()
    vote.online(0, "verger")
    with only(BOX):
        assert Payload.objects.filter(record__type="ballot.sealed").count() == 1
        with pytest.raises(ProgrammingError, match="permission denied|does not exist"), transaction.atomic():
            RollEntry.objects.count()
    assert RollEntry.objects.count() == 6


def test_the_role_is_let_go_of_when_a_step_fails():
    if not is_divided():
        pytest.skip(NEEDS_SCHEMAS)
    vote = make_vote()
    with pytest.raises(ProgrammingError), only(REGISTER):
        list(Payload.objects.all())
    assert vote.box.roll.entries.count() == 6 and Payload.objects.count() >= 0


def test_the_step_that_opens_ballots_never_sees_the_register(monkeypatch):
    """What reads the sealed ballots runs in the box's part of the database; spied on, it may not look at a name."""
    from server.voting import unsealing

    seen = []
    real = unsealing.stored_record

    def spy(row):
        try:
            with transaction.atomic():
                seen.append(RollEntry.objects.count())
        except ProgrammingError:
            seen.append("refused")
        return real(row)

    monkeypatch.setattr(unsealing, "stored_record", spy)
    vote = make_vote(passes=0)
    vote.online(0, "verger")
    vote.finish()
    assert seen == ["refused" if is_divided() else 6]
