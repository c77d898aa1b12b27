"""The database itself refuses to change what a frozen box decides by, to take a box back to an earlier state, and to
rewrite what the office's log says was done. So it does for the public log, the opened ballots and what was certified:
there is no way through the program's own role to edit or delete a record's header, a node of the tree, a signed state,
a ballot that was opened, a settlement or a result. Bodies (``ledger_payload``) are not guarded: they are erased at
their date, and what a header commits to shows it.

Actions refuse first and in words; this stands behind them, for the day someone writes with another tool (X17, S24).
Whoever owns the tables can lower the guards as a migration does. Then chains, checkpoints, witnesses and both
verifiers find what was changed (F15): a guard prevents, a proof detects.

The guards are triggers. They are lowered before every ``migrate`` and raised after it, not made by one migration:
SQLite rebuilds a table to alter it, which loses its triggers and stumbles over those of others.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import connections

STATES = ("draft", "frozen", "open", "closed", "reconciled", "opened", "certified")
RANK = "CASE {row}.state " + " ".join(f"WHEN '{s}' THEN {n}" for n, s in enumerate(STATES)) + " END"
IN_BOX = (
    "definition", "definition_hash", "layout", "more_layouts", "ref", "component_id", "roll_id", "title", "regime",
    "method", "min_choices", "max_choices", "points", "per_choice", "max_cost_cents", "rule", "threshold", "doors",
    "is_small_vote", "letter_key", "keep_days", "has_trustees", "precedence", "takes_post", "post_deadline",
    "proxies_per_holder", "helped_per_helper", "two_reviewers", "paper_size", "paper_forms", "second_language",
    "easy_words", "second_words",
)  # fmt: skip
IN_PROJECT = ("code", "number", "title", "category", "cost_cents", "budget_id", "withdrawn_at")
IN_ACT = ("at", "place", "deed", "subject", "about", "facts", "undo", "undoes_id")
IN_TRUSTEE = ("box_id", "number", "name", "salt", "check_value", "is_proved")
IN_RECORD = ("id", "index", "header", "type", "definition", "session_ref", "dev", "epoch", "seq", "first_verdict")
IN_ADDENDUM = ("box_id", "number", "text", "late", "published_at")
IN_BUDGET = ("amount_cents", "currency", "component_id")

IS_FROZEN = (
    "EXISTS (SELECT 1 FROM voting_box b WHERE b.definition <> '' AND b.method <> 'yes-no' "
    "AND b.component_id = {component})"
)
COMPONENT = "(SELECT g.component_id FROM budgets_budget g WHERE g.id = {row}.budget_id)"


ALWAYS = "TRUE"
OPENED = ("opened", "certified")
SETTLED = ("reconciled", *OPENED)
# Emptied as a whole, which fires no trigger of a row; SQLite knows no such statement.
NEVER_EMPTIED = (
    "ledger_log", "ledger_record", "ledger_node", "ledger_checkpoint", "voting_castvoterecord", "voting_box",
    "voting_addendum", "office_act",
)  # fmt: skip


def _one_of(states: Iterable[str]) -> str:
    return "(" + ", ".join(f"'{state}'" for state in states) + ")"


def _changed(columns: Iterable[str], vendor: str) -> str:
    """SQL: one of these columns gets another value. JSON is compared as text."""
    differs, cast = ("IS DISTINCT FROM", "::text") if vendor == "postgresql" else ("IS NOT", "")
    return "(" + " OR ".join(f'NEW."{name}"{cast} {differs} OLD."{name}"{cast}' for name in columns) + ")"


def _guards(vendor: str) -> list[tuple[str, str, str, str]]:
    """``(name, table, event, condition)`` of each guard."""
    back = f"{RANK.format(row='NEW')} < {RANK.format(row='OLD')}"
    of_new, of_old = (IS_FROZEN.format(component=COMPONENT.format(row=row)) for row in ("NEW", "OLD"))
    of_box = "EXISTS (SELECT 1 FROM voting_box b WHERE b.definition <> '' AND b.id = {row}.box_id)"
    of_budget = IS_FROZEN.format(component="OLD.component_id")
    return [
        ("frozen_box", "voting_box", "UPDATE", f"OLD.definition <> '' AND {_changed(IN_BOX, vendor)}"),
        ("no_way_back", "voting_box", "UPDATE", back),
        ("frozen_project", "budgets_project", "UPDATE", f"{_changed(IN_PROJECT, vendor)} AND {of_old}"),
        ("no_late_project", "budgets_project", "INSERT", of_new),
        ("frozen_budget", "budgets_budget", "UPDATE", f"{_changed(IN_BUDGET, vendor)} AND {of_budget}"),
        (
            "frozen_trustee",
            "voting_trustee",
            "UPDATE",
            f"{_changed(IN_TRUSTEE, vendor)} AND {of_box.format(row='OLD')}",
        ),
        ("no_late_trustee", "voting_trustee", "INSERT", of_box.format(row="NEW")),
        ("kept_act", "office_act", "UPDATE", _changed(IN_ACT, vendor)),
        *_guards_of_log(vendor),
        *_guards_of_result(vendor),
    ]


def _guards_of_log(vendor: str) -> list[tuple[str, str, str, str]]:
    """Records are only added. What may change is what people and arrival decide of them: verdict, reason, fork.

    Once a box is settled, a ballot of it neither begins to count nor ceases to.
    """
    settled = f"(SELECT b.definition_hash FROM voting_box b WHERE b.state IN {_one_of(SETTLED)})"
    verdict = (
        "OLD.type = 'ballot.sealed' AND NEW.verdict <> OLD.verdict AND 'accepted' IN (NEW.verdict, OLD.verdict) "
        f"AND OLD.definition IN {settled}"
    )
    return [
        ("kept_record", "ledger_record", "UPDATE", _changed(IN_RECORD, vendor)),
        ("kept_verdict", "ledger_record", "UPDATE", verdict),
        ("no_record_gone", "ledger_record", "DELETE", ALWAYS),
        ("kept_node", "ledger_node", "UPDATE", ALWAYS),
        ("no_node_gone", "ledger_node", "DELETE", ALWAYS),
        ("kept_checkpoint", "ledger_checkpoint", "UPDATE", ALWAYS),
        ("no_checkpoint_gone", "ledger_checkpoint", "DELETE", ALWAYS),
        ("no_shorter_log", "ledger_log", "UPDATE", "NEW.size < OLD.size OR NEW.log_epoch < OLD.log_epoch"),
        ("no_log_gone", "ledger_log", "DELETE", ALWAYS),
    ]


def _guards_of_result(vendor: str) -> list[tuple[str, str, str, str]]:
    """Opened ballots, the numbers of the settlement, the result and what was added to it."""
    opened = f"(SELECT b.id FROM voting_box b WHERE b.state IN {_one_of(OPENED)})"
    settlement = f"OLD.state IN {_one_of(SETTLED)} AND {_changed(('settlement',), vendor)}"
    result = f"OLD.state = 'certified' AND {_changed(('result',), vendor)}"
    online = f"OLD.online_closed_at IS NOT NULL AND {_changed(('online_closed_at',), vendor)}"
    addendum = f"OLD.published_at IS NOT NULL AND {_changed(IN_ADDENDUM, vendor)}"
    return [
        ("kept_ballot", "voting_castvoterecord", "UPDATE", ALWAYS),
        ("no_ballot_gone", "voting_castvoterecord", "DELETE", ALWAYS),
        ("no_late_ballot", "voting_castvoterecord", "INSERT", f"NEW.box_id IN {opened}"),
        ("kept_settlement", "voting_box", "UPDATE", settlement),
        ("kept_result", "voting_box", "UPDATE", result),
        ("no_online_again", "voting_box", "UPDATE", online),
        ("no_box_gone", "voting_box", "DELETE", "OLD.definition <> ''"),
        ("kept_addendum", "voting_addendum", "UPDATE", addendum),
        ("no_addendum_gone", "voting_addendum", "DELETE", "OLD.published_at IS NOT NULL"),
    ]


def _all(vendor: str) -> list[tuple[str, str, str, str]]:
    """With those against emptying a table, which PostgreSQL alone knows."""
    if vendor != "postgresql":
        return _guards(vendor)
    return _guards(vendor) + [(f"full_{table}", table, "TRUNCATE", ALWAYS) for table in NEVER_EMPTIED]


def lower_guards(using: str = "default", **_signal: Any) -> None:
    connection = connections[using]
    with connection.cursor() as cursor:
        for name, *_rest in _all(connection.vendor):
            if connection.vendor == "postgresql":
                cursor.execute(f"DROP FUNCTION IF EXISTS parvis_{name}() CASCADE")
            else:
                cursor.execute(f"DROP TRIGGER IF EXISTS parvis_{name}")


def raise_guards(using: str = "default", **_signal: Any) -> None:
    """Put the triggers up; where the tables are not there yet (an early step of a migration), there is no need."""
    connection = connections[using]
    lower_guards(using)
    guards = _all(connection.vendor)
    if not {table for _name, table, *_rest in guards} <= set(connection.introspection.table_names()):
        return
    with connection.cursor() as cursor:
        for guard in guards:
            for statement in _statements(connection.vendor, *guard):
                cursor.execute(statement)


def _statements(vendor: str, name: str, table: str, event: str, condition: str) -> list[str]:
    if vendor != "postgresql":
        return [
            f"CREATE TRIGGER parvis_{name} BEFORE {event} ON {table} FOR EACH ROW WHEN {condition} "
            f"BEGIN SELECT RAISE(ABORT, 'parvis: {name}'); END"
        ]
    each = "STATEMENT" if event == "TRUNCATE" else "ROW"
    goes_on = {"TRUNCATE": "NULL", "DELETE": "OLD"}.get(event, "NEW")
    return [
        f"CREATE FUNCTION parvis_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF ({condition}) THEN "
        f"RAISE EXCEPTION 'parvis: {name}' USING ERRCODE = 'integrity_constraint_violation'; END IF; "
        f"RETURN {goes_on}; END $$",
        f"CREATE TRIGGER parvis_{name} BEFORE {event} ON {table} FOR EACH {each} EXECUTE FUNCTION parvis_{name}()",
    ]
