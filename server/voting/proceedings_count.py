"""What a box's record says of the count: turnout, what gave way, the accounts, the result and its fingerprints."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from printouts.blocks import Block, Column, Heading, Paragraph, Table, facts
from server.ledger.models import Verdict
from server.opendata import result_page
from server.opendata.actions import published_folder
from server.processes.models import Door
from server.web.templatetags.parvis import money, number, percent

from . import printed
from .answers import most_for_one
from .balance import Equation, balance_of, box_equations
from .balance_facts import HandCountsMissing, box_facts
from .definitions import Definition
from .late import margin_of
from .models import Box

if TYPE_CHECKING:
    from server.meetings.models import Session


def turnout_blocks(box: Box) -> list[Block]:
    if not box.result:
        return []
    told = box.result["turnout"]
    contest = box.result["contests"][0]
    rows = [(_("Rights to vote"), number(told["rights"])), (_("Ballots counted"), number(told["ballots"]))]
    if told["rights"]:
        rows.append((_("Turnout"), percent(100 * told["ballots"] / told["rights"])))
    rows += [(_("Valid"), number(contest["valid"])), (_("Blank"), number(contest["blank"]))]
    rows.append((_("Invalid"), number(contest["invalid"])))
    return [Heading(_("Turnout")), facts(rows), *_doors(box)]


def _doors(box: Box) -> list[Block]:
    """Received and counted by door, as published: small doors stand with others, or none is told."""
    blocks: list[Block] = [Heading(_("By which door"), 3)]
    told = result_page.by_door(box)
    if not told:
        return [*blocks, Paragraph(_("Not shown door by door: one of them had fewer than ten ballots."))]
    columns = (
        Column(_("Door")),
        Column(_("Received"), 24, "end"),
        Column(_("Taken out unopened"), 40, "end"),
        Column(_("Counted"), 24, "end", "bold"),
    )
    rows = [
        (
            " + ".join(str(Door(door).label) for door in one["doors"]),
            number(one["received"]),
            number(one["gone"]),
            number(one["counted"]),
        )
        for one in told
    ]
    return [*blocks, Table(columns, rows)]


def settlement_blocks(box: Box) -> list[Block]:
    """What gave way by pairs of doors, and what was taken out: numbers only."""
    if not box.settlement:
        return []
    blocks: list[Block] = [Heading(_("One person, one voice"))]
    gave_way = result_page.superseded(box)
    if gave_way:
        columns = (Column(_("Ballots cast")), Column(_("Gave way to")), Column(_("Number"), 24, "end", "bold"))
        rows = [(str(one["door"]), str(one["by"]), number(one["count"])) for one in gave_way]
        blocks += [Table(columns, rows), Paragraph(_("They were taken out unopened."))]
    else:
        blocks.append(Paragraph(_("No ballot had to give way to another of the same right.")))
    rest = [
        (_("Ballots without a right that counts, taken out unopened"), sum(box.settlement["removed_by_rule"].values())),
        (_("Ballots in quarantine, not counted as they are"), sum(box.settlement["quarantined_by_reason"].values())),
    ]
    return [*blocks, printed.counted(rest, _("Not counted"))]


def accounts_blocks(box: Box, sessions: Iterable[Session]) -> list[Block]:
    """The equations of every session and of the box, and what people signed about those that do not hold."""
    columns = (
        Column(pgettext("number", "No."), 8),
        Column(_("What was there")),
        Column("", 18, "end", "bold"),
        Column(_("Accounted for"), 30, "end", "bold"),
        Column(_("Outcome"), 34),
    )
    blocks: list[Block] = [Heading(_("Accounts"))]
    is_explained = False
    for session in sessions:
        blocks.append(Heading(str(session), 3))
        try:
            balance = balance_of(session)
        except HandCountsMissing:
            blocks.append(Paragraph(_("The stacks are not counted yet.")))
            continue
        blocks.append(Table(columns, [_sides(one) for one in balance]))
        blocks += _explained(session, balance)
        is_explained = is_explained or any(not one.holds for one in balance)
    contest = box.result["contests"][0] if box.result else {}
    if is_explained and "rule" in contest:
        words = {"margin": margin_of(box), "contest": contest}
        blocks.append(Paragraph(printed.plain("opendata/_margin.html", words)))
    if box.settlement:
        blocks += [Heading(_("Of the ballot box"), 3), Table(columns, [_sides(one) for one in _of_box(box)])]
    return blocks


def _sides(one: Equation) -> tuple[str, str, str, str, str]:
    return one.key, str(one.label), number(one.left), number(one.right), printed.outcome(one)


def _explained(session: Session, balance: Iterable[Equation]) -> list[Block]:
    rows = []
    for one in balance:
        if not one.holds:
            rows.append((one.key, "\n".join(printed.explained(session, one))))
    return [Table((Column(pgettext("number", "No."), 8), Column(_("Explanation"))), rows)] if rows else []


def _of_box(box: Box) -> list[Equation]:
    """As they stand; once published, with the log as it was then: a record printed later says the same."""
    log = result_page.accounts(published_folder(box)).get("log") if box.result else None
    if not log:
        return balance_of(box)
    verdicts = {verdict: log[verdict] for verdict in Verdict.values}
    return box_equations(replace(box_facts(box), log_size=log["size"], verdicts=verdicts))


def result_blocks(box: Box) -> list[Block]:
    blocks: list[Block] = [Heading(_("Result"))]
    if not box.result:
        return [*blocks, Paragraph(_("The result is not certified yet."))]
    contest = box.result["contests"][0]
    rows, asked = result_page.rows(box), Definition.of(box).rules[0]
    is_question = asked["method"] == Box.Method.YES_NO
    if "rule" in contest:
        amounts = {"spent": money(contest["cost"], box.currency), "budget": money(contest["budget"], box.currency)}
        blocks.append(Paragraph(printed.plain("opendata/_count.html", {"contest": contest})))
        blocks.append(Paragraph(_("%(spent)s committed of %(budget)s.") % amounts, face="bold"))
    columns = (
        Column(_("Rank"), 9, "end"),
        Column(_("Answer") if is_question else _("Project, and why"), lead="bold"),
        Column(_("Cost"), 24, "end"),
        Column(_("Points") if most_for_one(asked) > 1 else _("Votes"), 14, "end", "bold"),
        Column(_("Outcome"), 21, face="bold"),
    )
    return [*blocks, Table(columns, [_row(box, contest, row) for row in rows]), *_fingerprints(box)]


def _row(box: Box, contest: Mapping[str, Any], row: result_page.Row) -> tuple[str, ...]:
    why = printed.plain("opendata/_why.html", {"row": row, "box": box, "contest": contest})
    outcome = (_("Funded") if row.is_winner else _("Not funded")) if row.decision else ""
    cost = money(row.choice["cost"], box.currency) if row.choice["cost"] else ""
    title = "\n".join(filter(None, [str(row.choice["title"]), why]))
    return number(row.place), title, cost, number(row.votes), outcome


def _fingerprints(box: Box) -> list[Block]:
    """SHA-256 of what was frozen and of what was published, so that this page names one result and no other."""
    rows = [("definition.json", printed.grouped(box.definition_hash))]
    for name in ("result.json", "manifest.json"):
        path = published_folder(box) / name
        if path.exists():
            rows.append((name, printed.grouped(hashlib.sha256(path.read_bytes()).hexdigest())))
    return [Heading(_("Fingerprints (SHA-256)"), 3), facts(rows, width=36)]
