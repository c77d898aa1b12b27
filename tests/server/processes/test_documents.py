"""A space is copied, exported and imported by one document; a hostile one is refused with its faults named."""

from __future__ import annotations

import copy
import json
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.budgets.models import Budget, Project
from server.office.models import Act
from server.processes import document_checks
from server.processes.building import build_space
from server.processes.document_checks import BadDocument, checked, read_document
from server.processes.document_words import SENTENCES, sentence
from server.processes.documents import document_of
from server.processes.models import Component, Opening, Phase, Space, SpaceRole, Taxon
from tests.server.office.conftest import login

pytestmark = pytest.mark.django_db
EN = {"en": "Words"}
DAY = {"begins": {"day": 0, "hour": "08:00"}, "ends": {"day": 9, "hour": "18:00"}}
WHOLE: dict[str, Any] = {
    "format": "parvis-space",
    "version": 1,
    "kind": "process",
    "first_day": "2027-03-01",
    "title": {"fr": "Le square", "en": "The square"},
    "summary": {"en": "Short."},
    "description": {"en": "Long."},
    "components": [
        {"name": "wall", "kind": "wall", "title": EN, "intro": {"en": "Write."}, "settings": {}, "is_published": False},
        {"name": "rules", "kind": "page", "title": EN, "settings": {"text": {"en": "Be kind."}}},
    ],
    "phases": [
        {
            "title": {"en": "Ideas"},
            "promise": {"en": "All are read."},
            **DAY,
            "activation": "hand",
            "involvement": 2,
            "activities": [],
            "opens": [{"component": "wall", "activity": "propose", "doors": ["web", "kiosk"]}],
        },
        {"title": {"en": "Vote"}, "begins": {"day": 40, "hour": "08:00"}, "ends": {"day": 50, "hour": "18:30"}},
    ],
    "taxons": [
        {
            "kind": "area",
            "title": {"en": "Centre"},
            "children": [{"title": {"en": "Hall"}, "children": [{"title": EN}]}],
        }
    ],
}


def altered(path: str, value: Any) -> dict[str, Any]:
    """WHOLE with something else at ``components.0.kind``; nothing there where it is ``...``."""
    document = copy.deepcopy(WHOLE)
    *way, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    place: Any = document
    for step in way:
        place = place[step]
    if value is ...:
        del place[last]
    else:
        place[last] = value
    return document


def sent(client, content: bytes, **facts: str):
    file = SimpleUploadedFile("space.json", content, content_type="application/json")
    return client.post("/office/new/import/", {"file": file, **facts}, headers={"accept-language": "en"})


def as_bytes(document: Any) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode()


BUDGET = {"name": "projects", "kind": "budget", "title": EN}


def form_of(space: Space) -> dict[str, Any]:
    """Its document without what a copy changes."""
    return {key: value for key, value in document_of(space).items() if key not in ("title", "first_day")}


def test_a_file_becomes_a_draft_with_all_that_it_says(organiser, walls):
    assert sent(organiser, as_bytes(WHOLE)).status_code == 302
    space = Space.objects.get(slug="le-square")
    assert not space.is_published and space.title["fr"] == "Le square" and str(space.summary) == "Short."
    wall, rules = space.components.all()
    assert (wall.kind, wall.is_published, rules.is_published) == ("wall", False, True)
    assert rules.settings == {"text": {"en": "Be kind."}}
    ideas, vote = space.phases.all()
    assert timezone.localtime(ideas.starts_at) == timezone.make_aware(datetime(2027, 3, 1, 8))
    assert timezone.localtime(vote.ends_at) == timezone.make_aware(datetime(2027, 4, 20, 18, 30))  # an hour of summer
    assert (ideas.activation, ideas.involvement, vote.involvement) == ("hand", 2, 5)
    assert Opening.objects.get().doors == ["web", "kiosk"]
    assert [(one.kind, one.parent and str(one.parent)) for one in Taxon.objects.order_by("pk")] == [
        ("area", None), ("area", "Centre"), ("area", "Hall"),
    ]  # fmt: skip
    assert space.roles.get().user.email == "agnes@example.org"
    assert list(Act.objects.order_by("pk").values_list("deed", flat=True)) == ["space.made", "space.imported"]


def test_what_is_exported_can_be_imported_and_says_the_same(organiser, walls):
    sent(organiser, as_bytes(WHOLE))
    answer = organiser.get("/office/le-square/export/")
    assert answer["Content-Disposition"] == 'attachment; filename="le-square.space.json"'
    assert sent(organiser, answer.content, slug="again").status_code == 302
    first, second = (Space.objects.get(slug=slug) for slug in ("le-square", "again"))
    assert document_of(first) == document_of(second) == json.loads(answer.content)


