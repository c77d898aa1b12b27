"""Why asking a witness was of no use, in words for people."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

TROUBLES: dict[str, str | Promise] = {
    "address": _("Its address cannot be asked: it must begin with https://."),
    "private": _("Its address leads into a private network. The setting PARVIS_PRIVATE_WITNESSES allows that."),
    "unreachable": _("It does not answer."),
    "redirect": _("Its address leads on to another one. Enter that one."),
    "answer": _("There is no file at its address."),
    "too_large": _("Its file is too large."),
    "statement_malformed": _("Its file cannot be read."),
    "statement_wrong": _("A signature in its file does not fit."),
    "statement_too_large": _("Its file is too large."),
    "witness_unknown": _("Its file is signed by another key."),
    "too_many_alarms": _("Many of its alarms wait for an answer."),
}
