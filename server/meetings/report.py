"""The closing report of a session, to be signed by hand: what was counted, what balances, what is missing, the log."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from printouts.blocks import Block, Column, Heading, Notice, Paragraph, Table, facts
from server.ledger.installation import installation
from server.ledger.models import Record, Verdict
from server.office.models import Act
from server.paper.accounts import seen_of, sheet_accounts
from server.paper.models import SheetSample
from server.paper.rereading import outcome_of
from server.processes.models import Door
from server.voting import printed
from server.voting.balance import Equation, balance_of
from server.voting.balance_facts import hand_counts_asked, heads_of, require_hand_counts
from server.voting.doubted import doubted_in
from server.voting.log_states import states_of_session
from server.voting.losses import lost_devices
from server.voting.refusals import WrongState
from server.voting.two_persons import session_takes_two
from server.web.templatetags.parvis import date_and_hour, day_and_hour, hour, number

from .figures import late_records
from .helped import helped, helpers_over
from .models import Session

if TYPE_CHECKING:
    from printouts.documents import Document
    from server.devices.models import Device
    from server.voting.models import Box

MOST_LOST = 200  # images that are lost: their number stands above the table
STEPS = ("session.open", "session.paused", "session.closed", "session.reconciled")


def closing_report(session: Session) -> Document:
    """What the session comes to, in the language of the moment. Provisional until it is reconciled.

    Raises WrongState before the closing, HandCountsMissing until people have counted: they count blind.
    """
    if session.state not in (Session.State.CLOSED, Session.State.RECONCILED):
        raise WrongState(details={"state": session.state})
    require_hand_counts(session)
    is_final = session.state == Session.State.RECONCILED
    acts = list(Act.objects.about(session))
    balance = balance_of(session)
    states = states_of_session(session)
    parts: list[Block] = [] if is_final else [_provisional()]
    parts += _about(session, acts)
    parts += _devices(session)
    parts += _hand_counts(session, acts)
    parts += [Heading(_("The ten equations")), printed.equations_table(balance, _elsewhere())]
    parts += _differences(session, balance)
    parts += _sheets(session)
    parts += _late(session)
    parts += _doubted(session)
    parts += _out_of_line(session)
    parts += printed.walk_ins_blocks(session.walk_ins.all())
    parts += printed.challenges_blocks(session.challenges.all())
    parts += printed.helped_blocks(helped(session), helpers_over(session))
    parts += _log(states)
    people = [_("Who presided over the session"), _("First person who counted"), _("Second person who counted")]
    parts += [Heading(_("Signatures")), printed.signature_lines([*people, _("An observer, if there was one")])]
    return printed.document(
        title=_("Closing report of a session"),
        subtitle=f"{session} \u2013 {session.meeting.space}",
        blocks=parts,
        foot=_("Session %(ref)s: %(session)s") % {"session": session, "ref": session.ref},
        mark="" if is_final else _("Provisional"),
    )


def _provisional() -> Notice:
    words = _("The session is not reconciled: figures, explanations and devices may still change. Print it again then.")
    return Notice(_("This report is provisional"), words)


def _about(session: Session, acts: list[Act]) -> list[Block]:
    meeting = session.meeting
    boxes = list(session.boxes.order_by("pk"))
    doors = [door for door in Door if door == Door.DESK or any(box.offers(door) for box in boxes)]
    rows = [
        (_("Participatory space"), str(meeting.space)),
        (_("Meeting"), ", ".join(filter(None, [str(meeting), meeting.place, meeting.address]))),
        (_("Announced for"), f"{date_and_hour(meeting.starts_at)} \u2013 {hour(meeting.ends_at)}"),
        (_("Ballot boxes"), "\n".join(_box(box) for box in boxes)),
        (_("Doors"), ", ".join(str(door.label) for door in doors)),
        *printed.two_persons(is_alone=not session_takes_two(session)),
    ]
    steps = [act for act in acts if act.deed in STEPS]
    told = printed.acts_table(steps, lambda act: str(act.get_deed_display()))
    return [facts(rows), Heading(_("Hours of the session")), told]


def _box(box: Box) -> str:
    fingerprint = printed.grouped(box.definition_hash[:16], 4)
    return _("%(box)s (frozen as %(fingerprint)s…)") % {"box": box, "fingerprint": fingerprint}


def _devices(session: Session) -> list[Block]:
    """Each paired device with the last record of its chain, and the missing ones by name."""
    devices = list(session.devices.order_by("label", "pk"))
    if not devices:
        return [Heading(_("Devices")), Paragraph(_("No device was paired with this session."))]
    heads = heads_of(session)
    columns = (Column(_("Device"), 42), Column(_("Kind"), 24), Column(_("State")), Column(_("Last record"), 46))
    rows = [(str(one), str(one.get_mode_display()), _state(one, heads), _head(one, heads)) for one in devices]
    missing = [(str(one), one.missing_reason, loss.told) for one, loss in lost_devices(session)]
    blocks: list[Block] = [Heading(_("Devices")), Table(columns, rows)]
    if not missing:
        return [*blocks, Paragraph(_("No device was named missing."))]
    told = Table((Column(_("Device"), 42), Column(_("Reason")), Column(_("What is lost"))), missing)
    return [*blocks, Heading(_("Named missing"), 3), told]


def _state(device: Device, heads: Mapping[str, Any]) -> str:
    if device.dev in heads:
        told = _("Closed, all its records are here")
    else:
        told = _("Named missing") if device.missing_reason else _("Not closed")
    return f"{told}. {device.get_status_display()}." if device.status == device.Status.REVOKED else f"{told}."


def _head(device: Device, heads: Mapping[str, Any]) -> str:
    """Number and fingerprint of the last record of each chain, as on the device's closing slip."""
    chains = heads.get(device.dev, [])
    told = [printed.with_colon(number(one["seq"]), f"{printed.grouped(one['head'][:16], 4)}…") for one in chains]
    return "\n".join(told) or "\u2013"


