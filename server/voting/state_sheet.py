"""One page for whoever keeps it: the signed state of the public list at a turn of a session or of a box, and its use.

Printed when doors open and when they close, pinned up, photographed: a list that does not go on from it was changed.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from printouts.blocks import Block, Heading, Paragraph, Scannable, facts
from printouts.geometry import pt
from server.ledger.installation import installation
from server.ledger.models import Record
from server.web.refusals import Refusal
from server.web.templatetags.parvis import date_and_hour, day_and_hour, number

from . import printed
from .log_states import states_of_box, states_of_session

if TYPE_CHECKING:
    from printouts.documents import Document
    from server.ledger.models import Checkpoint
    from server.ledger.querysets import RecordQuerySet
    from server.meetings.models import Session

    from .models import Box


class NoSuchState(Refusal):
    code = "no_such_state"
    status = 404
    message = gettext_lazy("The public list has no signed state for this moment: it was not reached, or never came.")


def sheet_of_session(session: Session, moment: str) -> Document:
    """moment: ``opening`` or ``closing``. Raises NoSuchState."""
    titles = {"opening": _("When the session opened"), "closing": _("When the session closed")}
    state = states_of_session(session).get(moment)
    boxes = list(session.boxes.select_related("component__space").order_by("pk"))
    rows = [
        (_("Session"), f"{session}\n{date_and_hour(session.meeting.starts_at)}, {session.meeting.place}"),
        (_("Ballot boxes"), "\n".join(str(box) for box in boxes)),
    ]
    here = Record.objects.in_session(session.ref)
    return _sheet(state, titles.get(moment, ""), str(session), rows, boxes, here if moment == "opening" else None)


def sheet_of_box(box: Box, moment: str) -> Document:
    """moment: ``opening``, ``closing``, ``reconciled`` or ``certified``. Raises NoSuchState."""
    titles = {
        "opening": _("When the vote opened"),
        "closing": _("When the vote closed"),
        "reconciled": _("When the box was reconciled"),
        "certified": _("When the result was certified"),
    }
    state = states_of_box(box).get(moment)
    rows = [(_("Ballot box"), str(box)), (_("Participatory space"), str(box.space))]
    here = Record.objects.of_box(box.definition_hash)
    return _sheet(state, titles.get(moment, ""), str(box), rows, [box], here if moment == "opening" else None)


def _sheet(
    state: Checkpoint | None,
    moment: str,
    about: str,
    rows: list[tuple[str, str]],
    boxes: Iterable[Box],
    nothing_yet: RecordQuerySet | None,
) -> Document:
    """nothing_yet: records among which no ballot may stand in this state; the page says how many do."""
    if state is None:
        raise NoSuchState
    rows.append((_("Signed"), day_and_hour(state.signed_at)))
    if nothing_yet is not None:
        there = nothing_yet.ballots().filter(index__lt=state.size).count()
        rows.append((_("Ballots then in the list"), number(there)))
    parts: list[Block] = [
        facts(rows, width=46),
        Heading(_("The list held %(size)s records. Its fingerprint:") % {"size": number(state.size)}),
        Paragraph(printed.grouped(state.root), face="bold", size=pt(17)),
        Scannable(printed.note_of(state), _uses(boxes), size=62),
        Heading(_("As it was signed"), 3),
        printed.state_facts(state),
    ]
    return printed.document(
        title=_("State of the public list"),
        subtitle=printed.with_colon(moment, about),
        blocks=parts,
        foot=installation().origin,
    )


def _uses(boxes: Iterable[Box]) -> list[str]:
    """What to do with the page, for everyone and for those with a command line."""
    told = {"pages": ", ".join(_address(box) for box in boxes), "ask": printed.asking_address()}
    return [
        _("1. Keep this page, or photograph it. Pin a copy up for everyone."),
        _(
            "2. At any time, %(ask)s tells whether the list of that day goes on from this state. Paste there what the "
            "square says."
        )
        % told,
        _(
            "3. Once the result is public, find the state with as many records under “Proofs”: its fingerprint must be "
            "this one. The program verify.py, published there, checks that the list went through it. %(pages)s"
        )
        % told,
        _("4. If anything differs, the list was changed: show this page to everybody."),
    ]


def _address(box: Box) -> str:
    return installation().origin + reverse("results:result", args=[box.space.slug, box.ref])
