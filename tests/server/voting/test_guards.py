"""X17: whoever writes to the database with another tool than Parvis is refused by the database itself.

Raw SQL, one statement for each guard, on SQLite and on PostgreSQL alike.
"""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from server.ledger.models import Checkpoint, Log, Node, Record
from server.opendata.actions import published_folder
from server.voting import actions as voting
from server.voting import guards
from server.voting.actions.objections import publish_addendum
from server.voting.models import CastVoteRecord
from server.voting.refusals import SettlementChanged
from tests.server.votes import make_vote, noon, without_guards

pytestmark = pytest.mark.django_db

OF_LOG = {
    "kept_record": "UPDATE ledger_record SET header = 'other' WHERE type = 'ballot.sealed'",
    "kept_record: id": "UPDATE ledger_record SET id = 'other' WHERE type = 'box.certified'",
    "kept_record: index": 'UPDATE ledger_record SET "index" = "index" + 1000',
    "kept_record: seq": "UPDATE ledger_record SET seq = seq + 1000",
    "kept_record: epoch": "UPDATE ledger_record SET epoch = 'other'",
    "kept_record: dev": "UPDATE ledger_record SET dev = 'other'",
    "kept_record: type": "UPDATE ledger_record SET type = 'box.frozen' WHERE type = 'box.certified'",
    "kept_record: definition": "UPDATE ledger_record SET definition = ''",
    "kept_record: first verdict": "UPDATE ledger_record SET first_verdict = 'provisional'",
    "kept_verdict": "UPDATE ledger_record SET verdict = 'quarantined' WHERE type = 'ballot.sealed'",
    "no_record_gone": "DELETE FROM ledger_record WHERE type = 'box.certified'",
    "kept_node": "UPDATE ledger_node SET level = level + 50",
    "no_node_gone": "DELETE FROM ledger_node",
    "kept_checkpoint": "UPDATE ledger_checkpoint SET root = 'other'",
    "no_checkpoint_gone": "DELETE FROM ledger_checkpoint",
    "no_shorter_log": "UPDATE ledger_log SET size = size - 1",
    "no_shorter_log: epoch": "UPDATE ledger_log SET log_epoch = log_epoch - 1",
    "no_log_gone": "DELETE FROM ledger_log",
}
OF_RESULT = {
    "kept_ballot": 'UPDATE voting_castvoterecord SET choices = \'{"q1": ["piste"]}\'',
    "kept_ballot: status": "UPDATE voting_castvoterecord SET status = 'blank'",
    "no_ballot_gone": "DELETE FROM voting_castvoterecord",
    "no_late_ballot": "INSERT INTO voting_castvoterecord (box_id, position, choices, status) "
    "SELECT box_id, 99, choices, status FROM voting_castvoterecord",
    "kept_settlement": "UPDATE voting_box SET settlement = '{}'",
    "kept_result": "UPDATE voting_box SET result = '{}'",
    "no_box_gone": "DELETE FROM voting_box",
    "kept_addendum": "UPDATE voting_addendum SET text = '{}'",
    "kept_addendum: taken off": "UPDATE voting_addendum SET published_at = NULL",
    "no_addendum_gone": "DELETE FROM voting_addendum",
}


def ask(sql: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.fixture
def certified():
    vote = make_vote(passes=0)
    vote.online(0, "lavoir")
    vote.finish()
    publish_addendum(box=vote.box, text={"fr": "Une urne retrouvée."}, by=vote.officer)
    return vote.refresh()


def everything() -> list[list]:
    return [list(model.objects.order_by("pk").values()) for model in (Record, Node, Checkpoint, Log, CastVoteRecord)]


def test_the_log_is_neither_edited_nor_deleted(certified):
    before = everything()
    for name, sql in OF_LOG.items():
        with pytest.raises(DatabaseError, match=f"parvis: {name.partition(':')[0]}"):
            ask(sql)
    assert everything() == before


def test_what_was_opened_and_certified_is_neither_edited_nor_deleted(certified):
    before = everything()
    for name, sql in OF_RESULT.items():
        with pytest.raises(DatabaseError, match=f"parvis: {name.partition(':')[0]}"):
            ask(sql)
    assert everything() == before
    assert list(certified.box.addenda.values_list("text", flat=True)) == [{"fr": "Une urne retrouvée."}]


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite cannot empty a table in one statement")
def test_no_guarded_table_is_emptied_as_a_whole(certified):
    ask("SET CONSTRAINTS ALL IMMEDIATE")  # what waits to be checked would be named first
    for table in guards.NEVER_EMPTIED:
        with pytest.raises(DatabaseError, match="parvis: full_"):
            ask(f"TRUNCATE {table} CASCADE")


def test_every_guard_has_its_statement():
    told = {name.partition(":")[0] for name in [*OF_LOG, *OF_RESULT]} | {"no_online_again"}  # in its own file
    known = {name for name, *_rest in guards._guards_of_log("sqlite") + guards._guards_of_result("sqlite")}
    assert told == known


def test_before_a_box_is_settled_a_verdict_may_still_change():
    vote = make_vote(passes=0)
    vote.online(0, "lavoir")
    for verdict in ("provisional", "accepted"):
        ask(f"UPDATE ledger_record SET verdict = '{verdict}' WHERE type = 'ballot.sealed'")
    assert vote.finish().result["turnout"]["ballots"] == 1


def test_what_must_be_destroyed_is_destroyed_all_the_same(certified):
    """The guards keep what is published, not what is personal."""
    type(certified.box).objects.filter(pk=certified.box.pk).update(certified_at=noon(days_ago=61))
    assert voting.destroy_remains(box=certified.box).destroyed_at <= timezone.now()


def test_who_lowers_the_guards_is_found(certified):
    """F15: a guard prevents, a proof detects; here before the opening, in ``make faults`` in what is published."""
    vote = make_vote(passes=0, officer="other@example.org", slug="other")
    vote.online(0, "lavoir")
    vote.reconcile()
    with without_guards():
        ask(f"UPDATE ledger_record SET verdict = 'quarantined' WHERE definition = '{vote.box.definition_hash}'")
    with pytest.raises(SettlementChanged):
        voting.open_box(box=vote.refresh().box, by=vote.officer)
    assert published_folder(certified.box).exists()
