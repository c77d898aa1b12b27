"""What eight processes do to one thread at the same instant; see ``tests.server.race``."""

from __future__ import annotations

from typing import Any

from server.accounts.models import User
from server.discussion.actions import Author, vote_comment, withdraw_comment, write_comment
from server.discussion.models import Comment, CommentVote, new_ref
from server.ledger.models import Record
from server.moderation.actions import hide
from server.moderation.models import Hiding
from server.moderation.reportables import find as thing
from tests.server.discussion.conftest import ONLINE, make_talk
from tests.server.race import PROCESSES, all_at_once


def run() -> dict[str, Any]:
    talk = make_talk()
    comment, ref = talk.says("Des bancs."), new_ref()
    people = [User.objects.create_user(f"{number}@example.org") for number in range(PROCESSES)]

    def useful(by: User) -> int:
        return vote_comment(comment=comment, right=by.right, by=by, origin=ONLINE).useful_count

    def write(number: int, ref: str) -> str:
        author = Author(user=people[number])
        return write_comment(subject=talk.subject, ref=ref, text=f"Oui {number}.", author=author, origin=ONLINE).ref

    def either(number: int) -> str:
        """Half of them write, half of them decide: both hold the row of the debate and then the log."""
        if number % 2:
            return "written" if write(number, new_ref()) else ""
        found = thing("comment", comment.ref)
        assert found is not None
        hide(thing=found, reason="insult", by=talk.officer)
        return "hidden"

    out: dict[str, Any] = {"same vote": all_at_once(lambda n: useful(talk.karim) > 0)}
    out["votes of one"] = CommentVote.objects.count()
    out["many votes"] = all_at_once(lambda n: useful(people[n]) > 0)
    comment.refresh_from_db()
    out["useful"] = [comment.useful_count, CommentVote.objects.count()]
    out["useful records"] = Record.objects.filter(type="comment.useful").count()
    out["same form"] = all_at_once(lambda n: write(0, ref))
    out["written"] = Comment.objects.count()
    out["either"] = all_at_once(either)
    out["hidden records"] = [Record.objects.filter(type="moderation.hidden").count(), Hiding.objects.count()]
    out["withdrawn"] = all_at_once(
        lambda n: withdraw_comment(comment=comment, by=talk.nadia, origin=ONLINE).is_withdrawn
    )
    out["counted"] = [talk.reload().comment_count, Comment.objects.counted().count()]
    out["indices"] = list(Record.objects.order_by("index").values_list("index", flat=True))
    return out