def test_a_copy_begins_on_the_chosen_day_and_holds_nobody_and_nothing_brought(organiser, walls, django_user_model):
    sent(organiser, as_bytes(WHOLE))
    first = Space.objects.get(slug="le-square")
    helper = django_user_model.objects.create_user("desk@example.org")
    SpaceRole.objects.create(space=first, user=helper, role="desk")
    now = timezone.now()
    Phase.objects.filter(space=first).update(answer={"en": "Done."}, answered_at=now, closed_at=now, ended_at=now)
    Space.objects.filter(pk=first.pk).update(published_at=now)
    page = organiser.get("/office/le-square/copy/").content.decode()
    assert "The square (2)" in page
    facts = {"title_en": "The square, next year", "slug": "next", "first_day": "2028-02-01"}
    assert organiser.post("/office/le-square/copy/", facts).status_code == 302
    second = Space.objects.get(slug="next")
    assert form_of(first) == form_of(second) and not second.is_published
    assert timezone.localdate(second.phases.first().starts_at) == date(2028, 2, 1)
    assert not second.phases.exclude(answered_at=None, closed_at=None, ended_at=None, answer={}).exists()
    assert second.roles.count() == 1
    assert Act.objects.latest("pk").facts == {"from": "le-square"}


def test_the_amount_of_a_budget_goes_with_its_space_and_its_projects_do_not(organiser):
    document = WHOLE | {"components": [BUDGET | {"beside": {"amount": "12500.50"}}], "phases": []}
    sent(organiser, as_bytes(document))
    first = Budget.objects.get(component__space__slug="le-square")
    Project.objects.create(budget=first, code="a", number=1, title=EN, cost_cents=100)
    assert sent(organiser, organiser.get("/office/le-square/export/").content, slug="again").status_code == 302
    organiser.post("/office/le-square/copy/", {"title_en": "Twin", "slug": "twin"})
    for slug in ("le-square", "again", "twin"):
        assert Budget.objects.get(component__space__slug=slug).amount_cents == 12_500_50
    assert Project.objects.count() == 1


def test_a_budget_without_an_amount_has_none_in_its_copy(organiser):
    sent(organiser, as_bytes(WHOLE | {"components": [BUDGET], "phases": []}))
    organiser.post("/office/le-square/copy/", {"title_en": "Twin", "slug": "twin"})
    assert Space.objects.get(slug="twin").components.get().kind == "budget" and not Budget.objects.exists()


def test_a_copy_without_a_day_keeps_its_dates(organiser, walls):
    sent(organiser, as_bytes(WHOLE))
    organiser.post("/office/le-square/copy/", {"title_en": "Twin", "slug": "twin"})
    dates = [
        list(Space.objects.get(slug=slug).phases.values_list("starts_at", "ends_at")) for slug in ("le-square", "twin")
    ]
    assert dates[0] == dates[1]


def test_a_kind_that_no_room_knows_is_left_out_of_a_copy_with_what_is_opened_in_it(organiser, walls, wall, space):
    gone = Component.objects.create(space=space, kind="gone", title=EN)
    phase = Phase.objects.create(space=space, title=EN, starts_at=timezone.now(), ends_at=timezone.now() + timedelta(1))
    for one in (gone, wall):
        Opening.objects.create(phase=phase, component=one, activity="propose", doors=["web"])
    assert organiser.post("/office/prepare/copy/", {"title_en": "Twin", "slug": "twin"}).status_code == 302
    twin = Space.objects.get(slug="twin")
    assert [one.kind for one in twin.components.all()] == ["wall"] and Opening.objects.filter(
        phase__space=twin
    ).count() == 1


HOSTILE = [
    (b"", "empty"), (b" \n", "empty"), (b"{", "not_json"), (b"\xff\xfe{}", "not_json"), (b"[]", "not_a_space"),
    (b"null", "not_a_space"), (b"{}", "not_a_space"), (b'"x"', "not_a_space"), (b"NaN", "not_json"),
    (b"<html>", "not_json"), (b"\x00" * 40, "not_json"), (b"PK\x03\x04", "not_json"),
    (b"[" * 100_000, "too_deep"), (b'{"a":' * 5_000 + b"1" + b"}" * 5_000, "too_deep"),
    (b'{"format": "parvis-space", "format": "x"}', "twice"),
    (b"1" * 6000, "not_json"), (b" " * (2 * 1024 * 1024) + b"{}", "too_big"),
]  # fmt: skip


@pytest.mark.parametrize(("content", "code"), HOSTILE)
def test_what_is_no_document_is_named(content, code):
    with pytest.raises(BadDocument) as bad:
        read_document(content)
    assert bad.value.faults[0].code == code


def test_brackets_in_words_are_no_levels(walls):
    assert read_document(as_bytes(altered("summary", {"en": '[{"' * 50 + "\\"})))


