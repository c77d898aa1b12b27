"""A box that three trustees open, from the draft to the result, through the pages of the office alone."""

from __future__ import annotations

import re

import pytest
from django.utils import timezone

from server.accounts.models import User
from server.office.models import Act
from server.processes.models import Space, SpaceRole
from server.voting import actions as voting
from server.voting.models import Box, WrongCodes
from server.voting.trustees import new_card, parse_card
from tests.server.office.conftest import login
from tests.server.office.test_vote import BOX
from tests.server.votes import make_box

pytestmark = pytest.mark.django_db
NAMES = ["Ana Ruiz", "Bruno Petit", "Chloé Roux"]
HELD = {"key_holder": "trustees", **{f"trustee_{n}": name for n, name in enumerate(NAMES, start=1)}}


@pytest.fixture
def officer(db) -> User:
    return User.objects.create_user("agnes@example.org", display_name="Agnès")


@pytest.fixture
def draft(officer) -> Box:
    box = make_box(doors=["web"])
    SpaceRole.objects.create(space=box.space, user=officer, role=SpaceRole.Role.ORGANISER)
    return box


@pytest.fixture
def client(officer, draft):
    return login(officer)


def save(client, box: Box, **facts):
    form = BOX | {"title_en": "Which?", "roll": box.roll_id, "doors": ["web"], **facts}
    return client.post(f"/office/boxes/{box.ref}/edit/", form)


def cards_of(client, box: Box) -> list[str]:
    """Each trustee's card, read off the only page that shows it."""
    found = []
    for number in (1, 2, 3):
        page = client.post(f"/office/boxes/{box.ref}/trustees/{number}/card/")
        assert page.status_code == 200 and "no-store" in page["Cache-Control"]
        lines = re.findall(r"<code>([-0-9A-Z]{22})</code>", page.content.decode())
        assert len(lines) == 2
        found.append(" ".join(lines))
        again = client.post(f"/office/boxes/{box.ref}/trustees/{number}/card/")
        assert again.status_code == 409 and lines[0] not in again.content.decode()
    return found


def type_in(client, box: Box, page: str, *cards: str):
    answer = client.post(
        f"/office/boxes/{box.ref}/trustees/{page}/", {f"card{n}": card for n, card in enumerate(cards, start=1)}
    )
    for card in cards:
        assert not card or card not in answer.content.decode()
    return answer


def proved(client, box: Box) -> list[str]:
    assert save(client, box, **HELD).status_code == 302
    cards = cards_of(client, box)
    assert type_in(client, box, "prove", *cards).status_code == 302
    return cards


def test_three_trustees_from_the_draft_to_the_result(client, draft):
    assert save(client, draft, **HELD).status_code == 302
    page = client.get(f"/office/boxes/{draft.ref}/").content.decode()
    assert "Hold the ceremony of the three trustees" in page and "Ana Ruiz" in page
    assert client.get(f"/office/boxes/{draft.ref}/freeze/").status_code == 302
    cards = cards_of(client, draft)
    assert "Prove the three cards" in client.get(f"/office/boxes/{draft.ref}/trustees/").content.decode()
    wrong = type_in(client, draft, "prove", cards[1], cards[0], cards[2])
    assert wrong.status_code == 422 and "typed for Ana Ruiz belongs to another" in wrong.content.decode()
    assert type_in(client, draft, "prove", *cards).status_code == 302
    assert "two of the three cards are lost" in client.get(f"/office/boxes/{draft.ref}/freeze/").content.decode()
    for step in ("freeze", "open", "close"):
        assert client.post(f"/office/boxes/{draft.ref}/{step}/").status_code == 302
    Space.objects.update(published_at=timezone.now())
    assert "It takes two of three trustees" in client.get(draft.get_absolute_url()).content.decode()
    assert client.post(f"/office/boxes/{draft.ref}/closing/reconcile/").status_code == 302
    for method in ("get", "post"):
        answer = getattr(client, method)(f"/office/boxes/{draft.ref}/closing/open/")
        assert answer.url == f"/office/boxes/{draft.ref}/trustees/open/"
    assert "Two of the three trustees" in client.get(answer.url).content.decode()
    refused = type_in(client, draft, "open", cards[0], new_card().text)
    assert refused.status_code == 422 and "Card 2 is well typed" in refused.content.decode()
    assert Box.objects.get(pk=draft.pk).state == "reconciled"
    assert type_in(client, draft, "open", cards[2].lower(), cards[0]).status_code == 302
    assert Box.objects.get(pk=draft.pk).state == "opened"
    assert "Has opened the box" in client.get(f"/office/boxes/{draft.ref}/trustees/").content.decode()
    box = voting.certify_box(box=draft, by=User.objects.get())
    assert "Ana Ruiz" in client.get(f"{box.get_absolute_url()}result/").content.decode()


