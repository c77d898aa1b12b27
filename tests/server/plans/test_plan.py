"""The plan of the town: read from a file, drawn, and points shown on it."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.html import escape

from server.office.models import Act
from server.plans.actions import keep_plan
from server.plans.drawing import Sheet, draw
from server.plans.geojson import MOST_POINTS, BadPlan, read_plan
from server.plans.models import TownPlan
from server.proposals.models import Proposal
from server.web.town.build import HERE
from tests.server.proposals.ideas import make_ideas, person, propose

TOWN = (HERE / "plan.geojson").read_bytes()
IN_TOWN = (Decimal("43.52000"), Decimal("1.48000"))
STREET = {"type": "LineString", "coordinates": [[1.40, 43.50], [1.42, 43.51]]}


def file_of(*features: Any) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": list(features)}).encode()


def feature(geometry: Any, **said: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": said, "geometry": geometry}


def test_what_a_feature_is_says_its_kind_or_the_keys_of_openstreetmap():
    area = {"type": "MultiPolygon", "coordinates": [[[[1.4, 43.5], [1.41, 43.5], [1.41, 43.51], [1.4, 43.5]]]]}
    shapes = read_plan(
        file_of(
            feature(STREET, highway="residential"),
            feature(STREET, highway="footway"),
            feature(STREET, kind="rail"),
            feature(area, natural="water"),
            feature(area, building="yes"),
            feature({"type": "Point", "coordinates": [1.41, 43.505]}, name="Lavoir"),
            feature(STREET, power="line"),
            feature(None, kind="street"),
        )
    )
    assert [(one.kind, one.is_area) for one in shapes] == [
        ("street", False),
        ("path", False),
        ("rail", False),
        ("water", True),
        ("built", True),
        ("label", False),
    ]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "not_geojson"),
        (b"\xff\xfe", "not_geojson"),
        (b"[" * 100_000, "not_geojson"),
        (b'{"type": "Feature"}', "not_geojson"),
        (file_of("street"), "not_geojson"),
        (file_of(feature({"type": "LineString", "coordinates": "1,2"}, kind="street")), "not_geojson"),
        (file_of(feature({"type": "LineString", "coordinates": [[1, 43]]}, kind="street")), "not_geojson"),
        (file_of(feature({"type": "LineString", "coordinates": [[1, True], [1, 2]]}, kind="street")), "not_geojson"),
        (
            b'{"type":"FeatureCollection","features":[{"properties":{"kind":"street"},"geometry":'
            b'{"type":"LineString","coordinates":[[NaN,1],[1,1]]}}]}',
            "not_geojson",
        ),
        (file_of(), "nothing_on_it"),
        (file_of(feature(STREET)), "nothing_on_it"),
        (
            file_of(feature({"type": "LineString", "coordinates": [[574_000, 6_279_000], [1, 2]]}, kind="street")),
            "off_the_earth",
        ),
        (file_of(feature({"type": "LineString", "coordinates": [[1, 43], [6, 43]]}, kind="street")), "too_wide"),
        (
            file_of(feature({"type": "LineString", "coordinates": [[1, 43]] * (MOST_POINTS + 1)}, kind="street")),
            "too_many_points",
        ),
        (b" " * (8 * 1024 * 1024 + 1), "too_large"),
    ],
    ids=range(15),
)
def test_what_is_no_plan_of_a_town_is_refused_by_name(content: bytes, code: str):
    with pytest.raises(BadPlan) as bad:
        read_plan(content)
    assert bad.value.code == code


def test_a_place_lies_where_it_is_and_a_name_is_no_markup():
    shapes = read_plan(
        file_of(
            feature({"type": "LineString", "coordinates": [[1.40, 43.50], [1.42, 43.52]]}, kind="street"),
            feature({"type": "Point", "coordinates": [1.41, 43.51]}, name="<script>&"),
        )
    )
    sheet = Sheet.around(shapes)
    middle = sheet.place(43.51, 1.41)
    assert middle == pytest.approx((sheet.width / 2, sheet.height / 2))
    # A hundredth of a degree of latitude is 1,113 m; of longitude, at 43.5°, 807 m (WGS 84, within a percent).
    west = sheet.place(43.51, 1.40)
    assert middle[0] - west[0] == pytest.approx(807, rel=0.01)
    assert sheet.place(43.50, 1.41)[1] - middle[1] == pytest.approx(1113, rel=0.01)
    picture = draw(shapes, sheet)
    assert "&lt;script&gt;&amp;" in picture and "<script" not in picture
    assert not sheet.holds(43.60, 1.41)


@pytest.mark.django_db
def test_staff_draw_the_plan_and_everybody_gets_its_picture():
    staff, resident = Client(headers={"Accept-Language": "en"}), Client()
    staff.force_login(person("odile", is_staff=True))
    resident.force_login(person())
    assert resident.get("/office/site/plan/").status_code == 404
    answer = staff.post("/office/site/plan/", {"file": SimpleUploadedFile("a.geojson", TOWN), "credit": "© The town"})
    assert answer.status_code == 302 and Act.objects.filter(deed="site.plan_saved").exists()
    plan = TownPlan.objects.get()
    picture = Client().get(f"/plan/{plan.version}.svg")
    assert picture["Content-Type"].startswith("image/svg+xml") and b"Place" not in picture.content[:10]
    assert picture["Content-Security-Policy"].startswith("default-src 'none'")
    assert "immutable" in picture["Cache-Control"] and "Cookie" not in picture.get("Vary", "")
    assert "© The town" in staff.get("/office/site/plan/").content.decode()
    assert Client().get("/plan/0123456789abcdef.svg").status_code == 404
    bad = staff.post("/office/site/plan/", {"file": SimpleUploadedFile("a.geojson", b"{}")})
    assert bad.status_code == 400 and "This is no GeoJSON" in bad.content.decode()
    assert TownPlan.objects.get().version == plan.version
    staff.post("/office/site/plan/", {"remove": "1"})
    assert not TownPlan.objects.exists()


@pytest.fixture
def ines():
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(person("ines"))
    return client


def send(client: Client, component: Any, **said: str) -> Any:
    words = {"title": "A bench by the wash house", "body": "With some shade."}
    return client.post(f"/spaces/{component.space.slug}/proposals/{component.pk}/new/", {**words, **said})


@pytest.mark.django_db
def test_a_point_is_chosen_on_the_plan_and_shown_there(ines):
    component = make_ideas(asks_point=True)
    keep_plan(read_plan(TOWN), "")
    assert send(ines, component, latitude="43.5200012", longitude="1.48").status_code == 302
    draft = Proposal.objects.get()
    assert (draft.latitude, draft.longitude) == IN_TOWN
    shown = propose(component)
    Proposal.objects.filter(pk=shown.pk).update(latitude=IN_TOWN[0], longitude=IN_TOWN[1])
    assert "<circle" in ines.get(shown.get_absolute_url()).content.decode()
    page = ines.get(f"{component.get_absolute_url()}plan/").content.decode()
    assert f'href="{shown.get_absolute_url()}"' in page and escape(shown.title) in page and page.count("<circle") == 1
    assert f"{component.get_absolute_url()}plan/" in ines.get(component.get_absolute_url()).content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("said", "says"),
    [
        ({"latitude": "43.52"}, "Give both, or none"),
        ({"latitude": "48.85", "longitude": "2.35"}, "not on the plan"),
        ({"latitude": "NaN", "longitude": "1"}, "Enter a number"),
        ({"latitude": "1e400", "longitude": "1"}, "Latitude"),
        ({"latitude": "1000", "longitude": "1"}, "less than or equal to 90"),
    ],
)
def test_half_a_point_and_one_beyond_the_edge_are_refused(ines, said: dict[str, str], says: str):
    component = make_ideas(asks_point=True)
    keep_plan(read_plan(TOWN), "")
    answer = send(ines, component, **said)
    assert answer.status_code == 400 and says in answer.content.decode()
    assert not Proposal.objects.exists()


@pytest.mark.django_db
def test_without_a_plan_nobody_is_asked_for_a_point(ines):
    component = make_ideas(asks_point=True)
    assert "latitude" not in ines.get(f"/spaces/{component.space.slug}/proposals/{component.pk}/new/").content.decode()
    assert ines.get(f"{component.get_absolute_url()}plan/").status_code == 404
    assert send(ines, component, latitude="43.52", longitude="1.48").status_code == 302
    assert Proposal.objects.get().latitude is None
