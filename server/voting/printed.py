"""What the office prints and people sign: the parts that reports, records and states of the log have in common.

Words and numbers here, millimetres in ``printouts``. A document is made and drawn in one language, which the reader
chooses by a link (``as_pdf``). Staff are named; voters never are, nor is anything of a ballot.
"""

from __future__ import annotations

import html
import io
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from printouts.blocks import Block, Column, Heading, Paragraph, Scannable, Signatures, Table, facts
from printouts.documents import Document, draw_document
from server.accounts.models import User
from server.ledger.actions import checkpoint_document
from server.ledger.installation import installation
from server.ledger.messages import printed_checkpoint
from server.ledger.models import Verdict
from server.processes.localized import readers_language
from server.web.templatetags.parvis import THIN, day_and_hour, number

from .balance import Equation
from .models import Challenge, WalkIn

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from server.ledger.models import Checkpoint
    from server.ledger.querysets import RecordQuerySet
    from server.meetings.models import Session
    from server.office.models import Act

    from .doubted import Doubted

NUMBERS = range(1, 11)
LANGUAGES = ("fr", "en")  # complete in both; the reader chooses by a link, whatever language the pages are in
MINUS = "\u2212"


def as_pdf(make: Callable[[], Document], language: str) -> bytes:
    """The document in this language. The same facts give the same bytes."""
    out = io.BytesIO()
    with translation.override(language):
        draw_document(make(), out)
    return out.getvalue()