def _hand_counts(session: Session, acts: list[Act]) -> list[Block]:
    """Every count that people entered, in order: the log keeps each, the office's acts who entered it."""
    labels = {one.name: one.label for one in hand_counts_asked(session)}
    blocks: list[Block] = [Heading(_("Counted by hand"))]
    if not labels:
        return [
            *blocks,
            Paragraph(_("No passes or sheets were made for this session: there was nothing to count.")),
        ]
    blocks.append(Paragraph(_("Entered before Parvis showed any figure of its own.")))
    entered = [act for act in acts if act.deed == "session.counted"]
    confirmed = [act for act in acts if act.deed == "session.count_confirmed"]
    for place, counts in enumerate(_counts(session)):
        if place < len(entered):
            facts_of = {"when": day_and_hour(entered[place].at), "who": printed.who_acted(entered[place])}
            words = _("Count, entered on %(when)s by %(who)s") if not place else _("Recount, %(when)s, by %(who)s")
            blocks.append(Heading(words % facts_of, 3))
            until = entered[place + 1].pk if place + 1 < len(entered) else None
            blocks += _confirmed(entered[place], until, confirmed)
        told = [(labels[name], counts[name]) for name in labels if name in counts]
        blocks.append(printed.counted(told, _("Stack")))
    return blocks


def _confirmed(entered: Act, until: int | None, confirmed: list[Act]) -> list[Block]:
    """Who stands behind this count beside the person who entered it, and did so before the next was entered."""
    others = [printed.who_acted(one) for one in confirmed if entered.pk < one.pk and (until is None or one.pk < until)]
    if not others:
        return [Paragraph(_("Counted by one person, as far as Parvis knows."))]
    return [Paragraph(_("Counted together with %(names)s.") % {"names": ", ".join(others)})]


def _counts(session: Session) -> Iterator[dict[str, int]]:
    rows = Record.objects.in_session(session.ref).filter(type="count.sealed", dev=installation().dev)
    for body in rows.order_by("index").values_list("payload__body", flat=True):
        yield json.loads(bytes(body))


def _elsewhere() -> dict[int, str]:
    """What is said of the equations without figures: nothing of the kind was here, or they are the box's."""
    nothing = _("Nothing of the kind in this session")
    of_box = _("Of the ballot box: see its record of proceedings")
    return {place: of_box if place in (7, 8, 10) else nothing for place in printed.NUMBERS}


def _differences(session: Session, balance: list[Equation]) -> list[Block]:
    blocks: list[Block] = [Heading(_("Differences and explanations"))]
    unequal = [one for one in balance if not one.holds]
    if not unequal:
        return [*blocks, Paragraph(_("There is no difference to explain."))]
    for one in unequal:
        blocks.append(Heading(printed.with_colon(f"{one.key}. {one.label}", printed.outcome(one)), 3))
        blocks += printed.paragraphs(*printed.explained(session, one))
    return blocks


def _sheets(session: Session) -> list[Block]:
    """Where every printed sheet is, box by box."""
    runs = session.print_runs.filter(is_test=False)
    if not runs.exists():
        return []
    blocks: list[Block] = [Heading(_("Account of the sheets"))]
    boxes = list(session.boxes.filter(print_runs__in=runs).distinct().order_by("pk"))
    left_over = session.hand_counts.get("sheets_unused", 0)
    for box in boxes:
        if len(boxes) > 1:
            blocks.append(Heading(str(box), 3))
        blocks.append(_account(sheet_accounts(session, box)))
    words = _("Left over blank, counted by hand: %(count)s. Test sheets never count and stand in no sum.")
    return [*blocks, Paragraph(words % {"count": number(left_over)}), *_seen(session), *_samples(session)]


