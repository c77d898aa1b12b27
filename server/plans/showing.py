"""What pages show of the plan: its picture, and points on it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from .drawing import M_PER_DEG, Sheet
from .geojson import Bounds
from .models import TownPlan


@dataclass(frozen=True)
class Spot:
    """A point on the picture: metres from its left and top. address, words: where it leads and what stands there.

    Numbers are text, as an SVG takes them: a page would write them in the reader's form.
    """

    x: str
    y: str
    address: str = ""
    words: str = ""


@dataclass(frozen=True)
class Shown:
    """A plan on a page. radius: of a point, in metres of the picture."""

    version: str
    credit: str
    sheet: Sheet
    spots: Sequence[Spot] = ()

    @property
    def width(self) -> str:
        return f"{self.sheet.width:.0f}"

    @property
    def height(self) -> str:
        return f"{self.sheet.height:.0f}"

    @property
    def radius(self) -> str:
        return f"{max(1, self.sheet.width / 70):.0f}"

    @property
    def facts(self) -> str:
        """For the script that turns a touch into degrees: west, north, and metres of a degree in both ways."""
        at = self.sheet.bounds
        return f"{at.west:.6f} {at.north:.6f} {self.sheet.metres_east:.2f} {M_PER_DEG:.2f}"


def plan_with(places: Iterable[tuple[Decimal | None, Decimal | None, str, str]] = ()) -> Shown | None:
    """The plan with these on it: (latitude, longitude, address, words); what lies beyond its edge is left out.

    None where the town has no plan. One query.
    """
    plan = TownPlan.objects.defer("picture").first()
    if plan is None:
        return None
    sheet = Sheet(Bounds(plan.west, plan.south, plan.east, plan.north))
    spots = [
        _spot(sheet, float(north), float(east), address, words)
        for north, east, address, words in places
        if north is not None and east is not None and sheet.holds(float(north), float(east))
    ]
    return Shown(plan.version, plan.credit, sheet, spots)


def _spot(sheet: Sheet, latitude: float, longitude: float, address: str, words: str) -> Spot:
    x, y = sheet.place(latitude, longitude)
    return Spot(f"{x:.0f}", f"{y:.0f}", address, words)


def has_plan() -> bool:
    return TownPlan.objects.exists()
