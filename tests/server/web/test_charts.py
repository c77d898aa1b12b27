"""Charts: what is drawn is in proportion, inside its place, and said in words beside it."""

from __future__ import annotations

import re

from django.template import Context, Template
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from server.web import charts

counts = st.integers(min_value=0, max_value=10**9)


def numbers(piece: charts.Piece) -> tuple[float, float]:
    return float(piece.start.rstrip("%")), float(piece.width.rstrip("%"))


@given(st.lists(counts, max_size=12), counts)
def test_parts_lie_side_by_side_inside_the_whole(values, whole):
    drawn = [numbers(piece) for piece in charts.stacked([("all", value) for value in values], whole)]
    assert len(drawn) == sum(value > 0 for value in values)
    end = 0.0
    for start, width in drawn:
        assert abs(start - end) < 0.02 and width >= 0
        end = start + width
    assert end <= 100.02


@given(counts, counts)
def test_a_bar_starts_at_zero_and_never_leaves_its_place(value, whole):
    drawn = [numbers(piece) for piece in charts.bar(value, whole)]
    assert bool(drawn) == (value > 0 and whole > 0)
    assert all(start == 0 and charts.LEAST_PER_CENT <= width <= 100 for start, width in drawn)


def test_bars_are_in_proportion():
    assert [numbers(charts.bar(value, 80)[0])[1] for value in (20, 40, 80)] == [25.0, 50.0, 100.0]


def test_what_is_left_of_a_budget_has_its_seat():
    pieces = charts.seats([30_00, 20_00], 100_00)
    assert [piece.width for piece in pieces] == ["30.00%", "20.00%", "50.00%"]
    assert [piece.fill for piece in pieces] == ["seat", "seat", "left"]
    assert [piece.fill for piece in charts.seats([60_00, 40_00], 100_00)] == ["seat", "seat"]


def test_nobody_may_vote_and_nothing_is_divided():
    assert charts.share(0, 0) is None
    assert "%" not in Template("{% load charts %}{% turnout_chart 0 0 %}").render(Context()).partition("scale")[0]


def cells(page: str) -> list[list[str]]:
    """The rows of the only table, as text."""
    (table,) = re.findall(r"<table.*?</table>", page, flags=re.DOTALL)
    rows = re.findall(r"<tr>(.*?)</tr>", table, flags=re.DOTALL)
    return [[re.sub(r"<[^>]+>|\s+", " ", one).strip() for one in re.findall(r"<t[hd].*?</t[hd]>", row)] for row in rows]


def test_turnout_has_a_table_of_what_was_used_and_what_was_not():
    page = Template("{% load charts %}{% turnout_chart 1230 1500 %}")
    with translation.override("en"):
        assert cells(page.render(Context())) == [
            ["Rights to vote", "Number", "Share"],
            ["Used in this vote", "1,230", "82.0%"],
            ["Not used", "270", "18.0%"],
            ["Total", "1,500", "100.0%"],
        ]
        nobody = Template("{% load charts %}{% turnout_chart 0 0 %}").render(Context())
    assert cells(nobody)[1:] == [["Used in this vote", "0", "–"], ["Not used", "0", "–"], ["Total", "0", "–"]]


def test_a_budget_has_a_table_of_its_seats_and_of_what_is_left():
    page = Template("{% load charts %}{% budget_chart funded 10000 'EUR' %}")
    with translation.override("en"):
        assert cells(page.render(Context({"funded": [("Lavoir", 30_00), ("Bancs", 20_00)]}))) == [
            ["Project", "Cost"],
            ["Lavoir", "€30"],
            ["Bancs", "€20"],
            ["Left", "€50"],
        ]


def test_a_chart_says_its_numbers_in_words_and_in_a_table():
    page = Template("{% load charts %}{% bars_chart rows 'District' 'Proposals' %}")
    with translation.override("en"):
        text = page.render(Context({"rows": [("Nord & Est", 1200), ("Sud", 0)]}))
    assert text.count("Nord &amp; Est") == 2 and text.count("1,200") == 2
    assert text.count("<rect") == 1 and text.count('aria-hidden="true"') == 2
    assert re.search(r'<th scope="row">Sud</th>\s*<td class="n">0</td>', text)
