"""The database itself refuses to change what a frozen box decides by, to take a box back to an earlier state, and to
rewrite what the office's log says was done.

Actions refuse first and in words; this stands behind them, for the day someone writes with another tool (X17, S24).
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
    "definition", "definition_hash", "layout", "ref", "component_id", "roll_id", "title", "regime", "method",
    "min_choices", "max_choices", "max_cost_cents", "rule", "threshold", "doors", "is_small_vote", "letter_key",
    "keep_days", "has_trustees",
)  # fmt: skip
IN_PROJECT = ("code", "number", "title", "category", "cost_cents", "budget_id", "withdrawn_at")
IN_ACT = ("at", "place", "deed", "subject", "about", "facts", "undo", "undoes_id")
IN_TRUSTEE = ("box_id", "number", "name", "salt", "check_value", "is_proved")
IN_BUDGET = ("amount_cents", "currency", "component_id")

IS_FROZEN = "EXISTS (SELECT 1 FROM voting_box b WHERE b.definition <> '' AND b.component_id = {component})"
COMPONENT = "(SELECT g.component_id FROM budgets_budget g WHERE g.id = {row}.budget_id)"


def _changed(columns: Iterable[str], vendor: str) -> str:
    """SQL: one of these columns gets another value. JSON is compared as text."""
    differs, cast = ("IS DISTINCT FROM", "::text") if vendor == "postgresql" else ("IS NOT", "")
    return "(" + " OR ".join(f"NEW.{name}{cast} {differs} OLD.{name}{cast}" for name in columns) + ")"


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
    ]


def lower_guards(using: str = "default", **_signal: Any) -> None:
    connection = connections[using]
    with connection.cursor() as cursor:
        for name, *_rest in _guards(connection.vendor):
            if connection.vendor == "postgresql":
                cursor.execute(f"DROP FUNCTION IF EXISTS parvis_{name}() CASCADE")
            else:
                cursor.execute(f"DROP TRIGGER IF EXISTS parvis_{name}")


def raise_guards(using: str = "default", **_signal: Any) -> None:
    """Put the triggers up; where the tables are not there yet (an early step of a migration), there is no need."""
    connection = connections[using]
    lower_guards(using)
    guards = _guards(connection.vendor)
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
    return [
        f"CREATE FUNCTION parvis_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF ({condition}) THEN "
        f"RAISE EXCEPTION 'parvis: {name}' USING ERRCODE = 'integrity_constraint_violation'; END IF; "
        f"RETURN NEW; END $$",
        f"CREATE TRIGGER parvis_{name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION parvis_{name}()",
    ]
