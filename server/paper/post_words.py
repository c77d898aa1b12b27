"""What letters with a return envelope say, in the installation's language."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from printouts.post import SlipWords
from printouts.slips import Letter
from server.ledger.codes import Code
from server.processes.localized import Localized
from server.voting.definitions import Definition
from server.voting.models import Box, RollEntry
from server.voting.printed import address_lines
from server.web.site_texts import site_facts


def post_words(box: Box) -> dict[str, Any]:
    return {
        "heading": str(box.title),
        "authority": settings.PARVIS_TOWN,
        "language": settings.LANGUAGE_CODE[:2],
        "slip": SlipWords(
            heading=_("Return envelope"),
            back_to=[settings.PARVIS_TOWN, _("Vote by post"), *_town_address()],
            cut_here=_("Cut here and put this on the return envelope, the address in its window."),
            code_label=_("Code of the envelope. It opens no ballot and says nothing about your choices."),
            sign=_("Signature of the person to whom the letter is addressed"),
        ),
    }


def _town_address() -> list[str]:
    """As the institution gives it on its own site; without it the town writes it by hand."""
    return address_lines(site_facts().postal_address)[:4]


def post_letter_for(code: Code, entry: RollEntry, box: Box) -> Letter:
    """One person's letter. The code names the entry to the register alone; the sheet beside it is any sheet."""
    name = str(entry)
    return Letter(
        address=[name, *address_lines(entry.address)],
        name=name,
        code_text=code.text,
        url="",
        paragraphs=_steps(box),
    )


def _steps(box: Box) -> list[str]:
    until = str(Localized(Definition.of(box).back_by))
    return [
        _("Mark the sheet that comes with this letter. Do not sign it and write no name on it."),
        _("Put the sheet, alone, into the small blank envelope and close it."),
        _("Put the small envelope into the return envelope. Cut off the part below, sign it and put it on top."),
        _("It must be back: %(until)s.") % {"until": until},
        _("An accepted envelope stands: a ballot that you cast online no longer counts, and no desk gives you a pass."),
        _("Envelopes are opened once the vote is over: the small ones are mixed before anybody opens them."),
    ]
