"""Ballots of every kind, the people who mark them, and the machines that see them.

Nobody here exists. How often each thing happens (``HANDS``, ``ODD_SHARE``, the shares in ``scanned`` and ``taken``) was
set by hand, not counted in a town: figures that follow from them are about these people and no others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from printouts import pens, simulate, wear
from printouts.forms import Scale
from printouts.geometry import Layout, MarkBox
from printouts.layout import Choice, lay_out
from printouts.read.interpret import Thresholds
from tests.printouts.press import make_form, press

Grey = np.ndarray

HANDS = {
    "cross": 0.50, "tick": 0.22, "fill": 0.08, "slash": 0.03, "heavy": 0.04,
    "wide": 0.03, "double": 0.02, "spot": 0.02, "pencil": 0.06,
}  # fmt: skip
ODD_SHARE = 0.015  # of ordinary people leave something that a person must look at
MOST = 10  # marks on a form that allows more


@dataclass(frozen=True)
class Form:
    """One page of one kind of ballot: its layout, and the part of a frozen definition that says what its marks mean."""

    name: str
    layout: Layout
    page: int
    definition: dict[str, Any]

    @property
    def contest(self) -> dict[str, Any]:
        return self.definition["contests"][0]

    @property
    def boxes(self) -> Sequence[MarkBox]:
        return self.layout.page(self.page).marks

    def values(self, boxes: Iterable[MarkBox]) -> frozenset[str]:
        """What marks in these boxes say, one text for each value."""
        if self.contest["method"] != "dots":
            return frozenset(box.key for box in boxes)
        return frozenset(f"{choice}:{count}" for choice, count in Counter(box.choice for box in boxes).items())

    def read(self, answer: Any) -> frozenset[str]:
        """The same for an answer as ``meaning_of`` gives it."""
        if isinstance(answer, dict):
            return frozenset(f"{choice}:{value}" for choice, value in answer.items())
        if self.contest["method"] == "ranked":
            return frozenset(f"{choice}:{rank}" for rank, choice in enumerate(answer, start=1))
        return frozenset(answer)


@dataclass(frozen=True)
class Marked:
    """One marked page, upright. meant: its values; unsure: values of which nobody can say; odd: what did it, or ""."""

    image: Grey
    dpi: int
    meant: frozenset[str]
    unsure: frozenset[str]
    style: str
    odd: str
    inked: int


@cache
def forms() -> dict[str, Form]:
    ranks = Scale([1, 2, 3, 4], ["1er", "2e", "3e", "4e"], "Votre ordre", "Projets")
    points = Scale(range(6), "012345", "Votre note", "Projets")
    dots = Scale([1, 2, 3, 4], [], "Une croix = un point", "Projets")
    questions = [Choice("yes", "1", "Oui"), Choice("no", "2", "Non"), Choice("abstain", "3", "Abstention")]
    made = [
        _form("approval, 10", make_form(10), most=MOST),
        _form("approval, 24, two columns", make_form(24), most=MOST),
        _form("approval, 40, tight", make_form(40), most=MOST),
        _form("choose one, 6, round", make_form(6, shape="round"), most=1, method="choose-1"),
        _form("large print, 5", make_form(5, is_large_print=True), most=MOST),
        _form("Letter, 12", make_form(12), most=MOST, paper="Letter"),
        _form("A5, 6", make_form(6), most=MOST, paper="A5"),
        _form("knapsack, 16", make_form(16), most=0, method="knapsack"),
        _form("ranked, 8", make_form(8, shape="round", scale=ranks), most=4, method="ranked"),
        _form("score, 10", make_form(10, shape="round", scale=points), most=0, method="score"),
        _form("dots, 9", make_form(9, scale=dots), most=0, method="dots", points=10),
        _form("yes, no, abstain", make_form(0, choices=questions, is_big=True), most=1, method="yes-no"),
        _form("approval, 120, page 2", make_form(120), most=MOST, page=2),
        _form("score, 30, last page", make_form(30, shape="round", scale=points), most=0, method="score", page=-1),
    ]
    return {form.name: form for form in made}


def _form(
    name: str, form: Any, *, most: int, method: str = "approval", paper: str = "A4", page: int = 1, points: int = 0
) -> Form:
    layout = lay_out(form, number=1, paper=paper)
    page = len(layout.pages) if page < 0 else page
    here = dict.fromkeys(box.choice for box in layout.page(page).marks)
    contest: dict[str, Any] = {"id": form.contest, "method": method, "min": 0, "max": most, "max_cost": 0}
    contest["choices"] = [{"id": choice, "cost": 1_000} for choice in here]
    contest["points"], contest["per_choice"] = points or 5, 4
    thresholds = Thresholds()
    limits = {
        "clear_below": round(thresholds.clear_below * 1000),
        "clear_above": round(thresholds.clear_above * 1000),
        "around_above": round(thresholds.around_above * 1000),
    }
    return Form(name, layout, page, {"contests": [contest], "mark_thresholds": limits})


def mark_ballots(form: Form, count: int, dpi: int, rng: np.random.Generator, *, odd: float) -> Iterator[Marked]:
    """Yield that many marked pages; odd: the share of people who leave something unclear."""
    pdf = press(form.layout, [(rng.bytes(10), False) for _sheet in range(count)])
    pages = len(form.layout.pages)
    pages += pages % 2 if pages > 1 else 0  # the back of the last page is drawn, too
    for number, image in enumerate(simulate.rasterise(pdf, dpi=dpi)):
        if number % pages + 1 == form.page:
            yield _marked(form, image, dpi, rng, is_odd=bool(rng.random() < odd))


def choose(form: Form, rng: np.random.Generator) -> list[MarkBox]:
    """The boxes that one person marks, by the rules of the form."""
    rows: dict[str, list[MarkBox]] = {}
    for box in form.boxes:
        rows.setdefault(box.choice, []).append(box)
    most, method = form.contest["max"] or MOST, form.contest["method"]
    count = int(rng.integers(0, min(most, len(rows)) + 1))
    picked = [list(rows)[index] for index in rng.permutation(len(rows))[:count]]
    if method == "ranked":
        return [rows[choice][rank] for rank, choice in enumerate(picked)]
    if method != "dots":
        return [rows[choice][int(rng.integers(len(rows[choice])))] for choice in picked]
    each = [rows[choice][: int(rng.integers(1, len(rows[choice]) + 1))] for choice in picked]
    return [box for boxes in each for box in boxes][: form.contest["points"]]


def _marked(form: Form, image: Grey, dpi: int, rng: np.random.Generator, *, is_odd: bool) -> Marked:
    chosen = choose(form, rng)
    style = str(rng.choice(list(HANDS), p=list(HANDS.values())))
    simulate.mark_boxes(image, form.layout, chosen, rng, style=style)
    if not is_odd:
        return Marked(image, dpi, form.values(chosen), frozenset(), style, "", len(chosen))
    return _odd(form, image, dpi, rng, style, chosen)


def _odd(form: Form, image: Grey, dpi: int, rng: np.random.Generator, style: str, chosen: Sequence[MarkBox]) -> Marked:
    """Let one thing go wrong: an unclear mark in one more box, or a line across the page."""
    odd, meant, unsure = str(rng.choice([*pens.UNCLEAR, "scrawl"])), list(chosen), frozenset[str]()
    free = [box for box in form.boxes if box not in meant]
    if odd == "scrawl":
        image = wear.scrawled(image, dpi / 25.4, rng)
    elif free:
        box = free[int(rng.integers(len(free)))]
        simulate.mark_boxes(image, form.layout, [box], rng, style=odd)
        if pens.MEANT[odd]:
            meant.append(box)
        elif pens.MEANT[odd] is None:
            unsure = form.values([*meant, box]) - form.values(meant)
    return Marked(image, dpi, form.values(meant), unsure, style, odd, len(chosen) + (odd != "scrawl"))


def _happens(rng: np.random.Generator, share: float) -> bool:
    return bool(rng.random() < share)


def scanned(marked: Marked, rng: np.random.Generator) -> Grey:
    """The page as an office scanner with a feeder gives it, laid in one of four ways."""
    image, scale = marked.image, marked.dpi / 25.4
    if _happens(rng, 0.15):
        image = wear.folded(image, scale, rng)
    if _happens(rng, 0.10):
        image = wear.curled(image, scale, rng, 0.7)
    if _happens(rng, 0.02):
        image = wear.stained(image, scale, rng)
    if _happens(rng, 0.08):
        image = wear.punched(image, scale, rng)
    if _happens(rng, 0.08):
        image = wear.shone_through(image, marked.image, float(rng.uniform(0.02, 0.09)))
    image = simulate.distort(image, rng)
    if _happens(rng, 0.10):
        image = wear.cropped(image, scale, rng, 4)
    if _happens(rng, 0.01):
        image = wear.two_tone(image, rng)
    return np.ascontiguousarray(np.rot90(image, int(rng.integers(4))))


def taken(marked: Marked, rng: np.random.Generator) -> Grey:
    """The page as a phone sees it: held by hand over a table, the paper not quite flat."""
    image, scale = marked.image, marked.dpi / 25.4
    if _happens(rng, 0.25):
        image = wear.folded(image, scale, rng)
    if _happens(rng, 0.60):
        image = wear.curled(image, scale, rng, 1.6)
    if _happens(rng, 0.03):
        image = wear.stained(image, scale, rng)
    image = simulate.distort(image, rng, kind="photo")
    if _happens(rng, 0.30):
        image = wear.moved(image, float(rng.uniform(0.1, 0.3)) * scale, rng)
    return np.ascontiguousarray(np.rot90(image, int(rng.integers(4))))


def spoiled(marked: Marked, rng: np.random.Generator) -> Grey:
    """Everything at once and more of it: what must be refused or shown to people, never believed in part."""
    image, scale = marked.image, marked.dpi / 25.4
    is_photo = _happens(rng, 0.5)
    for share, worn in (
        (0.4, lambda page: wear.folded(page, scale, rng)),
        (0.5, lambda page: wear.curled(page, scale, rng, 4.5)),
        (0.3, lambda page: wear.stained(wear.stained(page, scale, rng), scale, rng)),
        (0.3, lambda page: wear.punched(page, scale, rng)),
        (0.3, lambda page: wear.shone_through(page, marked.image, float(rng.uniform(0.05, 0.3)))),
        (0.2, lambda page: wear.scrawled(page, scale, rng)),
    ):
        if _happens(rng, share):
            image = worn(image)
    image = simulate.distort(image, rng, kind="photo" if is_photo else "scanner")
    for share, worn in (
        (0.3, lambda page: wear.cropped(page, scale, rng, 12)),
        (0.3, lambda page: wear.moved(page, float(rng.uniform(0.2, 1.2)) * scale, rng)),
        (0.15, lambda page: wear.two_tone(page, rng)),
        (0.15, lambda page: wear.halftone(page)),
    ):
        if _happens(rng, share):
            image = worn(image)
    return np.ascontiguousarray(np.rot90(image, int(rng.integers(4))))
