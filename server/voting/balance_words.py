"""The terms of the accounts, in words: on the closing page, on paper and on the page of a result."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

LABELS: dict[str, Any] = {
    "issued": _("issued"),
    "spoiled": _("spoiled"),
    "unused": _("unused"),
    "marked": _("people marked in person"),
    "restored": _("rights given back"),
    "by_proxy": _("people whose proxy came"),
    "marked_twice": _("people already marked elsewhere"),
    "walked_in": _("people not on the roll"),
    "replaced": _("lost, made void and replaced"),
    "replaced_unknown": _("lost without their code and replaced"),
    "spent_at_kiosks": _("spent at kiosks"),
    "spent_online": _("spent online"),
    "exchanged": _("handed in for a sheet"),
    "handed_over": _("handed over at the desk"),
    "returned": _("returned unused"),
    "of_refused": _("held by people who were refused"),
    "not_returned": _("not come back"),
    "standing": _("passes spent at kiosks"),
    "further": _("further ballots of the same pass"),
    "void": _("ballots of passes void or handed in"),
    "aside": _("ballots not decided about, or set aside"),
    "replacements": _("replacements"),
    "posted": _("by post"),
    "sent": _("sent by post"),
    "taken_out": _("sheets taken out"),
    "without_one": _("without exactly one sheet"),
    "waiting": _("not decided"),
    "automatic": _("read automatically"),
    "decided": _("decided by people"),
    "refused": _("refused"),
    "closed": _("closed, all records here"),
    "missing": _("named missing"),
    "votes": _("votes"),
    "votes_not_used": _("votes not used"),
    "valid": _("valid"),
    "blank": _("blank"),
    "invalid": _("invalid"),
    "in_person": _("in person"),
    "online": _("online"),
    "spent": _("passes spent"),
    "accepted": _("accepted"),
    "provisional": _("provisional"),
    "parked": _("parked"),
    "quarantined": _("quarantined"),
}


# Where a word means something else in one equation.
LABELS_IN: dict[tuple[str, str], Any] = {
    ("envelopes_sent", "void"): _("declared lost"),
    ("passes_spent", "aside"): _("spent on ballots not decided about, or set aside"),
}


def label_of(equation: str, term: str) -> Any:
    return LABELS_IN.get((equation, term), LABELS.get(term, term))
