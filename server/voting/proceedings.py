"""The clerk's record of the proceedings of a box, from freezing to certification and to what is destroyed afterwards.

Staff and trustees are named, voters never: no name, code, pseudonym or reason of a correction is read here. What the
public page of the result says is said in its words (``opendata.result_page``).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from printouts.blocks import Block, Column, Heading, Notice, Paragraph, Table, facts
from server.ledger.installation import installation
from server.ledger.models import Record, Verdict
from server.office.models import Act, Approval
from server.processes.models import Door
from server.web.templatetags.parvis import date_and_hour, day, day_and_hour, money, number

from . import printed
from .closing_steps import deed_of
from .definitions import Definition, is_single_handed
from .doubted import doubted
from .late import certified_at_index, never_opened, too_late, waiting_for_people
from .log_states import states_of_box
from .losses import lost_devices
from .models import Box, Challenge, RollVersion, Sample, WalkIn
from .proceedings_count import accounts_blocks, result_blocks, settlement_blocks, turnout_blocks
from .result import rights_of
from .samples import outcome_of

if TYPE_CHECKING:
    from printouts.documents import Document
    from server.meetings.models import Session

# Kept in the office's log; of no weight for who reads what became of the vote. Devices stand in the closing reports.
PREPARING = ("box.saved", "session.saved", "device.invited")


def record_of_proceedings(box: Box) -> Document:
    """In the language of the moment, of a frozen box. A draft until the result is certified."""
    is_final = box.state == Box.State.CERTIFIED
    known = box.sessions.select_related("meeting").prefetch_related("devices")
    sessions = list(known.order_by("meeting__starts_at", "pk"))
    parts: list[Block] = [] if is_final else [_draft(box)]
    parts += _matter(box)
    parts += _steps(box, sessions)
    parts += _rights(box)
    parts += _sessions(sessions)
    parts += _late(box)
    parts += _doubted(box)
    parts += _out_of_line(box)
    parts += printed.walk_ins_blocks(WalkIn.objects.filter(session__in=sessions, roll=box.roll))
    parts += printed.challenges_blocks(Challenge.objects.filter(mark__box=box))
    parts += _sample(box)
    parts += turnout_blocks(box)
    parts += settlement_blocks(box)
    parts += accounts_blocks(box, sessions)
    parts += result_blocks(box)
    parts += _hands(box)
    parts += _contests(box)
    parts += _log(box)
    parts += _signatures(box)
    return printed.document(
        title=_("Record of proceedings"),
        subtitle=f"{box} \u2013 {box.space}",
        blocks=parts,
        foot=_("Ballot box %(ref)s: %(box)s") % {"box": box, "ref": box.ref},
        mark="" if is_final else _("Draft"),
    )


def _draft(box: Box) -> Notice:
    words = _("The ballot box is in the state “%(state)s”. The record is complete once the result is certified.")
    return Notice(_("This record is a draft"), words % {"state": box.get_state_display()})


def _matter(box: Box) -> list[Block]:
    """What was frozen, as the definition says it."""
    frozen = Definition.of(box).facts
    contest = Definition.of(box).contest
    marks = {"contest": contest, "limit": contest["max_cost"], "currency": frozen["currency"]}
    rows = [
        (_("Participatory space"), str(box.space)),
        (_("Question"), str(box.title)),
        (_("Kind"), str(Box.Kind(frozen["kind"]).label)),
        (_("State"), str(box.get_state_display())),
        (_("Who votes"), str(box.get_regime_display())),
        (_("The ballot"), f"{box.get_method_display()}. {printed.plain('voting/_rule.html', marks)}"),
        *_shared_out(box, frozen),
        (_("Doors"), ", ".join(str(Door(door).label) for door in frozen["doors"])),
        (_("Precedence"), _precedence(box)),
        (_("Key of the box"), _key_holder(box)),
        *printed.two_persons(is_alone=is_single_handed() and frozen.get("single_handed", True)),
        (_("Fingerprint of what was frozen"), printed.grouped(box.definition_hash)),
    ]
    return [facts(rows)]


def _shared_out(box: Box, frozen: Mapping[str, Any]) -> list[tuple[str, str]]:
    """How the budget is shared among which projects; nothing of a question."""
    contest = frozen["contests"][0]
    if contest["method"] == Box.Method.YES_NO:
        return []
    return [
        (_("Count"), str(box.get_rule_display())),
        (_("Budget"), money(frozen["budget"], frozen["currency"])),
        (_("Projects on the ballot"), number(len(contest["choices"]))),
    ]


def _precedence(box: Box) -> str:
    if box.online_closes_first:
        return _("Online closed before the first session opened; whoever voted online had voted.")
    return _("A vote in person comes before one cast online; online, the latest of a person counts.")


def _key_holder(box: Box) -> str:
    if not box.has_trustees:
        return _("Held by the installation")
    names = ", ".join(str(trustee) for trustee in box.trustees.all())
    return _("Any two of three trustees: %(names)s") % {"names": names}


def _steps(box: Box, sessions: Iterable[Session]) -> list[Block]:
    """What was done to the box and its sessions, when and by whom, from the office's log."""
    held = {f"session:{session.ref}": session for session in sessions}
    acts = list(Act.objects.about(box, *held.values()).exclude(deed__in=PREPARING))
    blocks: list[Block] = [Heading(_("Step by step")), printed.acts_table(acts, lambda act: _deed(act, held))]
    if not any(act.deed == "box.frozen" for act in acts):
        blocks.append(Paragraph(_("Steps taken before Parvis tied them to a ballot box are in the office’s log only.")))
    return blocks


