"""A mark is undone at the desk: before the pass is used, with a reason and a second person (P9)."""

from __future__ import annotations

import pytest
from django.urls import reverse

from server.accounts.models import User
from server.ledger.models import Record
from server.office.approvals import SecondPerson, agree
from server.office.models import Approval
from server.processes.models import SpaceRole
from server.voting import actions as voting
from server.voting.models import Pass, PresenceMark
from server.voting.refusals import MarkRestored, PassSpent, PassVoid, ReasonMissing
from server.voting.refusals_desk import PassUsed
from tests.server.votes import Vote, make_box, make_vote, sync

pytestmark = pytest.mark.django_db
Back = PresenceMark.Back
SECRET = "place haute 1794"


@pytest.fixture
def two(settings, db) -> Vote:
    """A vote that wants two persons."""
    settings.PARVIS_SINGLE_HANDED = False
    return make_vote()


def person(vote: Vote, name: str, role: str = "desk") -> User:
    user = User.objects.create_user(f"{name}@example.org", SECRET)
    SpaceRole.objects.create(space=vote.box.space, user=user, role=role)
    return user


@pytest.fixture
def officer(two: Vote, client) -> User:
    user = person(two, "first")
    client.force_login(user)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return user


def marked(vote: Vote) -> tuple[str, PresenceMark]:
    return vote.hand_over(0).text, PresenceMark.objects.get()


def undone(vote: Vote) -> int:
    return PresenceMark.objects.filter(is_restored=True).count() + Record.objects.filter(type="right.restored").count()


def address(vote: Vote, mark: PresenceMark) -> str:
    return reverse("desk:give_back", args=[vote.session.ref, mark.pk])


def test_one_person_does_not_undo_a_mark_alone(two):
    code, mark = marked(two)
    first, stranger = person(two, "first"), User.objects.create_user("stranger@example.org")
    for second in (None, first, stranger):
        with pytest.raises(SecondPerson):
            voting.restore_right(mark=mark, code_text=code, reason=Back.WRONG, by=first, second=second)
    assert undone(two) == 0 and not Pass.objects.filter(is_void=True).exists()


def test_reason_and_both_persons_are_kept_and_the_public_list_hears_of_no_person(two):
    code, mark = marked(two)
    first, second = person(two, "first"), person(two, "second")
    voting.restore_right(
        mark=mark, code_text=code, reason=Back.OTHER, note=" came  for a friend ", by=first, second=second
    )
    mark.refresh_from_db()
    assert (mark.restored_by, mark.restored_second) == (first, second)
    assert (mark.restored_reason, mark.restored_note) == ("other", "came for a friend")
    body = bytes(Record.objects.get(type="right.restored").payload.body).decode()
    assert "friend" not in body and '"other"' in body


@pytest.mark.parametrize(("reason", "note"), [("", ""), ("bored", ""), ("other", ""), ("other", "  ")])
def test_a_mark_is_undone_for_a_reason(two, reason: str, note: str):
    code, mark = marked(two)
    with pytest.raises(ReasonMissing):
        voting.restore_right(mark=mark, code_text=code, reason=reason, note=note, by=two.officer)
    assert undone(two) == 0


def test_a_pass_with_a_ballot_is_not_taken_back_and_the_answer_says_nothing_of_it(db):
    """I7: whoever undoes learns that the pass was used, by neither place nor time nor content."""
    vote = make_vote()
    kiosk = vote.kiosk()
    code, mark = vote.hand_over(0), PresenceMark.objects.get()
    kiosk.cast(vote.box.definition_hash, code, {"q1": ["lavoir"]})
    sync(kiosk)
    with pytest.raises(PassUsed) as refused:
        voting.restore_right(mark=mark, code_text=code.text, reason=Back.LEAVES, by=vote.officer)
    assert refused.value.details == {}
    assert undone(vote) == 0 and not Pass.objects.filter(is_void=True).exists()


def test_a_pass_handed_in_for_a_sheet_or_void_is_not_taken_back(db):
    vote = make_vote()
    code, mark = marked(vote)
    spent, void = vote.stack.pop().text, vote.stack.pop().text
    voting.exchange_pass(session=vote.session, code_text=spent, by=vote.officer)
    voting.void_pass(session=vote.session, code_text=void, reason="lost", by=vote.officer)
    for text, refusal in ((spent, PassSpent), (void, PassVoid)):
        with pytest.raises(refusal):
            voting.restore_right(mark=mark, code_text=text, reason=Back.LEAVES, by=vote.officer)
    assert undone(vote) == 0


def test_one_suffices_where_the_town_is_run_single_handed(db):
    vote = make_vote()
    code, mark = marked(vote)
    voting.restore_right(mark=mark, code_text=code, reason=Back.LEAVES, by=vote.officer)
    assert undone(vote) == 2


def test_a_colleague_proves_to_be_there_with_a_password(two, officer, client):
    code, mark = marked(two)
    second = person(two, "second")
    said = {"reason": "wrong_person", "code": code, "email": "Second@example.org", "password": SECRET}
    page = client.get(address(two, mark)).content.decode()
    assert 'name="password"' in page and "Ask the office" in page
    for change in ({"password": "guess"}, {"email": "nobody@example.org"}, {"email": officer.email}):
        answer = client.post(address(two, mark), said | change)
        assert answer.status_code == 403 and SECRET not in answer.content.decode()
    assert undone(two) == 0
    assert client.post(address(two, mark), said).status_code == 302
    mark.refresh_from_db()
    assert (mark.restored_by, mark.restored_second) == (officer, second)
    assert client.session["_auth_user_id"] == str(officer.pk), "nobody else is logged in by it"


def test_the_office_agrees_and_the_desk_goes_on(two, officer, client):
    code, mark = marked(two)
    asked = client.post(address(two, mark), {"ask": "1"}, follow=True).content.decode()
    assert "has not agreed yet" in asked
    approval = Approval.objects.get()
    with pytest.raises(SecondPerson):
        agree(approval=approval, by=officer)
    assert agree(approval=approval, by=person(two, "organiser", "organiser")) == address(two, mark)
    assert undone(two) == 0, "it is done against the pass, at the desk"
    assert 'name="password"' not in client.get(address(two, mark)).content.decode()
    assert client.post(address(two, mark), {"reason": "leaves", "code": code}).status_code == 302
    assert undone(two) == 2


def test_asked_for_a_mark_that_is_undone_is_refused(two):
    code, mark = marked(two)
    first, second = person(two, "first"), person(two, "second")
    voting.restore_right(mark=mark, code_text=code, reason=Back.LEAVES, by=first, second=second)
    mark.refresh_from_db()
    with pytest.raises(MarkRestored):
        voting.ask_office(mark=mark, by=first)
    assert not Approval.objects.exists()


def test_every_box_of_the_session_gets_the_right_back(db):
    """One pass served for all boxes of the evening: given back, each may be voted in online again."""
    vote = make_vote()
    code, mark = marked(vote)
    other = make_box(regime="pass")
    other.regime, other.roll = "person", vote.box.roll
    other.save()
    voting.freeze_box(box=other, by=vote.officer)
    vote.session.boxes.add(other)
    voting.mark_used_in_person(box=other, entry=vote.entries[0], session=vote.session, by=vote.officer)
    voting.restore_right(mark=mark, code_text=code, reason=Back.ONLINE, by=vote.officer)
    assert PresenceMark.objects.filter(is_restored=True).count() == 2
    other.refresh_from_db()
    definitions = Record.objects.filter(type="right.restored").values_list("definition", flat=True)
    assert set(definitions) == {vote.box.definition_hash, other.definition_hash}
