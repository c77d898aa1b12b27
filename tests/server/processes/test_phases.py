"""A phase runs by its dates or by hand, opens what is ticked, and is closed with the published answer of the town."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from server.office.models import Act
from server.processes.localized import Localized
from server.processes.models import Component, Door, Opening, Phase, Space
from server.processes.openness import open_activities, open_now, require_open, times_of
from server.processes.origin import Origin
from server.processes.phase_actions import close_phase, save_answer, save_openings
from server.processes.refusals import AnswerMissing, PhaseClosed, PhaseStands

pytestmark = pytest.mark.django_db
HERE = "/office/prepare/phases/"
ENGLISH = {"accept-language": "en"}
JSON = {"accept": "application/json"}


def phase_of(space: Space, *, begins: int = -1, ends: int = 1, **facts: Any) -> Phase:
    """Dates in days from now."""
    now = timezone.now()
    dates = {"starts_at": now + timedelta(days=begins), "ends_at": now + timedelta(days=ends)}
    return Phase.objects.create(space=space, **{"title": {"en": "Ideas"}, **dates, **facts})


def undo(client, deed: str):
    return client.post(reverse("acts:undo", args=[Act.objects.filter(deed=deed).latest("pk").pk]), follow=True)


def public(client, space: Space) -> str:
    Space.objects.filter(pk=space.pk).update(published_at=timezone.now())
    return client.get("/spaces/prepare/", headers=ENGLISH).content.decode()


@pytest.fixture
def shown(wall: Component) -> Component:
    wall.published_at = timezone.now()
    wall.save()
    return wall


def test_what_is_ticked_is_open_while_the_phase_runs_and_by_no_other_door(organiser, space, shown):
    phase = phase_of(space)
    page = organiser.get(f"{HERE}{phase.pk}/opens/").content.decode()
    assert page.count('type="checkbox"') == 3  # propose online and at the kiosk, comment online
    ticks = [f"{shown.pk}:propose:web", f"{shown.pk}:comment:web"]
    assert organiser.post(f"{HERE}{phase.pk}/opens/", {"opens": ticks}).status_code == 302
    assert open_activities(shown) == {"propose", "comment"} and open_activities(shown, door=Door.KIOSK) == set()
    with pytest.raises(PhaseClosed):  # a draft may be read by a link, and nothing be done in it
        require_open(shown, "propose", origin=Origin(door=Door.WEB))
    Space.objects.filter(pk=space.pk).update(published_at=timezone.now())
    shown.space.refresh_from_db()
    require_open(shown, "propose", origin=Origin(door=Door.WEB))
    for door, at in ((Door.KIOSK, None), (Door.WEB, phase.ends_at), (Door.WEB, phase.starts_at - timedelta(1))):
        with pytest.raises(PhaseClosed):
            require_open(shown, "propose", origin=Origin(door=door), at=at)
    page = organiser.get(f"{HERE}{phase.pk}/opens/").content.decode()
    assert page.count(" checked") == 2
    assert organiser.post(f"{HERE}{phase.pk}/opens/", {}).status_code == 302  # nothing ticked: nothing open
    assert open_activities(shown) == set() and not Opening.objects.exists()
    undo(organiser, "phase.opened")
    assert open_activities(shown) == {"propose", "comment"}


@pytest.mark.parametrize(
    "tick", ["{}:comment:kiosk", "{}:vote:web", "{}:propose:desk", "{}:propose", "0:propose:web", "x"]
)
def test_a_door_that_a_type_does_not_offer_is_never_opened(organiser, space, shown, tick):
    phase = phase_of(space)
    reply = organiser.post(f"{HERE}{phase.pk}/opens/", {"opens": [tick.format(shown.pk)]})
    assert reply.status_code == 400 and not Opening.objects.exists()


def test_an_action_opens_nothing_of_another_space_and_no_door_that_is_not_offered(space, shown, agnes):
    other = Space.objects.create(slug="other", title={"en": "Other"})
    theirs = Component.objects.create(space=other, kind="wall", title={"en": "Theirs"})
    phase = phase_of(space)
    save_openings(phase=phase, opened={(theirs.pk, "propose"): ["web"], (shown.pk, "comment"): ["kiosk"]}, by=agnes)
    assert not Opening.objects.exists()


def test_saving_what_is_so_already_notes_nothing(space, shown, agnes):
    phase = phase_of(space)
    opened = {(shown.pk, "propose"): ["kiosk", "web"]}
    assert save_openings(phase=phase, opened=opened, by=agnes) is not None
    assert save_openings(phase=phase, opened=opened, by=agnes) is None
    assert Act.objects.filter(deed="phase.opened").count() == 1


def test_the_public_page_says_what_is_open_by_which_door_and_until_when(organiser, client, space, shown):
    now = phase_of(space, promise={"en": "The council answers every idea."})
    later = phase_of(space, begins=2, ends=3)
    Opening.objects.create(phase=now, component=shown, activity="propose", doors=["web"])
    Opening.objects.create(phase=later, component=shown, activity="propose", doors=["web", "kiosk"])
    Opening.objects.create(phase=later, component=shown, activity="comment", doors=["web"])
    page = public(client, space)
    part = page[page.index("What can be done now") : page.index("What is our power?")]
    assert "Propose" in part and "Comment" not in part and "until" in part
    assert (
        part.count('<span class="door">') == 1 and part.count('<span class="door off">') == 1
    )  # kiosk: struck through
    assert "The council answers every idea." in page
    times = times_of(shown)["propose"]
    assert times.doors == {"web": True, "kiosk": False} and times.until == now.ends_at
    shown.published_at = None
    shown.save()
    assert "What can be done now" not in public(client, space)


def test_a_phase_by_hand_runs_from_the_hand_that_begins_it_to_the_hand_that_ends_it(organiser, client, space, shown):
    phase = phase_of(space, activation="hand")
    Opening.objects.create(phase=phase, component=shown, activity="propose", doors=["web"])
    assert not phase.is_active() and not open_activities(shown) and "What can be done now" not in public(client, space)
    assert organiser.get(f"{HERE}{phase.pk}/begin/").status_code == 200 and not open_activities(
        shown
    )  # asking begins nothing
    organiser.post(f"{HERE}{phase.pk}/begin/")
    assert open_activities(shown) == {"propose"} and times_of(shown)["propose"].until is None
    page = public(client, space)
    assert "until the town ends it" in page and page.count('aria-current="step"') == 2
    again = organiser.post(f"{HERE}{phase.pk}/begin/", headers=JSON)
    assert again.status_code == 409 and again.json()["code"] == "not_by_hand"
    assert organiser.get(f"{HERE}{phase.pk}/end/").status_code == 200
    organiser.post(f"{HERE}{phase.pk}/end/")
    phase.refresh_from_db()
    assert phase.is_over() and not open_activities(shown)
    undo(organiser, "phase.ended")
    assert open_activities(shown) == {"propose"}


def test_a_phase_by_its_dates_is_ended_early_and_never_begun_by_hand(organiser, space, shown):
    phase = phase_of(space)
    Opening.objects.create(phase=phase, component=shown, activity="propose", doors=["web"])
    assert organiser.post(f"{HERE}{phase.pk}/begin/").status_code == 409
    organiser.post(f"{HERE}{phase.pk}/end/")
    assert not open_activities(shown) and Phase.objects.get().is_over()
    assert organiser.post(f"{HERE}{phase.pk}/end/").status_code == 409


def test_what_began_is_not_unbegun_once_it_ended(organiser, space):
    phase = phase_of(space, activation="hand")
    organiser.post(f"{HERE}{phase.pk}/begin/")
    organiser.post(f"{HERE}{phase.pk}/end/")
    assert "cannot be undone" in undo(organiser, "phase.begun").content.decode()
    assert Phase.objects.get().begun_at is not None


def test_a_phase_is_not_closed_without_its_published_answer(organiser, client, space):
    phase = phase_of(space, begins=-3, ends=-1, promise={"en": "Every idea is answered."})
    close = f"{HERE}{phase.pk}/close/"
    assert b"The answer is missing" in organiser.get(close).content
    refused = organiser.post(close, headers=JSON)
    assert refused.status_code == 409 and refused.json()["code"] == "answer_missing"
    assert "publish it, then close" in refused.json()["message"]
    organiser.post(
        f"{HERE}{phase.pk}/answer/", {"answer_en": "Twelve are built.", "publish": "0"}
    )  # a draft is no answer
    assert "Twelve are built." not in public(client, space)
    assert organiser.post(close).status_code == 409
    organiser.post(f"{HERE}{phase.pk}/answer/", {"answer_en": "Thirteen are built.", "publish": "1"})
    assert "Thirteen are built." in public(client, space)
    assert organiser.post(close).status_code == 302
    page = public(client, space)
    assert "Thirteen are built." in page and "The phase is closed." in page
    deeds = ["phase.answer_drafted", "phase.answered", "phase.closed"]
    assert list(Act.objects.order_by("pk").values_list("deed", flat=True)) == deeds


def test_an_empty_answer_is_none(organiser, space, agnes):
    phase = phase_of(space, begins=-3, ends=-1)
    assert organiser.post(f"{HERE}{phase.pk}/answer/", {"answer_en": " ", "publish": "1"}).status_code == 400
    with pytest.raises(AnswerMissing):
        save_answer(phase=phase, answer=Localized({"en": ""}), is_public=True, by=agnes)
    with pytest.raises(AnswerMissing):
        close_phase(phase=phase, by=agnes)


def test_the_database_closes_no_phase_without_an_answer(space):
    phase = phase_of(space, begins=-3, ends=-1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Phase.objects.filter(pk=phase.pk).update(closed_at=timezone.now())


def test_a_phase_that_runs_is_not_closed(organiser, space):
    phase = phase_of(space, answer={"en": "Done."}, answered_at=timezone.now())
    refused = organiser.post(f"{HERE}{phase.pk}/close/", headers=JSON)
    assert refused.status_code == 409 and refused.json()["code"] == "phase_not_over"
    organiser.post(f"{HERE}{phase.pk}/end/")
    assert organiser.post(f"{HERE}{phase.pk}/close/").status_code == 302


def test_a_closed_phase_stays_as_it_is_until_the_closing_is_undone(organiser, space, shown, agnes):
    now = timezone.now()
    phase = phase_of(space, begins=-3, ends=-1, answer={"en": "Done."}, answered_at=now, closed_at=now)
    dates = {"starts_at": "2027-05-01T08:00", "ends_at": "2027-05-31T18:00"}
    for deed, posted in {
        "": {"title_en": "Other", "involvement": "1", **dates},
        "opens/": {"opens": f"{shown.pk}:propose:web"},
        "answer/": {"answer_en": "Other.", "publish": "1"},
        "delete/": {},
        "end/": {},
        "begin/": {},
        "close/": {},
    }.items():
        refused = organiser.post(f"{HERE}{phase.pk}/{deed}", posted, headers=JSON)
        assert (refused.status_code, refused.json()["code"]) == (409, "phase_stands"), deed
        assert organiser.get(f"{HERE}{phase.pk}/{deed}").status_code == 200
    phase.refresh_from_db()
    assert phase.title == {"en": "Ideas"} and phase.answer == {"en": "Done."} and not Opening.objects.exists()
    Phase.objects.update(closed_at=None)
    close_phase(phase=phase, by=agnes)
    undo(organiser, "phase.closed")
    assert Phase.objects.get().closed_at is None and Phase.objects.get().is_answered


def test_publishing_an_answer_is_undone_but_not_under_a_closed_phase(organiser, space, agnes):
    phase = phase_of(space, begins=-3, ends=-1)
    save_answer(phase=phase, answer=Localized({"en": "Done."}), is_public=True, by=agnes)
    close_phase(phase=phase, by=agnes)
    assert "cannot be undone" in undo(organiser, "phase.answered").content.decode()
    undo(organiser, "phase.closed")
    undo(organiser, "phase.answered")
    kept = Phase.objects.get()
    assert not kept.is_answered and not kept.answer and kept.closed_at is None


def test_an_answer_that_is_public_stays_public_when_its_words_change(space, agnes):
    phase = phase_of(space, begins=-3, ends=-1)
    save_answer(phase=phase, answer=Localized({"en": "Done."}), is_public=True, by=agnes)
    published_at = Phase.objects.get().answered_at
    save_answer(phase=phase, answer=Localized({"en": "Done, all of it."}), is_public=False, by=agnes)
    kept = Phase.objects.get()
    assert kept.answered_at == published_at and kept.answer == {"en": "Done, all of it."}
    assert Act.objects.filter(deed="phase.answered").count() == 2


def test_a_deleted_phase_comes_back_with_all_that_it_was(organiser, space, shown):
    phase = phase_of(space, activation="hand", begun_at=timezone.now() - timedelta(hours=1), promise={"en": "Yes."})
    Opening.objects.create(phase=phase, component=shown, activity="propose", doors=["web"])
    organiser.post(f"{HERE}{phase.pk}/delete/")
    assert not open_activities(shown)
    undo(organiser, "phase.deleted")
    back = Phase.objects.get()
    assert (back.activation, back.begun_at, back.promise) == ("hand", phase.begun_at, phase.promise)
    assert open_activities(shown) == {"propose"}


def test_the_form_asks_how_a_phase_begins_and_keeps_it(organiser, space):
    facts = {"title_en": "Ideas", "starts_at": "2027-05-01T08:00", "ends_at": "2027-05-31T18:00", "involvement": "2"}
    organiser.post(f"{HERE}add/", facts | {"activation": "hand"})
    assert Phase.objects.get().activation == "hand"
    organiser.post(f"{HERE}{Phase.objects.get().pk}/", facts)  # as before, where nothing is said
    assert Phase.objects.get().activation == "hand"
    assert organiser.post(f"{HERE}add/", facts | {"activation": "moon"}).status_code == 400


def test_x8_phases_of_another_space_are_not_reached(organiser, space, shown):
    theirs = phase_of(Space.objects.create(slug="other", title={"en": "Other"}), begins=-3, ends=-1)
    for deed in ("opens", "begin", "end", "answer", "close", "delete"):
        for path in (f"{HERE}{theirs.pk}/{deed}/", f"/office/other/phases/{theirs.pk}/{deed}/"):
            assert organiser.get(path).status_code == 404 and organiser.post(path).status_code == 404


def test_a_closed_phase_is_refused_to_actions_too(space, agnes):
    now = timezone.now()
    phase = phase_of(space, begins=-3, ends=-1, answer={"en": "Done."}, answered_at=now, closed_at=now)
    with pytest.raises(PhaseStands):
        save_openings(phase=phase, opened={}, by=agnes)


def test_what_is_open_now_costs_one_query(space, shown, django_assert_num_queries):
    for _turn in range(3):
        Opening.objects.create(phase=phase_of(space), component=shown, activity="propose", doors=["web"])
    with django_assert_num_queries(1):
        assert [(one.label, one.doors) for one in open_now([shown])] == [("Propose", {"web": True})]
    with django_assert_num_queries(0):
        assert open_now([]) == []


moments = st.integers(-3, 3).map(lambda day: datetime(2027, 5, 4, tzinfo=UTC) + timedelta(days=day))
maybe = st.none() | moments


@given(st.sampled_from(["dates", "hand"]), moments, st.integers(1, 4), maybe, maybe, moments)
def test_the_database_and_the_phase_agree_on_what_runs(activation, starts_at, days, begun_at, ended_at, at):
    space = Space.objects.get_or_create(slug="times", defaults={"title": {"en": "Times"}})[0]
    dates = {"starts_at": starts_at, "ends_at": starts_at + timedelta(days=days)}
    phase = Phase.objects.create(
        space=space, title={}, activation=activation, begun_at=begun_at, ended_at=ended_at, **dates
    )
    assert phase.is_active(at) == Phase.objects.active(at).filter(pk=phase.pk).exists()
    assert not (phase.is_active(at) and phase.is_over(at))
    phase.delete()