def _deed(act: Act, sessions: Mapping[str, Session]) -> str:
    """The deed with what it was done to, where that is not the box itself. Subjects are words of the moment."""
    told = str(act.get_deed_display())
    if act.deed == "record.decided":
        outcome = _("taken in") if act.facts.get("is_accepted") else _("set aside")
        return printed.with_colon(told, outcome)
    if act.deed == "box.read_again":
        outcome = _("they agree") if act.facts.get("is_same") else _("they differ")
        return printed.with_colon(told, outcome)
    return printed.with_colon(told, ", ".join(about)) if (about := list(_whereof(act, sessions))) else told


def _whereof(act: Act, sessions: Mapping[str, Session]) -> Iterator[str]:
    """The trustee, device, number or equation that an act was about, and of several sessions the one.

    How many envelopes were opened stands in the accounts alone: people count what was in them before they see it.
    """
    if act.deed.startswith(("box.card_", "device.")):
        yield act.subject
    if "quantity" in act.facts and act.deed != "envelopes.opened":
        yield number(act.facts["quantity"])
    if "equation" in act.facts:
        yield _("equation %(number)s") % {"number": act.facts["equation"]}
    if act.about in sessions and len(sessions) > 1:
        yield str(sessions[act.about])


def _rights(box: Box) -> list[Block]:
    """Versions of the roll as the log of this vote heard of them, with how many rights; never who holds one."""
    rights = box.result["turnout"]["rights"] if box.result else rights_of(box)
    words = {"rights": number(rights), "roll": str(box.roll or "")}
    if box.regime == Box.Regime.PASS:
        return [Heading(_("Rights to vote")), Paragraph(_("One right for each pass: %(rights)s passes.") % words)]
    blocks: list[Block] = [Heading(_("Rights to vote"))]
    blocks.append(Paragraph(_("Roll “%(roll)s”. Rights to vote: %(rights)s.") % words))
    made = {one.number: one for one in box.roll.versions.select_related("by", "agreed_by")} if box.roll else {}
    rows = [_version(told, made.get(told["version"])) for told in _announced(box)]
    columns = (
        Column(_("Version"), 15, "end"),
        Column(_("Rights"), 15, "end"),
        Column(_("What changed it, and who")),
        Column(_("Commitment in the public list"), 72),
    )
    return [*blocks, Table(columns, rows)]


def _announced(box: Box) -> list[dict[str, Any]]:
    rows = Record.objects.of_box(box.definition_hash).filter(type="roll.version", dev=installation().dev)
    return [json.loads(bytes(body)) for body in rows.order_by("index").values_list("payload__body", flat=True)]


