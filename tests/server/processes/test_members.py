"""Who reads a space that is not for everybody, who is named on its page, and what it hangs together with."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from server.accounts.models import User
from server.accounts.signals import account_asked
from server.office.models import Act
from server.processes.members import share_space
from server.processes.models import Member, ShareToken, Space, SpaceGroup, SpaceRole
from tests.server.office.conftest import login

pytestmark = pytest.mark.django_db
OFFICE = "/office/prepare/"
PUBLIC = "/spaces/prepare/"
ENGLISH = {"accept-language": "en"}


@pytest.fixture
def paul(db) -> User:
    return User.objects.create_user("paul@example.org")


def add(client, name: str, **facts: str):
    today = timezone.localdate().isoformat()
    return client.post(f"{OFFICE}members/", {"name": name, "since": today, **facts})


def the_code(link: str) -> str:
    return link.rstrip("/").rpartition("/")[2]


def test_a_space_for_members_is_read_by_them_and_found_by_nobody_else(organiser, client, space, paul):
    """Not on the front page, not by searching, not by its address."""
    assert add(organiser, "Paul", email="Paul@example.org").status_code == 302
    member, stranger = login(paul), login(User.objects.create_user("else@example.org"))
    assert [one.get(PUBLIC).status_code for one in (member, stranger, client)] == [404, 404, 404]  # a draft
    organiser.post(f"{OFFICE}members/only/", {"open": "1"})
    assert [one.get(PUBLIC).status_code for one in (member, organiser, stranger, client)] == [200, 200, 404, 404]
    page = member.get(PUBLIC)
    assert page["X-Robots-Tag"] == "noindex" and "no-store" in page["Cache-Control"]
    for one in (member, stranger, client):
        assert "Well Street" not in one.get("/", headers=ENGLISH).content.decode()
        assert PUBLIC not in one.get("/search/?q=street", headers=ENGLISH).content.decode()
    organiser.post(f"{OFFICE}members/only/", {"open": "0"})
    assert member.get(PUBLIC).status_code == 404


def test_whoever_is_removed_reads_it_no_longer(organiser, space, paul):
    add(organiser, "Paul", email=paul.email)
    organiser.post(f"{OFFICE}members/only/", {"open": "1"})
    assert login(paul).get(PUBLIC).status_code == 200
    organiser.post(f"{OFFICE}members/{Member.objects.get().pk}/remove/")
    assert login(paul).get(PUBLIC).status_code == 404


def test_a_public_space_is_not_for_members_only(organiser, space):
    Space.objects.update(published_at=timezone.now())
    refused = organiser.post(f"{OFFICE}members/only/", {"open": "1"}, headers={"accept": "application/json"})
    assert refused.status_code == 409 and refused.json()["code"] == "space_is_public"
    with pytest.raises(IntegrityError), transaction.atomic():
        Space.objects.update(for_members_at=timezone.now())


def test_publishing_opens_to_everybody_what_was_for_members(organiser, client, space):
    organiser.post(f"{OFFICE}members/only/", {"open": "1"})
    organiser.post(f"{OFFICE}edit/", {"title_en": "Well Street", "slug": "prepare", "is_public": "on"})
    assert client.get(PUBLIC).status_code == 200 and Space.objects.get().for_members_at is None


def test_an_assembly_names_its_listed_members_with_role_and_since(organiser, client, space, paul):
    Space.objects.update(published_at=timezone.now(), kind="assembly")
    add(organiser, "Ana Ruiz", part_en="Chair", is_listed="on")
    add(organiser, "Paul Hidden", email=paul.email)
    page = client.get(PUBLIC, headers=ENGLISH).content.decode()
    assert "Ana Ruiz" in page and "Chair" in page and f"{timezone.localdate():%Y}" in page
    assert "Paul Hidden" not in page and paul.email not in page
    Space.objects.update(kind="process")
    assert "Ana Ruiz" not in client.get(PUBLIC, headers=ENGLISH).content.decode()


def test_an_account_belongs_once_and_the_log_names_nobody(organiser, space, paul):
    add(organiser, "Paul Montagne", email=paul.email)
    refused = organiser.post(
        f"{OFFICE}members/",
        {"name": "Again", "since": "2027-01-01", "email": paul.email},
        headers={"accept": "application/json"},
    )
    assert refused.status_code == 409 and refused.json()["code"] == "member_twice"
    assert add(organiser, "Nobody", email="nobody@example.org").status_code == 400
    assert add(organiser, "a\u202eb").status_code == 400
    assert "Montagne" not in str(list(Act.objects.values())) and Member.objects.count() == 1


def test_p23_an_account_learns_of_its_memberships(organiser, space, paul):
    add(organiser, "Paul", email=paul.email)
    told = [answer for _who, answer in account_asked.send(sender=User, user=paul) if "memberships" in answer]
    assert told[0]["memberships"][0]["space"] == "prepare"


def test_a_link_lets_its_holder_read_a_draft_until_it_is_taken_back(organiser, client, space):
    day = (timezone.localdate() + timedelta(days=9)).isoformat()
    page = organiser.post(f"{OFFICE}shares/", {"label": "Press", "last_day": day}, follow=True).content.decode()
    token = ShareToken.objects.get()
    link = page.partition("<code>")[2].partition("</code>")[0]
    assert "/shared/" in link and the_code(link) not in str(list(ShareToken.objects.values()))
    assert link not in organiser.get(f"{OFFICE}shares/").content.decode()  # shown once
    assert client.get(PUBLIC).status_code == 404
    address = f"/shared/{the_code(link)}/"
    assert client.get(address).url == PUBLIC and client.get(PUBLIC).status_code == 200
    assert Client().get(PUBLIC).status_code == 404  # another browser
    Space.objects.create(slug="other", title={"en": "Other"})
    assert client.get("/spaces/other/").status_code == 404  # another draft
    assert client.get(OFFICE).status_code == 302  # to the log-in: reading is all
    organiser.post(f"{OFFICE}shares/{token.pk}/revoke/")
    assert client.get(PUBLIC).status_code == 404 and client.get(address).status_code == 404
    organiser.post(f"{OFFICE}shares/{token.pk}/revoke/")
    assert Act.objects.filter(deed="share.revoked").count() == 1


def test_a_link_opens_nothing_once_it_has_expired(client, space, agnes):
    token, link = share_space(space=space, label="Press", expires_at=timezone.now() + timedelta(hours=1), by=agnes)
    assert client.get(f"/shared/{the_code(link)}/").status_code == 302 and client.get(PUBLIC).status_code == 200
    ShareToken.objects.update(expires_at=timezone.now())
    assert client.get(PUBLIC).status_code == 404 and client.get(f"/shared/{the_code(link)}/").status_code == 404
    assert not token.revoked_at


@pytest.mark.parametrize("code", ["x", "0" * 32, "a" * 500, "é", "%00"])
def test_a_code_that_is_none_is_told_and_opens_nothing(client, space, code):
    assert client.get(f"/shared/{code}/").status_code == 404 and client.get(PUBLIC).status_code == 404


@pytest.mark.parametrize("day", ["", "yesterday", "2001-01-01", "9999-12-31"])
def test_a_link_is_good_for_a_year_at_most(organiser, space, day):
    assert organiser.post(f"{OFFICE}shares/", {"label": "Press", "last_day": day}).status_code == 400
    assert not ShareToken.objects.exists()


def test_spaces_are_named_on_each_others_pages_once_both_are_published(organiser, client, space):
    other = Space.objects.create(slug="other", title={"en": "The other"}, published_at=timezone.now())
    draft = Space.objects.create(slug="draft", title={"en": "The draft"})
    Space.objects.filter(pk=space.pk).update(published_at=timezone.now())
    assert organiser.post(f"{OFFICE}ties/", {"linked": [str(other.pk)]}).status_code == 302
    assert "/spaces/other/" in client.get(PUBLIC).content.decode()
    assert PUBLIC in client.get("/spaces/other/").content.decode()
    assert organiser.post(f"{OFFICE}ties/", {"linked": [str(draft.pk)]}).status_code == 400  # nobody's to know
    space.linked.add(draft)
    assert "The draft" not in client.get(PUBLIC, headers=ENGLISH).content.decode()


def test_an_assembly_has_parts_and_is_never_part_of_itself(organiser, client, space, agnes):
    now = timezone.now()
    council = Space.objects.create(slug="council", title={"en": "The council"}, kind="assembly", published_at=now)
    SpaceRole.objects.create(space=council, user=agnes, role="organiser")
    Space.objects.filter(pk=space.pk).update(published_at=now, kind="assembly")
    assert organiser.post(f"{OFFICE}ties/", {"parent": str(council.pk)}).status_code == 302
    assert PUBLIC in client.get("/spaces/council/").content.decode()
    assert "/spaces/council/" in client.get(PUBLIC).content.decode()
    for wrong in (space, council):  # below it, itself
        assert organiser.post("/office/council/ties/", {"parent": str(wrong.pk)}).status_code == 400


def test_a_group_lists_its_published_processes(organiser, client, space):
    facts = {"title_en": "Our parks", "slug": "parks", "description_en": "All about parks."}
    assert organiser.post("/office/groups/", facts).status_code == 302
    group = SpaceGroup.objects.get()
    organiser.post(f"{OFFICE}ties/", {"group": str(group.pk)})
    page = client.get("/groups/parks/", headers=ENGLISH).content.decode()
    assert "All about parks." in page and PUBLIC not in page
    Space.objects.update(published_at=timezone.now())
    assert PUBLIC in client.get("/groups/parks/", headers=ENGLISH).content.decode()
    assert "/groups/parks/" in client.get(PUBLIC).content.decode()
    organiser.post(f"/office/groups/{group.pk}/", facts | {"title_en": "Parks and ponds"})
    assert "Parks and ponds" in client.get("/groups/parks/", headers=ENGLISH).content.decode()
    assert organiser.post("/office/groups/", facts).status_code == 400  # the address is taken
    assert client.get("/groups/none/").status_code == 404


def test_x8_members_and_links_of_another_space_are_not_reached(organiser, space):
    other = Space.objects.create(slug="other", title={"en": "Other"})
    member = Member.objects.create(space=other, name="Ana")
    token = ShareToken.objects.create(space=other, label="x", code_hash="x", expires_at=timezone.now())
    for path in (
        f"{OFFICE}members/{member.pk}/remove/",
        f"{OFFICE}shares/{token.pk}/revoke/",
        "/office/other/members/",
        "/office/other/members/only/",
        "/office/other/shares/",
        "/office/other/ties/",
    ):
        assert organiser.post(path).status_code == 404, path
    assert Member.objects.exists()
