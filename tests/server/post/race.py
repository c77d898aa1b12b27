"""What eight processes do to one envelope at the same instant; see ``tests.server.race``."""

from __future__ import annotations

from collections import Counter
from typing import Any

from server.accounts.models import User
from server.ledger.models import Record
from server.voting import actions as voting
from server.voting.models import Envelope, PresenceMark
from tests.server.post.conftest import BACK_BY, Post
from tests.server.race import PROCESSES, all_at_once
from tests.server.votes import make_vote

STATES = Envelope.State
JUDGED, TWO, HALL, DOUBT, CLOSED = 0, 1, 2, 3, (4, 5, 6, 7)


def run() -> dict[str, Any]:
    post = Post(make_vote(people=9, passes=8, takes_post=True, post_deadline=BACK_BY))
    post.send(*range(9))
    out = judging(post) | deciding(post)
    for person in CLOSED:
        post.judge(person)
    post.close()
    return out | opening(post) | consistent()


def judging(post: Post) -> dict[str, Any]:
    """One word said eight times; two words; and the same right at a desk in the hall."""

    def accept_or_refuse(number: int) -> str:
        how = {"outcome": "refused", "reason": "unsigned"} if number % 2 else {"outcome": "accepted"}
        return voting.judge_envelope(envelope=post.of(TWO), by=post.vote.officer, **how).state

    def post_or_hall(number: int) -> str:
        if number % 2:
            return post.judge(HALL).state
        person, session = post.vote.entries[HALL], post.vote.session
        voting.mark_used_in_person(box=post.vote.box, entry=person, session=session, by=post.vote.officer)
        return "marked"

    return {
        "same word": all_at_once(lambda n: post.judge(JUDGED).state),
        "two words": all_at_once(accept_or_refuse),
        "post or hall": all_at_once(post_or_hall),
    }


def deciding(post: Post) -> dict[str, Any]:
    """A doubtful one, before eight people of the office."""
    users = [User.objects.create_user(f"{number}@example.org") for number in range(PROCESSES)]
    post.judge(DOUBT, "received", note="torn")

    def decide(number: int) -> str:
        why = {"reason": "damaged", "note": "torn open"}
        voting.decide_envelope(envelope=post.of(DOUBT), is_accepted=False, by=users[number], **why)
        return "decided"

    return {"doubtful": all_at_once(decide)}


def opening(post: Post) -> dict[str, Any]:
    """Two open the stack, while lists kept on paper are keyed in and second thoughts come about the same envelopes."""

    def deed(number: int) -> str:
        if number < 2:
            return f"opened {post.open()}"
        if number == 2:
            return post.judge(CLOSED[0], "received", note="a mistake").state
        person = CLOSED[1 + number % 3]
        facts = {"box": post.vote.box, "session": post.vote.session, "by": post.vote.officer, "is_keyed_in": True}
        voting.mark_used_in_person(entry=post.vote.entries[person], **facts)
        return "keyed in"

    return {"opening": all_at_once(deed)}


def consistent() -> dict[str, Any]:
    """Per envelope: its state, and by which ways the right of its person is used now."""
    used: dict[int, list[str]] = {}
    for entry, way in PresenceMark.objects.filter(is_restored=False).values_list("entry", "way"):
        used.setdefault(entry, []).append(way)
    rows = Envelope.objects.values_list("entry", "state")
    log = Counter(Record.objects.order_by().values_list("type", flat=True))
    return {
        "used": sorted([state, used.get(entry, [])] for entry, state in rows),
        "posted": log["right.posted"] - log["right.post_undone"],
        "in hall": log["right.used"],
        "opened records": log["post.opened"],
    }
