"""What passes and letters say, in the installation's language."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import NoReverseMatch
from django.utils import translation
from django.utils.translation import gettext as _

from printouts.cards import CardWords
from printouts.slips import Letter, Pass
from server.ledger.codes import Code
from server.meetings.models import Session
from server.voting.models import Box, RollEntry
from server.voting.printed import address_lines
from server.web.templatetags.parvis import day


def passes_words(session: Session, *, is_test: bool) -> dict[str, str]:
    """Heading and instruction of a stack."""
    return {
        "heading": _("Specimen: never counts") if is_test else _("Pass to vote"),
        "instruction": _("Opens one ballot: at the kiosk, or handed in at the desk for a sheet. Keep it to yourself."),
        "authority": settings.PARVIS_TOWN,
        "language": settings.LANGUAGE_CODE[:2],
    }


def card_words(*, is_test: bool) -> CardWords:
    """What every card of a stack says, in each language of the installation, its own first."""
    own = settings.LANGUAGE_CODE[:2]
    said: list[tuple[str, str, str]] = []
    for code in sorted((code for code, _name in settings.LANGUAGES), key=lambda code: code != own):
        with translation.override(code):
            instruction = _("One ballot: at a kiosk, or at the desk for a sheet. Show it to nobody.")
            said.append((_("Pass to vote"), instruction, _("Specimen: never counts")))
    headings, instructions, specimens = zip(*said, strict=True)
    return CardWords(
        authority=settings.PARVIS_TOWN,
        headings=headings,
        instructions=instructions,
        specimen=" · ".join(specimens) if is_test else "",
    )


def pass_lines(code: Code, session: Session) -> Pass:
    meeting = session.meeting
    return Pass(code_text=code.text, lines=(str(meeting.title), day(meeting.starts_at), meeting.place))


def letters_words(box: Box) -> dict[str, str]:
    return {
        "heading": str(box.title),
        "authority": settings.PARVIS_TOWN,
        "code_label": _("Your personal code"),
        "language": settings.LANGUAGE_CODE[:2],
    }


def letter_for(code: Code, entry: RollEntry, box: Box) -> Letter:
    """One person's letter. The QR leads to the ballot with the code behind "#", which browsers send to nobody."""
    name = str(entry)
    return Letter(
        address=[name, *address_lines(entry.address)],
        name=name,
        code_text=code.text,
        url=settings.PARVIS_ORIGIN.partition("://")[2],
        paragraphs=_paragraphs(box),
        qr_text=f"{_ballot_url(box)}#code={code.text}",
    )


def _ballot_url(box: Box) -> str:
    try:
        return settings.PARVIS_ORIGIN + box.get_absolute_url()
    except NoReverseMatch:
        return settings.PARVIS_ORIGIN


def _paragraphs(box: Box) -> list[Any]:
    return [
        _("With this code you can vote online, without an account."),
        _("Open the address above, or scan the square with a telephone, choose the vote “%(title)s” and type the code.")
        % {"title": box.title},
        _("You may vote again until the vote closes: your latest ballot counts."),
        _("You may also come and vote at a meeting. Your ballot there then takes the place of the one cast online."),
        _("Keep this letter to yourself: whoever holds the code can vote in your place."),
    ]
