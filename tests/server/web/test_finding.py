"""Finding what is public: the search of the site, the list of projects, calendars."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from icalendar import Calendar

from server.budgets.listing import bands_of
from server.budgets.models import Budget, Project
from server.meetings.models import Meeting
from server.processes.folding import fold, words_of
from server.processes.models import Component, Space

pytestmark = pytest.mark.django_db
ODD = [
    "", "   ", "\0", "%", "_", "\\", "'", '"', "' OR 1=1 --", "🙂", "\u202eabc", "<script>alert(1)</script>", "{{7*7}}",
    "a" * 100_000, "a " * 50_000, "\ud800".encode("utf-8", "replace").decode(), "ﷺ" * 5000,
]  # fmt: skip


@pytest.fixture
def town(standing_town):
    return standing_town


def page(client, address: str, language: str = "en", **query: str) -> str:
    answer = client.get(address, query, headers={"accept-language": language})
    assert answer.status_code == 200
    return answer.content.decode()


def main_of(text: str) -> str:
    return re.search(r"<main.*</main>", text, re.DOTALL)[0]


def titles(text: str) -> list[str]:
    return re.findall(r"<b>([^<]+)</b></a>", text)


@pytest.mark.parametrize("query", ["chauves-souris", "CHAUVES SOURIS", "bats", "bâts", "Canal nuit", "nature bats"])
def test_accents_capitals_and_languages_do_not_hide_a_project(client, open_vote, query):
    assert "Give the night back to the bats" in page(client, "/search/", q=query)


def test_a_ligature_is_found_as_people_type_it(client, open_vote):
    assert "twelve works by local artists" in page(client, "/search/", q="oeuvres")
    assert fold("Œuvre d’Élan-Łódź") == "oeuvre d elan lodz"
    assert words_of("  «Œuvre»,\u202e d’Élan_2 %  ") == ["oeuvre", "d", "elan", "2"]


def test_spaces_projects_and_meetings_are_found_by_name_and_place(client, open_vote):
    assert open_vote.space.get_absolute_url() in main_of(page(client, "/search/", q="participatory"))
    assert open_vote.sessions[0].meeting.get_absolute_url() in page(client, "/search/", q="rue des carmes")
    assert "Nothing found for" in page(client, "/search/", q="zzzz")


def test_what_is_not_public_is_not_found(client, open_vote):
    Space.objects.update(published_at=None)
    for query in ("budget", "bats", "forum"):
        assert "Nothing found for" in page(client, "/search/", q=query)


def test_a_title_that_changes_is_found_by_its_new_words(client, open_vote):
    meeting = open_vote.sessions[0].meeting
    meeting.title["en"] = "Aubergine evening"
    meeting.save()
    assert meeting.get_absolute_url() in page(client, "/search/", q="aubergine")


@pytest.mark.parametrize("query", ODD, ids=range(len(ODD)))
def test_odd_queries_are_answered_and_never_become_markup(client, open_vote, query, django_assert_max_num_queries):
    """X5, X13, X21: signs of the database and of the page are letters like any others."""
    with django_assert_max_num_queries(6):
        found = page(client, "/search/", q=query)
    assert "<script>alert(1)" not in found and "49" not in titles(found)
    listed = page(client, f"{open_vote.space.get_absolute_url()}projects/", q=query)
    assert "<script>alert(1)" not in listed


def test_projects_are_narrowed_and_put_in_order(client, open_vote):
    address = f"{open_vote.space.get_absolute_url()}projects/"
    assert len(titles(page(client, address))) == 12
    assert titles(page(client, address, sort="cost"))[0] == "Sixteen benches with a back, in the shade"
    assert titles(page(client, address, sort="-cost"))[0].startswith("A footbridge")
    assert titles(page(client, address, category="Culture", sort="cost")) == [
        "Here and there: twelve works by local artists in empty shop windows",
        "A covered stage in the Carmes garden",
    ]
    cheap = titles(page(client, address, cost="10000"))
    assert len(cheap) == 3 and "Four drinking fountains" in cheap
    assert "No project matches" in page(client, address, q="zzzz")


@pytest.mark.parametrize("name", ["sort", "category", "cost", "page", "q"])
@pytest.mark.parametrize(
    "value", ["-1", "9" * 40, "budget__component__space__roles__user__password", "a[]", "\0", "1e9"]
)
def test_wild_answers_to_the_lists_questions_are_passed_over(client, open_vote, name, value):
    """X13: what may be sorted by and filtered with are closed lists."""
    page(client, f"{open_vote.space.get_absolute_url()}projects/", **{name: value})
    page(client, f"{open_vote.space.get_absolute_url()}projects/", **{f"{name}[]": value, f"{name}__lt": value})


def test_a_long_list_has_pages_and_the_space_shows_its_beginning(client, db, django_assert_max_num_queries):
    space = Space.objects.create(slug="long", title={"fr": "Long"}, published_at=timezone.now())
    component = Component.objects.create(space=space, kind="budget", title={"fr": "P"}, published_at=timezone.now())
    budget = Budget.objects.create(component=component, amount_cents=100)
    rows = [
        Project(budget=budget, code=f"p{n}", number=n, title={"fr": f"Projet {n}"}, cost_cents=n) for n in range(1, 61)
    ]
    Project.objects.bulk_create(rows)
    client.get("/spaces/long/projects/")
    with django_assert_max_num_queries(7):
        first = page(client, "/spaces/long/projects/", "fr")
    assert len(re.findall('class="k"', first)) == 24 and "Page 1 sur 3" in first
    assert "Projet 60" in page(client, "/spaces/long/projects/", "fr", page="3")
    with django_assert_max_num_queries(10):
        beginning = page(client, "/spaces/long/", "fr")
    assert len(re.findall('class="k"', beginning)) == 12 and "/spaces/long/projects/" in beginning


def test_bands_of_cost_part_the_list():
    assert bands_of([]) == bands_of([5_000_00]) == []
    assert bands_of([400_00, 12_000_00]) == [500_00, 1_000_00, 2_000_00, 5_000_00, 10_000_00]


def test_a_calendar_can_follow_a_space_or_everything(client, open_vote):
    other = Space.objects.create(slug="other", title={"fr": "Autre"}, published_at=timezone.now())
    later = timezone.now() + timedelta(days=3)
    hidden = Space.objects.create(slug="hidden", title={"fr": "Caché"})
    for space in (other, hidden):
        Meeting.objects.create(
            space=space, title={"fr": space.slug}, place="Là", starts_at=later, ends_at=later + timedelta(hours=1)
        )
    feed = Calendar.from_ical(client.get(f"{open_vote.space.get_absolute_url()}meetings.ics").content)
    assert len(feed.walk("VEVENT")) == 2 and feed["X-WR-CALNAME"] == "Budget participatif du Centre"
    whole = Calendar.from_ical(client.get("/meetings.ics").content)
    assert sorted(str(event["summary"]) for event in whole.walk("VEVENT"))[-1] == "other"
    assert len(whole.walk("VEVENT")) == 3
    assert client.get("/spaces/hidden/meetings.ics").status_code == 404