def _version(told: Mapping[str, Any], made: RollVersion | None) -> tuple[str, str, str, str]:
    """The reasons of corrections stay in the office: they may name a person."""
    lines = []
    if made:
        lines = [f"{made.get_kind_display()}, {day_and_hour(made.at)}", printed.who(made.by)]
    if made and made.agreed_by:
        lines.append(_("Agreed by %(name)s") % {"name": made.agreed_by})
    return number(told["version"]), number(told["people"]), "\n".join(lines), printed.grouped(told["commitment"])


def _sessions(sessions: Iterable[Session]) -> list[Block]:
    """Every session with its state, and the devices that never brought what they held, by name."""
    held = list(sessions)
    if not held:
        return [Heading(_("Sessions")), Paragraph(_("This vote is online only: it has no session."))]
    columns = (Column(_("Session")), Column(_("Announced for"), 58), Column(_("State"), 30))
    rows = [
        (
            "\n".join(filter(None, [str(one), one.meeting.place])),
            date_and_hour(one.meeting.starts_at),
            str(one.get_state_display()),
        )
        for one in held
    ]
    blocks: list[Block] = [Heading(_("Sessions")), Table(columns, rows), Heading(_("Missing devices"), 3)]
    missing = [
        (f"{device}\n{session}", device.missing_reason, loss.told)
        for session in held
        for device, loss in lost_devices(session)
    ]
    if not missing:
        return [*blocks, Paragraph(_("No device was named missing."))]
    columns = (Column(_("Device, session"), 52), Column(_("Reason")), Column(_("What is lost")))
    return [*blocks, Table(columns, missing)]


def _late(box: Box) -> list[Block]:
    """Ballots that waited for people, by what became of them. What came after the certification stands at the end."""
    rows = Record.objects.of_box(box.definition_hash).ballots().filter(first_verdict=Verdict.PROVISIONAL)
    if (at := certified_at_index(box)) is not None:
        rows = rows.filter(index__lt=at)
    if not rows.exists():
        return [Heading(_("Late ballots"), 3), Paragraph(_("No ballot came late or from a revoked device."))]
    told = [
        (_("Taken in"), rows.filter(verdict=Verdict.ACCEPTED).count()),
        (_("Set aside"), rows.filter(verdict=Verdict.QUARANTINED).count()),
        (_("Waiting for a decision"), waiting_for_people(rows).count()),
        (_("Came after what counts was fixed, never opened"), rows.filter(pk__in=never_opened(box)).count()),
    ]
    return [Heading(_("Late ballots"), 3), printed.counted(told, _("Ballots"))]


def _doubted(box: Box) -> list[Block]:
    """Ballots of devices that were revoked, as far as that was known when the result was certified. Never which."""
    return printed.doubted_blocks(doubted(box, before=certified_at_index(box)), 3)


def _out_of_line(box: Box) -> list[Block]:
    """Ballots beside the chain of their device, a copied or damaged disk, by what became of them."""
    rows = Record.objects.of_box(box.definition_hash).ballots().beside_the_chain()
    return printed.out_of_line_blocks(rows, 3)


def _sample(box: Box) -> list[Block]:
    """Of the people marked in person who got a letter: how many answered what. Who they are stays in the office."""
    sample = Sample.objects.filter(box=box).first()
    if sample is None:
        return []
    told = outcome_of(sample)
    words = _("Drawn on %(day)s; the dice showed %(seed)s.") % {"day": day(sample.drawn_on), "seed": sample.seed}
    numbers = printed.counted(told.rows, _("People"))
    return [Heading(_("Letters to a random sample"), 3), numbers, Paragraph(f"{words} {told.told}")]


def _hands(box: Box) -> list[Block]:
    """Whose hands opened and certified: second persons, and the trustees whose cards opened the box."""
    rows = Approval.objects.filter(key=box.ref, kind__in=["box.open", "box.certify"], state=Approval.State.AGREED)
    columns = (Column(_("What")), Column(_("Asked for by"), 56), Column(_("Agreed by"), 56))
    agreed = [
        (
            str(deed_of(one.kind.removeprefix("box.")).title),
            f"{printed.who(one.asked_by)}\n{day_and_hour(one.asked_at)}",
            f"{printed.who(one.answered_by)}\n{day_and_hour(one.answered_at)}" if one.answered_at else "",
        )
        for one in rows.select_related("asked_by", "answered_by").order_by("pk")
    ]
    blocks: list[Block] = [Heading(_("Persons who opened and certified"))]
    opened = [str(trustee) for trustee in box.trustees.all() if trustee.has_opened]
    if opened:
        words = _("The box was opened with the cards of two of its three trustees: %(names)s.")
        blocks.append(Paragraph(words % {"names": ", ".join(opened)}))
    if agreed:
        blocks.append(Table(columns, agreed))
    elif not opened:
        blocks.append(Paragraph(_("No second person has agreed to a step of this box.")))
    return blocks


