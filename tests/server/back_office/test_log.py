"""The log of the office: who did what when, for ever, and what can be taken back."""

from __future__ import annotations

import csv
import io

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from server.accounts.models import User
from server.office.actions import note_act
from server.office.deeds import DEEDS
from server.office.models import Act, ActsAreKept
from server.office.views import KINDS, STARTS
from server.processes.models import Phase, Space, SpaceRole
from tests.server.back_office.conftest import login

pytestmark = pytest.mark.django_db
PHASE = {"title_en": "Vote", "starts_at": "2026-01-01T08:00", "ends_at": "2026-02-01T08:00", "involvement": "5"}


def deeds(space: Space) -> list[str]:
    return list(Act.objects.filter(space=space).order_by("pk").values_list("deed", flat=True))


def add_phase(client) -> Phase:
    assert client.post("/office/prepare/phases/add/", PHASE).status_code == 302
    return Phase.objects.get()


def test_what_is_done_in_the_office_is_noted_with_who_did_it(organiser):
    add_phase(organiser)
    organiser.post("/office/prepare/budget/", {"amount_cents": "1000"})
    act = Act.objects.get(deed="budget.set")
    assert (act.by.email, act.place, act.facts) == ("agnes@example.org", "prepare", {"cents": 100_000})
    page = organiser.get("/office/prepare/log/").content.decode()
    assert "Phase saved" in page and "Amount set" in page and "Agnès" in page


def test_x17_an_act_is_neither_changed_nor_deleted(organiser):
    add_phase(organiser)
    act = Act.objects.get()
    for attempt in (act.save, act.delete, Act.objects.all().delete, lambda: Act.objects.update(deed="space.made")):
        with pytest.raises(ActsAreKept):
            attempt()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE office_act SET subject = 'x'")


def test_p23_an_erased_account_leaves_its_acts_and_no_name(organiser):
    add_phase(organiser)
    User.objects.create_user("pierre@example.org", display_name="Pierre Montagne")
    organiser.post("/office/prepare/team/", {"email": "pierre@example.org", "role": "desk"})
    staff = login(User.objects.create_superuser("root@example.org"))
    assert "Pierre Montagne" in staff.get("/office/prepare/log/").content.decode()
    User.objects.filter(is_superuser=False).delete()
    page = staff.get("/office/prepare/log/").content.decode()
    assert "Role given" in page and "account erased" in page
    assert "Pierre" not in page and "Agnès" not in page
    assert "Montagne" not in str(list(Act.objects.values()))


def test_a_deleted_phase_comes_back_once(organiser):
    phase = add_phase(organiser)
    before = (phase.title, phase.starts_at, phase.ends_at, phase.involvement)
    told = organiser.post(f"/office/prepare/phases/{phase.pk}/delete/", follow=True)
    act = Act.objects.get(deed="phase.deleted")
    address = reverse("acts:undo", args=[act.pk])
    assert address in told.content.decode() and not Phase.objects.exists()
    again = [organiser.post(address, {"back": "/office/prepare/phases/"}) for _turn in range(2)]
    assert [reply.url for reply in again] == ["/office/prepare/phases/"] * 2
    back = Phase.objects.get()
    assert (back.title, back.starts_at, back.ends_at, back.involvement) == before
    assert deeds(back.space) == ["phase.saved", "phase.deleted", "phase.restored"]


def test_a_role_taken_back_is_given_again_by_undo(organiser):
    User.objects.create_user("pierre@example.org")
    organiser.post("/office/prepare/team/", {"email": "pierre@example.org", "role": "desk"})
    role = SpaceRole.objects.get(role="desk")
    organiser.post(f"/office/prepare/team/{role.pk}/remove/")
    organiser.post(reverse("acts:undo", args=[Act.objects.get(deed="role.taken").pk]))
    assert SpaceRole.objects.filter(user__email="pierre@example.org", role="desk").count() == 1


def test_what_has_no_way_back_is_not_undone(organiser):
    add_phase(organiser)
    page = organiser.post(reverse("acts:undo", args=[Act.objects.get().pk]), follow=True).content.decode()
    assert "This cannot be undone" in page and Phase.objects.count() == 1


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example/office/", "/office/\\evil", "/me/", ""])
def test_undo_leads_nowhere_outside_the_office(organiser, back):
    phase = add_phase(organiser)
    organiser.post(f"/office/prepare/phases/{phase.pk}/delete/")
    reply = organiser.post(reverse("acts:undo", args=[Act.objects.get(deed="phase.deleted").pk]), {"back": back})
    assert reply.url == "/office/prepare/log/"


def test_every_deed_is_found_by_what_it_is_about():
    """A deed that no filter shows could only be found by reading everything."""
    kinds = [STARTS.get(kind, (kind,)) for kind in KINDS]
    for deed in DEEDS:
        assert sum(deed.partition(".")[0] in starts for starts in kinds) == 1, deed


def test_x8_the_log_of_another_space_is_nobody_s_business(organiser, open_vote):
    act = note_act("space.saved", by=None, space=open_vote.space, undo={"x": 1})
    for address in (f"/office/{open_vote.space.slug}/log/", f"/office/{open_vote.space.slug}/log.csv", "/office/log/"):
        assert organiser.get(address).status_code == 404, address
    assert organiser.get("/office/log.csv").status_code == 404
    assert organiser.post(reverse("acts:undo", args=[act.pk])).status_code == 404


def test_the_log_is_searched_filtered_and_exported(organiser):
    add_phase(organiser)
    organiser.post("/office/prepare/budget/", {"amount_cents": "1000"})
    space = Space.objects.get()
    note_act("project.saved", by=None, space=space, subject="=2+2")

    def rows(query: str) -> list[dict[str, str]]:
        reply = organiser.get(f"/office/prepare/log.csv{query}")
        text = b"".join(reply.streaming_content).decode("utf-8-sig")
        return list(csv.DictReader(io.StringIO(text), delimiter=";"))

    assert [row["deed"] for row in rows("?sort=at")] == ["phase.saved", "budget.set", "project.saved"]
    assert [row["deed"] for row in rows("?kind=project")] == ["project.saved", "budget.set"]
    assert [row["subject"] for row in rows("?kind=project&q=2")] == ["'=2+2"]  # X6
    assert [row["deed"] for row in rows("?q=AMOUNT+agnes")] == ["budget.set"]
    assert rows("?q=nowhere") == []
    page = organiser.get("/office/prepare/log/?q=nowhere").content.decode()
    assert "Nothing matches" in page and "0 of 3" in page


@pytest.mark.parametrize(
    "query", ["?sort=by__password", "?sort=-", "?kind=x&days=9", "?page=-4", "?page=x", "?q=" + "é" * 5000, "?done=x"]
)
def test_x13_wild_parameters_of_a_list_are_passed_over(organiser, query):
    add_phase(organiser)
    assert organiser.get(f"/office/prepare/log/{query}").status_code == 200


def test_a_long_log_costs_the_same_queries(organiser, django_assert_max_num_queries):
    space = Space.objects.get()
    for number in range(120):
        note_act("phase.saved", by=User.objects.get(), space=space, subject=f"Phase {number}")
    with django_assert_max_num_queries(12):
        page = organiser.get("/office/prepare/log/?page=2").content.decode()
    assert "Page 2 of 3" in page and "Phase 69" in page and "Phase 70" not in page
