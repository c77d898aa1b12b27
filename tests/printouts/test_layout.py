"""A layout is data: the same form, the same bytes; nothing overlaps; nothing is cut silently."""

import itertools
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from printouts.geometry import BadLayout, Layout
from printouts.layout import Choice, TooManyChoices, UnprintableText, lay_out
from printouts.typefaces import printable, width
from tests.printouts.press import make_form

COUNTS = [1, 2, 6, 10, 15, 25, 30]


@pytest.mark.parametrize("count", COUNTS)
def test_the_same_form_gives_the_same_bytes(count):
    layout = lay_out(make_form(count), number=count)
    assert lay_out(make_form(count), number=count).to_json() == layout.to_json()
    again = Layout.from_json(layout.to_json())
    assert again == layout
    assert again.sha256 == layout.sha256
    assert "." not in "".join(str(value) for value in _numbers(json.loads(layout.to_json())))


@pytest.mark.parametrize(
    ("count", "shape", "start"),
    [(3, "square", "2395569135dbc214"), (10, "square", "6f70c968a9b3a684"), (25, "square", "ed5cf2b1409e0f0d")],
)
def test_what_fitted_one_page_before_there_were_more_keeps_its_bytes(count, shape, start):
    """B5: a form that is laid out again, in a preview or elsewhere, is the one that was printed."""
    assert lay_out(make_form(count, shape=shape)).sha256.hex().startswith(start)


@pytest.mark.parametrize(("paper", "count"), [("A4", count) for count in COUNTS] + [("Letter", 15), ("A3", 40)])
def test_boxes_lie_apart_and_inside_the_text_area(count, paper):
    layout = lay_out(make_form(count), paper=paper)
    boxes = layout.pages[0].marks
    assert [box.choice for box in boxes] == [f"p{index}" for index in range(count)]
    for box in boxes:
        assert box.size >= 5_000
        assert 22_000 <= box.x <= layout.width - 22_000 - box.size
        assert 60_000 <= box.y <= layout.height - 20_000 - box.size
    for one, other in itertools.combinations(boxes, 2):
        apart = max(abs(one.x - other.x), abs(one.y - other.y)) - one.size
        assert apart >= 2_500, (one, other)


@pytest.mark.parametrize("count", [1, 10, 15])
def test_up_to_fifteen_choices_stand_ten_millimetres_apart(count):
    boxes = lay_out(make_form(count)).pages[0].marks
    assert all(b.y - a.y >= 10_000 for a, b in itertools.pairwise(boxes))


@pytest.mark.parametrize("count", COUNTS)
def test_text_stays_on_the_page_and_off_the_boxes(count):
    layout = lay_out(make_form(count))
    page = layout.pages[0]
    for text in page.texts:
        wide = width(text.text, text.face, text.size)
        start = text.x - {"start": 0, "middle": wide // 2, "end": wide}[text.align]
        assert start >= 21_900 and start + wide <= layout.width - 21_900, text
        assert text.size >= 2_990  # 8.5 pt
        for box in page.marks:
            beside = start + wide <= box.x - 2_000 or start >= box.x + box.size + 2_000
            assert beside or text.y <= box.y or text.y - text.size >= box.y + box.size, (text, box)


def test_what_no_pages_could_hold_is_refused():
    with pytest.raises(TooManyChoices) as refusal:
        lay_out(make_form(1500))
    assert refusal.value.code == "too_many_choices"


@given(
    st.lists(st.text(st.characters(codec="latin-1", exclude_categories=["Cc"]), max_size=200), min_size=1, max_size=20)
)
@settings(max_examples=40, deadline=None)
def test_no_title_is_shortened_without_saying_so(titles):
    layout = lay_out(make_form(choices=[Choice(str(i), str(i), title) for i, title in enumerate(titles)]))
    if not layout.is_shortened:
        shown = "".join(text.text for text in layout.pages[0].texts if text.face == "bold").replace(" ", "")
        for title in titles:
            assert printable(title).replace(" ", "") in shown


def test_letters_without_a_typeface_are_refused_and_emoji_left_out():
    with pytest.raises(UnprintableText) as refusal:
        lay_out(make_form(title="投票"))
    assert refusal.value.characters == "投票"
    assert printable("Oświetlenie 💡 ulicy\u202e\n") == "Oświetlenie ulicy"


@pytest.mark.parametrize("raw", [b"", b"[]", b"{", b'{"format":"parvis-layout/2","unit":"um"}', b"[" * 100_000])
def test_bytes_that_are_no_layout_are_refused(raw):
    with pytest.raises(BadLayout):
        Layout.from_json(raw)


def test_a_layout_with_a_strange_field_is_refused(layouts):
    fields = json.loads(layouts[1].to_json())
    fields["pages"][0]["marks"][0]["x"] = 1.5
    with pytest.raises(BadLayout):
        Layout.from_json(json.dumps(fields).encode())


def test_a_box_of_a_grid_says_its_value_and_every_other_box_keeps_its_bytes(layouts):
    """B5: a zero is a value, the absence of one is not written; a layout has one spelling."""
    raw = layouts[1].to_json()
    assert b'"value"' not in raw
    fields = json.loads(raw)
    fields["pages"][0]["marks"][0]["value"] = 0
    [page] = Layout.from_json(json.dumps(fields).encode()).pages
    assert [box.key for box in page.marks[:2]] == ["p0:0", "p1"]
    for bad in (None, "1", 1.0, True):
        fields["pages"][0]["marks"][0]["value"] = bad
        with pytest.raises(BadLayout):
            Layout.from_json(json.dumps(fields).encode())


def test_an_id_twice_is_refused():
    with pytest.raises(ValueError):
        lay_out(make_form(choices=[Choice("a", "1", "A"), Choice("a", "2", "B")]))


def _numbers(value):
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from _numbers(item)
    elif not isinstance(value, str):
        yield value
