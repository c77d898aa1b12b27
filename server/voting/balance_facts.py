"""The numbers behind the accounts, read from the log, the register and what people counted by hand."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.apps import apps
from django.db.models import Count, Sum
from django.utils.translation import gettext_lazy as _

from server.attachments.models import Named
from server.ledger.installation import installation
from server.ledger.models import Chain, Log, Record, Verdict
from server.meetings.models import Session
from server.web.refusals import Refusal

from .answers import most_in_all, votes_of
from .balance import BoxFacts, SessionFacts
from .ballots import answer_status
from .definitions import Definition
from .desk_reasons import LOST, RETURNED
from .models import Box, Envelope, Pass, PresenceMark
from .two_persons import signatures_needed

PROXY = PresenceMark.Way.PROXY
# Images that are no ballot of the box, and so no sheet in it: test sheets, the white backs of pages.
NOT_IN_BOX = ("test_sheet", "test", "blank_page", "blank", "empty_page")


class HandCountsMissing(Refusal):
    """People count blind: the system shows no figure of its own before theirs are entered."""

    code = "hand_counts_missing"
    message = _("Count the stacks by hand and enter the figures first. Then Parvis shows its own.")


class HandCountsUnconfirmed(HandCountsMissing):
    """One person entered them; whoever counted with that person has not said so yet."""

    code = "hand_counts_unconfirmed"
    message = _("Whoever counted with you confirms these figures first. Then Parvis shows its own.")


@dataclass(frozen=True)
class HandCount:
    """One figure that people count at the closing."""

    name: str
    label: Any
    is_required: bool = True
    help: Any = ""


PASS_COUNTS = (
    HandCount("passes_unused", _("Passes left over in the stack")),
    HandCount(
        "passes_spoiled",
        _("Passes spoiled or given back"),
        help=_("Torn or misprinted; or taken back from somebody whose mark was undone."),
    ),
    HandCount(
        "passes_returned",
        _("Passes returned without a vote"),
        help=_("Handed over and brought back unused. The desk made each of them void; it can still do so now."),
    ),
)
TALLY = HandCount("passes_issued", _("Passes handed over and not given back, if the desk kept a tally"), False)
TALLY_ALONE = HandCount(
    "passes_issued",
    _("Passes handed over, by the tally of the desk"),
    help=_("The desk did not press “Pass handed over”: count the strokes on its paper list. 0 if nobody came."),
)
SHEET_COUNTS = (
    HandCount("sheets_in_box", _("Sheets found in the ballot box")),
    HandCount("sheets_unused", _("Sheets left over, blank")),
    HandCount("sheets_spoiled", _("Sheets spoiled before they were handed out"), is_required=False),
)
POST_COUNTS = (
    HandCount("envelopes_sheets", _("Sheets taken out of opened envelopes")),
    HandCount("envelopes_without", _("Opened envelopes without exactly one sheet")),
)


def hand_counts_asked(session: Session) -> list[HandCount]:
    """What people must count at the closing of this session, and what they may add."""
    asked: list[HandCount] = []
    if _passes(session).exists():
        asked += PASS_COUNTS
        asked.append(TALLY if _has_roll(session) or handed_over(session) else TALLY_ALONE)
    if session.print_runs.filter(is_test=False).exists():
        asked += SHEET_COUNTS
    if session.envelopes.filter(state=Envelope.State.OPENED).exists():
        asked += POST_COUNTS
    return asked


def counts_missing(session: Session) -> list[str]:
    """Names of the figures that must still be entered. None once the session is reconciled: its accounts are fixed."""
    if session.state == Session.State.RECONCILED:
        return []
    return [one.name for one in hand_counts_asked(session) if one.is_required and one.name not in session.hand_counts]


def is_unconfirmed(session: Session) -> bool:
    """Whether figures were entered, and not yet by as many people as must have counted."""
    if session.state == Session.State.RECONCILED or not session.hand_counts:
        return False
    return len(set(session.counted_by)) < signatures_needed(session)


def counts_blind(session: Session) -> bool:
    """Between the closing and the count by hand, people are shown no figure that they might copy."""
    return session.state == Session.State.CLOSED and (bool(counts_missing(session)) or is_unconfirmed(session))


def require_hand_counts(session: Session) -> None:
    """Raises HandCountsMissing, HandCountsUnconfirmed."""
    if missing := counts_missing(session):
        raise HandCountsMissing(details={"missing": missing})
    if is_unconfirmed(session):
        raise HandCountsUnconfirmed


def session_facts(session: Session) -> SessionFacts:
    """Raises HandCountsMissing."""
    require_hand_counts(session)
    return SessionFacts(
        **_pass_facts(session),
        **ballot_counts(session),
        **_sheet_facts(session),
        **_envelope_facts(session),
        **_device_facts(session),
    )


def _passes(session: Session):
    return Pass.objects.filter(batch__session=session, is_test=False)


def _has_roll(session: Session) -> bool:
    return session.boxes.filter(regime=Box.Regime.PERSON).exists()


def handed_over(session: Session) -> int:
    """Passes for which the desk pressed "handed over", in a vote by pass, less those that were one too many."""
    types = ["pass.issued", "pass.unissued"]
    rows = Record.objects.in_session(session.ref).filter(dev=installation().dev, type__in=types)
    counts = dict(rows.order_by().values_list("type").annotate(Count("pk")))
    return counts.get("pass.issued", 0) - counts.get("pass.unissued", 0)


def _why_void(session: Session) -> dict[str, str]:
    """``{pass: reason}`` of passes that are void, as the desk said. The last word on each holds."""
    void = {f"use:{use}" for use in _passes(session).filter(is_void=True).values_list("use_value", flat=True)}
    rows = Record.objects.in_session(session.ref).filter(type="pass.void", dev=installation().dev).order_by("index")
    said = rows.values_list("payload__subject", "payload__body")
    return {use: json.loads(bytes(body))["reason"] for use, body in said if use in void}


def _replaced(session: Session, said: dict[str, str]) -> dict[str, int]:
    """Lost passes for which another one was handed over: void by their code, or without it. Some turn up again."""
    rows = Record.objects.in_session(session.ref).filter(type="pass.replaced", dev=installation().dev)
    lost = list(rows.values_list("payload__subject", flat=True))
    known = [use for use in lost if use]
    return {
        "replaced": len(known),
        "replaced_away": sum(said.get(use) == LOST for use in known),
        "replaced_unknown": len(lost) - len(known),
    }


def _pass_facts(session: Session) -> dict[str, Any]:
    counts = session.hand_counts
    passes = _passes(session)
    marks = PresenceMark.objects.in_hall().filter(session=session)
    back, said = marks.filter(is_restored=True), _why_void(session)
    return {
        "passes_printed": passes.count(),
        "passes_spoiled": counts.get("passes_spoiled", 0),
        "passes_unused": counts.get("passes_unused", 0),
        "passes_returned": counts.get("passes_returned", 0),
        "passes_issued": counts.get("passes_issued"),
        "passes_handed_over": handed_over(session),
        "passes_taken_back": sum(reason == RETURNED for reason in said.values()),
        "passes_refused": passes.filter(is_refused=True, is_void=False).count(),
        # Reconciled before it was noted who counted: what did not come back was a number then.
        "is_residual": session.state == Session.State.RECONCILED and not session.counted_by,
        "has_roll": _has_roll(session),
        # One person marked for two boxes of the session holds one pass.
        "marked": len(set(marks.exclude(way=PROXY).values_list("entry_id", "is_restored"))),
        "by_proxy": len(set(marks.filter(way=PROXY).values_list("entry_id", "is_restored"))),
        "restored": len({(entry, way == PROXY) for entry, way in back.values_list("entry_id", "way")}),
        "marked_twice": _marked_twice(session),
        "walked_in": session.walk_ins.with_pass().count(),
        **_replaced(session, said),
        "passes_exchanged": passes.filter(is_exchanged=True).count(),
    }


def _marked_twice(session: Session) -> int:
    """People who got a pass here by the list on paper or a desk without network, while their mark stands at another
    session, or was made by another desk of this one."""
    marked_here = PresenceMark.objects.in_hall().filter(session=session).exclude(way=PROXY)
    challenges = session.challenges.with_pass()
    people = challenges.exclude(mark__entry__in=marked_here.values("entry"))
    twice_here = challenges.filter(mark__in=marked_here)
    return sum(some.values("mark__entry").distinct().count() for some in (people, twice_here))


def ballot_counts(session: Session) -> dict[str, Any]:
    """Ballots of the stack's passes. A void or handed-in pass is told by the register, not by the ballot.

    Once a box of this session was opened, ballots name no pass any more: then it is as counted at that moment.
    """
    if session.ballot_counts:
        return dict(session.ballot_counts)
    server = installation().dev
    ballots = Record.objects.ballots()
    rows = ballots.accepted()
    uses = {
        f"use:{use}": is_void or is_exchanged or is_refused
        for use, is_void, is_exchanged, is_refused in Pass.objects.filter(batch__session=session).values_list(
            "use_value", "is_void", "is_exchanged", "is_refused"
        )
    }
    kiosk = rows.filter(session_ref=session.ref).exclude(dev=server).values_list("definition", "payload__subject")
    per_right = Counter(kiosk)
    standing = {right: count for right, count in per_right.items() if not uses.get(right[1], True)}
    hashes = list(session.boxes.values_list("definition_hash", flat=True))
    web = rows.filter(definition__in=hashes, session_ref="", dev=server, payload__subject__startswith="use:")
    online = {use for use in web.values_list("payload__subject", flat=True) if uses.get(use) is False}
    at_kiosks = {use for _definition, use in standing}
    # Nobody took these in, or not yet; each shows that its pass was handed over and came to a kiosk.
    from_kiosks = ballots.filter(session_ref=session.ref).exclude(dev=server)
    aside = from_kiosks.set_aside().values_list("payload__subject", flat=True)
    only_aside = {use for use in aside if uses.get(use) is False} - at_kiosks - online
    return {
        "passes_spent_at_kiosks": len(at_kiosks),
        "passes_spent_online": len(online - at_kiosks),
        "kiosk_ballots": sum(per_right.values()) + len(aside),
        "kiosk_ballots_standing": len(standing),
        "kiosk_ballots_further": sum(standing.values()) - len(standing),
        "kiosk_ballots_void": sum(per_right.values()) - sum(standing.values()),
        "kiosk_ballots_aside": len(aside),
        "passes_spent_aside": len(only_aside),
    }


def _sheet_facts(session: Session) -> dict[str, Any]:
    counts = session.hand_counts
    runs = session.print_runs.filter(is_test=False)
    totals = runs.aggregate(printed=Sum("quantity"), unused=Sum("unused_count"), said=Count("unused_count"))
    unused = totals["unused"] if totals["said"] and "sheets_unused" not in counts else counts.get("sheets_unused", 0)
    spoiled = _spoiled(session)
    replaced = session.sheet_counts.aggregate(total=Sum("replacements"))["total"] or 0
    return {
        "sheets_printed": totals["printed"] or 0,
        # A pass handed in gives a sheet of each box that has sheets here.
        "sheet_boxes": runs.order_by().values("box").distinct().count(),
        "sheets_unused": unused or 0,
        "sheets_spoiled": spoiled[False] + counts.get("sheets_spoiled", 0),
        "sheets_replaced": spoiled[True] + replaced,
        "sheets_in_box": counts.get("sheets_in_box", 0),
        **_read_sheets(session),
    }


def _spoiled(session: Session) -> Counter[bool]:
    rows = Record.objects.filter(session_ref=session.ref, type="sheet.spoiled", dev=installation().dev)
    return Counter(bool(json.loads(bytes(body))["replaced"]) for body in rows.values_list("payload__body", flat=True))


def _read_sheets(session: Session) -> dict[str, int]:
    """Sheets that became ballots by machine or by people; and what was seen in the box and could not."""
    sheets = apps.get_model("paper", "Sheet").objects.filter(run__session=session, run__is_test=False).with_facts()
    by_people = sheets.exclude(ballot="").filter(was_decided=True).count()
    refused_images = apps.get_model("paper", "Reading").objects.in_session(session).not_read()
    refused_images = refused_images.exclude(reason__in=NOT_IN_BOX).exclude(adjudications__outcome="discard")
    refused_sheets = sheets.filter(ballot="", was_seen=True, is_waiting=False, is_spoiled=False)
    return {
        "sheets_automatic": sheets.exclude(ballot="").filter(was_decided=False).count(),
        "sheets_decided": by_people,
        "sheets_refused": refused_sheets.count() + refused_images.count(),
    }


def _envelope_facts(session: Session) -> dict[str, Any]:
    """What became of the envelopes that were sent for this session, and what people found in those they opened."""
    state = Envelope.State
    by_state = Counter(dict(session.envelopes.sent().order_by().values_list("state").annotate(Count("pk"))))
    return {
        "envelopes_sent": sum(by_state.values()),
        "envelopes_accepted": by_state[state.ACCEPTED] + by_state[state.OPENED],
        "envelopes_refused": by_state[state.REFUSED],
        "envelopes_void": by_state[state.VOID],
        "envelopes_waiting": by_state[state.RECEIVED],
        "envelopes_out": by_state[state.SENT],
        "envelopes_opened": by_state[state.OPENED],
        "envelopes_sheets": session.hand_counts.get("envelopes_sheets", 0),
        "envelopes_without": session.hand_counts.get("envelopes_without", 0),
    }


def _device_facts(session: Session) -> dict[str, Any]:
    devices = list(session.devices.values_list("dev", "missing_reason"))
    closed = closed_devices(session)
    return {
        "devices": len(devices),
        "devices_closed": sum(dev in closed for dev, _reason in devices),
        "devices_missing": sum(bool(reason) and dev not in closed for dev, reason in devices),
    }


def closed_devices(session: Session) -> dict[str, list[dict[str, Any]]]:
    """``{dev: its chains' epoch, seq and head}`` of the devices that said they are closed, with nothing missing.

    A file that one of their records names is part of it.
    """
    return closed_among(session.devices.values_list("dev", flat=True))


def closed_among(devs: Iterable[str]) -> dict[str, list[dict[str, Any]]]:
    """The same of these devices, whatever their session."""
    heads: dict[str, list[dict[str, Any]]] = {}
    still_open: set[str] = set()
    for chain in Chain.objects.filter(dev__in=list(devs)).order_by("dev", "epoch"):
        heads.setdefault(chain.dev, []).append({"epoch": chain.epoch, "seq": chain.next_seq - 1, "head": chain.head})
        if not chain.is_closed:
            still_open.add(chain.dev)
    if heads.keys() - still_open:
        still_open |= Named.objects.of_devices(heads).on_their_way().by_device().keys()
    return {dev: chains for dev, chains in heads.items() if dev not in still_open}


def heads_of(session: Session) -> dict[str, list[dict[str, Any]]]:
    """The same as it was fixed, once the session is reconciled."""
    return session.closing_heads if session.state == Session.State.RECONCILED else closed_devices(session)


def box_facts(box: Box) -> BoxFacts:
    verdicts = dict(Record.objects.order_by().values_list("verdict").annotate(count=Count("pk")))
    log = Log.objects.filter(pk=1).first()
    facts = BoxFacts(
        rights=box.settlement.get("rights", {}),
        log_size=log.size if log else 0,
        verdicts={verdict: verdicts.get(verdict, 0) for verdict in Verdict.values},
    )
    return _with_result(box, facts) if box.result else facts


def _with_result(box: Box, facts: BoxFacts) -> BoxFacts:
    contest, result = Definition.of(box).rules[0], box.result["contests"][0]
    allowed = most_in_all(contest)
    votes_not_used = 0
    for choices in box.cast_vote_records.values_list("choices", flat=True) if allowed else ():
        chosen = choices.get(contest["id"], [])
        if answer_status(contest, chosen) == "valid":
            votes_not_used += allowed - sum(votes_of(contest, chosen).values())
    return replace(
        facts,
        has_result=True,
        ballots=box.settlement["counted"],
        valid=result["valid"],
        blank=result["blank"],
        invalid=result["invalid"],
        votes=sum(result["votes"].values()),
        votes_not_used=votes_not_used,
        votes_allowed=allowed,
    )
