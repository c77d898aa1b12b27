"""People are given images one by one, so that two never sit at the same sheet (B17)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from server.accounts.models import User
from server.paper import actions as paper
from server.paper import leases
from server.paper.models import Adjudication, Reading, ReviewLease, Sheet
from server.paper.refusals import HeldByAnother, NothingToDecide, SheetChanged
from server.paper.reviewing import version_of
from tests.server.paper_bench import Paper
from tests.server.votes import Vote

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> tuple[User, User]:
    return tuple(User.objects.create_user(f"{name}@example.org") for name in ("ada", "ben"))


@pytest.fixture
def three(desk_paper: Paper) -> list[Reading]:
    """Three sheets, each with one mark that is not clear."""
    sheets = desk_paper.sheets(desk_paper.print(3))
    return desk_paper.read(*(desk_paper.mark(sheet, "bancs", style="dot") for sheet in sheets))


def run_out() -> None:
    ReviewLease.objects.update(until=timezone.now() - timedelta(seconds=1))


def next_of(client: Client, vote: Vote) -> str:
    """Press the button of the queue; where it leads."""
    return client.post(reverse("paper:next_image", args=[vote.session.ref]))["Location"]


def page_of(reading: Reading) -> str:
    return reverse("paper:reading", args=[reading.pk])


def test_two_people_are_never_given_the_same_sheet_b17(vote: Vote, three, people):
    ada, ben = people
    first, second, third = three
    assert leases.take_next(session=vote.session, by=ada) == first
    assert leases.take_next(session=vote.session, by=ben) == second
    assert leases.take_next(session=vote.session, by=ada, after=first.pk) == third
    assert leases.take_next(session=vote.session, by=ben, after=second.pk) == first, "ada let go of it with her next"


def test_nobody_is_given_another_image_of_a_sheet_that_is_held_b17(desk_paper: Paper, people):
    blank = desk_paper.sheets(desk_paper.print(1))[0]
    first, second = desk_paper.read(
        desk_paper.mark(blank, "bancs", style="dot"), desk_paper.mark(blank, "piste", style="dot")
    )
    ada, ben = people
    assert leases.take_next(session=desk_paper.vote.session, by=ada) == first
    assert leases.take_next(session=desk_paper.vote.session, by=ben) is None
    with pytest.raises(HeldByAnother):
        leases.take(reading=second, by=ben)


def test_a_hold_runs_out_and_an_open_page_renews_it_b17(vote: Vote, doubtful: Reading, people):
    ada, ben = people
    leases.take(reading=doubtful, by=ada)
    before = ReviewLease.objects.get().until
    leases.keep(reading=doubtful, by=ada)
    assert ReviewLease.objects.get().until > before
    assert leases.take_next(session=vote.session, by=ben) is None
    run_out()
    assert leases.take_next(session=vote.session, by=ben) == doubtful
    with pytest.raises(HeldByAnother):
        leases.keep(reading=doubtful, by=ada)


def test_a_decision_after_the_hold_ran_out_counts_unless_somebody_else_looks_b17(vote: Vote, three, people):
    ada, ben = people
    first, second, _third = three
    leases.take(reading=first, by=ada)
    run_out()
    paper.adjudicate(reading=first, outcome="choices", choices={"q1": ["bancs"]}, by=ada)
    leases.take(reading=second, by=ada)
    run_out()
    leases.take(reading=second, by=ben)
    with pytest.raises(HeldByAnother):
        paper.adjudicate(reading=second, outcome="invalid", by=ada)
    assert list(Adjudication.objects.values_list("reading", "decided_by")) == [(first.pk, ada.pk)]


def test_who_lets_go_leaves_the_sheet_to_others(vote: Vote, doubtful: Reading, people):
    ada, ben = people
    leases.take(reading=doubtful, by=ada)
    leases.let_go(reading=doubtful, by=ben)
    assert ReviewLease.objects.get().holder == ada, "only one's own"
    leases.let_go(reading=doubtful, by=ada)
    leases.let_go(reading=doubtful, by=ada)
    assert leases.take_next(session=vote.session, by=ben) == doubtful


def test_what_is_decided_is_given_to_nobody(vote: Vote, doubtful: Reading, people):
    ada, ben = people
    leases.take(reading=doubtful, by=ada)
    paper.adjudicate(reading=doubtful, outcome="discard", by=ada)
    assert not ReviewLease.objects.exists()
    assert leases.take_next(session=vote.session, by=ben) is None
    with pytest.raises(NothingToDecide):
        leases.take(reading=doubtful, by=ben)


def test_a_decision_about_what_is_no_longer_all_is_asked_again_b17(desk_paper: Paper, people):
    blank = desk_paper.sheets(desk_paper.print(1))[0]
    (doubtful,) = desk_paper.read(desk_paper.mark(blank, "bancs", style="dot"))
    seen = version_of(doubtful)
    desk_paper.read(desk_paper.mark(blank, "piste"))
    with pytest.raises(SheetChanged):
        paper.adjudicate(reading=doubtful, outcome="invalid", by=people[0], version=seen)
    paper.adjudicate(reading=doubtful, outcome="invalid", by=people[0], version=version_of(doubtful))
    assert Adjudication.objects.filter(reading=doubtful).count() == 1


def test_the_queue_says_how_many_wait_and_who_looks_at_what(vote: Vote, three, reader):
    ada, ben = reader("ada"), reader("ben")
    assert "<bdi>ada</bdi>" not in ben.get(reverse("paper:review", args=[vote.session.ref])).content.decode()
    next_of(ada, vote)
    page = ben.get(reverse("paper:review", args=[vote.session.ref])).content.decode()
    assert "3 images wait" in page
    assert "<bdi>ada</bdi>" in page


def test_the_way_through_the_queue_is_forms_alone(vote: Vote, three, reader):
    """The next image, decide, the next one, skip, and round again: no script, no link that writes."""
    ada = reader("ada")
    first, second, third = three
    assert next_of(ada, vote) == page_of(first)
    page = ada.get(page_of(first)).content.decode()
    assert reverse("paper:image", args=[first.pk]) in page
    assert (page.count("data-number="), page.count("seen-unclear")) == (5, 1)
    version = version_of(first)
    facts = {"outcome": "choices", "q1": ["bancs"], "note": "a dot", "version": version}
    answer = ada.post(reverse("paper:decide", args=[first.pk]), facts)
    assert answer["Location"] == page_of(second)
    decision = Adjudication.objects.get()
    said = (decision.choices, decision.note, decision.decided_by.email, decision.settles)
    assert said == ({"q1": ["bancs"]}, "a dot", "ada@example.org", True)
    assert Sheet.objects.get(pk=first.sheet_id).ballot
    assert ada.post(reverse("paper:skip", args=[second.pk]))["Location"] == page_of(third)
    assert ada.post(reverse("paper:decide", args=[third.pk]), {"outcome": "invalid"})["Location"] == page_of(second)
    ada.post(reverse("paper:decide", args=[second.pk]), {"outcome": "discard"})
    assert 'class="empty"' in ada.get(reverse("paper:review", args=[vote.session.ref])).content.decode()


def test_who_does_not_hold_an_image_cannot_decide_on_its_page(vote: Vote, doubtful: Reading, reader):
    ada, ben = reader("ada"), reader("ben")
    assert 'id="decide"' not in ada.get(page_of(doubtful)).content.decode()
    ada.post(reverse("paper:take", args=[doubtful.pk]))
    assert 'id="decide"' in ada.get(page_of(doubtful)).content.decode()
    page = ben.get(page_of(doubtful)).content.decode()
    assert 'id="decide"' not in page and "ada" in page
    assert ben.post(reverse("paper:hold", args=[doubtful.pk])).status_code == 409
    assert ada.post(reverse("paper:hold", args=[doubtful.pk])).status_code == 204


def test_choices_that_cannot_stand_are_told_and_kept_in_the_form_p21(vote: Vote, doubtful: Reading, reader):
    ada, chosen = reader("ada"), ["lavoir", "bancs", "verger", "piste"]
    next_of(ada, vote)
    answer = ada.post(reverse("paper:decide", args=[doubtful.pk]), {"outcome": "choices", "q1": chosen})
    assert answer.status_code == 400
    assert answer.content.decode().count(" checked>") == 4
    assert not Adjudication.objects.exists()


def test_who_comes_second_is_told_politely_b17(vote: Vote, doubtful: Reading, reader):
    ada, ben = reader("ada"), reader("ben")
    next_of(ada, vote)
    for outcome in ("invalid", "choices"):  # ada holds it; then she has decided
        page = ben.post(reverse("paper:decide", args=[doubtful.pk]), {"outcome": outcome}, follow=True)
        assert page.status_code == 200
        assert "ben" not in set(Adjudication.objects.values_list("decided_by__display_name", flat=True))
        ada.post(reverse("paper:decide", args=[doubtful.pk]), {"outcome": "choices", "q1": ["bancs"]})
    assert Adjudication.objects.get().outcome == "choices"


def test_the_queue_tells_no_number_while_people_count(vote: Vote, three, reader):
    from server.meetings.models import Session

    Session.objects.filter(pk=vote.session.pk).update(state=Session.State.CLOSED)
    page = reader("ada").get(reverse("paper:review", args=[vote.session.ref])).content.decode()
    assert "3 images wait" not in page and reverse("paper:next_image", args=[vote.session.ref]) in page
