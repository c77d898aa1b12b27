"""What is refused of those who speak as witnesses."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from server.web.refusals import Refusal


class StatementMalformed(Refusal):
    code = "statement_malformed"
    status = 400
    message = _("This is no statement of a witness.")


class StatementTooLarge(Refusal):
    code = "statement_too_large"
    status = 413
    message = _("This is larger than a witness’s file may be: 1 MiB.")


class WitnessUnknown(Refusal):
    code = "witness_unknown"
    status = 403
    message = _("No witness with this key is known here. Ask the town to name you.")


class StatementWrong(Refusal):
    code = "statement_wrong"
    status = 400
    message = _(
        "The signature of this statement does not fit its witness, or the state in it is not one that we signed."
    )


class WitnessNamed(Refusal):
    code = "witness_named"
    message = _("A witness with this key is named already.")


class TooManyAlarms(Refusal):
    code = "too_many_alarms"
    status = 429
    message = _("Many alarms of this witness wait for an answer already. They are all kept; this one was not.")