THIRD = "taxons.0.children.0.children.0"
WRONG = [
    ("version", 2, "version", "newer"), ("version", True, "version", "newer"), ("version", ..., "version", "newer"),
    ("title", ..., "title", "missing"), ("title", {"en": " "}, "title", "missing"),
    ("title", {"ar": "x"}, "title", "missing"), ("title", "x", "title", "wrong_value"),
    ("title", {"en": ["x"]}, "title.en", "wrong_value"), ("title", {"en": "x" * 201}, "title.en", "too_long"),
    ("title", {"en": "a\u202eb"}, "title.en", "hidden"), ("title", {"../x": "y"}, "title.../x", "wrong_value"),
    ("title", {f"a{chr(97 + n)}": "x" for n in range(26)}, "title", "wrong_value"),
    ("kind", "party", "kind", "wrong_value"), ("kind", [], "kind", "wrong_value"),
    ("kind", None, "kind", "wrong_value"),
    ("first_day", "yesterday", "first_day", "wrong_value"), ("first_day", "9999-12-31", "first_day", "wrong_value"),
    ("first_day", 7, "first_day", "wrong_value"), ("owner", 1, "", "unknown_key"),
    ("phases", {}, "phases", "wrong_value"), ("phases", [1], "phases", "wrong_value"),
    ("phases", [{**WHOLE["phases"][1]}] * 61, "phases", "too_many"),
    ("phases.0.begins", ..., "phases[0].begins", "missing"),
    ("phases.0.begins", {"day": -1, "hour": "08:00"}, "phases[0].begins", "wrong_value"),
    ("phases.0.begins", {"day": True, "hour": "08:00"}, "phases[0].begins", "wrong_value"),
    ("phases.0.begins", {"day": 10**9, "hour": "08:00"}, "phases[0].begins", "wrong_value"),
    ("phases.0.begins", {"day": 1, "hour": "25:00"}, "phases[0].begins", "wrong_value"),
    ("phases.0.begins", "now", "phases[0].begins", "wrong_value"),
    ("phases.0.ends", {"day": 0, "hour": "08:00"}, "phases[0].ends", "ends_before"),
    ("phases.0.involvement", 6, "phases[0].involvement", "wrong_value"),
    ("phases.0.involvement", True, "phases[0].involvement", "wrong_value"),
    ("phases.0.activities", ["dance"], "phases[0].activities", "wrong_value"),
    ("phases.0.activities", [["vote"]], "phases[0].activities", "wrong_value"),
    ("phases.0.answer", {"en": "x"}, "phases[0]", "unknown_key"),
    ("phases.0.opens.0.component", "door", "phases[0].opens[0].component", "unknown_component"),
    ("phases.0.opens.0.component", ["wall"], "phases[0].opens[0].component", "wrong_value"),
    ("phases.0.opens.0.activity", "vote", "phases[0].opens[0].activity", "not_offered"),
    ("phases.0.opens.0.doors", ["desk"], "phases[0].opens[0].doors", "not_offered"),
    ("phases.0.opens.0.doors", ["moon"], "phases[0].opens[0].doors", "wrong_value"),
    ("phases.0.opens", WHOLE["phases"][0]["opens"] * 2, "phases[0].opens", "twice"),
    ("components.0.kind", "spaceship", "components[0].kind", "wrong_kind"),
    ("components.0.kind", {}, "components[0].kind", "wrong_value"),
    ("components.0.name", "", "components[0].name", "missing"),
    ("components.1.name", "wall", "components[1].name", "twice"),
    ("components.1.is_published", 1, "components[1].is_published", "wrong_value"),
    ("components.1.settings", [], "components[1].settings", "wrong_value"),
    ("components.1.settings.text", {"en": "a\u202eb"}, "components[1].settings.text", "settings"),
    ("components", [{"name": n, "kind": "budget", "title": EN} for n in "ab"], "components[1].kind", "one_is_enough"),
    ("components", [BUDGET | {"beside": 7}], "components[0].beside", "wrong_value"),
    ("components", [BUDGET | {"beside": {"amount": "0"}}], "components[0].beside.amount", "settings"),
    ("components", [BUDGET | {"beside": {"amount": "much"}}], "components[0].beside.amount", "settings"),
    ("components", [BUDGET | {"beside": {"amount": {"x": 1}}}], "components[0].beside.amount", "settings"),
    (f"{THIRD}.children", [{"title": EN}], "taxons[0].children[0].children[0].children", "too_deep"),
    ("taxons.0.kind", "colour", "taxons[0].kind", "wrong_value"),
    ("taxons", [{"title": EN}] * 601, "taxons", "too_many"),
    ("taxons", [{"title": EN, "children": [{"title": EN}] * 400}] * 2, "taxons[1].children[198]", "too_many"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "value", "place", "code"), WRONG)
