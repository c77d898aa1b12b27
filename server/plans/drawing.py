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
svg{background:#f6f3ea}
.border{fill:#fffdf6;stroke:#b9b2a0;stroke-width:2;stroke-dasharray:6 4}
.green{fill:#dfe8cf}.water{fill:#c4dbe6}.stream{fill:none;stroke:#c4dbe6;stroke-width:6}
.built{fill:#e4ddcd;stroke:#c9c0ac;stroke-width:1}
.path{fill:none;stroke:#d6cdb9;stroke-width:1.5;stroke-dasharray:3 3}
.street{fill:none;stroke:#fff;stroke-width:4}.bed{fill:none;stroke:#cfc6b3;stroke-width:6}
.rail{fill:none;stroke:#8c8577;stroke-width:2;stroke-dasharray:8 4}
path{vector-effect:non-scaling-stroke;stroke-linejoin:round;stroke-linecap:round}
text{font-family:Georgia,serif;fill:#3d382e;text-anchor:middle;paint-order:stroke;stroke:#f6f3ea;stroke-width:3px}
@media (prefers-color-scheme:dark){svg{background:#1d1f22}.border{fill:#212428;stroke:#565a5e}.green{fill:#2b372b}
.water{fill:#24404f}.stream{stroke:#24404f}.built{fill:#34332f;stroke:#4a4841}.path{stroke:#4d4a42}
.street{stroke:#57554d}.bed{stroke:#2a2926}.rail{stroke:#77736a}text{fill:#e8e2d2;stroke:#1d1f22}}
"""


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
    drawn = []
    for kind in KINDS:
        mine = [shape for shape in shapes if shape.kind == kind]
        if kind == "label":
            drawn += [_label(shape, sheet) for shape in mine]
            continue
        if kind == "street":  # a wider line below each, so that crossings are open
            drawn += [f'<path class="bed" d="{_way(shape, sheet)}"/>' for shape in mine]
        drawn += [f'<path class="{kind}" d="{_way(shape, sheet)}"/>' for shape in mine]
    size = f"0 0 {sheet.width:.0f} {sheet.height:.0f}"
    body = "".join(drawn)
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{size}"><style>{STYLE}</style>{body}</svg>'


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
    return f'<text x="{x:.0f}" y="{y:.0f}" font-size="{sheet.width / 42:.0f}">{escape(shape.name)}</text>'