def _contests(box: Box) -> list[Block]:
    blocks: list[Block] = [Heading(_("Contests, and what is destroyed"))]
    asked = _("Until the certification everybody could ask whether their right was used in person.")
    if box.certified_at is None or box.destroy_on is None:
        days = _("After certification everything is kept for %(days)d days, then destroyed.") % {"days": box.keep_days}
        return [*blocks, Paragraph(f"{asked} {days}"), *_objections(box)]
    rows = [
        (_("Result certified"), day_and_hour(box.certified_at)),
        (_("Kept for contests until"), day(box.destroy_on)),
        (_("Then destroyed"), _("Sealed ballots, keys, images of sheets, printed files, the people of the roll")),
        (_("Kept for ever"), _("The published files and the public list")),
    ]
    if box.kept_until:
        rows.insert(
            2, (_("Put off"), _("A contest goes on: the day was put off to %(day)s") % {"day": day(box.kept_until)})
        )
    if box.destroyed_at:
        rows.append((_("Destroyed"), day_and_hour(box.destroyed_at)))
    return [*blocks, Paragraph(asked), facts(rows), *_objections(box), *_since(box), *_addenda(box)]


def _objections(box: Box) -> list[Block]:
    """When each came and what was decided. From whom, and the words, stay in the office: they may name a voter."""
    rows = [
        (str(one.number), day(one.received_on), str(one.get_state_display()), day(one.decided_at))
        for one in box.objections.all()
    ]
    if not rows:
        return [Paragraph(_("No objection was received."))]
    columns = (
        Column(pgettext("number", "No."), 8, "end"),
        Column(pgettext("objection", "Received"), 50),
        Column(_("Outcome")),
        Column(pgettext("objection", "Decided"), 50),
    )
    return [Heading(_("Objections"), 3), Table(columns, rows)]


def _since(box: Box) -> list[Block]:
    """Ballots that came after the certification, beside how close the result was."""
    found = too_late(box)
    if not found.since:
        return []
    words = {"late": found, "margin": found.margin, "contest": box.result["contests"][0]}
    told = printed.counted([(_("Came after the certification, never opened"), found.since)], _("Ballots"))
    return [Heading(_("After the certification"), 3), told, Paragraph(printed.plain("opendata/_late.html", words))]


def _addenda(box: Box) -> list[Block]:
    """What was added to the published result, as it was published."""
    rows = [(day(one.published_at), str(one.text)) for one in box.addenda.exclude(published_at=None)]
    return [Heading(_("Addenda"), 3), Table((Column(_("When"), 42), Column(_("Text"))), rows)] if rows else []


def _log(box: Box) -> list[Block]:
    words = {
        "opening": _("When the vote opened"),
        "closing": _("When the vote closed"),
        "reconciled": _("When the box was reconciled"),
        "certified": _("When the result was certified"),
    }
    states = states_of_box(box)
    blocks: list[Block] = [Heading(_("The public list"))]
    if not states:
        return [*blocks, Paragraph(_("The vote has not been opened yet."))]
    blocks.append(printed.states_table((words[name], one) for name, one in states.items()))
    signed = [one for one in states.values() if one]
    if signed:
        blocks += [Heading(_("The last of these states, as it was signed"), 3), *printed.state_blocks(signed[-1])]
    return blocks


def _signatures(box: Box) -> list[Block]:
    people = [_("Who presided over the vote"), _("The clerk")]
    opened = [str(trustee) for trustee in box.trustees.all() if trustee.has_opened]
    people += [_("Trustee: %(name)s") % {"name": name} for name in opened]
    people += [_("First assessor"), _("Second assessor")]
    return [Heading(_("Signatures")), printed.signature_lines(people)]
