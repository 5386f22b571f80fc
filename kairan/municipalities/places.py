# SPDX-License-Identifier: Apache-2.0
"""From a position to the areas that hold it.

The polygons of a town are read once per process and kept in an STRtree until the town's
``areas_version`` moves. A point on a border belongs to every area that touches it, the one with
the lowest code first, so that the same point always goes the same way.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from shapely import STRtree, make_valid
from shapely.geometry import Point, shape
from shapely.geometry.base import BaseGeometry

from kairan.municipalities.models import Area, Municipality
from kairan.municipalities.tenancy import current_town_id


@dataclass(frozen=True)
class _Map:
    areas: tuple[Area, ...]
    shapes: tuple[BaseGeometry, ...]
    tree: STRtree


def is_position(longitude: float, latitude: float) -> bool:
    """False for what no map knows, NaN and infinity among it."""
    return -180 <= longitude <= 180 and -90 <= latitude <= 90


def areas_at(longitude: float, latitude: float) -> tuple[Area, ...]:
    """The entered town's areas that hold the point or have it on their border, by code."""
    return areas_and_inside(longitude, latitude)[0]


def areas_and_inside(longitude: float, latitude: float) -> tuple[tuple[Area, ...], bool]:
    """What ``areas_at`` and ``is_inside_town`` say, with one look at the map."""
    if not is_position(longitude, latitude):
        return (), False
    drawn = _map_of_town()
    found = drawn.tree.query(Point(longitude, latitude), predicate="intersects")
    areas = tuple(drawn.areas[i] for i in sorted(found))
    return areas, bool(areas) or not drawn.areas


def is_inside_town(longitude: float, latitude: float) -> bool:
    """Whether any polygon of the town holds the point; True for a town without polygons."""
    return areas_and_inside(longitude, latitude)[1]


def area_named(text: str) -> Area | None:
    """The area whose name stands in the text, the longest name winning (「西区春日」→ 西区)."""
    named = [area for area in Area.objects.in_order() if area.name and area.name in text]
    return max(named, key=lambda area: len(area.name), default=None)


def with_those_above(area: Area) -> list[Area]:
    """The area and those it lies in by the town's tree, the smallest first."""
    found = [area]
    while (above := found[-1].parent) is not None and above not in found:
        found.append(above)
    return found


def as_polygons(geometry: object) -> BaseGeometry:
    """A GeoJSON geometry as a valid shape; raises ``ValueError`` for anything but polygons."""
    if not isinstance(geometry, dict) or geometry.get("type") not in {"Polygon", "MultiPolygon"}:
        raise ValueError("not a Polygon or MultiPolygon")
    try:
        drawn = shape(geometry)
    except Exception as error:
        raise ValueError(f"broken coordinates: {error}") from error
    if drawn.is_empty:
        raise ValueError("an empty polygon")
    return make_valid(drawn)


def _map_of_town() -> _Map:
    town_id = current_town_id()
    version = Municipality.objects.values_list("areas_version", flat=True).get(pk=town_id)
    return _read_map(town_id, version)


@lru_cache(maxsize=64)
def _read_map(_town_id: int, _version: int) -> _Map:
    areas = tuple(Area.objects.filter(geometry__isnull=False).order_by("code", "id"))
    shapes = tuple(as_polygons(area.geometry) for area in areas)
    return _Map(areas, shapes, STRtree(shapes))
