"""P5: a code, or a ballot, that belongs elsewhere: one table of where it is shown, and what becomes of it there."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from server.devices.actions import create_enrolment
from server.ledger.codes import Code
from server.ledger.models import Record
from server.ledger.records import build_record
from server.rehearsal.kiosk import Kiosk
from server.voting import actions as voting
from server.voting.refusals import PassUnknown, RightUnknown
from server.voting.rights import Right
from tests.server.votes import make_session, make_vote, print_sheets, sync

pytestmark = pytest.mark.django_db


class Elsewhere:
    """Our vote, and codes that are good somewhere, but not where they are shown."""

    def __init__(self) -> None:
        self.vote, self.other = make_vote(), make_vote(slug="other", officer="other@example.org")
        self.evening = make_session(self.vote.box)
        self.kiosk = self.vote.kiosk()

    def evening_pass(self) -> Code:
        """Of another session of the same box."""
        return voting.make_passes(session=self.evening, quantity=1)[0][0]

    def enrolment(self) -> Code:
        return create_enrolment(session=self.vote.session, label="K", by=self.vote.officer)[1]


SHOWN_AT_THE_DESK: dict[str, Callable[[Elsewhere], Code]] = {
    "a pass of another session": Elsewhere.evening_pass,
    "a pass of another town's vote": lambda here: here.other.stack[0],
    "a letter of this vote": lambda here: here.vote.letters[0],
    "a letter of another vote": lambda here: here.other.letters[0],
    "the serial of a sheet": lambda here: print_sheets(here.vote, 1)[0][0],
    "an enrolment code": Elsewhere.enrolment,
}
TYPED_ON_THE_WEB: dict[str, Callable[[Elsewhere], Code]] = {
    "a pass in a vote by person": lambda here: here.vote.stack[0],
    "a letter of another vote": lambda here: here.other.letters[0],
    "the serial of a sheet": lambda here: print_sheets(here.vote, 1)[0][0],
    "an enrolment code": Elsewhere.enrolment,
}


@pytest.mark.parametrize("shown", SHOWN_AT_THE_DESK.values(), ids=SHOWN_AT_THE_DESK.keys())
def test_p5_the_desk_does_not_know_it(shown):
    here = Elsewhere()
    code = shown(here).grouped
    for deed in (voting.exchange_pass, lambda **facts: voting.void_pass(reason="lost", **facts)):
        with pytest.raises(PassUnknown):
            deed(session=here.vote.session, code_text=code, by=here.vote.officer)


@pytest.mark.parametrize("typed", TYPED_ON_THE_WEB.values(), ids=TYPED_ON_THE_WEB.keys())
def test_p5_the_web_does_not_know_it(typed):
    here = Elsewhere()
    with pytest.raises(RightUnknown):
        Right.of_code(here.vote.box, typed(here).grouped)


@pytest.mark.parametrize("shown", SHOWN_AT_THE_DESK.values(), ids=SHOWN_AT_THE_DESK.keys())
def test_p5_a_kiosk_refuses_it_without_network_and_a_forged_ballot_of_it_is_kept_for_people(shown):
    here = Elsewhere()
    code = shown(here)
    with pytest.raises(ValueError):
        here.kiosk.cast(here.vote.box.definition_hash, code, {"q1": ["lavoir"]})
    body = here.kiosk.cast(here.vote.box.definition_hash, here.vote.stack[0], {"q1": ["lavoir"]}).body
    here.kiosk.records.pop()
    for session in (here.vote.session, here.evening):
        use = code.use(bytes(session.code_key)).hex()
        forged = here.kiosk._add("ballot.sealed", body, definition=here.vote.box.definition_hash, subject=f"use:{use}")
        assert became(here.kiosk, forged) == ("quarantined", "unknown_right")


@pytest.mark.parametrize("wrong", ["space", "meeting", "definition", "all three"])
def test_p5_a_record_of_another_context_is_kept_and_does_not_count(wrong):
    """I6: a good right, sealed for the right box, under the name of another space, session or box."""
    here = Elsewhere()
    sound = here.kiosk.cast(here.vote.box.definition_hash, here.vote.stack[0], {"q1": ["lavoir"]})
    facts = {"space": "budget", "meeting": here.vote.session.ref, "definition": here.vote.box.definition_hash}
    others = {"space": "other", "meeting": here.other.session.ref, "definition": here.other.box.definition_hash}
    facts |= others if wrong == "all three" else {wrong: others[wrong]}
    moved = replaced(here.kiosk, sound, facts)
    assert became(here.kiosk, moved) == ("quarantined", "context")


def replaced(kiosk: Kiosk, sound, facts: dict[str, str]):
    """The last record of the chain, in another context."""
    head = sound.header
    kiosk.records[-1] = build_record(
        type=head.type, dev=head.dev, epoch=head.epoch, seq=head.seq, prev=head.prev, subject=sound.subject,
        body=sound.body, **facts,
    )  # fmt: skip
    return kiosk.records[-1]


def became(kiosk: Kiosk, record) -> tuple[str, str]:
    sync(kiosk)
    row = Record.objects.get(pk=record.id)
    return row.verdict, row.reason


def test_a_pass_that_was_void_before_the_pack_was_fetched_is_refused_at_the_kiosk():
    vote = make_vote()
    voting.void_pass(session=vote.session, code_text=vote.stack[0].text, reason="lost", by=vote.officer)
    with pytest.raises(ValueError):
        vote.kiosk().cast(vote.box.definition_hash, vote.stack[0], {"q1": ["lavoir"]})
