"""What cannot be done with sheets that go home and come back by post."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from server.web.refusals import Refusal


class NoPost(Refusal):
    code = "no_post"
    message = _("This vote takes no sheets by post: its frozen definition does not say so.")


class NobodyToWrite(Refusal):
    code = "nobody_to_write"
    message = _("Nobody new to write to: these people have an envelope, used their right, or are not on the roll.")


class EnvelopeUnknown(Refusal):
    code = "envelope_unknown"
    status = 404
    message = _(
        "This is not the code of an envelope of this session. Check each character, and keep the envelope shut."
    )


class EnvelopeVoid(Refusal):
    code = "envelope_void"
    message = _("This envelope was declared lost, and another one was sent. Keep it shut; it does not count.")


class EnvelopeOpened(Refusal):
    code = "envelope_opened"
    message = _("This envelope was opened and its sheet mixed with others. Nothing can be changed any more.")


class EnvelopeDecided(Refusal):
    code = "envelope_decided"
    message = _("This envelope was already decided about. Load the page again.")


class VotedByPost(Refusal):
    code = "voted_by_post"
    message = _("This person voted by post: the envelope was accepted. Do not hand over a pass.")


class EnvelopesUndecided(Refusal):
    code = "envelopes_undecided"
    message = _("Some envelopes that came back are doubtful. Decide about each of them first.")


class EnvelopesShut(Refusal):
    code = "envelopes_shut"
    message = _("Accepted envelopes are still shut. Open them, mix the sheets and scan them first.")


class TooEarlyToOpen(Refusal):
    code = "too_early_to_open"
    message = _("Close the vote and this session, and reconcile the other sessions of the ballot box first.")
