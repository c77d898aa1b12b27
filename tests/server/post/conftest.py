"""A vote whose sheets may go home and come back by post."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from server.accounts.models import User
from server.ledger.codes import Code, new_code
from server.processes.models import SpaceRole
from server.voting import actions as voting
from server.voting.models import Envelope
from tests.server.votes import Vote, make_vote, on_paper, print_sheets

BACK_BY = {"fr": "vendredi 6 juin à midi", "en": "Friday 6 June at noon"}


@dataclass
class Post:
    """A vote with a session that counts what comes by post, and the codes of envelopes by number on the roll."""

    vote: Vote
    codes: dict[int, Code] = field(default_factory=dict)

    def send(self, *people: int) -> None:
        """As printing does it: each envelope gets the check value of a code that lives on its letter."""
        box, session = self.vote.box, self.vote.session
        entries = [self.vote.entries[person] for person in people]
        for one in voting.prepare_envelopes(box=box, session=session, entries=entries):
            code = new_code()
            self.codes[self.vote.entries.index(one.entry)] = code
            Envelope.objects.filter(pk=one.pk).update(
                check_value=code.check(bytes(box.letter_key)).hex(), state=Envelope.State.SENT
            )

    def of(self, person: int) -> Envelope:
        return Envelope.objects.filter(entry=self.vote.entries[person]).latest("pk")

    def judge(self, person: int, outcome: str = "accepted", **why: str) -> Envelope:
        return voting.judge_envelope(envelope=self.of(person), outcome=outcome, by=self.vote.officer, **why)

    def judge_doubtful(self, person: int, *, is_accepted: bool = False) -> None:
        voting.decide_envelope(
            envelope=self.of(person), is_accepted=is_accepted, reason="unsigned", note="looked at", by=self.vote.officer
        )

    def close(self) -> None:
        from server.meetings import actions as meetings

        self.vote.close_kiosks()
        meetings.close_session(session=self.vote.session, by=self.vote.officer)
        voting.close_voting(box=self.vote.box, by=self.vote.officer)
        self.vote.refresh()

    def open(self) -> int:
        return voting.open_envelopes(box=self.vote.box, session=self.vote.session, by=self.vote.officer)

    def scan(self, *sheets: str) -> None:
        """What was taken out: as many sheets of an ordinary run, each with one choice."""
        for (_code, sheet), chosen in zip(print_sheets(self.vote, len(sheets)), sheets, strict=True):
            on_paper(self.vote, sheet, [chosen])

    def finish(self, **counts: int):
        from server.meetings import actions as meetings

        vote = self.vote
        meetings.enter_hand_counts(session=vote.session, counts=counts, by=vote.officer)
        meetings.reconcile_session(session=vote.session, by=vote.officer)
        voting.reconcile_box(box=vote.box, by=vote.officer)
        voting.open_box(box=vote.box, by=vote.officer)
        return voting.certify_box(box=vote.box, by=vote.officer)


@pytest.fixture(scope="module")
def vote_once(ground) -> Vote:
    return make_vote(people=6, passes=4, takes_post=True, post_deadline=BACK_BY)


@pytest.fixture
def post(vote: Vote) -> Post:
    return Post(vote)


@pytest.fixture
def office(post: Post, client):
    user = User.objects.create_user("organiser@example.org")
    SpaceRole.objects.create(space=post.vote.box.space, user=user, role="organiser")
    client.force_login(user)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client