def answer(make: Callable[[], Document], language: str, name: str) -> HttpResponse:
    """The PDF to download. name: of the file, without language and ending."""
    response = HttpResponse(as_pdf(make, language), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{name}-{language}.pdf"'
    response["Cache-Control"] = "no-store"
    return response


def links(title: Any, address: str, *arguments: object) -> dict[str, Any]:
    """One thing to print, with its address in each language, for ``office/_prints.html``."""
    own = dict(settings.LANGUAGES)
    told = [(code, own[code], reverse(address, args=[*arguments, code])) for code in LANGUAGES]
    return {"title": title, "languages": told}


def document(*, title: str, subtitle: str, blocks: Sequence[Block], foot: str, mark: str = "") -> Document:
    """A document in the town's name and the language of the moment."""
    words = _("Page %(number)d of %(count)d")
    return Document(
        title=title,
        authority=settings.PARVIS_TOWN,
        subtitle=subtitle,
        blocks=blocks,
        foot=foot,
        page_words=lambda number, count: words % {"number": number, "count": count},
        mark=mark,
        language=readers_language(),
    )


def plain(template: str, context: Mapping[str, Any]) -> str:
    """What a partial of a page says, as plain text: pages and paper use the same words."""
    return " ".join(html.unescape(render_to_string(template, dict(context))).split(" ")).strip()


def with_colon(what: object, which: object) -> str:
    """Two words or numbers with the reader's colon between them."""
    return _("%(what)s: %(which)s") % {"what": what, "which": which}


def who(user: User | None) -> str:
    return str(user) if user else _("account erased")


def names(pks: Iterable[int]) -> list[str]:
    """The members of staff with these keys, in this order; whoever is gone stays counted."""
    wanted = list(pks)
    found = User.objects.in_bulk(wanted)
    return [who(found.get(pk)) for pk in wanted]


def address_lines(address: str) -> list[str]:
    """As it stands in the window of an envelope, under the name: up to five lines."""
    parts = address.splitlines() if "\n" in address else address.split(",")
    return [part.strip() for part in parts if part.strip()][:5]


def grouped(text: str, size: int = 8) -> str:
    """A fingerprint in groups, four on a line, for the eye and to be read aloud."""
    groups = [text[start : start + size] for start in range(0, len(text), size)]
    return "\n".join(" ".join(groups[start : start + 4]) for start in range(0, len(groups), 4))


def two_persons(*, is_alone: bool) -> list[tuple[str, str]]:
    """Said where one person may do what takes two elsewhere."""
    if not is_alone:
        return []
    return [(_("Two persons"), _("This town is run single-handed: where two persons are asked for, one suffices."))]


def acts_table(acts: Iterable[Act], told: Callable[[Act], str]) -> Table:
    """What was done, when and by whom. told: the deed in words."""
    columns = (Column(_("When"), 46), Column(_("What")), Column(_("Who"), 44))
    return Table(columns, [(day_and_hour(act.at), told(act), who_acted(act)) for act in acts])


def who_acted(act: Act) -> str:
    return _("Parvis, on the day set") if act.deed == "box.destroyed" else who(act.by)


def _signed(count: int, text: str) -> str:
    return f"{MINUS}{THIN}{text}" if count < 0 else text


def sum_in_words(equation: Equation) -> str:
    """``120 issued + 3 spoiled``; a part below zero is taken off."""
    pieces = []
    for place, term in enumerate(equation.terms):
        sign = "" if not place else f" {MINUS} " if term.count < 0 else " + "
        shown = number(abs(term.count)) if place else _signed(term.count, number(abs(term.count)))
        pieces.append(f"{sign}{shown} {term.label}")
    return "".join(pieces)


def outcome(equation: Equation) -> str:
    if equation.holds:
        return _("Adds up")
    sign = MINUS if equation.difference < 0 else "+"
    return _("Difference %(difference)s") % {"difference": f"{sign}{number(abs(equation.difference))}"}


def equations_table(equations: Iterable[Equation], elsewhere: Mapping[int, str]) -> Table:
    """The ten equations with the figures on both sides. elsewhere: why a number of the ten has none here."""
    columns = (
        Column(pgettext("number", "No."), 7),
        Column(_("What was there"), 36),
        Column("", 13, "end", "bold"),
        Column(pgettext("equation", "What became of it")),
        Column(_("Sum"), 13, "end", "bold"),
        Column(_("Outcome"), 24),
    )
    told: dict[int, list[Sequence[str]]] = {}
    for one in equations:
        sides = (str(one.label), number(one.left), sum_in_words(one), number(one.right))
        told.setdefault(one.number, []).append((one.key, *sides, outcome(one)))
    rows = []
    for place in NUMBERS:
        without = (str(place), "", "\u2013", elsewhere.get(place, ""), "\u2013", "")
        rows += told.get(place, [without] if place in elsewhere else [])
    return Table(columns, rows)


def explained(session: Session, equation: Equation) -> list[str]:
    """The words that people signed for a difference, and who signed them."""
    given = session.explanations.get(equation.key, {})
    if not given:
        return [_("Not explained.")]
    signed = _("Signed by %(names)s.") % {"names": ", ".join(names(given.get("by", [])))}
    if not equation.is_settled:
        signed += " " + _("A second person must sign the same words.")
    return [given["text"], signed]


def signature_lines(people: Sequence[str]) -> Signatures:
    return Signatures(people, (_("Name and date"), _("Signature")))


def counted(rows: Iterable[tuple[Any, int]], what: str) -> Table:
    """Words with a number each."""
    columns = (Column(what), Column(_("Number"), 30, "end", "bold"))
    return Table(columns, [(str(label), number(count)) for label, count in rows])


def walk_ins_blocks(found: QuerySet[WalkIn]) -> list[Block]:
    """How many people came who were on no roll, by what became of them; never who."""
    states = Counter(found.order_by().values_list("state", flat=True))
    if not states:
        return []
    told = [(state.label, states[state]) for state in WalkIn.State if states[state]]
    return [Heading(_("People not on the roll"), 3), counted(told, _("What became of them"))]


def challenges_blocks(found: QuerySet[Challenge]) -> list[Block]:
    """How many people were marked at two sessions, by what was decided, and what it means for the box; never who.

    Somebody who is challenged in every box of an evening got one pass for all of them.
    """
    people = set(found.order_by().values_list("mark__entry", "session", "state"))
    states = Counter(state for _entry, _session, state in people)
    if not states:
        return []
    told = [(state.label, states[state]) for state in Challenge.State if states[state]]
    blocks: list[Block] = [Heading(_("People marked at two sessions"), 3), counted(told, _("What was decided"))]
    passes = {(entry, session) for entry, session, state in people if state != Challenge.State.MISTAKE}
    if not (out := len(passes)):
        return blocks
    words = ngettext(
        "%(count)s pass more was handed out than people were marked. A ballot of it counts like any other: nobody can "
        "tell which one it is.",
        "%(count)s passes more were handed out than people were marked. A ballot of them counts like any other: nobody "
        "can tell which ones they are.",
        out,
    )
    return [*blocks, Paragraph(words % {"count": number(out)})]


def out_of_line_blocks(rows: RecordQuerySet, *rank: int) -> list[Block]:
    """Ballots beside the chain of their device, a copied or damaged disk, by what became of them; never which.

    rows: ``beside_the_chain``; rank: of the heading, where it is not the first.
    """
    if not rows.exists():
        return []
    waiting = rows.out_of_line().count()
    taken_in = rows.filter(verdict=Verdict.ACCEPTED).count()
    told = [
        (_("Taken in"), taken_in),
        (_("Set aside"), rows.count() - taken_in - waiting),
        (_("Waiting for a decision"), waiting),
    ]
    return [Heading(_("Ballots out of line"), *rank), counted(told, _("Ballots"))]


def doubted_blocks(found: Doubted, *rank: int) -> list[Block]:
    """Ballots of devices that were revoked from an earlier moment, by what became of them; never which (D16)."""
    if not found.count:
        return []
    told = [(_("Taken in"), found.taken_in), (_("Set aside"), found.aside)]
    told += [(_("Waiting for a decision, or never opened"), found.waiting)] if found.waiting else []
    told += [(_("Counted before anybody knew"), found.stand)] if found.stand else []
    return [Heading(_("Ballots of devices that are not trusted any more"), *rank), counted(told, _("Ballots"))]


def note_of(checkpoint: Checkpoint) -> str:
    """The signed state as the QR code on paper carries it."""
    told = checkpoint_document(checkpoint)
    return printed_checkpoint(
        str(told["origin"]),
        str(told["log_id"]),
        checkpoint.log_epoch,
        checkpoint.size,
        checkpoint.root,
        checkpoint.signature,
    )


def asking_address() -> str:
    """Where anyone asks about a state that they kept (``ledger.kept``)."""
    return installation().origin + reverse("receipts:state")


def state_facts(checkpoint: Checkpoint) -> Table:
    """The seven lines of a signed state, in groups that can be read aloud; the QR code holds them without spaces."""
    told = checkpoint_document(checkpoint)
    rows = [
        (_("Format"), "parvis-checkpoint-1"),
        (_("Address"), str(told["origin"])),
        (_("Fingerprint of the key"), grouped(str(told["log_id"]))),
        (_("Epoch"), str(checkpoint.log_epoch)),
        (_("Records"), number(checkpoint.size)),
        (_("Fingerprint of the list"), grouped(checkpoint.root)),
        (_("Signature"), grouped(checkpoint.signature)),
    ]
    return facts(rows, width=46, is_whole=True)


def states_table(states: Iterable[tuple[str, Checkpoint | None]]) -> Table:
    """Signed states one below the other: the moment, the records then, the fingerprint."""
    columns = (Column(_("State of the public list"), 44), Column(_("Records"), 18, "end"), Column(_("Fingerprint")))
    rows = []
    for moment, one in states:
        when = f"{moment}\n{day_and_hour(one.signed_at)}" if one else moment
        size, root = (number(one.size), grouped(one.root)) if one else ("\u2013", _("Not signed yet"))
        rows.append((when, size, root))
    return Table(columns, rows)


def state_blocks(checkpoint: Checkpoint) -> list[Block]:
    """One signed state as text and as QR code, and what it is for."""
    beside = [
        _("The square holds the seven lines below, without groups: what the installation signed, and the signature."),
        _(
            "The public list may only grow. Whoever keeps this page can ask at any later time, at %(ask)s, whether the "
            "list of that day goes on from this state; if it does not, it was changed."
        )
        % {"ask": asking_address()},
    ]
    return [Scannable(note_of(checkpoint), beside), state_facts(checkpoint)]


def paragraphs(*texts: str) -> list[Block]:
    return [Paragraph(text) for text in texts]


def helped_blocks(count: int, over: int = 0) -> list[Block]:
    """How many people were helped to vote, never by whom; and how many helpers helped more than the vote allows, where
    kiosks and desk together show it."""
    if not count:
        return []
    words = ngettext("%(count)s person was helped to vote.", "%(count)s people were helped to vote.", count)
    blocks: list[Block] = [Heading(_("Help to vote"), 3), Paragraph(words % {"count": number(count)})]
    if over:
        words = ngettext(
            "%(count)s helper helped more people than this vote allows, at several kiosks or at the desk and a kiosk.",
            "%(count)s helpers helped more people than this vote allows, at several kiosks or at the desk and a kiosk.",
            over,
        )
        blocks.append(Paragraph(words % {"count": number(over)}))
    return blocks