def _seen(session: Session) -> list[Block]:
    """The count by hand against what was seen, and images that are lost, by name (B19)."""
    seen = seen_of(session)
    rows = [
        (_("Sheets found in the ballot box"), seen.in_box or 0),
        (_("Different sheets seen or typed in"), seen.sheets),
        (_("Of these typed in from the paper alone"), seen.typed_in),
        (_("Photos that were announced and have not arrived"), seen.on_their_way),
        (_("Images whose file is lost"), len(seen.lost)),
    ]
    blocks: list[Block] = [Heading(_("Counted by hand against images"), 3), printed.counted(rows, _("Number"))]
    if seen.lost:
        columns = (Column(_("File")), Column(_("Page"), 24, "end"))
        blocks.append(Table(columns, [(file, number(page)) for file, page in seen.lost[:MOST_LOST]]))
    return blocks


def _samples(session: Session) -> list[Block]:
    """Sheets drawn by dice and read again from the paper: how many said what, and what that would have found (B18)."""
    blocks: list[Block] = []
    for sample in SheetSample.objects.filter(session=session).select_related("box").order_by("pk"):
        told = outcome_of(sample)
        words = _("Drawn on %(day)s; the dice showed %(seed)s.")
        said = words % {"day": day_and_hour(sample.drawn_at), "seed": sample.seed}
        blocks.append(Heading(printed.with_colon(_("Sheets read again from the paper"), str(sample.box)), 3))
        blocks.append(printed.counted(told.rows, _("Sheets")))
        blocks.append(Paragraph(f"{said} {told.told}" if told.looked_at else said))
    return blocks


def _account(told: Mapping[str, Any]) -> Table:
    rows = [
        (_("Printed"), told["printed"]),
        (pgettext("sheets", "Read automatically"), told["automatic"]),
        (_("Decided by people"), told["adjudicated"]),
        (_("Waiting for people"), told["waiting"]),
        *([(_("Of these with a page missing"), told["incomplete"])] if told["incomplete"] else []),
        (_("Refused, seen and no ballot"), told["refused"]),
        (_("Spoiled"), told["spoiled"]),
        *_not_seen(told),
        (_("Handed out for passes and in place of spoiled sheets"), told["handed_out"]),
        (_("Of these in place of spoiled sheets"), told["replacements"]),
    ]
    return printed.counted(rows, _("Sheets"))


def _not_seen(told: Mapping[str, Any]) -> list[tuple[str, int]]:
    """Returned and missing apart, where what came back was counted for every print run."""
    if not told["is_unused_counted"]:
        return [(_("Not seen: left over blank, or not come back"), told["missing"] + told["unused"])]
    return [(_("Returned blank"), told["unused"]), (_("Missing: neither seen nor returned"), told["missing"])]


def _late(session: Session) -> list[Block]:
    """Ballots that waited for people: how many were taken in, set aside, or still wait. Never which."""
    rows = Record.objects.in_session(session.ref).ballots().filter(first_verdict=Verdict.PROVISIONAL)
    fixed = Record.objects.in_session(session.ref).filter(type="session.reconciled", dev=installation().dev)
    if (at := fixed.values_list("index", flat=True).first()) is not None:
        rows = rows.filter(
            index__lt=at
        )  # a report that was signed says the same for ever; what comes later does not (S14)
    if not rows.exists():
        return []
    told = [
        (_("Taken in"), rows.filter(verdict=Verdict.ACCEPTED).count()),
        (_("Set aside"), rows.filter(verdict=Verdict.QUARANTINED).count()),
        (_("Waiting for a decision"), rows.filter(pk__in=late_records(session)).count()),
    ]
    return [Heading(_("Late ballots")), printed.counted(told, _("Ballots"))]


def _doubted(session: Session) -> list[Block]:
    """Ballots of devices that were revoked, as far as that was known when the session was reconciled. Never which."""
    fixed = Record.objects.in_session(session.ref).filter(type="session.reconciled", dev=installation().dev)
    found = doubted_in(session, before=fixed.values_list("index", flat=True).first())
    return printed.doubted_blocks(found)


def _out_of_line(session: Session) -> list[Block]:
    """Ballots beside the chain of their device: how many were taken in or set aside. Never which."""
    rows = Record.objects.in_session(session.ref).ballots().beside_the_chain()
    return printed.out_of_line_blocks(rows)


def _log(states: Mapping[str, Any]) -> list[Block]:
    words = {
        "opening": _("At the opening of the session"),
        "closing": _("At its closing"),
        "reconciled": _("When it was reconciled"),
    }
    blocks: list[Block] = [Heading(_("The public list"))]
    blocks.append(printed.states_table((words[name], one) for name, one in states.items()))
    signed = [one for one in states.values() if one]
    if not signed:
        return blocks
    return [*blocks, Heading(_("The last of these states, as it was signed"), 3), *printed.state_blocks(signed[-1])]
