"""How to mark a paper ballot, in sentences: what the rules of its contest ask for, nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

Money = Callable[[int, str], str]


def lead_words(definition: Mapping[str, Any], money: Money) -> str:
    """What the vote is about, under the title; nothing where nothing is shared out."""
    if not definition["budget"]:
        return ""
    amount = money(definition["budget"], definition["currency"])
    return _("%(amount)s to share among the projects that you choose.") % {"amount": amount}


def how_to_mark(contest: Mapping[str, Any], currency: str, money: Money) -> list[str]:
    """The rule in the first sentence, then what else must be known; the pen comes last."""
    lines = [_RULES.get(contest["method"], _how_many)(contest)]
    if contest["max_cost"]:
        amount = money(contest["max_cost"], currency)
        lines.append(_("Together they may cost %(amount)s at most.") % {"amount": amount})
    if contest["method"] in _DETAILS:
        lines.append(_DETAILS[contest["method"]](contest))
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


def _ranked(contest: Mapping[str, Any]) -> str:
    least, most = contest["min"], contest["max"] or len(contest["choices"])
    if 1 < least < most:
        return _("Rank from %(least)d to %(most)d projects.") % {"least": least, "most": most}
    if least < most:
        return ngettext("Rank up to %(count)d project.", "Rank up to %(count)d projects.", most) % {"count": most}
    return ngettext("Rank %(count)d project.", "Rank %(count)d projects.", most) % {"count": most}


def _ranked_how(contest: Mapping[str, Any]) -> str:
    return _(
        "First column: the project that you like best. One cross in a row, one in a column, and no column left out."
    )


def _score(contest: Mapping[str, Any]) -> str:
    return _("Give each project from 0 to %(points)d points.") % {"points": contest["points"]}


def _score_how(contest: Mapping[str, Any]) -> str:
    words = _("One cross in a row. A row without a cross gives no points.")
    least, most = contest["min"], contest["max"]
    if least > 1 or most:
        words += " " + _how_many_get(least, most)
    return words


def _dots(contest: Mapping[str, Any]) -> str:
    count = contest["points"]
    return ngettext("You have %(count)d point to give.", "You have %(count)d points to give.", count) % {"count": count}


def _dots_how(contest: Mapping[str, Any]) -> str:
    words = _("Each cross is one point. Several crosses in a row are several points for that project.")
    least, most = contest["min"], contest["max"]
    if least > 1 or most:
        words += " " + _how_many_get(least, most)
    return words


def _how_many_get(least: int, most: int) -> str:
    """How many projects may get points, where that is bounded."""
    if least > 1 and most:
        return _("Give points to at least %(least)d and at most %(most)d projects.") % {"least": least, "most": most}
    if most:
        words = ngettext("Give points to %(count)d project.", "Give points to %(count)d projects at most.", most)
        return words % {"count": most}
    return _("Give points to at least %(least)d projects.") % {"least": least}


def _question(contest: Mapping[str, Any]) -> str:
    return _("Choose one answer.")


_RULES = {"ranked": _ranked, "score": _score, "dots": _dots, "yes-no": _question}
_DETAILS = {"ranked": _ranked_how, "score": _score_how, "dots": _dots_how}
