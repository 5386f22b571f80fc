# SPDX-License-Identifier: Apache-2.0
"""Distances on the ground, exact enough for a town."""

from __future__ import annotations

from math import asin, cos, radians, sin, sqrt
from typing import NamedTuple

EARTH_RADIUS = 6_371_008.8  # metres, mean
_METRES_PER_DEGREE = 111_195.0


class Box(NamedTuple):
    """Degrees."""

    west: float
    south: float
    east: float
    north: float


def distance(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Metres between two points given as longitude and latitude (haversine)."""
    (lon1, lat1), (lon2, lat2) = [(radians(x), radians(y)) for x, y in (a, b)]
    height = sin((lat2 - lat1) / 2) ** 2
    width = cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_RADIUS * asin(sqrt(min(1.0, height + width)))


def box_around(longitude: float, latitude: float, metres: float) -> Box:
    """A box that holds every point within ``metres``; near the poles it is the whole parallel."""
    high = metres / _METRES_PER_DEGREE
    shrink = cos(radians(min(90.0, abs(latitude) + high)))
    wide = min(180.0, high / shrink) if shrink > 1e-6 else 180.0
    return Box(longitude - wide, latitude - high, longitude + wide, latitude + high)
