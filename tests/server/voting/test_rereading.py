"""Where somebody disputes the count, the sealed ballots are read again: on a page, with the outcome kept (F15, X17)."""

from __future__ import annotations

import pytest
from django.urls import reverse

from server.accounts.models import User
from server.office.models import Act, Job
from server.processes.models import SpaceRole
from server.voting import actions as voting
from server.voting import printed
from server.voting.actions.boxes import save_box
from server.voting.actions.rereading import read_again
from server.voting.actions.trustees import hold_ceremony, show_card
from server.voting.models import Box
from server.voting.proceedings import record_of_proceedings
from server.voting.refusals import AlreadyDestroyed, ReadsOtherwise, WrongState
from server.voting.rights import Right
from tests.server.office.conftest import login
from tests.server.pdf import pdf_text
from tests.server.votes import ONLINE, make_box, make_vote, without_guards

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def vote_once(ground):
    """Two voted online; the box is opened and certified."""
    vote = make_vote(passes=0)
    vote.online(0, "verger")
    vote.online(1, "lavoir")
    vote.finish()
    SpaceRole.objects.create(space=vote.box.space, user=vote.officer, role=SpaceRole.Role.ORGANISER)
    return vote.refresh()


def altered(box: Box) -> None:
    with without_guards():
        box.cast_vote_records.filter(position=1).update(choices={"q1": ["piste"]})


def test_what_was_opened_reads_the_same_again_and_what_was_altered_does_not(vote):
    assert read_again(box=vote.box, by=vote.officer) == 2
    altered(vote.box)
    with pytest.raises(ReadsOtherwise):
        read_again(box=vote.box, by=vote.officer)
    assert [act.facts["is_same"] for act in Act.objects.filter(deed="box.read_again").order_by("pk")] == [True, False]
    told = pdf_text(printed.as_pdf(lambda: record_of_proceedings(vote.box), "en"))
    assert "read again: they agree" in told and "read again: they differ" in told


def test_before_the_opening_and_once_all_is_destroyed_there_is_nothing_to_read(vote):
    closed = make_vote(passes=0, slug="other", officer="other@example.org")
    with pytest.raises(WrongState):
        read_again(box=closed.box, by=closed.officer)
    Box.objects.filter(pk=vote.box.pk).update(destroyed_at=vote.box.certified_at)
    with pytest.raises(AlreadyDestroyed):
        read_again(box=vote.box, by=vote.officer)


def test_on_the_page_it_is_asked_read_in_the_background_and_told(vote, django_capture_on_commit_callbacks):
    client, page = login(vote.officer), reverse("office_closing:reading", args=[vote.box.ref])
    assert page in client.get(reverse("office_voting:box", args=[vote.box.ref])).content.decode()
    assert "Nobody sees a ballot" in client.get(page).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(page).status_code == 302
    assert Job.objects.get().state == "done"
    assert "They say the same" in client.get(page).content.decode()
    altered(vote.box)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(page)
    assert "say something else than the opened ones" in Job.objects.latest("pk").error
    assert "They say something else" in client.get(page).content.decode()


def test_before_the_certification_the_closing_leads_to_it():
    """While an objection is open, a recount is what it may ask for."""
    vote = make_vote(passes=0, slug="other")
    client, closing = login(vote.officer), reverse("office_closing:box", args=[vote.box.ref])
    SpaceRole.objects.create(space=vote.box.space, user=vote.officer, role=SpaceRole.Role.ORGANISER)
    vote.reconcile()
    page = reverse("office_closing:reading", args=[vote.box.ref])
    assert page not in client.get(closing).content.decode()
    voting.open_box(box=vote.box, by=vote.officer)
    assert page in client.get(closing).content.decode()


def test_where_trustees_hold_the_key_two_cards_read_within_the_request():
    officer = User.objects.create_superuser("chief@example.org")
    box = save_box(box=make_box(doors=["web"]), by=officer, trustees=["Anna", "Bruno", "Chloé"])
    cards = [show_card(box=box, number=n, by=officer).text for n in (1, 2, 3)]
    hold_ceremony(box=box, texts=cards, by=officer)
    box = voting.freeze_box(box=box, by=officer)
    ((letter, _row),) = voting.make_passes(box=box, entries=box.roll.entries.all()[:1])
    voting.open_voting(box=box, by=officer)
    box.refresh_from_db()
    voting.cast_ballot(box=box, right=Right.of_code(box, letter.text), choices={"q1": ["verger"]}, origin=ONLINE)
    voting.close_voting(box=box, by=officer)
    voting.reconcile_box(box=box, by=officer)
    voting.open_box(box=box, by=officer, cards=cards[:2])
    client, page = login(officer), reverse("office_closing:reading", args=[box.ref])
    wrong = client.post(page, {"card1": cards[0], "card2": cards[0]})
    assert wrong.status_code == 422 and cards[0] not in wrong.content.decode()
    assert client.post(page, {"card1": cards[2], "card2": cards[0]}).status_code == 302
    assert "They say the same" in client.get(page).content.decode() and not Job.objects.exists()
    assert [act.facts["at"] for act in Act.objects.filter(deed="box.cards_refused")] == ["reading"]
