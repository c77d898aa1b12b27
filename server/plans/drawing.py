"""The plan as a picture: metres on paper, north above. Pure.

A plan is small, so the earth is flat on it: a degree of longitude is as long everywhere as in its middle.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from .geojson import KINDS, Bounds, Shape, bounds_of

M_PER_DEG = 111_320.0  # of latitude, and of longitude at the equator
MARGIN = 0.03  # of the plan's width, on each side

# The colours of the house (static/css/tokens.css), in both lights. A picture has no part in the styles of its page.
STYLE = """
svg{background:#f6f3ea}path{fill:none;stroke-linejoin:round;stroke-linecap:round}
.border{fill:#efe9da;stroke:#9a917c}.green{fill:#cfdfb8}.water{fill:#a9cbdc}.stream{stroke:#a9cbdc}
.built{fill:#d8cdb5;stroke:#b5a88b}.path{stroke:#a89b7f}.bed{stroke:#a89d86}.street{stroke:#fff}.rail{stroke:#6e675a}
text{font-family:Georgia,serif;font-weight:600;fill:#3d382e;text-anchor:middle;paint-order:stroke;stroke:#f6f3ea}
@media (prefers-color-scheme:dark){svg{background:#1d1f22}.border{fill:#26292c;stroke:#6a6e72}.green{fill:#2f4030}
.water,.stream{fill:#24485a}.stream{fill:none;stroke:#24485a}.built{fill:#3c3a34;stroke:#56534a}.path{stroke:#5d594e}
.bed{stroke:#17181a}.street{stroke:#77746a}.rail{stroke:#8d897e}text{fill:#e8e2d2;stroke:#1d1f22}}
"""
# How wide lines are: thousandths of the width of the plan. Of a street, its edges are what is seen of a line below it.
WIDTHS = {"border": 1.5, "stream": 4, "built": 0.6, "path": 1.6, "bed": 7.5, "street": 5, "rail": 2, "label": 5}
DASHES = {"border": "8 5", "path": "4 3", "rail": "9 4"}


@dataclass(frozen=True)
class Sheet:
    """Where on the picture a place lies. width, height: metres; bounds: of the whole picture, with its margin."""

    bounds: Bounds

    @classmethod
    def around(cls, shapes: list[Shape]) -> Sheet:
        inner = bounds_of(shapes)
        edge = MARGIN * max(inner.east - inner.west, inner.north - inner.south, 0.001)
        return cls(Bounds(inner.west - edge, inner.south - edge, inner.east + edge, inner.north + edge))

    @property
    def metres_east(self) -> float:
        """Of one degree of longitude, here."""
        return M_PER_DEG * math.cos(math.radians((self.bounds.north + self.bounds.south) / 2))

    @property
    def width(self) -> float:
        return (self.bounds.east - self.bounds.west) * self.metres_east

    @property
    def height(self) -> float:
        return (self.bounds.north - self.bounds.south) * M_PER_DEG

    def place(self, latitude: float, longitude: float) -> tuple[float, float]:
        """Metres from the left and from the top."""
        return (longitude - self.bounds.west) * self.metres_east, (self.bounds.north - latitude) * M_PER_DEG

    def holds(self, latitude: float, longitude: float) -> bool:
        at = self.bounds
        return at.south <= latitude <= at.north and at.west <= longitude <= at.east


def draw(shapes: list[Shape], sheet: Sheet) -> str:
    """The plan as one SVG."""
    drawn: list[str] = []
    for kind in KINDS:
        mine = [shape for shape in shapes if shape.kind == kind]
        if kind == "label":
            drawn += [_label(shape, sheet) for shape in mine]
            continue
        if kind == "street":  # all of these first, so that crossings are open
            drawn += _lines("bed", mine, sheet)
        drawn += _lines(kind, mine, sheet)
    size = f"0 0 {sheet.width:.0f} {sheet.height:.0f}"
    body = "".join(drawn)
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{size}"><style>{STYLE}</style>{body}</svg>'


def _lines(kind: str, shapes: list[Shape], sheet: Sheet) -> list[str]:
    unit = sheet.width / 1000
    said = f'stroke-width="{WIDTHS[kind] * unit:.1f}"' if kind in WIDTHS else ""
    if kind in DASHES:
        said += ' stroke-dasharray="{}"'.format(" ".join(f"{float(one) * unit:.0f}" for one in DASHES[kind].split()))
    return [f'<path class="{kind}" {said} d="{_way(shape, sheet)}"/>' for shape in shapes]


def _way(shape: Shape, sheet: Sheet) -> str:
    return "".join(_line(line, sheet) + ("z" if shape.is_area else "") for line in shape.lines)


def _line(points: Sequence[tuple[float, float]], sheet: Sheet) -> str:
    """Whole metres, a point that falls on the one before left out."""
    steps: list[str] = []
    for east, north in points:
        x, y = sheet.place(north, east)
        step = f"{x:.0f},{y:.0f}"
        if not steps or steps[-1] != step:
            steps.append(step)
    return "M" + " ".join(steps)


def _label(shape: Shape, sheet: Sheet) -> str:
    (east, north) = shape.lines[0][0]
    x, y = sheet.place(north, east)
    halo, size = sheet.width * WIDTHS["label"] / 1000, sheet.width / 38
    return f'<text x="{x:.0f}" y="{y:.0f}" font-size="{size:.0f}" stroke-width="{halo:.0f}">{escape(shape.name)}</text>'
