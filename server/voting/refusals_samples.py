"""What cannot be done about the random sample of marks."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from server.web.refusals import Refusal


class SampleDrawn(Refusal):
    code = "sample_drawn"
    message = _("The sample of this vote was drawn already. It is drawn once.")


class NobodyMarked(Refusal):
    code = "nobody_marked"
    message = _("Nobody was marked in person in this vote. There is nothing to draw from.")


class SampleTooLarge(Refusal):
    code = "sample_too_large"
    message = _("Choose between 1 and 500 letters.")
