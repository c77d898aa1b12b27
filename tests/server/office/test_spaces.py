"""Spaces and phases are made and changed by forms, in two languages."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.utils import timezone

from server.processes.models import Phase, Space, SpaceRole

pytestmark = pytest.mark.django_db
PHASE = {
    "title_fr": "Vote",
    "title_en": "Vote",
    "starts_at": "2027-05-01T08:00",
    "ends_at": "2027-05-31T18:00",
    "involvement": "5",
    "promise_fr": "Le conseil finance les projets retenus.",
}


def test_whoever_makes_a_space_organises_it(organiser):
    facts = {"title_fr": "Le square", "title_en": "The square", "slug": "square", "summary_fr": "Court."}
    reply = organiser.post("/office/new/", facts)
    assert reply.status_code == 302 and reply.url == "/office/square/"
    space = Space.objects.get(slug="square")
    assert space.title == {"fr": "Le square", "en": "The square"} and not space.is_published
    assert space.roles.get().role == SpaceRole.Role.ORGANISER
    assert b"The square" in organiser.get("/office/square/").content


def test_a_text_in_one_language_is_enough_and_none_is_told(organiser):
    assert organiser.post("/office/new/", {"title_en": "Only English", "slug": "one"}).status_code == 302
    reply = organiser.post("/office/new/", {"slug": "none"})
    assert reply.status_code == 400 and b'href="#id_title_0"' in reply.content


def test_a_title_of_blanks_is_none(organiser):
    reply = organiser.post("/office/new/", {"title_fr": " ", "title_en": "   ", "slug": "blank"})
    assert reply.status_code == 400 and not Space.objects.filter(slug="blank").exists()


@pytest.mark.parametrize("slug", ["new", "paper", "boxes", "prepare", "Not a slug"])
def test_an_address_that_is_taken_or_kept_is_refused(organiser, slug):
    reply = organiser.post("/office/new/", {"title_fr": "Titre", "slug": slug})
    assert reply.status_code == 400 and b'id="id_slug_error"' in reply.content


def test_x22_characters_that_cannot_be_seen_are_refused(organiser):
    reply = organiser.post("/office/new/", {"title_fr": "Parc \u202egnp", "slug": "rtl"})
    assert reply.status_code == 400 and not Space.objects.filter(slug="rtl").exists()


def test_x5_text_of_a_space_is_shown_as_text(organiser):
    organiser.post("/office/new/", {"title_fr": "<script>alert(1)</script>", "slug": "xss"})
    for url in ("/office/", "/office/xss/", "/office/xss/edit/"):
        assert b"<script>alert" not in organiser.get(url).content


def test_publishing_opens_the_public_page_and_can_be_taken_back(organiser, client):
    facts = {"title_fr": "La rue du Puits", "slug": "prepare"}
    assert client.get("/spaces/prepare/").status_code == 404
    organiser.post("/office/prepare/edit/", facts | {"is_public": "on"})
    assert client.get("/spaces/prepare/").status_code == 200
    organiser.post("/office/prepare/edit/", facts)
    assert client.get("/spaces/prepare/").status_code == 404


def test_a_phase_is_added_changed_and_deleted(organiser):
    assert organiser.post("/office/prepare/phases/add/", PHASE).status_code == 302
    phase = Phase.objects.get()
    assert phase.promise["fr"] == PHASE["promise_fr"] and phase.involvement == 5
    assert b'value="2027-05-01T08:00"' in organiser.get(f"/office/prepare/phases/{phase.pk}/").content
    organiser.post(f"/office/prepare/phases/{phase.pk}/", PHASE | {"involvement": "2"})
    assert Phase.objects.get().involvement == 2
    assert organiser.get(f"/office/prepare/phases/{phase.pk}/delete/").status_code == 200
    assert Phase.objects.count() == 1  # asking deletes nothing
    organiser.post(f"/office/prepare/phases/{phase.pk}/delete/")
    assert not Phase.objects.exists()


def test_phases_stand_in_the_order_of_their_dates(organiser):
    organiser.post("/office/prepare/phases/add/", PHASE)
    earlier = {"title_fr": "Idées", "starts_at": "2027-03-01T08:00", "ends_at": "2027-04-01T08:00"}
    organiser.post("/office/prepare/phases/add/", PHASE | earlier)
    assert [phase.title["fr"] for phase in Phase.objects.order_by("position")] == ["Idées", "Vote"]


def test_phases_are_searched_and_filtered_once_there_are_many(organiser):
    """By title and promise, by time and by degree; what matches nothing says so."""
    space = Space.objects.get(slug="prepare")
    now = timezone.now()
    for n in range(9):
        dates = {"starts_at": now + timedelta(days=n - 1), "ends_at": now + timedelta(days=n - 1, hours=12)}
        facts = {"title": {"fr": f"Étape {n}"}, "promise": {"en": f"Promise of {n}"}, "involvement": 1 + n % 5}
        Phase.objects.create(space=space, position=n, **facts, **dates)

    def found(**asked: str) -> list[str]:
        page = organiser.get("/office/prepare/phases/", asked).content.decode()
        assert 'role="search"' in page and ("Nothing matches" in page) == ("Étape" not in page)
        return re.findall(r'<th scope="row">(Étape \d)', page)

    assert found() == [f"Étape {n}" for n in range(9)]
    assert found(q="etape 4") == found(q="PROMISE OF 4") == ["Étape 4"] and found(q="rien") == []
    assert found(time="past") == ["Étape 0"] and found(time="now") == ["Étape 1"]
    assert found(involvement="5") == ["Étape 4"] and found(involvement="5", time="past") == []
    Phase.objects.filter(position__gt=3).delete()
    assert 'role="search"' not in organiser.get("/office/prepare/phases/").content.decode()


def test_a_phase_that_ends_before_it_starts_is_refused(organiser):
    reply = organiser.post("/office/prepare/phases/add/", PHASE | {"ends_at": "2027-04-01T08:00"})
    assert reply.status_code == 400 and b"A phase ends after it starts." in reply.content
    assert not Phase.objects.exists()


def test_a_role_is_given_to_an_account_and_taken_back(organiser, django_user_model):
    someone = django_user_model.objects.create_user("desk@example.org")
    assert organiser.post("/office/prepare/team/", {"email": "Desk@example.org", "role": "desk"}).status_code == 302
    organiser.post("/office/prepare/team/", {"email": "desk@example.org", "role": "desk"})  # twice is once
    role = SpaceRole.objects.get(user=someone)
    assert b"desk@example.org" in organiser.get("/office/prepare/team/").content
    assert organiser.post(f"/office/prepare/team/{role.pk}/remove/").status_code == 302
    assert not SpaceRole.objects.filter(user=someone).exists()


def test_an_address_without_account_gets_no_role(organiser):
    reply = organiser.post("/office/prepare/team/", {"email": "nobody@example.org", "role": "desk"})
    assert reply.status_code == 400 and b"There is no account with this address." in reply.content


def test_the_last_organiser_stays(organiser):
    role = SpaceRole.objects.get(role="organiser")
    assert organiser.post(f"/office/prepare/team/{role.pk}/remove/").status_code == 409
    assert SpaceRole.objects.filter(pk=role.pk).exists()


def test_x8_a_role_of_another_space_is_not_taken_back_from_ones_own(organiser, town):
    role = SpaceRole.objects.get(user=town.staff["desk"])
    assert organiser.post(f"/office/prepare/team/{role.pk}/remove/").status_code == 404
    assert SpaceRole.objects.filter(pk=role.pk).exists()


def test_an_account_that_never_confirmed_its_address_is_told_apart(organiser, django_user_model):
    """X14: somebody may have made an account with the address of the desk before the desk did."""
    sure = django_user_model.objects.create_user("sure@example.org")
    EmailAddress.objects.create(user=sure, email=sure.email, verified=True)
    django_user_model.objects.create_user("unsure@example.org")
    asked = b"Ask the person whether it is theirs."
    assert (
        asked not in organiser.post("/office/prepare/team/", {"email": sure.email, "role": "desk"}, follow=True).content
    )
    reply = organiser.post("/office/prepare/team/", {"email": "unsure@example.org", "role": "desk"}, follow=True)
    assert asked in reply.content
    assert reply.content.count(b"Address not confirmed") == 2  # this one and the organiser of the test


def test_a_phase_of_voting_is_marked_and_keeps_what_else_is_open(organiser):
    organiser.post("/office/prepare/phases/add/", PHASE | {"is_vote": "on"})
    phase = Phase.objects.get()
    assert phase.activities == ["vote"]
    Phase.objects.update(activities=["comment", "vote"])
    page = f"/office/prepare/phases/{phase.pk}/"
    assert re.search(rb'<input[^>]*name="is_vote"[^>]* checked', organiser.get(page).content)
    organiser.post(page, PHASE)
    assert Phase.objects.get().activities == ["comment"]