def test_each_fault_is_named_with_its_place(walls, path, value, place, code):
    with pytest.raises(BadDocument) as bad:
        checked(altered(path, value))
    assert (place, code) in [(one.place, one.code) for one in bad.value.faults]
    assert all(sentence(one) for one in bad.value.faults)


def test_every_fault_has_words_and_every_word_a_fault():
    named = {code for _content, code in HOSTILE} | {code for *_rest, code in WRONG}
    assert named == set(SENTENCES)


def test_of_a_wrong_file_nothing_is_written_and_the_page_says_why(organiser, walls):
    reply = sent(organiser, as_bytes(altered("phases.0.opens.0.doors", ["desk"])))
    assert reply.status_code == 400 and "phases[0].opens[0].doors" in reply.content.decode()
    assert Space.objects.count() == 1 and not Component.objects.exists() and not Phase.objects.exists()
    assert organiser.post("/office/new/import/", {}).status_code == 400


def test_a_step_that_fails_leaves_nothing_half_written(organiser, walls, agnes, monkeypatch):
    def prepare(_self: Any, _component: Component) -> None:
        raise RuntimeError

    monkeypatch.setattr(walls, "prepare", prepare)
    document = checked(WHOLE)
    with pytest.raises(RuntimeError):
        build_space(
            document, space=Space(slug="half", title=EN), first_day=date(2027, 1, 1), deed="space.imported", by=agnes
        )
    assert not Space.objects.filter(slug="half").exists() and not Act.objects.exists()


def test_a_setting_that_a_type_no_longer_asks_for_is_passed_over(walls):
    found = checked(altered("components.1.settings", {"text": {"en": "Be kind."}, "older": 1}))
    assert found.components[1].settings == {"text": {"en": "Be kind."}}


def test_a_setting_that_a_file_leaves_out_is_as_the_form_begins():
    given = {"name": "ideas", "kind": "proposals", "title": EN, "settings": {"threshold": 5}}
    document = {"format": "parvis-space", "version": 1, "title": EN, "components": [given]}
    kept = checked(document).components[0].settings
    assert (kept["threshold"], kept["edit_minutes"], kept["asks_place"]) == (5, 60, False)
    given["settings"] = {"threshold": -1}
    with pytest.raises(BadDocument) as bad:
        checked(document)
    assert [(one.place, one.code) for one in bad.value.faults] == [("components[0].settings.threshold", "settings")]


def test_a_file_without_a_day_needs_one(organiser, walls):
    content = as_bytes(altered("first_day", None))
    assert sent(organiser, content).status_code == 400
    assert sent(organiser, content, first_day="9999-12-31").status_code == 400
    assert sent(organiser, content, first_day="2029-01-15").status_code == 302


def test_x5_a_script_in_a_file_is_shown_as_text(organiser, walls):
    sent(organiser, as_bytes(altered("title", {"en": "<script>alert(1)</script>"})), slug="script")
    for page in ("", "copy/", "phases/", "components/"):
        assert b"<script>alert" not in organiser.get(f"/office/script/{page}").content


def test_x8_only_organisers_copy_and_export_and_only_makers_import(organiser, django_user_model):
    desk = django_user_model.objects.create_user("desk@example.org")
    SpaceRole.objects.create(space=Space.objects.get(), user=desk, role="desk")
    for path in ("/office/prepare/copy/", "/office/prepare/export/", "/office/new/import/"):
        assert login(desk).get(path).status_code == 404 and organiser.get(path).status_code == 200


WORDS = ["title", "kind", "name", "day", "hour", "begins", "ends", "opens", "doors", "children", "en", "settings"]
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4) | st.sampled_from(["page", "web", "propose", "en"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(sorted(WHOLE)), json_values)
def test_whatever_stands_in_a_document_is_taken_or_named(key, value):
    try:
        checked({**WHOLE, "components": [], "phases": WHOLE["phases"][1:], key: value})
    except BadDocument as bad:
        assert 0 < len(bad.faults) <= document_checks.MAX_FAULTS


def test_a_night_in_spring_that_has_no_such_hour_still_ends_after_it_starts(organiser, agnes):
    short = {"title": EN, "begins": {"day": 0, "hour": "02:30"}, "ends": {"day": 0, "hour": "03:00"}}
    document = checked(altered("phases", [short]) | {"components": []})
    space = Space(slug="spring", title=EN)
    built = build_space(document, space=space, first_day=date(2027, 3, 28), deed="space.imported", by=agnes)
    phase = built.phases.get()
    assert phase.starts_at < phase.ends_at and timezone.localtime(phase.starts_at).time() >= time(2, 30)
