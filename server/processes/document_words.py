"""What is wrong with a document of a space, in words that say how to mend it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from .document_checks import DocumentFault

SENTENCES = {
    "empty": _("The file is empty."),
    "too_big": _("The file is too large."),
    "not_json": _("This is no JSON, or it was cut."),
    "too_deep": _("Too many levels lie in each other."),
    "not_a_space": _("This is no space that Parvis exported."),
    "newer": _("This was written for another version of Parvis."),
    "missing": _("Something is missing here."),
    "unknown_key": _("This key is not known."),
    "wrong_kind": _("This kind of component is not known here."),
    "wrong_value": _("This value cannot stand here."),
    "hidden": _("There are characters that cannot be seen."),
    "too_long": _("The text is too long."),
    "too_many": _("There are too many."),
    "twice": _("This stands twice."),
    "unknown_component": _("No component has this name."),
    "not_offered": _("A component of this kind does not offer this."),
    "one_is_enough": _("A space has one component of this kind."),
    "ends_before": _("A phase ends after it starts."),
    "settings": _("This setting cannot be taken."),
}


def sentence(fault: DocumentFault) -> str:
    """``phases[2].ends: A phase ends after it starts.``"""
    words = str(SENTENCES[fault.code])
    if fault.detail:
        words = f"{words} ({fault.detail})"
    return f"{fault.place}: {words}" if fault.place else words
