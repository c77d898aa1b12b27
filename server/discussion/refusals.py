"""What cannot be done in a thread."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from server.web.refusals import Refusal


class DiscussionClosed(Refusal):
    code = "discussion_closed"
    message = _("This discussion is closed. What was said stays here to be read.")


class AnswerHasNoPlace(Refusal):
    code = "answer_has_no_place"
    message = _("What you answer is not here any more. Write it as a comment of its own.")


class TooLateToEdit(Refusal):
    code = "too_late_to_edit"
    message = _("A comment can be changed for a quarter of an hour. Answer it to say what you would say now.")


class NotTheAuthor(Refusal):
    code = "not_the_author"
    status = 403
    message = _("Only whoever wrote this can do that.")


class OwnComment(Refusal):
    code = "own_comment"
    message = _("This is your own comment. Others say whether it is useful.")


class TooManyComments(Refusal):
    code = "too_many_comments"
    status = 429
    message = _("You have written a lot in a short time. Wait ten minutes: what you wrote is still in the form.")


class NothingConcluded(Refusal):
    code = "nothing_concluded"
    status = 422
    message = _("Write what the town concludes before you publish it.")
