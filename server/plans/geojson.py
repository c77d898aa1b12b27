"""A town's plan from GeoJSON (RFC 7946): lines and areas with what they are. Pure: nothing is written here.

A ``FeatureCollection``. What a feature is says its property ``kind``, one of KINDS, or the keys that OpenStreetMap
uses; what is neither is left out. Coordinates are degrees of WGS 84, longitude first.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

MAX_BYTES = 8 * 1024 * 1024
MOST_POINTS = 60_000
WIDEST_DEG = 1.5  # some 150 km: a town, or a valley; a plan of a country shows nobody where a bench stands
LONGEST_NAME = 60
# In the order in which they are drawn, the lowest first.
KINDS = ("border", "green", "water", "stream", "built", "path", "street", "rail", "label")
AREAS = frozenset({"green", "water", "built", "border"})


class BadPlan(Exception):
    """``code``: too_large, not_geojson, nothing_on_it, too_many_points, off_the_earth, too_wide."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Shape:
    """``lines``: of (longitude, latitude) in degrees, a label has one of a single point; ``is_area``: its first line
    is its edge, the others are holes."""

    kind: str
    lines: tuple[tuple[tuple[float, float], ...], ...]
    name: str = ""
    is_area: bool = False


@dataclass(frozen=True)
class Bounds:
    """Degrees."""

    west: float
    south: float
    east: float
    north: float


def read_plan(content: bytes) -> list[Shape]:
    """Raises BadPlan."""
    if len(content) > MAX_BYTES:
        raise BadPlan("too_large")
    try:
        said = json.loads(content.decode("utf-8-sig"))
        features = said["features"] if said["type"] == "FeatureCollection" else None
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise BadPlan("not_geojson") from error
    if not isinstance(features, list):
        raise BadPlan("not_geojson")
    shapes: list[Shape] = []
    left = MOST_POINTS
    for feature in features:
        for shape in _shapes(feature):
            left -= sum(len(line) for line in shape.lines)
            if left < 0:
                raise BadPlan("too_many_points")
            shapes.append(shape)
    if not any(shape.kind != "label" for shape in shapes):
        raise BadPlan("nothing_on_it")
    bounds = bounds_of(shapes)
    if bounds.east - bounds.west > WIDEST_DEG or bounds.north - bounds.south > WIDEST_DEG:
        raise BadPlan("too_wide")
    return shapes


def bounds_of(shapes: list[Shape]) -> Bounds:
    points = [point for shape in shapes for line in shape.lines for point in line]
    easts, norths = [east for east, _north in points], [north for _east, north in points]
    return Bounds(min(easts), min(norths), max(easts), max(norths))


def _shapes(feature: Any) -> Iterator[Shape]:
    if not isinstance(feature, Mapping):
        raise BadPlan("not_geojson")
    said, geometry = feature.get("properties") or {}, feature.get("geometry")
    if not isinstance(said, Mapping) or not (geometry is None or isinstance(geometry, Mapping)):
        raise BadPlan("not_geojson")
    name = said.get("name")
    name = name[:LONGEST_NAME] if isinstance(name, str) else ""
    for sort, where in _parts(geometry or {}):
        kind = _kind(said, sort)
        if not kind or (kind == "label" and not name):
            continue
        if sort == "Point":
            yield Shape("label", ((_point(where),),), name)
        elif sort == "LineString":
            yield Shape(kind, (_line(where),), name)
        else:
            yield Shape(kind, tuple(_line(ring) for ring in _listed(where)), name, is_area=kind in AREAS)


def _parts(geometry: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Each simple geometry of one, the Multi ones taken apart."""
    sort, where = geometry.get("type"), geometry.get("coordinates")
    if sort in ("Point", "LineString", "Polygon"):
        yield str(sort), where
    elif sort in ("MultiLineString", "MultiPolygon"):
        for one in _listed(where):
            yield str(sort).removeprefix("Multi"), one


def _kind(said: Mapping[str, Any], sort: str) -> str:
    if sort == "Point":
        return "label"
    if said.get("kind") in KINDS:
        return str(said["kind"])
    if "building" in said:
        return "built"
    if said.get("natural") == "water" or said.get("waterway") == "riverbank":
        return "water"
    for key, kind in (("waterway", "stream"), ("railway", "rail"), ("leisure", "green"), ("boundary", "border")):
        if key in said:
            return kind
    if "highway" in said:
        return "path" if said["highway"] in ("footway", "path", "steps", "cycleway", "track") else "street"
    return "green" if said.get("landuse") in ("forest", "grass", "meadow", "recreation_ground", "cemetery") else ""


def _listed(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise BadPlan("not_geojson")
    return value


def _line(where: Any) -> tuple[tuple[float, float], ...]:
    points = tuple(_point(one) for one in _listed(where))
    if len(points) < 2:
        raise BadPlan("not_geojson")
    return points


def _point(where: Any) -> tuple[float, float]:
    if not isinstance(where, list) or len(where) < 2:
        raise BadPlan("not_geojson")
    east, north = where[0], where[1]
    if not all(
        isinstance(one, int | float) and not isinstance(one, bool) and math.isfinite(one) for one in (east, north)
    ):
        raise BadPlan("not_geojson")
    if abs(east) > 180 or abs(north) > 85:
        raise BadPlan("off_the_earth")
    return float(east), float(north)
