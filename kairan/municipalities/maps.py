# SPDX-License-Identifier: Apache-2.0
"""What lies under every map: the tiles, and the town's wards, so that it says something without
the tiles too. In the shape that the design's map module reads."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

import shapely
from django.conf import settings
from shapely.geometry.base import BaseGeometry

from kairan.municipalities.models import Area, Municipality
from kairan.municipalities.places import as_polygons
from kairan.municipalities.tenancy import current_town_id

# More would make a page heavy on a phone: some 30 KB before compression.
MOST_VERTICES = 1500
MOST_AREAS = 50
# Degrees: five decimals are a metre.
DECIMALS = 5
FINEST = 0.0001
# 国土地理院 asks that its credit lead to the list of its tiles.
GSI_HOST = "//cyberjapandata.gsi.go.jp/"
GSI_LIST = "https://maps.gsi.go.jp/development/ichiran.html"


def tiles() -> dict[str, str]:
    given = {"url": settings.MAP_TILES_URL, "credit": settings.MAP_TILES_CREDIT}
    return {**given, "credit_url": GSI_LIST} if GSI_HOST in given["url"] else given


def town_map() -> dict[str, Any]:
    """The entered town's; read once per process until its areas change."""
    town_id = current_town_id()
    found = Municipality.objects.values_list("areas_version", "area_credit").get(pk=town_id)
    drawn = _wards(town_id, found[0])
    if drawn is None:
        return {"tiles": tiles()}
    return {"tiles": tiles(), "areas": drawn, "areas_credit": found[1]}


@lru_cache(maxsize=64)
def _wards(_town_id: int, _version: int) -> dict[str, Any] | None:
    wards = Area.objects.of_kind(Area.Kind.WARD).filter(geometry__isnull=False).in_order()
    areas = list(wards[:MOST_AREAS])
    if not areas:
        return None
    shapes = lighter([as_polygons(area.geometry) for area in areas])
    features = [
        {
            "type": "Feature",
            "properties": {"name": area.name, "code": area.code},
            "geometry": _written(shape),
        }
        for area, shape in zip(areas, shapes, strict=True)
    ]
    return {"type": "FeatureCollection", "features": features}


def lighter(shapes: list[BaseGeometry]) -> list[BaseGeometry]:
    """The same areas with fewer corners where they have too many; neighbours still touch."""
    tolerance = FINEST
    drawn = shapes
    while sum(map(shapely.get_num_coordinates, drawn)) > MOST_VERTICES and tolerance < 1:
        drawn = list(shapely.coverage_simplify(shapes, tolerance))
        tolerance *= 2
    return drawn


def _written(shape: BaseGeometry) -> Any:
    rounded = shapely.transform(shape, lambda corners: corners.round(DECIMALS))
    return json.loads(shapely.to_geojson(rounded))