@pytest.mark.parametrize(
    ("facts", "words"),
    [({"trustee_2": ""}, "Three trustees are needed"), ({"trustee_3": "ana ruiz"}, "This name stands here twice")],
)
def test_three_different_names_are_needed(client, draft, facts, words):
    answer = save(client, draft, **(HELD | facts))
    assert answer.status_code == 400 and words in answer.content.decode()
    assert draft.trustees.count() == 0


def test_a_form_that_says_nothing_of_the_key_changes_nothing(client, draft):
    proved(client, draft)
    assert save(client, draft).status_code == 302
    assert [one.is_proved for one in draft.trustees.all()] == [True] * 3
    assert save(client, draft, key_holder="installation").status_code == 302
    assert draft.trustees.count() == 0
    assert client.get(f"/office/boxes/{draft.ref}/trustees/").status_code == 404


def test_a_card_that_was_not_printed_is_replaced_and_cards_are_made_void(client, draft):
    save(client, draft, **HELD)
    cards = cards_of(client, draft)
    instead = draft.trustees.get(number=1).card_id
    assert instead in client.get(f"/office/boxes/{draft.ref}/trustees/").content.decode()
    assert client.post(f"/office/boxes/{draft.ref}/trustees/1/card/", {"instead": instead}).status_code == 200
    assert type_in(client, draft, "prove", *cards).status_code == 422
    assert "void" in client.get(f"/office/boxes/{draft.ref}/trustees/again/").content.decode()
    assert client.post(f"/office/boxes/{draft.ref}/trustees/again/").status_code == 302
    assert not any(one.has_card for one in draft.trustees.all())
    assert client.get(f"/office/boxes/{draft.ref}/trustees/prove/").status_code == 302


def test_two_cards_can_be_tried_and_a_lost_one_is_recorded(client, draft):
    cards = proved(client, draft)
    assert client.get(f"/office/boxes/{draft.ref}/trustees/try/").status_code == 200
    assert type_in(client, draft, "try", cards[1], cards[2]).status_code == 302
    same = type_in(client, draft, "try", cards[1], cards[1])
    assert same.status_code == 422 and "the same card twice" in same.content.decode()
    assert type_in(client, draft, "try", cards[1], "").status_code == 400
    client.post(f"/office/boxes/{draft.ref}/freeze/")
    for number in (1, 2):
        assert client.post(f"/office/boxes/{draft.ref}/trustees/{number}/lost/", {"lost": "1"}).status_code == 302
    assert "nobody can open this box" in client.get(f"/office/boxes/{draft.ref}/trustees/").content.decode()
    client.post(f"/office/boxes/{draft.ref}/trustees/1/lost/", {"lost": "0"})
    assert "nobody can open this box" not in client.get(f"/office/boxes/{draft.ref}/trustees/").content.decode()
    assert Act.objects.filter(deed="box.cards_tried").count() == 1


def test_wrong_cards_are_slowed_and_right_ones_still_open(client, draft):
    cards = proved(client, draft)
    answers = [type_in(client, draft, "try", cards[0], new_card().text) for _try in range(11)]
    assert [answer.status_code for answer in answers] == [422] * 10 + [429]
    text = answers[-1].content.decode()
    assert "Card 2 is well typed" in text and "Too many wrong codes" in text
    assert WrongCodes.objects.exists()
    assert type_in(client, draft, "try", *cards[:2]).status_code == 302


def test_no_card_stands_in_a_session_or_an_address(client, draft):
    cards = proved(client, draft)
    type_in(client, draft, "try", cards[0], cards[1])
    kept = repr(dict(client.session.items())) + repr(client.cookies)
    for card in cards:
        assert card[:22] not in kept and parse_card(card).text[:18] not in kept


def test_who_does_not_organise_the_space_finds_nothing(client, draft):
    proved(client, draft)
    stranger = login(User.objects.create_user("stranger@example.org"))
    for page in ("", "prove/", "try/", "open/", "again/"):
        assert stranger.get(f"/office/boxes/{draft.ref}/trustees/{page}").status_code == 404
