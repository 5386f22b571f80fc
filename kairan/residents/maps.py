# SPDX-License-Identifier: Apache-2.0
"""The map on which a resident sets a place."""

from __future__ import annotations

from django.conf import settings

from kairan.municipalities.models import Area

MOST_AREAS = 50


def picker_data(longitude: float | None, latitude: float | None) -> dict[str, object]:
    """For ``position_picker``: the town's tiles and wards, and where the pin begins."""
    tiles = {"url": settings.MAP_TILES_URL, "credit": settings.MAP_TILES_CREDIT}
    wards = Area.objects.of_kind(Area.Kind.WARD).filter(geometry__isnull=False).in_order()
    features = [
        {"type": "Feature", "properties": {"name": area.name}, "geometry": area.geometry}
        for area in wards[:MOST_AREAS]
    ]
    data: dict[str, object] = {"tiles": tiles}
    if features:
        data["areas"] = {"type": "FeatureCollection", "features": features}
    if longitude is not None and latitude is not None:
        data |= {"center": [latitude, longitude], "zoom": 16}
    return data
