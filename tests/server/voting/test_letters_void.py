"""A letter that was lost or never arrived is made void, and another one is written: the right stays one."""

from __future__ import annotations

import pytest

from server.ledger.models import Record
from server.paper.printing import letters_missing, order_letters
from server.paper.refusals import LettersComplete
from server.processes.models import SpaceRole
from server.voting import actions as voting
from server.voting.models import Box, LetterBinding, Pass
from server.voting.refusals import LetterMissing, PassSpent, ReasonMissing, RightUnknown
from server.voting.rights import Right
from server.voting.settlement import settle_box
from tests.server.office.conftest import login
from tests.server.votes import Vote

pytestmark = pytest.mark.django_db


def void(vote: Vote, person: int, reason: str = "Never arrived"):
    return voting.void_letter(box=vote.box, entry=vote.entries[person], reason=reason, by=vote.officer)


def counted(vote: Vote) -> int:
    return len(settle_box(vote.box).settlement.counted)


def test_a_void_letter_opens_no_ballot_and_its_ballot_is_taken_out(vote):
    vote.online(0, "verger")
    vote.online(1, "verger")
    assert counted(vote) == 2
    void(vote, 0)
    assert counted(vote) == 1
    with pytest.raises(RightUnknown):
        Right.of_code(vote.box, vote.letters[0].grouped)
    assert Right.of_code(vote.box, vote.letters[1].grouped)


def test_the_next_letter_counts_once_whatever_the_lost_one_did(vote):
    vote.online(0, "verger")
    void(vote, 0)
    (code, _letter), *others = voting.make_passes(box=vote.box, entries=[vote.entries[0]])
    assert not others
    vote.letters[0] = code
    vote.online(0, "lavoir")
    vote.online(0, "verger")
    assert counted(vote) == 1


def test_who_lost_a_letter_is_written_to_again_and_nobody_else(vote):
    assert letters_missing(vote.box) == 0
    with pytest.raises(LettersComplete):
        order_letters(box=vote.box, by=vote.officer)
    void(vote, 2)
    assert letters_missing(vote.box) == 1
    assert order_letters(box=vote.box, by=vote.officer).quantity == 1


def test_the_public_log_learns_neither_who_nor_why(vote):
    letter = void(vote, 2, "Moved to\nthe harbour")
    record = Record.objects.get(type="pass.void")
    said = bytes(record.payload.body).decode() + record.payload.subject
    assert letter.use_value in said and "harbour" not in said and vote.entries[2].number not in said
    assert LetterBinding.objects.get(letter=letter).reason == "Moved to the harbour"


def test_a_letter_is_made_void_once_with_a_reason_while_the_vote_goes_on(vote):
    with pytest.raises(ReasonMissing):
        void(vote, 0, " ")
    void(vote, 0)
    with pytest.raises(LetterMissing):
        void(vote, 0)
    Box.objects.update(state=Box.State.CLOSED)
    with pytest.raises(LetterMissing):
        void(vote, 1)
    assert Record.objects.filter(type="pass.void").count() == 1


def test_a_letter_handed_in_for_a_sheet_stays_as_it_is(vote):
    Pass.objects.filter(binding__entry=vote.entries[0]).update(is_exchanged=True)
    with pytest.raises(PassSpent):
        void(vote, 0)
    assert Record.objects.filter(type="pass.void").count() == 0


def test_on_the_page_of_the_person_it_leads_on_to_printing(vote):
    SpaceRole.objects.create(space=vote.box.space, user=vote.officer, role=SpaceRole.Role.ORGANISER)
    office, entry = login(vote.officer), vote.entries[3]
    line = f"/office/{vote.box.space.slug}/rolls/{entry.roll_id}/people/{entry.pk}/"
    assert "Make this letter void" in office.get(line).content.decode()
    missing = office.post(f"{line}letter/", {"box": vote.box.ref})
    assert missing.status_code == 422 and b'name="letter-reason"' in missing.content
    reply = office.post(f"{line}letter/", {"box": vote.box.ref, "letter-reason": "Wrong address"})
    assert reply.url == f"/office/boxes/{vote.box.ref}/letters/"
    assert "1 person on the roll has no letter yet" in office.get(reply.url).content.decode()
    page = office.get(line).content.decode()
    assert "Wrong address" in page and "Make this letter void" not in page
    again = office.post(f"{line}letter/", {"box": vote.box.ref, "letter-reason": "Wrong address"})
    assert again.status_code == 422 and "no valid letter" in again.content.decode()
    assert office.post(f"{line}letter/", {"box": "0" * 16, "letter-reason": "x"}).status_code == 404
