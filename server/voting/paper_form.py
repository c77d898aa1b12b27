"""What stands on the paper ballot of a box: the definition as a form for ``printouts``."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import translation
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from printouts.layout import BallotForm, Choice
from server.processes.localized import Localized

if TYPE_CHECKING:
    from .models import Box

LAYOUT_NUMBER = 1  # one layout a box so far; large print will be the second


def ballot_form(box: Box, definition: Mapping[str, Any]) -> BallotForm:
    """The form in the installation's first language: choices in the order of the definition, prices in words."""
    with translation.override(settings.LANGUAGE_CODE):
        contest = definition["contests"][0]
        return BallotForm(
            title=str(Localized(definition["title"])),
            contest=contest["id"],
            choices=[_choice(choice, definition["currency"]) for choice in contest["choices"]],
            authority=getattr(settings, "PARVIS_TOWN", ""),
            period=str(box.space),
            lead=_lead(definition),
            instructions=_instructions(contest, definition["currency"]),
            footer=_footer(),
            language=settings.LANGUAGE_CODE[:2],
            marks_yes=_("yes"),
            marks_no=_("no"),
            shape="round" if contest["method"] == "choose-1" else "square",
            specimen_text=_("Specimen"),
            door_text=_("On paper"),
        )


def _money(cents: int, currency: str) -> str:
    amount = number_format(Decimal(cents) / 100, 2 if cents % 100 else 0, force_grouping=True)
    return f"{amount} {'€' if currency == 'EUR' else currency}"


def _choice(choice: Mapping[str, Any], currency: str) -> Choice:
    return Choice(
        id=choice["id"],
        number=str(choice["number"]),
        title=str(Localized(choice["title"])),
        note=str(Localized(choice["note"])),
        price_text=_money(choice["cost"], currency) if choice["cost"] else "",
    )


def _lead(definition: Mapping[str, Any]) -> str:
    return _("%(amount)s to share among the projects that you choose.") % {
        "amount": _money(definition["budget"], definition["currency"])
    }


def _instructions(contest: Mapping[str, Any], currency: str) -> list[str]:
    lines = [_how_many(contest)]
    if contest["max_cost"]:
        lines.append(
            _("Together they may cost %(amount)s at most.") % {"amount": _money(contest["max_cost"], currency)}
        )
    return [*lines, _("Mark the box with a cross, in black or blue. Write nothing else on this sheet.")]


def _how_many(contest: Mapping[str, Any]) -> str:
    least, most = contest["min"], contest["max"]
    if contest["method"] == "choose-1" or (least, most) == (1, 1):
        return _("Choose one project.")
    if not most and least < 2:
        return _("Choose as many projects as you like.")
    if not most:
        return _("Choose at least %(least)d projects.") % {"least": least}
    if 1 < least < most:
        return _("Choose from %(least)d to %(most)d projects.") % {"least": least, "most": most}
    if least < most:
        return ngettext("Choose up to %(count)d project.", "Choose up to %(count)d projects.", most) % {"count": most}
    return ngettext("Choose %(count)d project.", "Choose %(count)d projects.", most) % {"count": most}


def _footer() -> str:
    return _("Put this sheet into the ballot box.") + "\n" + _("Made a mistake? Ask the desk for another sheet.")
