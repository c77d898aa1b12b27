"""The pages of cards: order, send, type in beside the image; who may, and what a reader is told."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from server.accounts.models import User
from server.cards import leases
from server.cards.days import destroy_images
from server.cards.models import Card, CardBatch, CardImage, CardRun, CardView, Transcription
from server.cards.printing import draw_card_run
from server.cards.scanning import read_batch
from server.paper import storage
from server.processes.models import SpaceRole
from server.proposals.models import Proposal
from tests.server.cards.bench import Cards
from tests.server.proposals.ideas import person, propose

pytestmark = pytest.mark.django_db
TYPED = {"outcome": "typed", "title": "Des bancs", "text": "Le long du canal.", "name": ""}


def log_in(user: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


@pytest.fixture
def office(cards: Cards) -> Client:
    return log_in(cards.organiser)


@pytest.fixture
def volunteer(cards: Cards) -> Client:
    return log_in(cards.volunteer())


def at(cards: Cards, name: str) -> str:
    return reverse(f"cards:{name}", args=[cards.component.space.slug, cards.component.pk])


def order(**facts: object) -> dict[str, object]:
    day = (timezone.localdate() + dt.timedelta(days=30)).isoformat()
    return {"kind": "idea", "quantity": 3, "persons": 1, "language": "fr", "images_until": day} | facts


def test_an_organiser_orders_cards_and_downloads_them(cards: Cards, office: Client):
    assert office.post(at(cards, "runs"), order()).status_code == 302
    run = draw_card_run(run=CardRun.objects.get())
    page = office.get(at(cards, "runs")).content.decode()
    assert reverse("cards:file", args=[run.pk]) in page
    answer = office.get(reverse("cards:file", args=[run.pk]))
    assert b"".join(answer.streaming_content).startswith(b"%PDF-")
    assert answer["Cache-Control"] == "no-store"
    assert Card.objects.count() == 3


def test_cards_for_comments_are_ordered_by_number(cards: Cards, office: Client):
    one, other = propose(cards.component), propose(cards.component, "Un lavoir")
    said = order(kind="comment", numbers=f"{one.number}, {other.number}")
    assert office.post(at(cards, "runs"), said).status_code == 302
    run = CardRun.objects.get()
    assert run.quantity == 6
    assert [form.about for form in run.forms.all()] == [one.title, other.title]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"kind": "comment"}, "Say what the comments are on."),
        ({"kind": "comment", "numbers": "77"}, "There is no such proposal"),
        ({"quantity": 0}, "greater than or equal to 1"),
        ({"images_until": "2020-01-01"}, "Choose a day after today"),
        ({"quantity": 100_000}, "less than or equal to 10000"),
    ],
)
def test_an_order_that_makes_no_sense_says_why(cards: Cards, office: Client, wrong: dict, words: str):
    answer = office.post(at(cards, "runs"), order(**wrong))
    assert answer.status_code == 400
    assert words in answer.content.decode().replace("10,000", "10000")
    assert not CardRun.objects.exists()


def test_a_volunteer_sends_scans_and_types_them_in_one_after_the_other(cards: Cards, volunteer: Client):
    run = cards.order(2)
    scan = cards.scan(cards.written(run, ["Des bancs"], ["Des arbres"]))
    sent = volunteer.post(at(cards, "scans"), {"files": SimpleUploadedFile("cards.pdf", scan)})
    assert sent.status_code == 302
    read_batch(batch=CardBatch.objects.get())
    first = volunteer.post(at(cards, "next"))
    page = volunteer.get(first.url).content.decode()
    # Which of the two comes first is drawn when they are printed.
    image = CardImage.objects.get(card=int(first.url.rstrip("/").rpartition("/")[2]))
    assert reverse("cards:image", args=[image.pk]) in page
    second = volunteer.post(first.url, TYPED | {"token": "a" * 32})
    assert second.url not in (first.url, at(cards, "queue"))
    done = volunteer.post(second.url, {"outcome": "empty", "token": "b" * 32})
    assert done.url == at(cards, "queue")
    assert Proposal.objects.get().title == "Des bancs"
    assert "See it on the site" in volunteer.get(first.url).content.decode()


def test_an_image_is_seen_by_those_who_type_in_and_every_look_is_remembered(cards: Cards, volunteer: Client):
    cards.came_in()
    image = CardImage.objects.get()
    path = reverse("cards:image", args=[image.pk])
    answer = volunteer.get(path)
    assert (answer["Content-Type"], answer["Cache-Control"]) == ("image/jpeg", "no-store")
    assert CardView.objects.get().viewer.email == "vera@villeneuve.example"
    assert log_in(person("nobody")).get(path).status_code == 404
    assert Client().get(path).status_code == 302


def test_a_scanner_of_one_meeting_alone_types_no_cards_in(cards: Cards):
    """P10."""
    user = person("marie")
    facts = {"space": cards.component.space, "user": user, "role": SpaceRole.Role.SCANNER}
    SpaceRole.objects.create(meetings=[77], **facts)
    assert log_in(user).get(at(cards, "queue")).status_code == 404


def test_a_volunteer_finds_the_cards_on_the_page_where_work_begins(cards: Cards, volunteer: Client):
    assert at(cards, "scans") not in volunteer.get(reverse("office:home")).content.decode()
    cards.order(1)
    assert at(cards, "scans") in volunteer.get(reverse("office:home")).content.decode()
    SpaceRole.objects.filter(user__email__startswith="vera").update(meetings=[77])
    assert at(cards, "scans") not in volunteer.get(reverse("office:home")).content.decode()


def test_the_second_person_sees_nothing_of_what_the_first_typed(cards: Cards, volunteer: Client):
    """B16."""
    (card,) = cards.came_in(persons=2)
    page = volunteer.post(at(cards, "next")).url
    volunteer.post(page, TYPED | {"text": "Un secret du premier.", "token": "a" * 32})
    assert "Another person does so as well" in volunteer.get(page).content.decode()
    second = log_in(cards.volunteer("victor"))
    assert second.post(at(cards, "next")).url == page
    assert "Un secret du premier" not in second.get(page).content.decode()
    second.post(page, TYPED | {"token": "b" * 32})
    third = log_in(cards.volunteer("valentin"))
    third.post(at(cards, "next"))
    shown = third.get(page).content.decode()
    assert "Un secret du premier." in shown and "Le long du canal." in shown
    card.refresh_from_db()
    assert card.outcome == ""


def test_a_title_is_asked_for_and_what_was_typed_stays(cards: Cards, volunteer: Client):
    cards.came_in()
    page = volunteer.post(at(cards, "next")).url
    answer = volunteer.post(page, TYPED | {"title": " ", "token": "a" * 32})
    assert answer.status_code == 400
    assert "Le long du canal." in answer.content.decode()
    assert not Transcription.objects.exists()


def test_what_is_like_the_idea_is_shown_while_it_is_typed_in(cards: Cards, volunteer: Client):
    propose(cards.component, "Des bancs à l’ombre du canal")
    cards.came_in()
    page = volunteer.post(at(cards, "next")).url
    typed = TYPED | {"preview": "1", "title": "Des bancs à l’ombre", "text": "Près du canal."}
    part = volunteer.post(page, typed, headers={"X-Preview": "1"}).content.decode()
    assert "Des bancs à l’ombre du canal" in part
    assert not Transcription.objects.exists()


def test_a_card_that_another_has_is_held(cards: Cards, volunteer: Client):
    """B17."""
    (card,) = cards.came_in()
    page = volunteer.post(at(cards, "next")).url
    hold = reverse("cards:hold", args=[card.pk])
    second = log_in(cards.volunteer("victor"))
    assert second.post(hold).status_code == 409
    assert volunteer.post(hold).status_code == 204
    assert second.post(page, TYPED | {"token": "a" * 32}).url == at(cards, "queue")
    assert not Proposal.objects.exists()
    leases.let_go(card=card, by=cards.volunteer())
    second.post(reverse("cards:take", args=[card.pk]))
    assert second.post(hold).status_code == 204


def test_images_go_on_the_day_that_is_printed_and_what_was_typed_with_them(cards: Cards, volunteer: Client):
    cards.came_in(2)
    page = volunteer.post(at(cards, "next")).url
    volunteer.post(page, TYPED | {"token": "a" * 32})
    paths = [storage.absolute(name) for name in CardImage.objects.values_list("image", flat=True)]
    run = CardRun.objects.get()
    destroy_images(day=run.images_until - dt.timedelta(days=1))
    assert all(path.is_file() for path in paths)
    destroy_images(day=run.images_until)
    assert not any(path.is_file() for path in paths)
    assert set(CardImage.objects.values_list("image", flat=True)) == {""}
    assert Transcription.objects.get().facts == {}
    assert Proposal.objects.get().title == "Des bancs"
    assert not Card.objects.waiting().exists()
    assert "was destroyed on its day before anybody typed it in" in volunteer.get(at(cards, "queue")).content.decode()


def test_the_list_asks_no_more_for_many_runs(cards: Cards, office: Client, django_assert_max_num_queries):
    for _run in range(3):
        cards.order(1)
    office.get(at(cards, "runs"))
    with django_assert_max_num_queries(40) as few:
        office.get(at(cards, "runs"))
    for _run in range(5):
        cards.order(1)
    with django_assert_max_num_queries(len(few)):
        office.get(at(cards, "runs"))
