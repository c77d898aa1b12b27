"""The accounts of a session and of a box: equations that must hold, or be explained, before anything is certified.

Pure arithmetic here; ``balance_facts`` reads the numbers. Numbers and names of the equations are those that are
published in ``accounts.json``:

    of a session
    1  passes printed = issued + spoiled + unused
    2  passes issued = people marked in person − rights given back                         (sessions of boxes by person)
                       + people already marked at another session, whose proxy came, or not on the roll and refused
                         or not decided on, lost passes replaced (void, or without their code), if any
       passes issued, by the desk's tally = handed over as the desk pressed for each             (by pass, with a tally)
                       + lost passes replaced, if any
    3  passes issued = spent at kiosks + spent online + handed in for a sheet + taken back at the desk
                       + held by people who were refused + lost passes that were replaced and stayed away
                       + spent on kiosk ballots that wait for people or were set aside, if any
    3b passes returned, counted by hand = taken back at the desk
    4  sealed kiosk ballots = passes spent at kiosks + further ballots of a pass + ballots of passes void or handed in
                       + ballots that wait for people or were set aside, if any
    5  sheets printed = handed out for passes (one of each box) + sent by post + replacements + spoiled at the desk
                        + unused
    5b envelopes sent = accepted + refused + void + not come back                           (where sheets go by post)
    6  sheets in the box, counted by hand = read automatically + decided by people + refused
    6b envelopes opened = sheets taken out + envelopes without exactly one sheet            (where sheets go by post)
    9  devices paired = closed, all records here + named missing
    of a box
    7  votes + votes not used = valid ballots × votes allowed; and ballots opened = valid + blank + invalid
    8  rights used = in person + by post + online                                           (by pass: spent + handed in)
    10 records in the log = accepted + provisional + parked + quarantined

No number is what the others leave over: each count of the hand stands against one that the desk or the log knows. By
person a pass is *issued* when it is neither spoiled nor left over, and equation 2 holds that against the marks; by pass
it is issued when the desk pressed for it, or by the tally on paper. A pass that did not come back is a difference of
equation 3, which two persons put into words; only earlier closings had a term for it (``is_residual``). A lost pass
that the desk replaced stands on both sides of 3: whoever votes with it after all makes a difference there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from .balance_words import label_of
from .refusals import BalanceOpen

if TYPE_CHECKING:
    from server.meetings.models import Session

    from .models import Box


@dataclass(frozen=True)
class Term:
    """One named number of an equation."""

    key: str
    label: Any
    count: int


@dataclass(frozen=True)
class Equation:
    """left: what was there; right: the sum of the terms; explanation: of a difference, once enough people signed it.

    part: tells a second equation of the same number apart, where each is explained in words of its own.
    """

    number: int
    name: str
    label: Any
    left: int
    terms: tuple[Term, ...]
    explanation: str = ""
    part: str = ""

    @property
    def key(self) -> str:
        """As people call it, and as explanations are kept: ``3`` or ``3b``."""
        return f"{self.number}{self.part}"

    @property
    def right(self) -> int:
        return sum(term.count for term in self.terms)

    @property
    def difference(self) -> int:
        return self.left - self.right

    @property
    def holds(self) -> bool:
        return self.left == self.right

    @property
    def is_settled(self) -> bool:
        return self.holds or bool(self.explanation)

    def as_json(self) -> dict[str, Any]:
        """As published: keys, not labels, so that the file is the same in every language."""
        return {
            "number": self.number,
            "name": self.name,
            "left": self.left,
            "terms": [{"name": term.key, "count": term.count} for term in self.terms],
            "right": self.right,
            "holds": self.holds,
            "explanation": self.explanation,
        }


@dataclass(frozen=True)
class SessionFacts:
    """The numbers of a session. passes_issued: the desk's tally on paper, or None; sheet_boxes: boxes with sheets here.

    passes_handed_over: as the desk pressed for each, by pass; passes_taken_back: unused, each made void at the desk.
    kiosk_ballots_aside: those of a device that is doubted, waiting or refused; passes_spent_aside: on these alone.
    replaced: lost ones, void; replaced_away: of these, which did not turn up; replaced_unknown: without their code.
    """

    passes_printed: int = 0
    passes_spoiled: int = 0
    passes_unused: int = 0
    passes_returned: int = 0
    passes_issued: int | None = None
    passes_handed_over: int = 0
    passes_taken_back: int = 0
    passes_refused: int = 0
    has_roll: bool = False
    marked: int = 0
    restored: int = 0
    by_proxy: int = 0
    marked_twice: int = 0
    walked_in: int = 0
    replaced: int = 0
    replaced_away: int = 0
    replaced_unknown: int = 0
    passes_spent_at_kiosks: int = 0
    passes_spent_online: int = 0
    passes_exchanged: int = 0
    kiosk_ballots: int = 0
    kiosk_ballots_standing: int = 0
    kiosk_ballots_further: int = 0
    kiosk_ballots_void: int = 0
    kiosk_ballots_aside: int = 0
    passes_spent_aside: int = 0
    sheets_printed: int = 0
    sheet_boxes: int = 1
    sheets_replaced: int = 0
    sheets_spoiled: int = 0
    sheets_unused: int = 0
    sheets_in_box: int = 0
    sheets_automatic: int = 0
    sheets_decided: int = 0
    sheets_refused: int = 0
    envelopes_sent: int = 0
    envelopes_accepted: int = 0
    envelopes_refused: int = 0
    envelopes_void: int = 0
    envelopes_waiting: int = 0
    envelopes_out: int = 0
    envelopes_opened: int = 0
    envelopes_sheets: int = 0
    envelopes_without: int = 0
    devices: int = 0
    devices_closed: int = 0
    devices_missing: int = 0
    is_residual: bool = False

    @property
    def issued(self) -> int:
        if self.passes_issued is not None:
            return self.passes_issued
        if not self.has_roll and not self.is_residual:
            return self.passes_handed_over + self.replaced + self.replaced_unknown
        return self.passes_printed - self.passes_spoiled - self.passes_unused


def _equation(number: int, name: str, label: Any, left: int, **terms: int) -> Equation:
    told = (Term(key, label_of(name, key), count) for key, count in terms.items())
    return Equation(number, name, label, left, tuple(told))


def session_equations(facts: SessionFacts) -> list[Equation]:
    """The equations that apply: a session without passes, sheets or devices has nothing to balance there."""
    equations = []
    if facts.passes_printed:
        equations += _pass_equations(facts)
    if facts.kiosk_ballots or facts.devices:
        equations.append(
            _equation(
                4, "kiosk_ballots", _("Sealed kiosk ballots"), facts.kiosk_ballots,
                standing=facts.kiosk_ballots_standing,
                further=facts.kiosk_ballots_further,
                void=facts.kiosk_ballots_void,
                **_told(aside=facts.kiosk_ballots_aside),
            )
        )  # fmt: skip
    if facts.sheets_printed or facts.envelopes_sent:
        equations += _sheet_equations(facts)
    if facts.devices:
        equations.append(
            _equation(
                9, "devices", _("Devices paired"), facts.devices,
                closed=facts.devices_closed,
                missing=facts.devices_missing,
            )
        )  # fmt: skip
    return equations


def _pass_equations(facts: SessionFacts) -> list[Equation]:
    printed = _equation(
        1, "passes_printed", _("Passes printed"), facts.passes_printed,
        issued=facts.issued, spoiled=facts.passes_spoiled, unused=facts.passes_unused,
    )  # fmt: skip
    equations, given_to = [printed], _issued_to(facts)
    if given_to:
        equations.append(_equation(2, "passes_issued", _("Passes issued"), facts.issued, **given_to))
    # Where the system knows for whom, that number: a stack counted wrongly is one line that does not hold, not two.
    known = sum(given_to.values()) if given_to and not facts.is_residual else facts.issued
    equations.append(_equation(3, "passes_spent", _("Passes issued"), known, **_came_back(facts)))
    if not facts.is_residual:
        returned = _equation(
            3, "passes_returned", _("Passes returned, counted by hand"), facts.passes_returned,
            returned=facts.passes_taken_back,
        )  # fmt: skip
        equations.append(replace(returned, part="b"))
    return equations


def _issued_to(facts: SessionFacts) -> dict[str, int]:
    """For whom passes were issued, as the system knows it; nothing where that number is the only one there is."""
    replaced = _told(replaced=facts.replaced, replaced_unknown=facts.replaced_unknown)
    if facts.has_roll:
        others = _told(marked_twice=facts.marked_twice, by_proxy=facts.by_proxy, walked_in=facts.walked_in)
        return {"marked": facts.marked, "restored": -facts.restored, **others, **replaced}
    if facts.passes_issued is not None and facts.passes_handed_over:
        return {"handed_over": facts.passes_handed_over, **replaced}
    return {}


def _told(**terms: int) -> dict[str, int]:
    """Those that there are: most evenings know none of them."""
    return {name: count for name, count in terms.items() if count}


def _came_back(facts: SessionFacts) -> dict[str, int]:
    terms = {
        "spent_at_kiosks": facts.passes_spent_at_kiosks,
        "spent_online": facts.passes_spent_online,
        "exchanged": facts.passes_exchanged,
        "returned": facts.passes_returned if facts.is_residual else facts.passes_taken_back,
    }
    if facts.is_residual:
        return terms | {"not_returned": max(0, facts.issued - sum(terms.values()))}
    # Lost and replaced, as the desk said at once. A finder who votes with one is a pass too many here.
    lost = {"replaced": facts.replaced_away, "replaced_unknown": facts.replaced_unknown}
    return terms | _told(of_refused=facts.passes_refused, aside=facts.passes_spent_aside, **lost)


def _sheet_equations(facts: SessionFacts) -> list[Equation]:
    posted = {"sent": facts.envelopes_sent} if facts.envelopes_sent else {}
    printed = _equation(
        5, "sheets_printed", _("Sheets printed"), facts.sheets_printed,
        exchanged=facts.passes_exchanged * facts.sheet_boxes,
        **posted,
        replacements=facts.sheets_replaced,
        spoiled=facts.sheets_spoiled,
        unused=facts.sheets_unused,
    )  # fmt: skip
    in_box = _equation(
        6, "sheets_in_box", _("Sheets in the box, counted by hand"), facts.sheets_in_box,
        automatic=facts.sheets_automatic,
        decided=facts.sheets_decided,
        refused=facts.sheets_refused,
    )  # fmt: skip
    if not facts.envelopes_sent:
        return [printed, in_box]
    sent, opened = _envelope_equations(facts)
    return [printed, sent, in_box, opened]


def _envelope_equations(facts: SessionFacts) -> tuple[Equation, Equation]:
    """Where the envelopes are that went home, and what was in those that were opened."""
    waiting = {"waiting": facts.envelopes_waiting} if facts.envelopes_waiting else {}
    sent = _equation(
        5, "envelopes_sent", _("Envelopes sent"), facts.envelopes_sent,
        accepted=facts.envelopes_accepted,
        refused=facts.envelopes_refused,
        void=facts.envelopes_void,
        **waiting,
        not_returned=facts.envelopes_out,
    )  # fmt: skip
    opened = _equation(
        6, "envelopes_opened", _("Envelopes opened"), facts.envelopes_opened,
        taken_out=facts.envelopes_sheets,
        without_one=facts.envelopes_without,
    )  # fmt: skip
    return replace(sent, part="b"), replace(opened, part="b")


@dataclass(frozen=True)
class BoxFacts:
    """The numbers of a box. ``votes_allowed`` 0: no bound, so no votes are left unused. ``rights``: see settlement."""

    rights: Mapping[str, int] = field(default_factory=dict)
    ballots: int = 0
    valid: int = 0
    blank: int = 0
    invalid: int = 0
    votes: int = 0
    votes_not_used: int = 0
    votes_allowed: int = 0
    has_result: bool = False
    log_size: int = 0
    verdicts: Mapping[str, int] = field(default_factory=dict)


def box_equations(facts: BoxFacts) -> list[Equation]:
    """What is known so far: rights once reconciled, votes once opened and counted, the log always."""
    equations = []
    if facts.has_result:
        equations.append(
            _equation(
                7, "ballots", _("Ballots opened"), facts.ballots,
                valid=facts.valid, blank=facts.blank, invalid=facts.invalid,
            )
        )  # fmt: skip
        if facts.votes_allowed:
            allowed = facts.valid * facts.votes_allowed
            votes = _equation(
                7, "votes", _("Votes that valid ballots allow"), allowed,
                votes=facts.votes, votes_not_used=facts.votes_not_used,
            )  # fmt: skip
            equations.append(votes)
    if facts.rights:
        parts = {name: number for name, number in facts.rights.items() if name != "used"}
        equations.append(_equation(8, "rights_used", _("Rights used"), facts.rights["used"], **parts))
    equations.append(_equation(10, "log", _("Records in the log"), facts.log_size, **facts.verdicts))
    return equations


def with_explanations(
    equations: Iterable[Equation], explanations: Mapping[str, Any], signatures: int
) -> list[Equation]:
    """Put the texts to the equations that do not hold, where at least ``signatures`` people stand behind them."""
    explained = {
        key: given["text"] for key, given in explanations.items() if len(set(given.get("by", ()))) >= signatures
    }
    return [
        equation if equation.holds else replace(equation, explanation=explained.get(equation.key, ""))
        for equation in equations
    ]


def require_balance(equations: Iterable[Equation]) -> None:
    """Raise BalanceOpen with the numbers of the equations that neither hold nor are explained."""
    if still_open := sorted({equation.number for equation in equations if not equation.is_settled}):
        raise BalanceOpen(details={"equations": still_open})


def balance_of(place: Session | Box) -> list[Equation]:
    """The equations of a session or a box as they stand.

    Raises HandCountsMissing for a session whose stacks are not counted yet: people count blind (``balance_facts``).
    """
    from . import balance_facts
    from .models import Box
    from .two_persons import signatures_needed

    if isinstance(place, Box):
        return box_equations(balance_facts.box_facts(place))
    equations = session_equations(balance_facts.session_facts(place))
    return with_explanations(equations, place.explanations, signatures_needed(place))
