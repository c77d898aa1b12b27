"""Letters of a vote that is held online alone: no meeting, no session, and a code for everyone on the roll."""

from __future__ import annotations

import pytest
from django.urls import reverse

from server.accounts.models import User
from server.paper.models import SlipRun
from server.processes.models import SpaceRole
from server.voting import actions as voting
from server.voting.models import Box, LetterBinding
from tests.server.votes import make_box

pytestmark = pytest.mark.django_db


@pytest.fixture
def box(db) -> Box:
    return make_box(people=3, doors=["web"])


@pytest.fixture
def office(box: Box, client):
    user = User.objects.create_user("organiser@example.org")
    SpaceRole.objects.create(space=box.space, user=user, role="organiser")
    client.force_login(user)
    client.page = reverse("paper:letters", args=[box.ref])
    return client


def freeze(box: Box) -> None:
    voting.freeze_box(box=box, by=User.objects.get(email="organiser@example.org"))


def words(reply) -> str:
    return reply.content.decode()


def test_a_vote_without_session_has_its_letters(office, box: Box, django_capture_on_commit_callbacks):
    freeze(box)
    page = office.get(office.page, HTTP_ACCEPT_LANGUAGE="en")
    assert "3 people on the roll have no letter yet." in words(page)
    with django_capture_on_commit_callbacks(execute=True):
        assert office.post(office.page).url == office.page
    run = SlipRun.objects.get()
    assert (run.status, run.quantity, LetterBinding.objects.count()) == ("ready", 3, 3)
    page = words(office.get(office.page, HTTP_ACCEPT_LANGUAGE="en"))
    assert "Everybody on the roll has a letter." in page and "Download PDF" in page and "Make the letters" not in page
    file = office.get(reverse("paper:slips_file", args=[run.pk]))
    assert b"".join(file.streaming_content).startswith(b"%PDF") and file["Cache-Control"] == "no-store"


def test_the_first_page_of_the_space_and_the_box_lead_there(office, box: Box):
    freeze(box)
    for name, argument in (("office:space", box.space.slug), ("office_voting:box", box.ref)):
        assert f'href="{office.page}"' in words(office.get(reverse(name, args=[argument])))


def test_d19_letters_that_are_being_made_are_not_ordered_again(office, box: Box):
    freeze(box)
    for _click in range(3):
        office.post(office.page)
    assert SlipRun.objects.count() == 1  # nothing was drawn: the worker has not come yet
    rows = words(office.get(reverse("paper:letter_rows", args=[box.ref])))
    assert 'hx-trigger="every 2s"' in rows and "<form" in rows


def test_what_was_interrupted_begins_again_and_leads_back(office, box: Box, django_capture_on_commit_callbacks):
    freeze(box)
    office.post(office.page)
    run = SlipRun.objects.get()
    with django_capture_on_commit_callbacks(execute=True):
        assert office.post(reverse("paper:draw_again", args=["slips", run.pk])).url == office.page
    run.refresh_from_db()
    assert run.status == "ready"


def test_a_draft_and_a_vote_by_pass_have_no_letters(office, box: Box):
    page = words(office.get(office.page, HTTP_ACCEPT_LANGUAGE="en"))
    assert "Freeze the ballot box first" in page and "Make the letters" not in page
    assert office.post(office.page, HTTP_ACCEPT_LANGUAGE="en").status_code == 302 and not SlipRun.objects.exists()
    by_pass = make_box(regime="pass", doors=["web"])
    freeze(by_pass)
    page = reverse("paper:letters", args=[by_pass.ref])
    assert "This vote needs no letters" in words(office.get(page, HTTP_ACCEPT_LANGUAGE="en"))
    office.post(page)
    assert not SlipRun.objects.exists()


def test_once_the_vote_is_over_nobody_is_said_to_lack_a_letter(office, box: Box, django_capture_on_commit_callbacks):
    """The list of who had one is destroyed when the box is opened: that must not be taken for letters to be written."""
    freeze(box)
    with django_capture_on_commit_callbacks(execute=True):
        office.post(office.page)
    officer = User.objects.get(email="organiser@example.org")
    for step in (voting.open_voting, voting.close_voting, voting.reconcile_box, voting.open_box):
        step(box=Box.objects.get(), by=officer)
    assert not LetterBinding.objects.exists()
    page = words(office.get(office.page, HTTP_ACCEPT_LANGUAGE="en"))
    assert "no more letters are made" in page and "have no letter yet" not in page
    office.post(office.page)
    assert SlipRun.objects.count() == 1
    board = words(office.get(reverse("office:space", args=[box.space.slug]), HTTP_ACCEPT_LANGUAGE="en"))
    assert "3 letters" in board


@pytest.mark.parametrize("role", ["", "desk", "scanner"])
def test_x8_letters_are_the_organisers_business(box: Box, client, role):
    user = User.objects.create_user("someone@example.org")
    if role:
        SpaceRole.objects.create(space=box.space, user=user, role=role)
    addresses = [reverse(name, args=[box.ref]) for name in ("paper:letters", "paper:letter_rows")]
    assert [client.get(address).status_code for address in addresses] == [302, 302]
    client.force_login(user)
    assert [client.get(address).status_code for address in addresses] == [404, 404]
    assert client.post(addresses[0]).status_code == 404
